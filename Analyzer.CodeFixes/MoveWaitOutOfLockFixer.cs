using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>
/// What is waited for, or called on the way to the wait, is read under the lock, and waited for or called after it, when nothing behind it
/// needs the lock.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(MoveWaitOutOfLockFixer)), Shared]
public sealed class MoveWaitOutOfLockFixer : EditsFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["XR1001", "XR2001", "XR2002", "XR2007"];

    private protected override Task<IEnumerable<FixEdits>> FindEditsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellation)
        => TailMoves.FindAsync(
            document, diagnostic, static (call, model) => MovableCode.IsForeign(call, model) || MovableCode.NeedsNoLock(call, model), cancellation);
}

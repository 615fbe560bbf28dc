using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>
/// The code of others is found under the lock and called after it: a handler, an observer, a callback of a token; and what is awaited is awaited
/// after it.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(CallOutOfLockFixer)), Shared]
public sealed class CallOutOfLockFixer : EditsFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["XR1002", "XR1003", "XR2003", "XR2004"];

    private protected override Task<IEnumerable<FixEdits>> FindEditsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellation)
        => TailMoves.FindAsync(
            document,
            diagnostic,
            static (call, model) => MovableCode.IsForeign(call, model) || MovableCode.NeedsNoLock(call, model) || MovableCode.IsTaskAtHand(call, model),
            cancellation);
}

using System.Collections.Immutable;
using System.Composition;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>XR1001, XR2001: what is waited for is read under the lock, and waited for after it, when nothing behind the wait needs the lock.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(MoveWaitOutOfLockFixer)), Shared]
public sealed class MoveWaitOutOfLockFixer : EditsFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["XR1001", "XR2001"];

    /// <inheritdoc/>
    protected override string Title => "Wait after releasing the lock";

    private protected override async Task<FixEdits?> FindEditsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellation)
    {
        var root = await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false);
        var model = await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false);
        if (root is null || model is null || LockedWait.Find(root, diagnostic.Location.SourceSpan, model) is not { } wait)
        {
            return null;
        }

        var text = await document.GetTextAsync(cancellation).ConfigureAwait(false);
        return CapturedOperands.Find(wait, model) is { } operands ? new MovedWait(document.Id, wait, operands, text).ToEdits() : null;
    }
}

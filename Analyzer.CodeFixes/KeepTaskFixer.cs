using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>XR2006: what the runtime makes once keeps the task instead of its result, and whoever reads it waits, when the runtime's own lock has been released.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(KeepTaskFixer)), Shared]
public sealed class KeepTaskFixer : EditsFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["XR1001", "XR2006"];

    private protected override async Task<IEnumerable<FixEdits>> FindEditsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellation)
    {
        var found = new List<FixEdits>();
        foreach (var place in await DiagnosticPlace.OfAsync(document, diagnostic, cancellation).ConfigureAwait(false))
        {
            if (TaskWait.Of(place.Node, place.Model) is { } wait
                && (await LazyTask.EditsAsync(place, wait, cancellation).ConfigureAwait(false)
                    ?? await StaticTask.EditsAsync(place, wait, cancellation).ConfigureAwait(false)) is { } edits)
            {
                found.Add(edits);
                if (await WithTheOthersAsync(place, wait, edits, cancellation).ConfigureAwait(false) is { } all)
                {
                    found.Add(all);
                }
            }
        }

        return found;
    }

    /// <summary>Behind one wait of a constructor may stand another, which the engine tells when the first is gone.</summary>
    private static async Task<FixEdits?> WithTheOthersAsync(DiagnosticPlace place, TaskWait wait, FixEdits edits, CancellationToken cancellation)
    {
        var others = wait.Expression.FirstAncestorOrSelf<ConstructorDeclarationSyntax>()?.DescendantNodes()
            .Select(node => TaskWait.Of(node, place.Model)).OfType<TaskWait>().Where(other => other.Expression != wait.Expression).ToList() ?? [];
        var all = new FixEdits();
        all.TryMerge(edits);
        foreach (var other in others)
        {
            if (await StaticTask.EditsAsync(place, other, cancellation).ConfigureAwait(false) is not { } more || !all.TryMerge(more))
            {
                return null;
            }
        }

        return others.Count > 0 ? all : null;
    }
}

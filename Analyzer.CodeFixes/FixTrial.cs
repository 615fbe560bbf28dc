using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using CrossRelease.Analyzers.Graph;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>
/// Tries a change before it is offered: what it touches still compiles, the finding is gone, and the engine has found nothing new. Costs one
/// run of the engine, in which only the bodies of the changed trees are read again.
/// </summary>
internal static class FixTrial
{
    public static async Task<bool> HoldsAsync(Document document, Diagnostic diagnostic, FixEdits edits, CancellationToken cancellation)
    {
        var before = document.Project.Solution;
        var after = await edits.ApplyAsync(before, cancellation).ConfigureAwait(false);
        var changed = after.GetChanges(before).GetProjectChanges().ToList();
        if (changed.Count == 0)
        {
            return false;
        }

        foreach (var project in changed)
        {
            if (!await CompilesAsWellAsync(project, cancellation).ConfigureAwait(false)
                || !await HasLessToReportAsync(project, project.ProjectId == document.Project.Id ? diagnostic : null, cancellation).ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }

    private static async Task<bool> CompilesAsWellAsync(ProjectChanges project, CancellationToken cancellation)
    {
        foreach (var id in project.GetChangedDocuments())
        {
            var had = await ComplaintsAsync(project.OldProject.GetDocument(id)!, cancellation).ConfigureAwait(false);
            var has = await ComplaintsAsync(project.NewProject.GetDocument(id)!, cancellation).ConfigureAwait(false);
            if (has.Any(complaint => complaint.Count() > had[complaint.Key].Count()))
            {
                return false;
            }
        }

        return true;
    }

    private static async Task<ILookup<string, Diagnostic>> ComplaintsAsync(Document document, CancellationToken cancellation)
    {
        var model = await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false);
        return model!.GetDiagnostics(cancellationToken: cancellation).Where(found => found.Severity >= DiagnosticSeverity.Warning).ToLookup(found => found.Id);
    }

    private static async Task<bool> HasLessToReportAsync(ProjectChanges project, Diagnostic? diagnostic, CancellationToken cancellation)
    {
        var old = (await project.OldProject.GetCompilationAsync(cancellation).ConfigureAwait(false))!;
        var had = FindingsOf(old, cancellation);
        var has = FindingsOf((await project.NewProject.GetCompilationAsync(cancellation).ConfigureAwait(false))!, cancellation).ToLookup(found => found.Fault);
        var engine = DeadlockEngine.For(old);
        var target = diagnostic is null ? null : had.FirstOrDefault(found => engine.LocationOf(found.Place) == diagnostic.Location
            && diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture) is var message && found.Arguments.All(message.Contains));
        return has.All(found => found.Count() <= had.Count(other => other.Fault == found.Key))
            && (target is null || has[target.Fault].Count() < had.Count(other => other.Fault == target.Fault));
    }

    private static IReadOnlyList<Finding> FindingsOf(Compilation compilation, CancellationToken cancellation)
    {
        var engine = DeadlockEngine.For(compilation);
        return [.. compilation.SyntaxTrees.SelectMany(tree => engine.FindingsIn(tree, cancellation)).Where(finding => DeadlockReporter.IsTold(finding, engine, compilation, cancellation))];
    }
}

using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using CrossRelease.Analyzers.Graph;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>
/// Tries changes before they are offered: what they touch still compiles, the finding is gone, and the engine has found nothing new. Each costs one
/// run of the engine, with the project's own options and models, in which only the bodies of the changed trees are read again.
/// </summary>
internal sealed class FixTrial(Document document, Diagnostic diagnostic)
{
    /// <summary>How much time a fix may cost that has to be made in several places.</summary>
    private const int MaxRuns = 8;

    private readonly Solution _before = document.Project.Solution;
    private int _runs;

    /// <summary>What came of a change.</summary>
    /// <param name="Holds">Whether it may be offered.</param>
    /// <param name="Rest">Where not: what would have to be fixed along with it; empty when that cannot help.</param>
    public readonly record struct Result(bool Holds, ImmutableArray<Diagnostic> Rest);

    public bool IsOver => _runs >= MaxRuns;

    public async Task<Result> TryAsync(Solution after, CancellationToken cancellation)
    {
        var changed = after.GetChanges(_before).GetProjectChanges().ToList();
        if (changed.Count == 0)
        {
            return new Result(false, []);
        }

        _runs++;
        var rest = ImmutableArray.CreateBuilder<Diagnostic>();
        foreach (var project in changed)
        {
            if (!await CompilesAsWellAsync(project, cancellation).ConfigureAwait(false)
                || await FindRestAsync(project, cancellation).ConfigureAwait(false) is not { } left)
            {
                return new Result(false, []);
            }

            rest.AddRange(left);
        }

        return new Result(rest.Count == 0, rest.ToImmutable());
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

    /// <summary>What is new, and the finding itself where it still stands by another way; null when nothing has become better.</summary>
    private async Task<IReadOnlyList<Diagnostic>?> FindRestAsync(ProjectChanges project, CancellationToken cancellation)
    {
        var old = (await project.OldProject.GetCompilationAsync(cancellation).ConfigureAwait(false))!;
        var compilation = (await project.NewProject.GetCompilationAsync(cancellation).ConfigureAwait(false))!;
        var engine = DeadlockReporter.EngineOf(old, project.OldProject.AnalyzerOptions, cancellation);
        var now = DeadlockReporter.EngineOf(compilation, project.NewProject.AnalyzerOptions, cancellation);
        var had = FindingsOf(engine, old, cancellation);
        var has = FindingsOf(now, compilation, cancellation);
        var target = project.ProjectId != document.Project.Id ? null : had.FirstOrDefault(found => engine.LocationOf(found.Place) == diagnostic.Location
            && diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture) is var message && found.Arguments.All(message.Contains));
        if (target is null && project.ProjectId == document.Project.Id && !diagnostic.Properties.ContainsKey(LocalRule.Property))
        {
            // A finding of an older state of the code: whether it goes cannot be seen.
            return null;
        }

        var more = has.GroupBy(found => found.Fault)
            .Where(found => found.Count() > had.Count(other => other.Fault == found.Key) - (found.Key == target?.Fault ? 1 : 0)).ToList();
        if (target is not null && more.Any(found => found.Key == target.Fault) && has.Any(found => IsSame(found, target)))
        {
            return null;
        }

        var rest = more.SelectMany(found => found.Where(one => !had.Any(other => IsSame(one, other))).DefaultIfEmpty(found.First())).ToList();
        return rest.All(found => RuleOf(found.Fault) is not null) ? [.. rest.Select(found => Told(found, now))] : null;
    }

    private static bool IsSame(Finding left, Finding right)
        => left.Fault == right.Fault && left.Fingerprint == right.Fingerprint && left.Arguments.SequenceEqual(right.Arguments) && left.Steps.Length == right.Steps.Length;

    private static Diagnostic Told(Finding finding, DeadlockEngine engine)
        => Diagnostic.Create(RuleOf(finding.Fault)!, engine.LocationOf(finding.Place), finding.Steps.Select(engine.LocationOf), [.. finding.Arguments]);

    private static DiagnosticDescriptor? RuleOf(Fault fault) => DeadlockReporter.RuleOf(fault) ?? fault switch
    {
        Fault.SelfDeadlock => Rules.XR1003_SelfDeadlock,
        Fault.ForeignCodeUnderLock => Rules.XR2003_ForeignCodeUnderLock,
        _ => null,
    };

    private static IReadOnlyList<Finding> FindingsOf(DeadlockEngine engine, Compilation compilation, CancellationToken cancellation)
        => [.. compilation.SyntaxTrees.SelectMany(tree => engine.FindingsIn(tree, cancellation)).Where(finding => DeadlockReporter.IsTold(finding, engine, compilation, cancellation))];
}

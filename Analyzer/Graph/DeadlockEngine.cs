using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Options;
using CrossRelease.Analyzers.Surface;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// The findings of one compilation, computed once, when the first rule asks for them, and shared by all rules and by all
/// compilations of the same sources. A cancelled computation leaves the facts of the trees it has read, so the next one
/// starts from there. Thread-safe.
/// </summary>
internal sealed class DeadlockEngine
{
    private static readonly ConditionalWeakTable<Compilation, DeadlockEngine> _engines = new();

    private readonly WeakReference<Compilation> _compilation;
    private readonly SharedFindings _shared;
    private readonly ImmutableArray<SyntaxTree> _trees;
    private readonly AnalysisSettings _settings;

    private DeadlockEngine(Compilation compilation, AnalysisSettings settings)
    {
        _settings = settings;

        // The table keeps the engine alive as long as the compilation; a strong reference back would keep both for ever.
        _compilation = new WeakReference<Compilation>(compilation);
        _shared = SharedFindings.Of(compilation, settings);
        _trees = _shared.Trees;
    }

    /// <summary>The engine of a compilation under these settings; null for those of a project that says nothing.</summary>
    public static DeadlockEngine For(Compilation compilation, AnalysisSettings? settings = null)
    {
        AnalysisSettings wanted = settings ?? AnalysisSettings.Default;
        DeadlockEngine engine = _engines.GetValue(compilation, key => new DeadlockEngine(key, wanted));
        if (engine._settings.Content == wanted.Content)
        {
            return engine;
        }

        // Who changes model files or options without changing the compilation asks for another engine.
        lock (_engines)
        {
            _engines.Remove(compilation);
            return _engines.GetValue(compilation, key => new DeadlockEngine(key, wanted));
        }
    }

    /// <summary>The findings that a tree owns. Computes those of the whole compilation at the first call.</summary>
    public ImmutableArray<Finding> FindingsIn(SyntaxTree tree, CancellationToken cancellation) =>
        Known(cancellation).ByTree.TryGetValue(tree, out ImmutableArray<Finding> findings) ? findings : [];

    /// <summary>The findings of all trees.</summary>
    public IEnumerable<Finding> Findings(CancellationToken cancellation) => Known(cancellation).ByTree.Values.SelectMany(static findings => findings);

    /// <summary>
    /// The findings that another tree owns and that have a step in this one, each with its first step here. Costs a walk over all findings.
    /// </summary>
    public IEnumerable<(Finding Finding, Site Step)> OtherSidesIn(SyntaxTree tree, CancellationToken cancellation) =>
        Findings(cancellation)
            .Where(finding => TreeOf(finding.Place) != tree)
            .Select(finding => (Finding: finding, Step: finding.Steps.FirstOrDefault(step => TreeOf(step) == tree)!))
            .Where(static side => side.Step is not null);

    /// <summary>
    /// The place of a step, in whichever tree of the compilation or file of another assembly it is. A tree of another
    /// compilation would be no place here: it has the analyzer's whole answer refused.
    /// </summary>
    public Location LocationOf(Site site) => _shared.Known!.Program!.FactsOf(site.Body) is { Origin: { } origin } facts
        ? Location.Create(facts.Path, site.Span, origin.Lines.Of(site.Span))
        : Location.Create(TreeOf(site)!, site.Span);

    /// <summary>Where the steps in other assemblies are, in words: not every host shows such places.</summary>
    public string Elsewhere(Finding finding) => string.Join(", ", finding.Steps.Where(static step => step.Body.IsExternal).Select(step =>
    {
        FileLinePositionSpan place = LocationOf(step).GetLineSpan();
        return $"'{step.Body.Name}' in {_shared.Known!.Program!.FactsOf(step.Body).Origin!.Assembly}, {Path.GetFileName(place.Path)}({place.StartLinePosition.Line + 1})";
    }).Distinct());

    /// <summary>The tree of a step; null where it is in another assembly.</summary>
    public SyntaxTree? TreeOf(Site site) => site.Body.IsExternal ? null : _trees[_shared.Known!.Program!.TreeOf(site.Body)];

    private SharedFindings.Result Known(CancellationToken cancellation) => _shared.Known ?? _shared.Get(previous => Find(previous, cancellation), cancellation);

    private SharedFindings.Result Find(SharedFindings.Result? previous, CancellationToken cancellation)
    {
        if (!_compilation.TryGetTarget(out Compilation? compilation))
        {
            return SharedFindings.Result.Nothing;
        }

        ReferencedSurfaces references = ReferencedSurfaces.Of(compilation, _shared.Follows, cancellation);
        Func<int, EarlierReading>? before = previous is null ? null : tree => previous.Earlier(tree, _trees[tree].FilePath);
        if (SourceFacts.Of(compilation, _trees, references, cancellation, _settings, before) is not { } facts)
        {
            return SharedFindings.Result.Nothing;
        }

        ImmutableArray<TreeFacts> read = [.. facts, .. references.Trees];
        ImmutableArray<TreeFacts> kept = previous?.Keep(read) ?? read;
        if (previous?.MovedTo(read, kept, _trees) is { } moved)
        {
            return moved;
        }

        // A build asks once; who asks after an edit will ask after the next one.
        bool remembers = previous is not null;
        Analysis analysis = Analysis.Of(kept, _settings.Options, previous?.Analysis, remembers, cancellation);
        (Program program, Contexts contexts) = (analysis.Program, analysis.Contexts);
        (LockGraph locks, SignalGraph signals) = (analysis.Locks, analysis.Signals);
        List<Finding> findings = CycleFinder.Find(contexts, locks, signals, cancellation);
        findings.AddRange(NestedWaitFinder.Find(contexts, signals, [.. findings], cancellation));
        findings.AddRange(SelfDeadlocks(contexts, signals, findings, cancellation));
        findings.AddRange(StallFinder.Find(contexts, locks, signals, cancellation));
        findings.AddRange(BlockedContextFinder.Find(contexts, signals, cancellation));
        findings.AddRange(BlockedSchedulerFinder.Find(contexts, signals, cancellation));
        Finding[] rings = [.. findings];
        findings.AddRange(DeclarationFinder.Find(contexts, rings, cancellation));
        findings.AddRange(ForeignCodeFinder.Find(contexts, locks, rings, cancellation));
        findings.AddRange(InitializerWaitFinder.Find(contexts, rings, cancellation));
        findings.AddRange(CoarseClassFinder.Find(contexts, locks, signals, rings, cancellation));
        findings.AddRange(NestedInstanceFinder.Find(contexts, locks, cancellation));
        var throwers = new Throwers(contexts);
        findings.AddRange(LockLeakFinder.Find(contexts, analysis.Uses, throwers, cancellation));
        findings.AddRange(UnreleasedLockFinder.Find(contexts, cancellation));

        // A unit that is lost with the task that it was handed to is told once.
        var leaks = new HashSet<Site>(findings.Where(static finding => finding.Fault == Fault.LockNotReleased).Select(static finding => finding.Place));
        findings.AddRange(LostCompletions(analysis, throwers, cancellation).Where(lost => !leaks.Contains(lost.Place)));
        foreach (BodyFacts body in program.With(BodyParts.TooDeep))
        {
            program.Budgets.Hit(body, Budget.Stack);
        }

        findings.AddRange(program.Budgets.Findings());
        return SharedFindings.Result.Of(program, read, kept, [.. findings.Select(OwnedHere).OfType<Finding>()], _trees) with { Analysis = remembers ? analysis : null };
    }

    // Who waits for itself needs no other lock to hang: that it holds one besides is no news, nor are the awaits on the way to it.
    private static List<Finding> SelfDeadlocks(Contexts contexts, SignalGraph signals, List<Finding> findings, CancellationToken cancellation)
    {
        List<Finding> found = [.. ReentryFinder.Find(contexts, signals, cancellation), .. SelfWaitFinder.Find(contexts, signals, cancellation)];
        ILookup<Site, Finding> byPlace = found.ToLookup(static finding => finding.Place);
        findings.RemoveAll(finding => finding.Fault switch
        {
            Fault.WaitUnderLock => byPlace.Contains(finding.Place),
            Fault.LockOrderCycle => byPlace[finding.Place].Any(own => own.Steps.SequenceEqual(finding.Steps)),
            Fault.CrossReleaseCycle => finding.Steps.Any(step => byPlace[step].Any(own => own.Steps.Any(call => call.Body == finding.Place.Body && call.Span.OverlapsWith(finding.Place.Span)))),
            _ => false,
        });
        return found;
    }

    // However many ways a completion can be lost, its wait is told once.
    private static IEnumerable<Finding> LostCompletions(Analysis analysis, Throwers throwers, CancellationToken cancellation)
    {
        (Contexts contexts, SignalGraph signals) = (analysis.Contexts, analysis.Signals);
        var insertions = new Insertions(contexts.Program);
        var work = new CarriedWork(contexts, signals, insertions);
        Finding[] owed = [.. LostCompletionFinder.Find(contexts, analysis.Uses, analysis.Unowned, throwers, insertions, cancellation)];
        var told = new HashSet<Site>(owed.Select(static finding => finding.Place));
        return
        [
            .. owed,
            .. DroppedWorkFinder.Find(contexts, signals, work, cancellation)
                .Concat(UnansweredFinder.Find(contexts, signals, work, cancellation))
                .Concat(RefusedWorkFinder.Find(contexts, signals, work, cancellation))
                .Concat(PoolLeakFinder.Find(contexts, signals, throwers, cancellation))
                .Concat(UnwokenLoopFinder.Find(contexts, analysis.Uses, signals, cancellation))
                .Concat(UnclosedQueueFinder.Find(contexts, analysis.Uses, analysis.Unowned, throwers, cancellation))
                .Concat(ClosedGateFinder.Find(contexts, analysis.Uses, cancellation))
                .Concat(LostCancellationFinder.Find(contexts, analysis.Uses, throwers, cancellation))
                .Where(finding => told.Add(finding.Place)),
        ];
    }

    // A ring belongs to the project that closes it, at a step of its own; one without is its own project's report.
    private static Finding? OwnedHere(Finding finding)
    {
        if (!finding.Place.Body.IsExternal)
        {
            return finding;
        }

        Site? own = finding.Steps.FirstOrDefault(static step => !step.Body.IsExternal);
        return own is null ? null : finding with { Place = own, Steps = [finding.Place, .. finding.Steps.Where(step => step != own)] };
    }
}

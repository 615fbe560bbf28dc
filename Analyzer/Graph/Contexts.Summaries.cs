using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

// The summaries, callees before callers; after an edit, of those bodies alone that the edit reaches (docs/adr/0073).
internal sealed partial class Contexts
{
    private const int MaxDemands = 16;

    private readonly bool _remembers;
    private readonly HashSet<BodyFacts> _running = [];
    private readonly Stack<Dictionary<BodyFacts, Summary>> _demands = new();
    private readonly Dictionary<BodyFacts, HashSet<BodyFacts>> _recursive = [];

    // Bodies whose summary depends on the order in which they were come by: they are made anew after each edit, in that order.
    private readonly HashSet<string> _volatile = new(StringComparer.Ordinal);
    private readonly Contexts? _before;
    private Dictionary<BodyFacts, BodyFacts>? _replaced;
    private readonly LayeredMap<BodyFacts, HashSet<BodyFacts>> _dependents;
    private readonly HashSet<BodyFacts> _touched = [];
    private readonly HashSet<string> _mentioned = new(StringComparer.Ordinal);
    private readonly HashSet<BodyFacts> _unsettled = [];
    private readonly Dictionary<BodyFacts, HashSet<BodyFacts>> _askers = [];
    private HashSet<BodyFacts>? _settling;
    private bool _hasOtherCalls;
    private bool _keepsComponents;
    private int[][] _callees = [];
    private int[] _componentOf = [];
    private List<List<int>> _components = [];

    /// <summary>Whether there are summaries that depend on the order in which they are made, which was taken over from a program with other calls.</summary>
    public bool MayBeOutOfOrder { get; private set; }

    private void Summarize(ProgramEdit? edit, bool keepsOrder, CancellationToken cancellation)
    {
        FindComponents(edit, keepsOrder);
        _replaced = edit?.Changes.Where(static change => change is { Before: not null, After: not null })
            .ToDictionary(static change => change.After!, static change => change.Before!);
        HashSet<BodyFacts>? reached = _before is not null && !edit!.ChangesMembers ? Reached() : null;
        if (reached is not null)
        {
            _runs = new LayeredMap<BodyFacts, ContextRun>(_before!._runs);
            foreach (BodyFacts body in reached)
            {
                _runs.Remove(body);
            }
        }

        IEnumerable<List<int>> components = reached is null ? _components
            : reached.Select(body => _componentOf[Program.IndexOf(body.Id)]).Distinct().OrderBy(static component => component).Select(component => _components[component]);
        foreach (List<int> component in components)
        {
            cancellation.ThrowIfCancellationRequested();
            BodyFacts first = Program.Bodies[component[0]];
            if (_recursive.TryGetValue(first, out HashSet<BodyFacts>? members))
            {
                if (!TryKeep(members))
                {
                    Settle(component, cancellation);
                }
            }
            else if (!_runs.ContainsKey(first) && !TryKeep(first))
            {
                Summarize(first);
                KeepIdentity(first);
            }
        }

        MayBeOutOfOrder = _hasOtherCalls && _volatile.Count > 0 && _keepsComponents;
        Attribute(reached);
        if (reached is null)
        {
            _parts = new PartIndex(Program.Bodies.Count, PartsOf);
        }
        else
        {
            HashSet<int> changed = IndexesOfChanged(reached, edit!);
            _parts = _before!._parts.After(changed, PartsOf);
            Changed = [.. changed.Select(index => Program.Bodies[index])];
            KeepsSignalContexts = AreSignalContextsKept(changed);
        }

        foreach ((BodyFacts body, Budget budget) in _before is null ? [] : With(ContextParts.Hit).SelectMany(body => _runs[body].Hits))
        {
            Program.Budgets.Hit(body, budget);
        }
    }

    // The bodies, as they were, whose summaries an edit may change: the edited ones and whatever was made from these.
    private HashSet<BodyFacts> Reached()
    {
        HashSet<BodyFacts> reached = [.. _replaced!.Values, .. _before!._volatile.Select(_before.Program.Body).OfType<BodyFacts>(), .. MovedInRecursion()];
        var work = new Stack<BodyFacts>(reached);
        while (work.Count > 0)
        {
            BodyFacts body = work.Pop();
            IEnumerable<BodyFacts> dependents = _before._dependents.TryGetValue(body, out HashSet<BodyFacts>? known) ? known : [];
            if (_before._recursive.TryGetValue(body, out HashSet<BodyFacts>? members))
            {
                dependents = dependents.Concat(members);
            }

            foreach (BodyFacts dependent in dependents)
            {
                if (reached.Add(dependent))
                {
                    work.Push(dependent);
                }
            }
        }

        return reached;
    }

    // The bodies of which something is known that may be another now.
    private HashSet<int> IndexesOfChanged(HashSet<BodyFacts> reached, ProgramEdit edit) =>
    [
        .. reached.Select(static body => body.Id).Concat(_touched.Select(static body => body.Id)).Concat(_mentioned)
            .Concat(edit.Changes.Select(static change => change.After!.Id)).Select(Program.IndexOf).Where(static index => index >= 0),
    ];

    // Whether a signal counts is told by who calls the body, who calls or begins these, and who calls those that begin them.
    private bool AreSignalContextsKept(HashSet<int> changed)
    {
        HashSet<int> callers = [.. changed, .. changed.SelectMany(index => Both(index, static run => run.Detached))];
        return new HashSet<int>(callers.Concat(callers.SelectMany(index => Both(index, static run => run.Ran))))
            .All(index => IsSignalContext(Program.Bodies[index]) == _before!.IsSignalContext(_before.Program.Bodies[index]));

        IEnumerable<int> Both(int index, Func<ContextRun, IEnumerable<BodyFacts>> part) =>
            part(_runs[Program.Bodies[index]]).Concat(part(_before!._runs[_before.Program.Bodies[index]])).Select(body => Program.IndexOf(body.Id));
    }

    // Whoever asked for a summary that has changed since is made again, callees first, until nothing changes any more.
    private void Settle(List<int> component, CancellationToken cancellation)
    {
        List<BodyFacts> bodies = Program.Bodies;
        _settling = _recursive[bodies[component[0]]];
        BodyFacts[] members = [.. StronglyConnected.CalleesFirst(component, node => _callees[node]).Select(index => bodies[index])];
        _unsettled.UnionWith(members);
        int rounds = members.Length > MaxRecursion ? MaxKnotRounds : MaxRounds;
        for (int round = 0; _unsettled.Count > 0 && round < rounds; round++)
        {
            foreach (BodyFacts member in members)
            {
                cancellation.ThrowIfCancellationRequested();
                if (_unsettled.Remove(member) && Summarize(member) && _askers.TryGetValue(member, out HashSet<BodyFacts>? askers))
                {
                    _unsettled.UnionWith(askers);
                }
            }
        }

        BodyFacts first = bodies[component[0]];
        if (_unsettled.Count > 0)
        {
            Program.Budgets.Hit(first, Budget.Rounds);
            (_runs[first].Hits ??= []).Add((first, Budget.Rounds));
        }

        _settling = null;
        _unsettled.Clear();
        _askers.Clear();
        foreach (int index in component)
        {
            KeepIdentity(bodies[index]);
        }
    }

    // What a call runs may come out only while its caller is summarised (the disposal of a scope that a callee made).
    private Summary Demand(BodyFacts body, BodyFacts asker)
    {
        Summary summary = Ensure(body);
        if (_settling?.Contains(body) == true && _settling.Contains(asker))
        {
            (_askers.TryGetValue(body, out HashSet<BodyFacts>? askers) ? askers : _askers[body] = []).Add(asker);
        }

        if (_remembers)
        {
            _demands.Peek()[body] = summary;
        }

        return summary;
    }

    private Summary Ensure(BodyFacts body)
    {
        if (_runs.TryGetValue(body, out ContextRun? run))
        {
            return run.Summary;
        }

        if (_running.Contains(body))
        {
            return Summary.Empty;
        }

        bool isInRecursion = _recursive.TryGetValue(body, out HashSet<BodyFacts>? members);
        if (isInRecursion && members == _settling)
        {
            // Its turn comes, and then the asker's again.
            return Summary.Empty;
        }

        if (isInRecursion || _running.Count >= MaxDemands)
        {
            MarkVolatile(body);
        }

        if (_running.Count >= MaxDemands)
        {
            Program.Budgets.Hit(body, Budget.Chain);
        }
        else if (isInRecursion)
        {
            Summarize(body);
        }
        else if (!TryKeep(body))
        {
            Summarize(body);
            KeepIdentity(body);
        }

        return SummaryOf(body);
    }

    private IReadOnlyCollection<BodyFacts> KnotOf(BodyFacts body) => _recursive.TryGetValue(body, out HashSet<BodyFacts>? members) && members.Count > MaxRecursion ? members : [];

    private void MarkVolatile(BodyFacts demanded)
    {
        _volatile.UnionWith(_running.Select(static body => body.Id));
        _volatile.Add(demanded.Id);
        if (_recursive.TryGetValue(demanded, out HashSet<BodyFacts>? members))
        {
            _volatile.UnionWith(members.Select(static body => body.Id));
        }
    }

    private bool Summarize(BodyFacts body)
    {
        List<(BodyFacts, Budget)>? outer = Program.Budgets.Log;
        _runs.TryGetValue(body, out ContextRun? earlier);
        if (_remembers)
        {
            Program.Budgets.Log = [];
            _demands.Push([]);
        }

        _running.Add(body);
        var run = new ContextRun(body, BodySummarizer.Summarize(Program, PointsTo, _names, callee => Demand(callee, body), body, KnotOf(body)), earlier);
        _running.Remove(body);
        bool changed = !SummaryOf(body).SameAs(run.Summary);
        if (_remembers)
        {
            run.Hits = [.. Program.Budgets.Log!, .. earlier?.Hits ?? []];
            run.Demands = _demands.Pop();
            foreach (KeyValuePair<BodyFacts, Summary> demand in earlier?.Demands ?? [])
            {
                if (!run.Demands.ContainsKey(demand.Key))
                {
                    run.Demands.Add(demand.Key, demand.Value);
                }
            }

            Program.Budgets.Log = outer;
        }

        _runs[body] = run;
        return changed;
    }
}

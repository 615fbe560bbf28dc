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
    private readonly Dictionary<BodyFacts, HashSet<BodyFacts>> _dependents;
    private readonly HashSet<BodyFacts> _touched = [];
    private readonly HashSet<string> _mentioned = new(StringComparer.Ordinal);
    private int[][] _callees = [];
    private int[] _componentOf = [];
    private List<List<int>> _components = [];

    private void Summarize(ProgramEdit? edit, CancellationToken cancellation)
    {
        FindComponents(edit);
        _replaced = edit?.Changes.Where(static change => change is { Before: not null, After: not null })
            .ToDictionary(static change => change.After!, static change => change.Before!);
        HashSet<BodyFacts>? reached = _before is not null && _components == _before._components ? Reached() : null;
        if (reached is not null)
        {
            foreach (KeyValuePair<BodyFacts, ContextRun> run in _before!._runs)
            {
                if (!reached.Contains(run.Key))
                {
                    _runs.Add(run.Key, run.Value);
                }
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

        Attribute(reached);
        Roots = reached is null ? [.. Program.Bodies.Where(IsRoot)] : RootsAfter(_before!, edit!);
        foreach (ContextRun run in _runs.Values)
        {
            if (run.Hits is { Count: > 0 } hits && _before is not null)
            {
                foreach ((BodyFacts body, Budget budget) in hits)
                {
                    Program.Budgets.Hit(body, budget);
                }
            }

            if (!run.Reentries.IsEmpty)
            {
                _reentries[run.Body] = run.Reentries;
            }
        }
    }

    // The bodies, as they were, whose summaries an edit may change: the edited ones and whatever was made from these.
    private HashSet<BodyFacts> Reached()
    {
        HashSet<BodyFacts> reached = [.. _replaced!.Values, .. _before!._volatile.Select(_before.Program.Body).OfType<BodyFacts>()];
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

    private ImmutableArray<BodyFacts> RootsAfter(Contexts before, ProgramEdit edit)
    {
        bool isMoved = false;
        foreach (BodyFacts body in _touched.Concat(_mentioned.Select(Program.Body).OfType<BodyFacts>()).Concat(edit.Changes.Select(static change => change.After!)))
        {
            BodyFacts old = _replaced!.TryGetValue(body, out BodyFacts? replaced) ? replaced : body;
            bool isRoot = IsRoot(body);
            if (before.Program.Body(old.Id) is not { } known || before.IsRoot(known) != isRoot)
            {
                return [.. Program.Bodies.Where(IsRoot)];
            }

            isMoved |= isRoot && replaced is not null;
        }

        return isMoved ? [.. before.Roots.Select(root => Program.Body(root.Id)!)] : before.Roots;
    }

    private void Settle(List<int> component, CancellationToken cancellation)
    {
        List<BodyFacts> bodies = Program.Bodies;
        bool changed = true;
        for (int round = 0; changed && round < MaxRounds; round++)
        {
            changed = false;
            foreach (int index in component)
            {
                cancellation.ThrowIfCancellationRequested();
                changed |= Summarize(bodies[index]);
            }
        }

        BodyFacts first = bodies[component[0]];
        if (changed)
        {
            Program.Budgets.Hit(first, Budget.Rounds);
            (_runs[first].Hits ??= []).Add((first, Budget.Rounds));
        }

        foreach (int index in component)
        {
            KeepIdentity(bodies[index]);
        }
    }

    // ---- the order ----

    private void FindComponents(ProgramEdit? edit)
    {
        List<BodyFacts> bodies = Program.Bodies;
        if (_before is null || edit!.ChangesMembers)
        {
            _delegates.Clear();
            _callees = [.. bodies.Select(body => Resolve(Callees(body)))];
            _components = Components();
        }
        else
        {
            _callees = (int[][])_before._callees.Clone();
            bool isSame = true;
            foreach ((BodyFacts? before, BodyFacts? after) in edit.Changes)
            {
                int index = Program.IndexOf(after!.Id);
                Forget(_before.Callees(before!));
                int[] come = Resolve(Callees(after));
                isSame &= come.AsSpan().SequenceEqual(_callees[index]);
                _callees[index] = come;
            }

            _components = isSame ? _before._components : Components();
        }

        if (_before is not null && _components == _before._components)
        {
            _componentOf = _before._componentOf;
            foreach (KeyValuePair<BodyFacts, HashSet<BodyFacts>> known in _before._recursive)
            {
                BodyFacts member = Program.Body(known.Key.Id)!;
                if (!_recursive.ContainsKey(member))
                {
                    HashSet<BodyFacts> members = [.. known.Value.Select(body => Program.Body(body.Id)!)];
                    foreach (BodyFacts body in members)
                    {
                        _recursive[body] = members;
                    }
                }
            }

            return;
        }

        _componentOf = new int[_callees.Length];
        for (int i = 0; i < _components.Count; i++)
        {
            foreach (int member in _components[i])
            {
                _componentOf[member] = i;
            }
        }

        foreach (List<int> component in _components)
        {
            if (component.Count > 1 || Array.IndexOf(_callees[component[0]], component[0]) >= 0)
            {
                HashSet<BodyFacts> members = [.. component.Select(index => bodies[index])];
                foreach (BodyFacts member in members)
                {
                    _recursive.Add(member, members);
                }
            }
        }
    }

    private List<List<int>> Components()
    {
        List<List<int>> components = StronglyConnected.Components(_callees.Length, node => _callees[node]);
        foreach (List<int> component in components)
        {
            component.Sort();
        }

        return components;
    }

    private int[] Resolve(IEnumerable<(string Id, bool IsMentioned)> callees)
    {
        var indexes = new List<int>();
        foreach ((string id, bool isMentioned) in callees)
        {
            if (isMentioned)
            {
                _delegates.TryGetValue(id, out int known);
                _delegates[id] = known + 1;
                _mentioned.Add(id);
            }

            if (Program.IndexOf(id) is >= 0 and var index && !indexes.Contains(index))
            {
                indexes.Add(index);
            }
        }

        return indexes.Count == 0 ? [] : [.. indexes];
    }

    private void Forget(IEnumerable<(string Id, bool IsMentioned)> callees)
    {
        foreach ((string id, bool _) in callees.Where(static callee => callee.IsMentioned))
        {
            _mentioned.Add(id);
            if (--_delegates[id] == 0)
            {
                _delegates.Remove(id);
            }
        }
    }

    // ---- what an edit has left ----

    // Bodies in recursion are made together, or not at all.
    private bool TryKeep(HashSet<BodyFacts> members)
    {
        bool isCurrent = _before is not null && members.All(body => _before._runs.TryGetValue(body, out ContextRun? run)
            && !_before._volatile.Contains(body.Id)
            && _before._recursive.TryGetValue(body, out HashSet<BodyFacts>? known) && known.SetEquals(members)
            && AreCurrent(run, members));
        foreach (BodyFacts body in isCurrent ? members : [])
        {
            Keep(_before!._runs[body]);
        }

        return isCurrent;
    }

    private bool TryKeep(BodyFacts body)
    {
        if (_before is null || !_before._runs.TryGetValue(body, out ContextRun? run) || _before._volatile.Contains(body.Id) || _before._recursive.ContainsKey(body))
        {
            return false;
        }

        _running.Add(body);
        bool isCurrent = AreCurrent(run, members: null);
        _running.Remove(body);
        if (isCurrent)
        {
            Keep(run);
        }

        return isCurrent;
    }

    private bool AreCurrent(ContextRun run, HashSet<BodyFacts>? members)
    {
        foreach (KeyValuePair<BodyFacts, Summary> demand in run.Demands!)
        {
            if (members?.Contains(demand.Key) == true)
            {
                continue;
            }

            BodyFacts? demanded = _runs.ContainsKey(demand.Key) ? demand.Key : Program.Body(demand.Key.Id);
            if (demanded is null || !ReferenceEquals(Ensure(demanded), demand.Value))
            {
                return false;
            }
        }

        return true;
    }

    private void Keep(ContextRun run) => _runs[run.Body] = run;

    // What came out as it was before keeps its identity, so that callers are not made anew for it. A trace that leads through an
    // edited body leads elsewhere now.
    private void KeepIdentity(BodyFacts body)
    {
        if (_before is null)
        {
            return;
        }

        ContextRun run = _runs[body];
        bool isReplaced = _replaced!.TryGetValue(body, out BodyFacts? old);
        if (_before._runs.TryGetValue(old ?? body, out ContextRun? before)
            && (!isReplaced || (before.Summary.HasNoTrace && run.Summary.HasNoTrace))
            && FactsComparison.AreIdentical(before.Summary, run.Summary))
        {
            run.Summary = before.Summary;
        }
    }

    // Who calls, or begins, whom.
    private void Attribute(HashSet<BodyFacts>? reached)
    {
        var owned = new HashSet<HashSet<BodyFacts>>();
        foreach (KeyValuePair<BodyFacts, BodyFacts> replaced in _replaced ?? [])
        {
            Rename(_callers, replaced.Value, replaced.Key);
            Rename(_starters, replaced.Value, replaced.Key);
            Rename(_dependents, replaced.Value, replaced.Key);
        }

        IEnumerable<BodyFacts> before = _before is null ? [] : reached ?? (IEnumerable<BodyFacts>)_before._runs.Keys;
        foreach (ContextRun run in before.Select(body => _before!._runs[body]))
        {
            if (!_runs.TryGetValue(run.Body, out ContextRun? now) || now != run)
            {
                RemoveCaller(_callers, run.Ran, run.Body, owned);
                RemoveCaller(_starters, run.Detached, run.Body, owned);
                RemoveCaller(_dependents, run.Demands!.Keys, run.Body, owned);
            }
        }

        IEnumerable<BodyFacts> after = reached is null ? _runs.Keys : reached.Select(body => Program.Body(body.Id)!);
        foreach (ContextRun run in after.Select(body => _runs[body]))
        {
            if (_before is null || !_before._runs.TryGetValue(run.Body, out ContextRun? known) || known != run)
            {
                AddCaller(_callers, run.Ran, run.Body, owned);
                AddCaller(_starters, run.Detached, run.Body, owned);
                if (_remembers)
                {
                    AddCaller(_dependents, run.Demands!.Keys, run.Body, owned);
                }
            }
        }
    }

    private static void Rename(Dictionary<BodyFacts, HashSet<BodyFacts>> callersOf, BodyFacts old, BodyFacts @new)
    {
        if (callersOf.TryGetValue(old, out HashSet<BodyFacts>? callers))
        {
            callersOf.Remove(old);
            callersOf.Add(@new, callers);
        }
    }

    private void AddCaller(Dictionary<BodyFacts, HashSet<BodyFacts>> callersOf, IEnumerable<BodyFacts> callees, BodyFacts caller, HashSet<HashSet<BodyFacts>> owned)
    {
        foreach (BodyFacts callee in callees)
        {
            Own(callersOf, callee, owned).Add(caller);
        }
    }

    private void RemoveCaller(Dictionary<BodyFacts, HashSet<BodyFacts>> callersOf, IEnumerable<BodyFacts> callees, BodyFacts caller, HashSet<HashSet<BodyFacts>> owned)
    {
        foreach (BodyFacts callee in callees)
        {
            Own(callersOf, Program.Body(callee.Id) ?? callee, owned).Remove(caller);
        }
    }

    // The sets of the program before the edit are that one's still.
    private HashSet<BodyFacts> Own(Dictionary<BodyFacts, HashSet<BodyFacts>> callersOf, BodyFacts callee, HashSet<HashSet<BodyFacts>> owned)
    {
        if (!callersOf.TryGetValue(callee, out HashSet<BodyFacts>? callers) || !owned.Contains(callers))
        {
            callersOf[callee] = callers = callers is null ? [] : [.. callers];
            owned.Add(callers);
            if (_before is not null)
            {
                _touched.Add(callee);
            }
        }

        return callers;
    }

    // ---- one summary ----

    // What a call runs may come out only while its caller is summarised (the disposal of a scope that a callee made).
    private Summary Demand(BodyFacts body)
    {
        Summary summary = Ensure(body);
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

        if (_running.Count >= MaxDemands)
        {
            Program.Budgets.Hit(body, Budget.Chain);
            MarkVolatile(body);
        }
        else if (_recursive.ContainsKey(body))
        {
            MarkVolatile(body);
            Summarize(body);
        }
        else if (!TryKeep(body))
        {
            Summarize(body);
            KeepIdentity(body);
        }

        return SummaryOf(body);
    }

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
        var run = new ContextRun(body, BodySummarizer.Summarize(Program, PointsTo, _names, Demand, body), earlier);
        _running.Remove(body);
        bool changed = !SummaryOf(body).SameAs(run.Summary);
        if (_remembers)
        {
            run.Hits = [.. Program.Budgets.Log!, .. earlier?.Hits ?? []];
            run.Demands = _demands.Pop();
            Program.Budgets.Log = outer;
        }

        _runs[body] = run;
        return changed;
    }

    private IEnumerable<(string Id, bool IsMentioned)> Callees(BodyFacts body)
    {
        if (Program.EntersType(body))
        {
            foreach (BodyFacts initializer in Program.Initializers(body.Type!))
            {
                yield return (initializer.Id, false);
            }
        }

        foreach (Instruction instruction in body.Instructions)
        {
            switch (instruction)
            {
                case Call call:
                    foreach (BodyFacts target in Program.Targets(call, call.Receiver).AddRange(PointsTo.Targets(call)))
                    {
                        yield return (target.Id, false);
                    }

                    break;
                case Invoke invoke:
                    foreach (BodyFacts target in PointsTo.Functions(invoke.Delegate))
                    {
                        yield return (target.Id, false);
                    }

                    break;
                case Touch touch:
                    foreach (BodyFacts initializer in Program.Initializers(touch.Type))
                    {
                        yield return (initializer.Id, false);
                    }

                    break;
                case Affect { Target: var target } when target.Kind != ValueKind.Unknown:
                    foreach (BodyFacts function in PointsTo.Functions(target))
                    {
                        yield return (function.Id, false);
                    }

                    foreach (string @object in PointsTo.Objects(target))
                    {
                        foreach (Continuation continuation in PointsTo.Continuations(@object))
                        {
                            yield return (continuation.Body.Id, false);
                        }
                    }

                    break;
            }

            foreach (string function in Mentioned(instruction))
            {
                yield return (function, true);
            }
        }
    }

    private static IEnumerable<string> Mentioned(Instruction instruction)
    {
        IEnumerable<Value> values = instruction switch
        {
            Call call => call.Arguments,
            Invoke invoke => invoke.Arguments.Add(invoke.Delegate),
            Move move => move.From,
            StoreMember store => [store.Source],
            AssignLocal assign => [assign.Source],
            ReturnValue returned => [returned.Source],
            YieldElement yielded => [yielded.Element],
            Affect affect => [affect.Target],
            _ => [],
        };
        return values.Where(static value => value.Kind == ValueKind.Function).Select(static value => value.Id);
    }
}

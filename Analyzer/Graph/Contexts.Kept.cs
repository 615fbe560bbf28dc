using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

// What an edit has left as it was.
internal sealed partial class Contexts
{
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

        IEnumerable<BodyFacts> before = _before is null ? [] : reached ?? _before._runs.All.Select(static known => known.Key);
        foreach (ContextRun run in before.Select(body => _before!._runs[body]))
        {
            if (!_runs.TryGetValue(run.Body, out ContextRun? now) || now != run)
            {
                RemoveCaller(_callers, run.Ran, run.Body, owned);
                RemoveCaller(_starters, run.Detached, run.Body, owned);
                RemoveCaller(_dependents, run.Demands!.Keys, run.Body, owned);
            }
        }

        IEnumerable<BodyFacts> after = reached is null ? _runs.All.Select(static known => known.Key) : reached.Select(body => Program.Body(body.Id)!);
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

    private static void Rename(LayeredMap<BodyFacts, HashSet<BodyFacts>> callersOf, BodyFacts old, BodyFacts @new)
    {
        if (callersOf.TryGetValue(old, out HashSet<BodyFacts>? callers))
        {
            callersOf.Remove(old);
            callersOf[@new] = callers;
        }
    }

    private void AddCaller(LayeredMap<BodyFacts, HashSet<BodyFacts>> callersOf, IEnumerable<BodyFacts> callees, BodyFacts caller, HashSet<HashSet<BodyFacts>> owned)
    {
        foreach (BodyFacts callee in callees)
        {
            Own(callersOf, callee, owned).Add(caller);
        }
    }

    private void RemoveCaller(LayeredMap<BodyFacts, HashSet<BodyFacts>> callersOf, IEnumerable<BodyFacts> callees, BodyFacts caller, HashSet<HashSet<BodyFacts>> owned)
    {
        foreach (BodyFacts callee in callees)
        {
            Own(callersOf, Program.Body(callee.Id) ?? callee, owned).Remove(caller);
        }
    }

    // The sets of the program before the edit are that one's still.
    private HashSet<BodyFacts> Own(LayeredMap<BodyFacts, HashSet<BodyFacts>> callersOf, BodyFacts callee, HashSet<HashSet<BodyFacts>> owned)
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
}

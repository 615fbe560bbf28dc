using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

// Who may run whom, and so in which order the bodies are summarised.
internal sealed partial class Contexts
{
    private void FindComponents(ProgramEdit? edit, bool keepsOrder)
    {
        List<BodyFacts> bodies = Program.Bodies;
        if (_before is null || edit!.ChangesMembers)
        {
            _delegates = new LayeredMap<string, int>(StringComparer.Ordinal);
            _callees = [.. bodies.Select(body => Resolve(Callees(body)))];
            _components = Components();
        }
        else
        {
            _callees = (int[][])_before._callees.Clone();
            (_components, _componentOf, _keepsComponents) = (_before._components, _before._componentOf, true);
            foreach ((BodyFacts? before, BodyFacts? after) in edit.Changes)
            {
                int index = Program.IndexOf(after!.Id);
                Forget(_before.Callees(before!));
                int[] come = Resolve(Callees(after));
                bool callsAsBefore = come.AsSpan().SequenceEqual(_callees[index]);
                _keepsComponents &= callsAsBefore || (keepsOrder && TryPutInOrder(index, _callees[index], come));
                _hasOtherCalls |= !callsAsBefore;
                _callees[index] = come;
            }

            _components = _keepsComponents ? _components : Components();
        }

        if (_keepsComponents)
        {
            foreach (KeyValuePair<BodyFacts, HashSet<BodyFacts>> known in _before!._recursive)
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

    // Keeps the order, or changes it where other calls want that, so that callees come first; false if bodies come into recursion, or out of it.
    // Where summaries depend on the order, it must be the very order of a run from scratch.
    private bool TryPutInOrder(int caller, int[] before, int[] after)
    {
        int own = _componentOf[caller];
        return _before!._volatile.Count == 0
            && before.All(callee => _componentOf[callee] != own || Array.IndexOf(after, callee) >= 0)
            && after.All(callee => Array.IndexOf(before, callee) >= 0 || _componentOf[callee] < _componentOf[caller] || TryPutFirst(callee, caller));
    }

    // What lies between the two, and the callee needs, goes with it before the caller.
    private bool TryPutFirst(int callee, int caller)
    {
        (int low, int high) = (_componentOf[caller], _componentOf[callee]);
        if (low == high)
        {
            return false;
        }

        var needed = new SortedSet<int> { high };
        var work = new Stack<int>(needed);
        while (work.Count > 0)
        {
            foreach (int called in _components[work.Pop()].SelectMany(member => _callees[member]).Select(called => _componentOf[called]))
            {
                if (called == low)
                {
                    return false;
                }

                if (called > low && needed.Add(called))
                {
                    work.Push(called);
                }
            }
        }

        if (_components == _before!._components)
        {
            (_components, _componentOf) = ([.. _components], (int[])_componentOf.Clone());
        }

        List<int>[] between = [.. needed.Select(component => _components[component]), .. Enumerable.Range(low, high - low).Where(component => !needed.Contains(component)).Select(component => _components[component])];
        for (int i = 0; i < between.Length; i++)
        {
            _components[low + i] = between[i];
            foreach (int member in between[i])
            {
                _componentOf[member] = low + i;
            }
        }

        return true;
    }

    // The bodies, as they were, that are in recursion with others now, or no longer.
    private IEnumerable<BodyFacts> MovedInRecursion()
    {
        if (_keepsComponents)
        {
            yield break;
        }

        foreach (KeyValuePair<BodyFacts, HashSet<BodyFacts>> known in _before!._recursive)
        {
            if (!_recursive.TryGetValue(Program.Body(known.Key.Id)!, out HashSet<BodyFacts>? members) || !members.SetEquals(known.Value.Select(body => Program.Body(body.Id)!)))
            {
                yield return known.Key;
            }
        }

        foreach (BodyFacts member in _recursive.Keys)
        {
            BodyFacts old = _before.Program.Body(member.Id)!;
            if (!_before._recursive.ContainsKey(old))
            {
                yield return old;
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
            int left = _delegates[id] - 1;
            if (left > 0)
            {
                _delegates[id] = left;
            }
            else
            {
                _delegates.Remove(id);
            }
        }
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
                    foreach (BodyFacts target in PointsTo.Narrowed(call, Program.Targets(call, call.Receiver)).AddRange(PointsTo.Targets(call)))
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

                    foreach (BodyFacts continued in ContinuedBy(PointsTo.Objects(target)))
                    {
                        yield return (continued.Id, false);
                    }

                    break;
            }

            foreach (Value value in Several(instruction))
            {
                if (value.Kind == ValueKind.Function)
                {
                    yield return (value.Id, true);
                }
            }

            if (One(instruction) is { Kind: ValueKind.Function, Id: var id })
            {
                yield return (id, true);
            }
        }
    }

    // What goes on with a completion, and with the end of what goes on with it.
    private IEnumerable<BodyFacts> ContinuedBy(IReadOnlyCollection<string> completions)
    {
        if (completions.Count == 0)
        {
            return [];
        }

        var bodies = new HashSet<BodyFacts>();
        var work = new Stack<string>(completions);
        while (work.Count > 0)
        {
            foreach (Continuation continuation in PointsTo.Continuations(work.Pop()))
            {
                if (bodies.Add(continuation.Body) && continuation.Site is not null)
                {
                    work.Push(AsyncEnds.KeyOf(continuation.Body));
                }
            }
        }

        return bodies;
    }

    // Where an instruction may mention a function.
    private static ImmutableArray<Value> Several(Instruction instruction) => instruction switch
    {
        Call call => call.Arguments,
        Invoke invoke => invoke.Arguments,
        Move move => move.From,
        _ => [],
    };

    private static Value? One(Instruction instruction) => instruction switch
    {
        Invoke invoke => invoke.Delegate,
        StoreMember store => store.Source,
        AssignLocal assign => assign.Source,
        ReturnValue returned => returned.Source,
        YieldElement yielded => yielded.Element,
        Affect affect => affect.Target,
        _ => null,
    };
}

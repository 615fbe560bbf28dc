using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Graph;

/// <summary>Summaries of all bodies, and which of the bodies start a context.</summary>
internal sealed class Contexts
{
    public const int MaxRounds = 5;
    private const int MaxDemands = 16;

    private readonly LockNames _names;
    private readonly Dictionary<BodyFacts, Summary> _summaries = [];
    private readonly Dictionary<BodyFacts, HashSet<BodyFacts>> _callers = [];
    private readonly Dictionary<BodyFacts, ImmutableArray<Reentry>> _reentries = [];
    private readonly Dictionary<BodyFacts, IReadOnlyCollection<TextSpan>> _passed = [];
    private readonly HashSet<BodyFacts> _running = [];
    private readonly HashSet<BodyFacts> _detached = [];
    private readonly Dictionary<BodyFacts, HashSet<BodyFacts>> _starters = [];
    private readonly HashSet<string> _delegates = new(StringComparer.Ordinal);

    public Contexts(Program program, PointsTo pointsTo, CancellationToken cancellation)
    {
        Program = program;
        PointsTo = pointsTo;
        _names = new LockNames(program, pointsTo);
        Summarize(cancellation);
        Roots = [.. program.Bodies.Where(IsRoot)];
    }

    public Program Program { get; }

    public PointsTo PointsTo { get; }

    /// <summary>The bodies that may run at any time, beside any other: entries, spawned bodies, what only foreign code calls.</summary>
    public ImmutableArray<BodyFacts> Roots { get; }

    public Summary SummaryOf(BodyFacts body) => _summaries.TryGetValue(body, out Summary? summary) ? summary : Summary.Empty;

    /// <summary>Where a body asks for a lock that it holds already, by the body that holds it.</summary>
    public IReadOnlyDictionary<BodyFacts, ImmutableArray<Reentry>> Reentries => _reentries;

    /// <summary>Whether a wait of the body cannot block: on every way to it, what it is for is known to have been signalled.</summary>
    public bool IsPassed(BodyFacts body, Instruction wait) => _passed.TryGetValue(body, out IReadOnlyCollection<TextSpan>? passed) && passed.Contains(wait.Span);

    /// <summary>Whether the body runs in a context of its own: a thread's, a task's, or that of an async method nobody awaited.</summary>
    public bool IsSpawned(BodyFacts body) => PointsTo.SpawnedBodies.ContainsKey(body.Id) || _detached.Contains(body);

    public IReadOnlyCollection<BodyFacts> CallersOf(BodyFacts body) =>
        _callers.TryGetValue(body, out HashSet<BodyFacts>? callers) ? callers : (IReadOnlyCollection<BodyFacts>)[];

    /// <summary>Whether the body is run, or an async one begun, in a context that <paramref name="root"/> runs.</summary>
    public bool IsBegunIn(BodyFacts body, BodyFacts root)
    {
        var seen = new HashSet<BodyFacts> { body };
        var work = new Stack<BodyFacts>(seen);
        while (work.Count > 0)
        {
            BodyFacts current = work.Pop();
            if (current == root)
            {
                return true;
            }

            IEnumerable<BodyFacts> starters = _starters.TryGetValue(current, out HashSet<BodyFacts>? known) ? known : [];
            foreach (BodyFacts caller in CallersOf(current).Concat(starters).Where(seen.Add))
            {
                work.Push(caller);
            }
        }

        return false;
    }

    /// <summary>
    /// Whether a signal counts from here: a spawned body, or one that nothing calls but programs that merely drive it. A
    /// driver (an entry that nothing calls) does one thing after the other; what it did before is no part of this.
    /// </summary>
    public bool IsSignalContext(BodyFacts body)
    {
        if (IsSpawned(body))
        {
            return true;
        }

        IEnumerable<BodyFacts> callers = CallersOf(body).Where(caller => caller != body);
        return body.IsEntry || body.IsInternal ? callers.All(IsDriver) : !callers.Any() && (body.Outer is not null || _delegates.Contains(body.Id));
    }

    // Nothing calls it but, at most, the program's entry point.
    private bool IsDriver(BodyFacts body) =>
        !IsSpawned(body) && body.Outer is null && CallersOf(body).All(static caller => caller.IsProgramEntry);

    private bool IsRoot(BodyFacts body) =>
        IsSpawned(body)
        || (!Program.IsSingleThreaded(body) && (IsOpenEntry(body)
        || (CallersOf(body).Count == 0 && (body.Outer is not null || body.IsInternal || _delegates.Contains(body.Id)))));

    private bool IsOpenEntry(BodyFacts body) => body.IsEntry && (Program.Options.PublicEntryPoints || body.IsProgramEntry);

    private void Summarize(CancellationToken cancellation)
    {
        List<BodyFacts> bodies = Program.Bodies;
        var indexes = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < bodies.Count; i++)
        {
            indexes.Add(bodies[i].Id, i);
        }

        int[][] callees = [.. bodies.Select(body => Callees(body).Select(id => indexes.TryGetValue(id, out int index) ? index : -1)
            .Where(static index => index >= 0).Distinct().ToArray())];
        foreach (List<int> component in StronglyConnected.Components(bodies.Count, node => callees[node]))
        {
            component.Sort();
            bool isRecursive = component.Count > 1 || callees[component[0]].Contains(component[0]);
            bool changed = true;
            for (int round = 0; changed && round < (isRecursive ? MaxRounds : 1); round++)
            {
                changed = false;
                foreach (int index in component)
                {
                    cancellation.ThrowIfCancellationRequested();
                    if (isRecursive || !_summaries.ContainsKey(bodies[index]))
                    {
                        changed |= Summarize(bodies[index]);
                    }
                }
            }

            if (changed && isRecursive)
            {
                Program.Budgets.Hit(bodies[component[0]], Budget.Rounds);
            }
        }
    }

    // What a call runs may come out only while its caller is summarised (the disposal of a scope that a callee made).
    private Summary Demand(BodyFacts body)
    {
        if (!_summaries.ContainsKey(body) && !_running.Contains(body))
        {
            if (_running.Count < MaxDemands)
            {
                Summarize(body);
            }
            else
            {
                Program.Budgets.Hit(body, Budget.Chain);
            }
        }

        return SummaryOf(body);
    }

    private bool Summarize(BodyFacts body)
    {
        _running.Add(body);
        (Summary summary, IReadOnlyCollection<BodyFacts> ran, IReadOnlyCollection<BodyFacts> detached, ImmutableArray<Reentry> reentries, IReadOnlyCollection<TextSpan> passed) =
            BodySummarizer.Summarize(Program, PointsTo, _names, Demand, body);
        _running.Remove(body);
        _detached.UnionWith(detached);
        if (!reentries.IsEmpty)
        {
            _reentries[body] = reentries;
        }

        _passed.Remove(body);
        if (passed.Count > 0)
        {
            _passed.Add(body, passed);
        }

        AddCallers(_callers, ran, body);
        AddCallers(_starters, detached, body);

        bool changed = !SummaryOf(body).SameAs(summary);
        _summaries[body] = summary;
        return changed;
    }

    private static void AddCallers(Dictionary<BodyFacts, HashSet<BodyFacts>> callersOf, IReadOnlyCollection<BodyFacts> callees, BodyFacts caller)
    {
        foreach (BodyFacts callee in callees)
        {
            if (!callersOf.TryGetValue(callee, out HashSet<BodyFacts>? callers))
            {
                callersOf.Add(callee, callers = []);
            }

            callers.Add(caller);
        }
    }

    private IEnumerable<string> Callees(BodyFacts body)
    {
        if (Program.EntersType(body))
        {
            foreach (BodyFacts initializer in Program.Initializers(body.Type!))
            {
                yield return initializer.Id;
            }
        }

        foreach (Instruction instruction in body.Instructions)
        {
            switch (instruction)
            {
                case Call call:
                    foreach (BodyFacts target in Program.Targets(call, call.Receiver).AddRange(PointsTo.Targets(call)))
                    {
                        yield return target.Id;
                    }

                    break;
                case Invoke invoke:
                    foreach (BodyFacts target in PointsTo.Functions(invoke.Delegate))
                    {
                        yield return target.Id;
                    }

                    break;
                case Touch touch:
                    foreach (BodyFacts initializer in Program.Initializers(touch.Type))
                    {
                        yield return initializer.Id;
                    }

                    break;
                case Affect { Target: var target } when target.Kind != ValueKind.Unknown:
                    foreach (BodyFacts function in PointsTo.Functions(target))
                    {
                        yield return function.Id;
                    }

                    foreach (string @object in PointsTo.Objects(target))
                    {
                        foreach (Continuation continuation in PointsTo.Continuations(@object))
                        {
                            yield return continuation.Body.Id;
                        }
                    }

                    break;
            }

            foreach (string function in Mentioned(instruction))
            {
                _delegates.Add(function);
                yield return function;
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

using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Finds waits for what only the waiting context can give: a thread, task or work that joins itself, by its end or by a
/// completion that nobody but its own body signals, later.
/// </summary>
internal sealed class SelfWaitFinder
{
    private const int MaxAwaits = 3;
    private const int MaxCallers = 4;

    private readonly Contexts _contexts;
    private readonly SignalGraph _signals;
    private readonly SelfPaths _paths;
    private readonly Dictionary<Site, Finding> _found = [];
    private readonly List<Asked> _asked = [];

    private SelfWaitFinder(Contexts contexts, SignalGraph signals)
    {
        _contexts = contexts;
        _signals = signals;
        _paths = new SelfPaths(contexts);
    }

    public static IEnumerable<Finding> Find(Contexts contexts, SignalGraph signals, CancellationToken cancellation)
    {
        var finder = new SelfWaitFinder(contexts, signals);
        foreach (BodyFacts body in contexts.With(ContextParts.OwnContext))
        {
            cancellation.ThrowIfCancellationRequested();
            Summary summary = contexts.SummaryOf(body);
            finder.CheckEnd(body, summary);
            if (contexts.IsSpawned(body))
            {
                finder.CheckSignals(body, summary);
            }
        }

        finder.CheckLoops();
        return finder._found.Values;
    }

    private void CheckEnd(BodyFacts body, Summary summary)
    {
        // A continuation that a signal of the body's own runs is part of it, and waits for what never comes.
        foreach (Event wait in summary.Events.Where(static found => IsBlocking(found, inContinuation: true)))
        {
            string[] completions = [.. _signals.Completions(wait)];
            if (completions.Length > 0
                && ((completions.All(completion => IsEndOf(body, completion, wait) || IsEndOfHandedOn(body, completion)) && (wait.IsInContinuation || _paths.MayBeOwn(body, wait, completions)))
                    || completions.All(completion => IsEndOfOneThatWaits(body, completion, wait))))
            {
                Report(body, wait, wait.Trace.Place, $"'{body.Name}', whose end would let it go, is what makes this call");
            }
        }
    }

    private bool IsEndOf(BodyFacts body, string completion, Event wait)
    {
        IReadOnlyList<Signaller> signallers = _signals.Of(completion);
        return signallers.Count > 0
            && signallers.All(signaller => signaller.Body == body && signaller.Signal.Span == body.Span)
            && (completion != AsyncEnds.KeyOf(body) || wait.IsAfterAwait || _contexts.PointsTo.SpawnedBodies.ContainsKey(body.Id));
    }

    // What returns the task of an async call ends when that one does.
    private bool IsEndOfHandedOn(BodyFacts body, string completion) => AsyncEnds.IsKey(completion)
        && body is { GoesOn: true, IsAsync: false }
        && body.Instructions.OfType<Call>().Any(call => _contexts.Program.Targets(call, call.Receiver).Any(begun => completion == AsyncEnds.KeyOf(begun))
            && body.Instructions.OfType<ReturnValue>().All(returned => returned.Source.Root.Equals(call.Result)));

    // An async call that awaits the end of the body ends no earlier.
    private bool IsEndOfOneThatWaits(BodyFacts body, string completion, Event wait) => wait is { IsFlowWait: false, Receiver: { } receiver }
        && _signals.Of(completion) is { Count: > 0 } signallers
        && signallers.All(signaller => signaller.IsAsyncEnd && signaller.Body != body && signaller.Before.Any(found =>
            found is { Kind: EventKind.Wait, IsTimed: false, Token: null }
            && _signals.Completions(found).ToArray() is { Length: > 0 } ends && ends.All(end => IsEndOf(body, end, found))
            && _paths.MayBeOwn(body, found with { Target = found.Target.Substitute(root => root.Kind == ValueKind.This ? receiver : null) }, ends)));

    private void CheckSignals(BodyFacts body, Summary summary)
    {
        foreach (SignalEvent signal in summary.Signals.Where(static signal => !signal.IsCondition))
        {
            var signalled = new HashSet<string>(_signals.Completions(signal).Where(completion => MayBeOnlySignalOf(body, completion)), StringComparer.Ordinal);
            foreach (Event wait in signalled.Count == 0 ? [] : signal.Before.Concat(InEarlierTurns(body, summary, signal)).Where(static found => IsBlocking(found, inContinuation: false)))
            {
                if (_paths.OfAnotherLoop(body, wait, signal) is not null && _signals.Completions(wait).All(completion => signalled.Contains(completion) && IsOnlySignalOf(body, completion, wait)))
                {
                    _asked.AddRange(AskedBy(body, wait, signal));
                }
                else if (OwnOf(body, wait, signal, signalled, MaxAwaits) is not { } own || (own != wait && summary.Events.Any(found => found.Trace.Leaf == own.Trace.Leaf)))
                {
                    // What the flow awaits as part of itself is judged by itself.
                }
                else if (IsOfTask(wait) && (summary.InstallsContext || IsAnsweredInALaterTurn(body, wait, signal)))
                {
                    ReportTurn(body, wait, signal);
                }
                else
                {
                    Report(body, wait with { Trace = own.Trace }, wait.Trace.Place, $"'{body.Name}', which signals it later, is what makes this call");
                }
            }
        }
    }

    // Each work of such loops that comes to the wait.
    private IEnumerable<Asked> AskedBy(BodyFacts body, Event wait, SignalEvent signal)
    {
        foreach (BodyFacts caller in _contexts.Above([wait.Trace.Leaf.Body], MaxCallers).OrderBy(static caller => caller.Id, StringComparer.Ordinal))
        {
            foreach (Event found in _contexts.SummaryOf(caller).Events.Where(found => found.Trace.Leaf == wait.Trace.Leaf && IsBlocking(found, inContinuation: false)))
            {
                if (_paths.OfAnotherLoop(body, found, signal) is var (work, loop, other) && work.Body == caller)
                {
                    yield return new Asked(found, work, loop, other);
                }
            }
        }
    }

    // Of two loops of one class, work of each waits for work of the other.
    private void CheckLoops()
    {
        foreach (Asked there in _asked)
        {
            if (_asked.Find(back => back.Loop.Id == there.Other.Id && back.Other.Id == there.Loop.Id) is { } back)
            {
                Site place = there.Wait.Trace.Place;
                Finding.Keep(_found, new Finding(
                    Fault.LoopRing,
                    place,
                    [there.Work.Body.Name, NameOf(there.Other), NameOf(there.Loop), back.Work.Body.Name],
                    [.. there.Wait.Trace.Sites.Append(back.Work).Concat(back.Wait.Trace.Sites).Where(step => step != place).Distinct()],
                    IsSuggestion: false));
            }
        }
    }

    // Two classes may call what they keep alike.
    private static string NameOf(Value loop)
    {
        string type = DelegateHolders.DeclaringType(loop.Id) ?? "";
        return type.Substring(type.LastIndexOf('.') + 1) + "." + LockClass.Of(new LockRef(loop, null)).Name;
    }

    // The wait for what only the body itself signals: this one, or, where it is for the end of async calls, one without which each of them does not end.
    private Event? OwnOf(BodyFacts body, Event wait, SignalEvent signal, HashSet<string> signalled, int awaits)
    {
        string[] completions = [.. _signals.Completions(wait)];
        if (completions.Length == 0)
        {
            return null;
        }

        bool isOfSeveral = !_contexts.Spawns.IsStartedOnce(body);
        if (completions.All(completion => signalled.Contains(completion) && IsOnlySignalOf(body, completion, wait)) && _paths.MayBeOwn(body, wait, signal, isOfSeveral)
            && (!isOfSeveral || completions.All(completion => NeedsEach(completion, signal)) || !_paths.MayBeOfAnother(body, wait, signal))
            && !FlowOrder.IsReadBefore(wait, signal.Trace, completions))
        {
            return wait;
        }

        if (awaits == 0 || !completions.All(AsyncEnds.IsKey))
        {
            return null;
        }

        Event?[] awaited = [.. completions.Select(completion => AwaitedBefore(completion, wait).Select(found => OwnOf(body, found, signal, signalled, awaits - 1)).FirstOrDefault(static own => own is not null))];
        return Array.IndexOf(awaited, null) < 0 ? awaited[0] : null;
    }

    // Whether none of several contexts can leave its signal to the others: they are counted, or the last one signals by its end.
    private bool NeedsEach(string completion, SignalEvent signal) => _contexts.PointsTo.NeedsAll(completion) || _contexts.PointsTo.IsEnd(completion)
        || signal.Trace.Leaf.Body.Instructions.Any(instruction => instruction is Affect { Counter: not null } && instruction.Span == signal.Trace.Leaf.Span);

    // What an async call waits for before it ends, as who waits for that end sees it.
    private IEnumerable<Event> AwaitedBefore(string end, Event wait) => _signals.Of(end).SelectMany(static signaller => signaller.Before)
        .Where(static found => found is { Kind: EventKind.Wait, IsTimed: false, Token: null, IsElsewhere: false, IsInContinuation: false, Guards.IsEmpty: true })
        .Select(found => found with
        {
            Target = found.Target.Substitute(root => root.Kind == ValueKind.This ? wait.Receiver : null),
            Home = found.Home is { } home ? home with { Object = home.Object.Substitute(root => root.Kind == ValueKind.This ? wait.Receiver : null) } : null,
            Receiver = found.Receiver?.Substitute(root => root.Kind == ValueKind.This ? wait.Receiver : null),
            Trace = wait.Trace.Then(found.Trace),
        });

    // What a turn of the one loop makes and waits for itself, only a later turn can signal, be it that the loop idles meanwhile.
    private IEnumerable<Event> InEarlierTurns(BodyFacts body, Summary summary, SignalEvent signal) => summary.Events
        .Where(found => found is { Kind: EventKind.Wait } && (found.Home is not null || _signals.Completions(found).All(AsyncEnds.IsKey)) && !signal.Before.Contains(found))
        .Where(found => _contexts.Spawns.IsStartedOnce(body) && Loops.AreInOne(body, found.Trace.Site.Span, signal.Trace.Site.Span));

    // Whether nobody else signals whom no wait of its own keeps: whatever else there is to know depends on who waits. Tasks of a scheduler are XR1006's.
    private bool MayBeOnlySignalOf(BodyFacts body, string completion) =>
        completion.StartsWith("new@", StringComparison.Ordinal)
        && _contexts.PointsTo.SchedulerOf(completion) is null
        && (_contexts.PointsTo.NeedsAll(completion) || _signals.Of(completion).All(signaller => signaller.Body == body || _signals.IsOfEnd(signaller) || signaller.Before.Any(static found => found.Kind == EventKind.Wait)
            || UnownedCompletions.CreatorOf(_contexts.Program, completion) == signaller.Signal.Body));

    private bool IsOnlySignalOf(BodyFacts body, string completion, Event wait) =>
        completion.StartsWith("new@", StringComparison.Ordinal)
        && !_signals.IsOpen(completion)
        && _signals.For(wait, completion) is { Count: > 0 } signallers
        && (_contexts.PointsTo.NeedsAll(completion) ? signallers.Any(signaller => signaller.Body == body) : signallers.All(signaller => signaller.Body == body || WaitsForEndOf(body, signaller)));

    // Who signals only when the body has ended is of no help to it.
    private bool WaitsForEndOf(BodyFacts body, Signaller signaller) => signaller.Before.Any(found =>
        found is { Kind: EventKind.Wait, IsTimed: false } && _signals.Completions(found).ToArray() is { Length: > 0 } ends && ends.All(end => IsEndOf(body, end, found)));

    private static bool IsBlocking(Event found, bool inContinuation) =>
        found is { Kind: EventKind.Wait, IsTimed: false, IsElsewhere: false, PassesOwn: false } && (inContinuation || !found.IsInContinuation);

    // It lies in a table until the message comes that names it; work that the loop was handed for it is its own.
    private bool IsAnsweredInALaterTurn(BodyFacts body, Event wait, SignalEvent signal) =>
        Loops.AreInOne(body, wait.Trace.Site.Span, signal.Trace.Site.Span)
        && signal.Target.Path.HasElement && signal.Target.Path.WithoutElements is { Kind: ValueKind.Member or ValueKind.Static, Id: var table }
        && _contexts.Program.With(BodyParts.Table).Any(user => TableUses.Of(user).Taken.Contains(table));

    private static bool IsOfTask(Event wait) => wait.Trace.Leaf.Body.Instructions.Any(instruction => instruction.Span == wait.Trace.Leaf.Span && instruction is Affect { Effect.Kind: EffectKind.Wait, IsOfTask: true });

    // The thread of a context, or of a loop that handles one thing after the other, waits for a task that another turn of it completes.
    private void ReportTurn(BodyFacts body, Event wait, SignalEvent signal)
    {
        Site place = wait.Trace.Place;
        Finding.Keep(_found, new Finding(
            Fault.BlockedTurn,
            place,
            [place.Body.Name, wait.Text, body.Name, signal.Trace.Leaf.Body.Name],
            [.. wait.Trace.Sites.Append(signal.Trace.Leaf).Where(step => step != place).Distinct()],
            IsSuggestion: false));
    }

    private void Report(BodyFacts body, Event wait, Site place, string why)
    {
        Value path = wait.Target.Path.QueueOfRoom ?? wait.Target.Path;
        string name = path.IsNamed ? LockClass.Of(new LockRef(path, null)).Name : wait.Text;
        Finding.Keep(_found, new Finding(
            Fault.SelfDeadlock,
            place,
            [place.Body.Name, name, why, $"Do not wait when '{body.Name}' itself is the caller"],
            [.. wait.Trace.Sites.Where(step => step != place).Distinct()],
            IsSuggestion: false));
    }

    /// <summary>A wait of work that one loop runs for work that it hands to another one.</summary>
    private sealed record Asked(Event Wait, Site Work, Value Loop, Value Other);
}

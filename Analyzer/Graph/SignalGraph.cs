using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;
using CrossRelease.Analyzers.Symbols;

namespace CrossRelease.Analyzers.Graph;

/// <summary>A context that owes a completion: what it may have to get before it signals.</summary>
internal sealed record Signaller(BodyFacts Body, ImmutableArray<Event> Before, Site Signal)
{
    /// <summary>Whether the signal is the end of the body.</summary>
    public bool IsEndOf(BodyFacts body) => Body == body && Signal.Body == body && Signal.Span == body.Span;

    /// <summary>Whether the signal is the end of an async call, which its caller may have begun and await itself.</summary>
    public bool IsAsyncEnd { get; init; }

    /// <summary>The calls that lead from the body to the signal; null for its end.</summary>
    public Trace? Way { get; init; }

    /// <summary>Whether whoever waits gets an exception by it.</summary>
    public bool IsFailing { get; init; }

    /// <summary>The member that keeps the completion, as <see cref="Event.Given"/> has it; null for none.</summary>
    public string? Member { get; init; }
}

/// <summary>Who signals which completion. A completion is the object of a creation site, or a member where no site is known.</summary>
internal sealed class SignalGraph
{
    private const string RoomMark = "/room";

    // After what bodies signal come their ends, and then what other completions' ends signal.
    private const long Ends = 1L << 32;
    private const long EndsOfOthers = 2L << 32;

    private readonly Contexts _contexts;
    private readonly UseMap<string, Signaller> _signallers;
    private readonly Dictionary<BodyFacts, HashSet<string>> _endsOfOthers = [];
    private readonly Lazy<HashSet<string>> _reset;
    private readonly Dictionary<Signaller, Site?> _turns = [];
    private readonly Dictionary<BodyFacts, bool> _ofDisposal = [];

    /// <param name="before">The graph of the contexts that these were taken over from; null if there is none.</param>
    public SignalGraph(Contexts contexts, SignalGraph? before = null)
    {
        _contexts = contexts;
        _reset = new(() => [.. contexts.Program.With(BodyParts.Reset).SelectMany(static body => body.Instructions).OfType<Affect>()
            .Where(static affect => affect.Effect.Kind == EffectKind.Reset).SelectMany(reset => Keys(new LockRef(reset.Target, reset.TargetType), isCondition: false))]);
        bool isKept = before is not null && contexts is { Changed: not null, KeepsSignalContexts: true };
        _signallers = isKept ? new(before!._signallers) : new(StringComparer.Ordinal);
        foreach (BodyFacts body in isKept ? contexts.Changed! : contexts.With(ContextParts.Signal))
        {
            _signallers.Set(contexts.Program.IndexOf(body.Id), SignalsOf(body));
        }

        IEnumerable<BodyFacts> spawned = isKept ? contexts.Changed! : contexts.PointsTo.SpawnedBodies.Keys.Select(id => contexts.Program.Body(id)!);
        foreach (BodyFacts body in spawned)
        {
            if (contexts.PointsTo.SpawnedBodies.TryGetValue(body.Id, out HashSet<string>? ends))
            {
                Signaller end = EndOf(body, afterAwait: false);
                _signallers.Set(Ends + contexts.Program.IndexOf(body.Id), ends.Select(context => (context, end)));
            }
        }

        AddEndsOfOthers();
    }

    public IReadOnlyList<Signaller> Of(string completion) => _signallers[completion];

    /// <summary>
    /// Those of <see cref="Of"/> that may let the wait go on: who has made the completion, and waits for it, gives it no more; what a disposal signals as well, or who fails all that is waited for, is of no help before it, and after it nobody waits but the disposal itself.
    /// What the waiter has cancelled keeps none of them back.
    /// </summary>
    public IReadOnlyList<Signaller> For(Event wait, string completion)
    {
        IReadOnlyList<Signaller> all = Helpful(wait, completion);
        return CancelledBefore(wait) is not { Count: > 0 } cancelled ? all
            : [.. all.Select(signaller => signaller with { Before = signaller.Before.RemoveAll(found => found.Token is { } token && IsOf(token, cancelled)) })];
    }

    /// <summary>Whether the waiter has cancelled what another flow waits for.</summary>
    public bool IsCancelledBefore(Event wait, Event found) => found.Token is { } token && CancelledBefore(wait) is { Count: > 0 } cancelled && IsOf(token, cancelled);

    // The members whose sources were cancelled before the wait, and the sources in them.
    private HashSet<string> CancelledBefore(Event wait)
    {
        string[] members = [.. wait.Given.Where(static given => given.StartsWith(Event.CancelledMark, StringComparison.Ordinal)).Select(static given => given.Substring(Event.CancelledMark.Length))];
        return [.. members, .. members.SelectMany(member => _contexts.PointsTo.Objects(Value.Static(member)))];
    }

    // A linked source keeps the tokens that it was made of.
    private bool IsOf(Value token, HashSet<string> cancelled) =>
        cancelled.Contains(token.Id) || _contexts.PointsTo.Objects(token).Concat(_contexts.PointsTo.Objects(Value.Element(token))).Any(cancelled.Contains);

    private IReadOnlyList<Signaller> Helpful(Event wait, string completion)
    {
        IReadOnlyList<Signaller> all = Of(completion);
        if (all.Count < 2)
        {
            return all;
        }

        if (UnownedCompletions.CreatorOf(_contexts.Program, completion) is { } maker
            && all.Where(signaller => signaller.Signal.Body != maker).ToArray() is { Length: > 0 } later && later.Length < all.Count
            && wait.Trace.Sites.Any(site => site.Body == maker))
        {
            all = later;
        }

        Signaller[] others = [.. all.Where(signaller => !IsOfEnd(signaller))];
        return others.Length == 0 || others.Length == all.Count || wait.Trace.Sites.Any(static site => SymbolNames.IsDisposal(site.Body.Id)) ? all : others;
    }

    /// <summary>Whether the signal is none to wait for: a disposal gives it, or what it alone of its type calls, or somebody fails all that is waited for.</summary>
    public bool IsOfEnd(Signaller signaller) => FailsAll(signaller) || IsOfDisposal(signaller);

    // One after the other, in a loop of its own or of whoever calls it, and in nobody's context in particular.
    private bool FailsAll(Signaller signaller) => signaller is { IsFailing: true, Body: var body } && !_contexts.IsSpawned(body)
        && (signaller.Way!.Sites.Any(static site => site.IsInLoop)
            || (_contexts.CallersOf(body) is { Count: > 0 } callers && callers.All(caller => !_contexts.IsSpawned(caller) && caller.Instructions.OfType<Call>()
                .Where(call => _contexts.Program.Targets(call, call.Receiver).Contains(body)).All(call => new Site(caller, call.Span).IsInLoop))));

    private bool IsOfDisposal(Signaller signaller)
    {
        if (!_ofDisposal.TryGetValue(signaller.Body, out bool isOfDisposal))
        {
            isOfDisposal = SymbolNames.IsDisposal(signaller.Body.Id)
                || _contexts.CallersOf(signaller.Body).Any(caller => caller.Type == signaller.Body.Type && SymbolNames.IsDisposal(caller.Id));
            _ofDisposal.Add(signaller.Body, isOfDisposal);
        }

        return isOfDisposal;
    }

    /// <summary>
    /// The locks that other turns of the loop take which gives the signal: while it is busy with another message it comes to none of the waiter's,
    /// though it idles in between. Nothing for what several threads, or work of its own for each message, may signal.
    /// </summary>
    /// <param name="matters">Whether the lock is one that somebody may keep the loop from.</param>
    public IEnumerable<Event> InOtherTurns(Signaller signaller, Func<Event, bool> matters)
    {
        Site? turn = TurnOf(signaller);
        return turn is null ? [] : _contexts.SummaryOf(signaller.Body).Events.Where(found => found is { Kind: EventKind.Acquire, IsTimed: false } && matters(found)
            && !signaller.Before.Contains(found) && !(signaller.Member is { } member && found.Given.Contains(member))
            && found.Trace.Sites.FirstOrDefault(site => site.Body == turn.Body) is { } other && Loops.AreInOne(turn.Body, other.Span, turn.Span));
    }

    /// <summary>Whether a loop gives the signal that takes the messages of all, one after the other: one thread's, that is started once.</summary>
    public bool IsOfOneLoop(Signaller signaller) => TurnOf(signaller) is not null;

    // Where in that loop it is given.
    private Site? TurnOf(Signaller signaller)
    {
        if (!_turns.TryGetValue(signaller, out Site? turn))
        {
            BodyFacts body = signaller.Body;
            bool isOne = _contexts.IsSpawned(body) && _contexts.Spawns.FateOf(body) is not null && _contexts.Spawns.IsStartedOnce(body);
            _turns.Add(signaller, turn = isOne ? signaller.Way?.Sites.FirstOrDefault(static site => site.IsInLoop) : null);
        }

        return turn;
    }

    /// <summary>Whether what a wait is for may let it pass before anybody signals.</summary>
    public bool LetsPass(Event wait) => Completions(wait).Any(IsOpen);

    /// <summary>Whether the completion lets its first wait pass, and nobody resets it.</summary>
    public bool IsOpen(string completion) => _contexts.PointsTo.IsOpen(completion) && !_reset.Value.Contains(completion);

    /// <summary>The completions that a wait may be for: of what a helper was handed, the work of the caller that waits.</summary>
    public IEnumerable<string> Completions(Event wait)
    {
        IEnumerable<string> keys = Keys(wait.Target, wait.Kind == EventKind.WaitCondition);
        return wait.Target.Path.Kind == ValueKind.CallResult && HandedWork.OfOthers(_contexts, wait.Trace) is { Count: > 0 } others
            ? keys.Where(key => AsyncEnds.BodyOf(key) is not { } body || !others.Any(other => other.Id == body))
            : keys;
    }

    /// <summary>The locks that stay taken over the wait. One monitor is let go, and must be held: where none is by its own name, it is the one that may be the same object.</summary>
    public ImmutableArray<HeldLock> HeldOver(Event wait)
    {
        ImmutableArray<HeldLock> held = wait.HeldOver;
        if (held.IsEmpty || wait.Kind != EventKind.WaitCondition || held.Length < wait.Held.Length)
        {
            return held;
        }

        IReadOnlyCollection<string> monitor = _contexts.PointsTo.Objects(wait.Target.Path);
        return held.RemoveAll(other => _contexts.PointsTo.Objects(other.Lock.Path).Any(monitor.Contains));
    }

    /// <summary>The completions that a signal may be for: a task that a source was given as its result is none of them.</summary>
    public IEnumerable<string> Completions(SignalEvent signal)
    {
        string[] keys = [.. Keys(signal.Target, signal.IsCondition)];
        string[] given = keys.Length > 1 ? [.. keys.Where(key => !_contexts.PointsTo.IsEnd(key))] : keys;
        return given.Length > 0 ? given : keys;
    }

    /// <summary>Whether the completion is that a queue has room.</summary>
    public static bool IsRoom(string completion) => completion.EndsWith(RoomMark, StringComparison.Ordinal);

    private IEnumerable<(string Completion, Signaller Signaller)> SignalsOf(BodyFacts body)
    {
        if (!_contexts.SummaryOf(body).Signals.IsEmpty && _contexts.IsSignalContext(body))
        {
            // What it signals by way of another such context counts there, but for what that one only runs for it.
            foreach (SignalEvent signal in _contexts.SummaryOf(body).Signals
                .Where(signal => !signal.Trace.Sites.Any(site => site.Body != body && _contexts.IsSignalContext(site.Body) && _contexts.SummaryOf(site.Body).Signals.Any(own => own.Trace.Leaf == signal.Trace.Leaf))))
            {
                var signaller = new Signaller(body, BeforeOf(body, signal), signal.Trace.Leaf) { Way = signal.Trace, Member = signal.Target.Path is { Kind: ValueKind.Member, Id: var member } ? member : null, IsFailing = signal.IsFailing };
                foreach (string key in Completions(signal))
                {
                    yield return (key, signaller);
                }
            }
        }

        if (body.Role == BodyRole.Finalizer)
        {
            yield return (Keys(new LockRef(Value.Finalizers, null), isCondition: false).Single(), EndOfFinalizer(body));
        }

        if (body.IsAsync)
        {
            yield return (AsyncEnds.KeyOf(body), EndOf(body, afterAwait: true));
        }
    }

    // What a callee makes for one call of it, an earlier call has not waited for.
    private ImmutableArray<Event> BeforeOf(BodyFacts body, SignalEvent signal)
    {
        if (signal.Target.Path.Root is not { Kind: ValueKind.Allocation, Key: var made }
            || UnownedCompletions.CreatorOf(_contexts.Program, made) is not { } maker
            || maker == body
            || !signal.Trace.Sites.Any(site => site.Body == maker))
        {
            return signal.Before;
        }

        HashSet<Site> inCall = [.. _contexts.SummaryOf(maker).Signals.Where(own => own.Target.Path.Equals(signal.Target.Path)).SelectMany(static own => own.Before).Select(static found => found.Trace.Leaf)];
        return signal.Before.RemoveAll(found => !inCall.Contains(found.Trace.Leaf) && found.Trace.Sites.Any(site => site.Body == maker));
    }

    private void AddEndsOfOthers()
    {
        List<(Value Completion, Value Source)> signals = _contexts.PointsTo.EndSignals;
        for (int i = 0; i < signals.Count; i++)
        {
            _signallers.Set(EndsOfOthers + i, []);
        }

        for (int i = 0; i < signals.Count; i++)
        {
            string[] keys = [.. Keys(new LockRef(signals[i].Completion, null), isCondition: false)];
            Signaller[] ends = [.. _contexts.PointsTo.Objects(signals[i].Source).SelectMany(Of)];
            _signallers.Set(EndsOfOthers + i, keys.SelectMany(key => ends.Select(end => (key, end))));
            foreach (Signaller end in ends)
            {
                if (!_endsOfOthers.TryGetValue(end.Body, out HashSet<string>? signalled))
                {
                    _endsOfOthers.Add(end.Body, signalled = new HashSet<string>(StringComparer.Ordinal));
                }

                signalled.UnionWith(keys);
            }
        }
    }

    private IEnumerable<string> SignalledBy(BodyFacts body)
    {
        int index = _contexts.Program.IndexOf(body.Id);
        IEnumerable<string> own = _signallers.ThingsOf(index).Concat(_signallers.ThingsOf(Ends + index));
        return _endsOfOthers.TryGetValue(body, out HashSet<string>? others) ? own.Concat(others) : own;
    }

    /// <summary>The completions that only this context signals, and not before the wait: it owes them while it waits.</summary>
    public HashSet<string> Owed(BodyFacts context, Event wait)
    {
        var owed = new HashSet<string>(StringComparer.Ordinal);
        foreach (string completion in SignalledBy(context))
        {
            // A queue is not always full, and a member may be in the state from the start.
            if (!IsOpen(completion)
                && !IsRoom(completion)
                && !Value.IsState(completion)
                && For(wait, completion).All(signaller => signaller.Body == context && signaller.Before.Any(before => before.TargetKey == wait.TargetKey)))
            {
                owed.Add(completion);
            }
        }

        return owed;
    }

    private IEnumerable<string> Keys(LockRef target, bool isCondition)
    {
        if (isCondition)
        {
            return ["condition " + LockClass.Of(LockNames.Plain(target)).Key];
        }

        PointsTo pointsTo = _contexts.PointsTo;
        target = target.Path.AwaitedInQueue is { } inQueue ? new(inQueue, Value.Queue) : target;
        if (target.Path.QueueOfRoom is { } queue)
        {
            return pointsTo.BoundedQueues(queue).Select(static key => key + RoomMark).OrderBy(static key => key, StringComparer.Ordinal);
        }

        if (pointsTo.Ends.Of(target.Path) is { } ends)
        {
            return ends.OrderBy(static key => key, StringComparer.Ordinal);
        }

        bool isQueue = target.Type == Value.Queue;
        string[] completions = [.. pointsTo.Objects(target.Path)
            .Where(key => PointsTo.IsCompletion(key) && pointsTo.IsQueue(key) == isQueue)
            .OrderBy(static key => key, StringComparer.Ordinal)];
        return completions.Length > 0 ? completions : ["member " + LockClass.Of(LockNames.Plain(target)).Key];
    }

    // A finalizer's own object is dead: nobody holds a lock that it keeps to itself.
    private Signaller EndOfFinalizer(BodyFacts body)
    {
        Signaller end = EndOf(body, afterAwait: false);
        return end with { Before = end.Before.RemoveAll(static found => found.Target.Path is { Kind: ValueKind.This } or { Kind: ValueKind.Member, Base.Kind: ValueKind.This }) };
    }

    private Signaller EndOf(BodyFacts body, bool afterAwait) => new(
        body,
        [.. _contexts.SummaryOf(body).Events.Where(found => !afterAwait || found.IsAfterAwait || found is { IsFlowWait: true, Kind: not EventKind.Acquire })],
        new Site(body, body.Span))
    {
        IsAsyncEnd = afterAwait,
    };
}

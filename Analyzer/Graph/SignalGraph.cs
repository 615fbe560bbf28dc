using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

/// <summary>A context that owes a completion: what it may have to get before it signals.</summary>
internal sealed record Signaller(BodyFacts Body, ImmutableArray<Event> Before, Site Signal)
{
    /// <summary>Whether the signal is the end of an async call, which its caller may have begun and await itself.</summary>
    public bool IsAsyncEnd { get; init; }
}

/// <summary>Who signals which completion. A completion is the object of a creation site, or a member where no site is known.</summary>
internal sealed class SignalGraph
{
    private const string RoomMark = "/room";

    private readonly Contexts _contexts;
    private readonly Dictionary<string, List<Signaller>> _signallers = new(StringComparer.Ordinal);
    private readonly Dictionary<BodyFacts, HashSet<string>> _signalled = [];

    public SignalGraph(Contexts contexts)
    {
        _contexts = contexts;
        foreach (BodyFacts body in contexts.Program.Bodies)
        {
            if (!contexts.SummaryOf(body).Signals.IsEmpty && contexts.IsSignalContext(body))
            {
                // What it signals by way of another such context counts there.
                foreach (SignalEvent signal in contexts.SummaryOf(body).Signals
                    .Where(signal => !signal.Trace.Sites.Any(site => site.Body != body && contexts.IsSignalContext(site.Body))))
                {
                    AddSignal(signal, new Signaller(body, signal.Before, signal.Trace.Leaf));
                }
            }

            if (body.Role == BodyRole.Finalizer)
            {
                Add(Keys(new LockRef(Value.Finalizers, null), isCondition: false).Single(), EndOfFinalizer(body));
            }

            if (body.IsAsync)
            {
                Add("async@" + body.Id, EndOf(body, afterAwait: true));
            }
        }

        foreach (KeyValuePair<string, HashSet<string>> spawned in contexts.PointsTo.SpawnedBodies)
        {
            foreach (string context in spawned.Value)
            {
                Add(context, EndOf(contexts.Program.Body(spawned.Key)!, afterAwait: false));
            }
        }

        foreach ((Value completion, Value source) in contexts.PointsTo.EndSignals)
        {
            Signaller[] ends = [.. contexts.PointsTo.Objects(source).SelectMany(Of)];
            foreach (string key in Keys(new LockRef(completion, null), isCondition: false))
            {
                foreach (Signaller end in ends)
                {
                    Add(key, end);
                }
            }
        }
    }

    public IReadOnlyList<Signaller> Of(string completion) =>
        _signallers.TryGetValue(completion, out List<Signaller>? signallers) ? signallers : [];

    /// <summary>Whether what a wait is for may let it pass before anybody signals.</summary>
    public bool LetsPass(Event wait) => Completions(wait).Any(_contexts.PointsTo.IsOpen);

    /// <summary>The completions that a wait may be for.</summary>
    public IEnumerable<string> Completions(Event wait) => Keys(wait.Target, wait.Kind == EventKind.WaitCondition);

    /// <summary>The completions that a signal may be for.</summary>
    public IEnumerable<string> Completions(SignalEvent signal) => Keys(signal.Target, signal.IsCondition);

    /// <summary>Whether the completion is that a queue has room.</summary>
    public static bool IsRoom(string completion) => completion.EndsWith(RoomMark, StringComparison.Ordinal);

    private void AddSignal(SignalEvent signal, Signaller signaller)
    {
        foreach (string key in Completions(signal))
        {
            Add(key, signaller);
        }
    }

    private void Add(string key, Signaller signaller)
    {
        if (!_signallers.TryGetValue(key, out List<Signaller>? signallers))
        {
            _signallers.Add(key, signallers = []);
        }

        signallers.Add(signaller);
        if (!_signalled.TryGetValue(signaller.Body, out HashSet<string>? signalled))
        {
            _signalled.Add(signaller.Body, signalled = new HashSet<string>(StringComparer.Ordinal));
        }

        signalled.Add(key);
    }

    /// <summary>The completions that only this context signals, and not before the wait: it owes them while it waits.</summary>
    public HashSet<string> Owed(BodyFacts context, Event wait)
    {
        var owed = new HashSet<string>(StringComparer.Ordinal);
        foreach (string completion in _signalled.TryGetValue(context, out HashSet<string>? signalled) ? signalled : [])
        {
            // A queue is not always full, and a member may be in the state from the start.
            if (!_contexts.PointsTo.IsOpen(completion)
                && !IsRoom(completion)
                && !Value.IsState(completion)
                && Of(completion).All(signaller => signaller.Body == context && signaller.Before.Any(before => before.TargetKey == wait.TargetKey)))
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

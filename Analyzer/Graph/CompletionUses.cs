using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

/// <summary>A wait without limit, or a signal, of one completion.</summary>
internal sealed record CompletionUse(BodyFacts Body, Instruction Instruction, Value Target, string? TargetType, string Text)
{
    public Site Site => new(Body, Instruction.Span);

    /// <summary>How messages call the completion.</summary>
    public string Name => (Target.QueueOfRoom ?? Target).WithoutElements is { IsNamed: true } place
        ? LockClass.Of(new LockRef(place, null)).Name
        : Text;
}

/// <summary>
/// Where each completion is waited for without limit, and where it is signalled, by the keys of <see cref="SignalGraph"/>. A
/// semaphore counts where no body both takes and gives it back; a queue does not: what is added need not be signalled.
/// </summary>
internal sealed class CompletionUses
{
    private readonly SignalGraph _graph;
    private readonly Program _program;
    private readonly PointsTo _pointsTo;
    private readonly UseMap<string, CompletionUse> _waits;
    private readonly UseMap<string, CompletionUse> _signals;
    private readonly UseMap<string, CompletionUse> _declared;

    /// <param name="before">The uses in the contexts that these were taken over from; null if there is none.</param>
    public CompletionUses(Contexts contexts, SignalGraph graph, CompletionUses? before = null)
    {
        _graph = graph;
        _program = contexts.Program;
        _pointsTo = contexts.PointsTo;
        bool isKept = before is not null && contexts.Changed is not null;
        _waits = isKept ? new(before!._waits) : new(StringComparer.Ordinal);
        _signals = isKept ? new(before!._signals) : new(StringComparer.Ordinal);
        _declared = isKept ? new(before!._declared) : new(StringComparer.Ordinal);
        var touched = new HashSet<string>(StringComparer.Ordinal);
        foreach (BodyFacts body in isKept ? contexts.Changed! : contexts.Program.With(BodyParts.Completion))
        {
            int index = contexts.Program.IndexOf(body.Id);
            Instruction[] uses = [.. BodyContents.Of(body).Completions.Where(instruction => !contexts.IsPassed(body, instruction))];
            touched.UnionWith(isKept ? ThingsOf(index) : []);
            Set(_waits, index, uses.Select(instruction => WaitOf(body, instruction)));
            Set(_signals, index, uses.Select(instruction => SignalOf(body, instruction, isDeclared: false)));
            Set(_declared, index, uses.Select(instruction => SignalOf(body, instruction, isDeclared: true)));
            touched.UnionWith(isKept ? ThingsOf(index) : []);
        }

        Touched = isKept ? touched : null;
        Keys = isKept ? KeysAfter(before!.Keys, touched) : [.. _waits.Things.Where(IsKey).OrderBy(static key => key, StringComparer.Ordinal)];
    }

    /// <summary>The completions that bodies use which an edit has changed; null if nothing was taken over.</summary>
    public IReadOnlyCollection<string>? Touched { get; }

    /// <summary>The completions that are both waited for and signalled, in a stable order. Where a signal is only declared, nothing tells on which paths it comes.</summary>
    public List<string> Keys { get; }

    public bool IsKey(string completion) => _waits.IsUsed(completion) && _signals.IsUsed(completion) && !_declared.IsUsed(completion) && !SignalGraph.IsRoom(completion) && !IsLock(completion);

    /// <summary>The rooms of bounded queues that are both waited for and made, in a stable order.</summary>
    public IEnumerable<string> Rooms => _waits.Things.Where(key => SignalGraph.IsRoom(key) && _signals.IsUsed(key)).OrderBy(static key => key, StringComparer.Ordinal);

    public IReadOnlyList<CompletionUse> Waits(string completion) => _waits[completion];

    public IReadOnlyList<CompletionUse> Signals(string completion) => _signals[completion];

    public BodyFacts[] SignallersOf(string completion) => [.. _signals[completion].Select(static signal => signal.Body).Distinct()];

    /// <summary>The waits for the end of a context's body, and for nothing else.</summary>
    public IEnumerable<CompletionUse> JoinsOf(BodyFacts context) =>
        (_pointsTo.SpawnedBodies.TryGetValue(context.Id, out HashSet<string>? ends) ? ends.OrderBy(static end => end, StringComparer.Ordinal).ToArray() : []).Concat(context.IsAsync ? [AsyncEnds.KeyOf(context)] : [])
        .SelectMany(Waits).Distinct().Where(join => join.Body != context && KeysOf(join.Target, join.TargetType).All(end => _graph.Of(end) is { Count: 1 } signallers && (signallers[0].IsEndOf(context) || IsEndOfItsCall(signallers[0], context))));

    // Who hands on the task of the one call that it makes ends with that.
    private bool IsEndOfItsCall(Signaller end, BodyFacts context) => end.IsEndOf(end.Body) && context is { GoesOn: true, IsAsync: false }
        && context.Instructions.OfType<Call>().ToArray() is { Length: 1 } calls && _program.Targets(calls[0], calls[0].Receiver) is { Length: 1 } targets && targets[0] == end.Body;

    /// <summary>The completions that a signal, or a wait, at this target may be for.</summary>
    public IEnumerable<string> KeysOf(Value target, string? type) =>
        _graph.Completions(new SignalEvent(new LockRef(target, type), IsCondition: false, [], null!));

    private IEnumerable<string> ThingsOf(int body) => _waits.ThingsOf(body).Concat(_signals.ThingsOf(body)).Concat(_declared.ThingsOf(body));

    private List<string> KeysAfter(List<string> before, HashSet<string> touched)
    {
        List<string>? keys = null;
        foreach (string completion in touched)
        {
            int place = (keys ?? before).BinarySearch(completion, StringComparer.Ordinal);
            bool had = place >= 0;
            if (had != IsKey(completion))
            {
                keys ??= [.. before];
                if (had)
                {
                    keys.RemoveAt(place);
                }
                else
                {
                    keys.Insert(~place, completion);
                }
            }
        }

        return keys ?? before;
    }

    private static CompletionUse? WaitOf(BodyFacts body, Instruction instruction) => instruction switch
    {
        Affect wait when IsQueue(wait) => null,
        Affect { Effect.Kind: EffectKind.Wait or EffectKind.SemaphoreWait, IsTimed: false, Token: null } wait => new CompletionUse(body, wait, wait.Target, wait.TargetType, wait.Text),
        Await { IsIndirect: false } awaiting => new CompletionUse(body, awaiting, awaiting.Target, null, awaiting.Text),
        _ => null,
    };

    private static CompletionUse? SignalOf(BodyFacts body, Instruction instruction, bool isDeclared) =>
        instruction is Affect { Effect.Kind: EffectKind.Signal or EffectKind.SemaphoreRelease } signal && !IsQueue(signal) && (signal is { IsDeclared: true, Effect.Kind: EffectKind.Signal }) == isDeclared
            ? new CompletionUse(body, signal, signal.Target, signal.TargetType, signal.Text)
            : null;

    private static bool IsQueue(Affect use) => use is { TargetType: Value.Queue, Target.QueueOfRoom: null };

    private void Set(UseMap<string, CompletionUse> map, int body, IEnumerable<CompletionUse?> uses) => map.Set(body, uses.OfType<CompletionUse>()
        .Where(use => use.Target.Kind != ValueKind.Unknown || map == _declared)
        .SelectMany(use => (map == _waits ? WaitedFor(use) : KeysOf(use.Target, use.TargetType)).Select(key => (key, use))));

    // Who waits for what goes on from a task waits for the task as well.
    private IEnumerable<string> WaitedFor(CompletionUse wait)
    {
        string[] keys = [.. KeysOf(wait.Target, wait.TargetType)];
        return keys.Concat(keys.SelectMany(_pointsTo.Antecedents)).Distinct();
    }

    // What has its one unit from the start is taken before it is given back, be it by two methods.
    private bool IsLock(string key) => _waits[key].Any(static wait => wait.Instruction is Affect { Effect.Kind: EffectKind.SemaphoreWait })
        && ((_pointsTo.IsOpen(key) && !_pointsTo.LetsHolderIn(key)) || _waits[key].Any(wait => _signals[key].Any(signal => signal.Body == wait.Body)));
}

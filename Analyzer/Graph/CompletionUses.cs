using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

/// <summary>A wait without limit, or a signal, of one completion.</summary>
internal sealed record CompletionUse(BodyFacts Body, Instruction Instruction, Value Target, string Name)
{
    public Site Site => new(Body, Instruction.Span);
}

/// <summary>
/// Where each completion is waited for without limit, and where it is signalled, by the keys of <see cref="SignalGraph"/>. A
/// semaphore counts where no body both takes and gives it back; a queue does not: what is added need not be signalled.
/// </summary>
internal sealed class CompletionUses
{
    private readonly SignalGraph _graph;
    private readonly Dictionary<string, List<CompletionUse>> _waits = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<CompletionUse>> _signals = new(StringComparer.Ordinal);
    private readonly HashSet<string> _semaphores = new(StringComparer.Ordinal);
    private readonly HashSet<string> _declared = new(StringComparer.Ordinal);

    public CompletionUses(Contexts contexts, SignalGraph graph)
    {
        _graph = graph;
        foreach (BodyFacts body in contexts.Program.Bodies)
        {
            foreach (Instruction instruction in BodyContents.Of(body).Completions.Where(instruction => !contexts.IsPassed(body, instruction)))
            {
                Add(body, instruction);
            }
        }
    }

    /// <summary>The completions that are both waited for and signalled, in a stable order. Where a signal is only declared, nothing tells on which paths it comes.</summary>
    public IEnumerable<string> Keys => _waits.Keys.Where(key => _signals.ContainsKey(key) && !_declared.Contains(key) && !SignalGraph.IsRoom(key) && !IsLock(key)).OrderBy(static key => key, StringComparer.Ordinal);

    /// <summary>The rooms of bounded queues that are both waited for and made, in a stable order.</summary>
    public IEnumerable<string> Rooms => _waits.Keys.Where(key => SignalGraph.IsRoom(key) && _signals.ContainsKey(key)).OrderBy(static key => key, StringComparer.Ordinal);

    public IReadOnlyList<CompletionUse> Waits(string completion) => _waits[completion];

    public IReadOnlyList<CompletionUse> Signals(string completion) => _signals[completion];

    /// <summary>The completions that a signal, or a wait, at this target may be for.</summary>
    public IEnumerable<string> KeysOf(Value target, string? type) =>
        _graph.Completions(new SignalEvent(new LockRef(target, type), IsCondition: false, [], null!));

    private void Add(BodyFacts body, Instruction instruction)
    {
        switch (instruction)
        {
            case Affect { TargetType: Value.Queue, Target.QueueOfRoom: null }:
                break;
            case Affect { IsDeclared: true, Effect.Kind: EffectKind.Signal } signal:
                _declared.UnionWith(KeysOf(signal.Target, signal.TargetType));
                break;
            case Affect { Effect.Kind: EffectKind.Wait, IsTimed: false, IsCancellable: false } wait:
                Add(_waits, body, wait, wait.Target, wait.TargetType, wait.Text);
                break;
            case Affect { Effect.Kind: EffectKind.SemaphoreWait, IsTimed: false, IsCancellable: false } wait:
                Add(_waits, body, wait, wait.Target, wait.TargetType, wait.Text);
                _semaphores.UnionWith(KeysOf(wait.Target, wait.TargetType));
                break;
            case Affect { Effect.Kind: EffectKind.Signal or EffectKind.SemaphoreRelease } signal:
                Add(_signals, body, signal, signal.Target, signal.TargetType, signal.Text);
                break;
            case Await { IsIndirect: false } awaiting:
                Add(_waits, body, awaiting, awaiting.Target, null, awaiting.Text);
                break;
        }
    }

    private void Add(Dictionary<string, List<CompletionUse>> uses, BodyFacts body, Instruction instruction, Value target, string? type, string text)
    {
        if (target.Kind == ValueKind.Unknown)
        {
            return;
        }

        Value place = (target.QueueOfRoom ?? target).WithoutElements;

        string name = place.Kind is ValueKind.Member or ValueKind.Static or ValueKind.Local ? LockClass.Of(new LockRef(place, null)).Name : text;
        foreach (string key in KeysOf(target, type))
        {
            if (!uses.TryGetValue(key, out List<CompletionUse>? list))
            {
                uses.Add(key, list = []);
            }

            list.Add(new CompletionUse(body, instruction, target, name));
        }
    }

    private bool IsLock(string key) => _semaphores.Contains(key)
        && _waits[key].Any(wait => _signals[key].Exists(signal => signal.Body == wait.Body));
}

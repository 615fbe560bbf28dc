using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

// Tasks that a scheduler of the program's own is given, and that wait for their turn: their bodies run where its loop says so.
internal sealed partial class PointsTo
{
    private const string QueueTask = "M:System.Threading.Tasks.TaskScheduler.QueueTask(System.Threading.Tasks.Task)";
    private const string Post = "M:System.Threading.SynchronizationContext.Post(System.Threading.SendOrPostCallback,System.Object)";
    private const string Send = "M:System.Threading.SynchronizationContext.Send(System.Threading.SendOrPostCallback,System.Object)";
    private const string TryExecuteTaskInline = "M:System.Threading.Tasks.TaskScheduler.TryExecuteTaskInline(System.Threading.Tasks.Task,System.Boolean)";

    private readonly List<(BodyFacts Body, Affect Run)> _queuedRuns = [];
    private readonly List<(Value Task, Value Scheduler)> _scheduled = [];
    private readonly List<(BodyFacts Body, string Context, Affect Start)> _waiting = [];
    private readonly Dictionary<string, Value> _schedulers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _inheriting = new(StringComparer.Ordinal);

    /// <summary>The place of the scheduler that the task with this end waits for; null for any other completion.</summary>
    public Value? SchedulerOf(string end) => _schedulers.TryGetValue(end, out Value? scheduler) ? scheduler : null;

    /// <summary>The type, by documentation id, of the object at the place where there is one type of scheduler; null otherwise.</summary>
    public string? SchedulerTypeAt(Value scheduler) => TypesOf(scheduler) is { Length: 1 } types ? types[0] : null;

    /// <summary>Whether the loop of that type is that of an object of the first type: a scheduler's may be in a base class.</summary>
    public bool IsOfLoop(string type, string? loop) => type == loop || (_schedulers.Count > 0 && loop is not null && _program.IsOrDerivesFrom(type, loop));

    /// <summary>The places of the schedulers that run the body as that of a task.</summary>
    public IEnumerable<Value> SchedulersOf(BodyFacts body) => _schedulers.Where(known => _runHere.TryGetValue(known.Key, out List<string>? bodies) && bodies.Contains(body.Id)).Select(static known => known.Value);

    /// <summary>The bodies whose end the completion is.</summary>
    public IEnumerable<BodyFacts> BodiesOf(string end) => (_runHere.TryGetValue(end, out List<string>? bodies) ? bodies : SpawnedBodies.Where(spawned => spawned.Value.Contains(end)).Select(static spawned => spawned.Key))
        .OrderBy(static body => body, StringComparer.Ordinal).Select(body => _program.Body(body)).OfType<BodyFacts>();

    /// <summary>Whether work is given to a synchronization context of the program's own, which is followed: it runs where that one runs it.</summary>
    public bool IsFollowed(Affect given) => given is { Effect: { Kind: EffectKind.Spawn, Fate: SpawnFate.Repeated } or { Kind: EffectKind.Fork }, Scheduler: { } context }
        && TypesAt(context, given.Effect.Kind == EffectKind.Fork ? Send : Post).Length > 0;

    /// <summary>Whether objects of the type, named by documentation id, are synchronization contexts of the program's own.</summary>
    public bool IsContext(string type) => _program.ExactTarget(type, Post) is not null;

    /// <summary>Whether the completion is the end of a task that is run by whatever scheduler runs who starts it.</summary>
    public bool InheritsScheduler(string completion) => _inheriting.Contains(completion);

    private void NoteScheduled(Value task, Value? scheduler)
    {
        if (scheduler is not null)
        {
            _scheduled.Add((task, scheduler));
        }
    }

    // Which contexts run where a scheduler comes to them, and not before.
    private void FindScheduled()
    {
        if (_queuedRuns.Count == 0)
        {
            return;
        }

        var queued = new HashSet<string>(_queuedRuns.Where(run => IsOfLoop(run.Body, run.Run)).SelectMany(run => Objects(run.Run.Target)).Where(IsCompletion), StringComparer.Ordinal);
        foreach ((Value task, Value scheduler) in _scheduled)
        {
            bool inherits = scheduler.Equals(Schedulers.Current);
            bool hasWait = !inherits && HasWait(scheduler);

            // What the task returns is there as well, and may be another task.
            foreach (string context in task.Kind == ValueKind.Allocation ? [task.Key] : Objects(task).Where(IsCompletion))
            {
                if (inherits)
                {
                    _inheriting.Add(context);
                }
                else if (hasWait && queued.Contains(context))
                {
                    _schedulers[context] = scheduler;
                }
            }
        }
    }

    private string[] TypesOf(Value scheduler) => TypesAt(scheduler, QueueTask);

    // The types of the program's own that answer the call.
    private string[] TypesAt(Value place, string method) => [.. (Node(place) is { } node ? TypesIn(node) : []).Where(type => _program.ExactTarget(type, method) is not null)];

    // A thread for each task, or who waits for it, runs it without a turn.
    private bool IsOfLoop(BodyFacts body, Affect run) => new Site(body, run.Span).IsInLoop
        || _program.Bodies.Exists(caller => caller.Blocks.Any(block => block.IsInCycle && block.Instructions.Any(instruction => instruction is Call call && _program.Targets(call, call.Receiver).Contains(body))));

    // A scheduler that runs a task for who waits for it keeps nobody waiting for its turn.
    private bool HasWait(Value scheduler)
    {
        string[] types = TypesOf(scheduler);
        return types.Length > 0 && types.All(type => _program.ExactTarget(type, TryExecuteTaskInline) is not { } inline || !MayRunQueued(inline));
    }

    private bool MayRunQueued(BodyFacts inline)
    {
        var wasQueued = Value.Parameter(inline.Id, 1);
        HashSet<int> seen = [];
        var work = new Stack<int>([0]);
        while (work.Count > 0)
        {
            Block block = inline.Blocks[work.Pop()];
            if (block.Instructions.Any(Runs))
            {
                return true;
            }

            bool isAsked = wasQueued.Equals(BlockCondition.SubjectOf(block));
            Edge?[] edges = !isAsked ? [block.WhenTrue, block.Next] : [BlockCondition.HoldsFor(block, bool.TrueString) ? block.WhenTrue : block.Next];
            foreach (Edge edge in edges.OfType<Edge>().Where(edge => edge.Target >= 0 && seen.Add(edge.Target)))
            {
                work.Push(edge.Target);
            }
        }

        return false;

        bool Runs(Instruction instruction) => IsQueuedRun(instruction) || (instruction is Call call && _program.Targets(call, call.Receiver).Any(static body => body.Instructions.Any(IsQueuedRun)));
    }

    private static bool IsQueuedRun(Instruction instruction) => instruction is Affect { Effect.Kind: EffectKind.RunQueued };
}

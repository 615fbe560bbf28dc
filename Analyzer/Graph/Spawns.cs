using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

/// <summary>How each body that runs in a context of its own was started. Immutable once built.</summary>
internal sealed class Spawns
{
    private const int MaxStarters = 4;

    private readonly Contexts _contexts;
    private readonly Dictionary<BodyFacts, (SpawnFate Fate, int Count)> _spawns = [];
    private readonly Dictionary<BodyFacts, HashSet<BodyFacts>> _spawners = [];
    private readonly HashSet<BodyFacts> _forked = [];

    public Spawns(Contexts contexts)
    {
        _contexts = contexts;
        foreach (BodyFacts spawner in contexts.Program.With(BodyParts.Spawn))
        {
            foreach ((Affect spawn, bool isInCycle) in BodyContents.Of(spawner).Spawns.Where(given => !contexts.PointsTo.IsFollowed(given.Spawn)))
            {
                foreach (BodyFacts body in contexts.PointsTo.Functions(spawn.Target))
                {
                    if (spawn.Effect.Kind == EffectKind.Fork)
                    {
                        _forked.Add(body);
                        continue;
                    }

                    Add(body, spawner, spawn.Effect.Fate, isInCycle ? 2 : 1);
                }
            }
        }
    }

    /// <summary>What becomes of the body's exceptions; null for one that no context of its own runs, or that runs repeatedly.</summary>
    public SpawnFate? FateOf(BodyFacts body) =>
        body.IsAsyncVoid ? SpawnFate.Fatal
        : _spawns.TryGetValue(body, out (SpawnFate Fate, int Count) known) ? (known.Fate == SpawnFate.Repeated || IsStartedAgain(body) ? null : body.GoesOn ? SpawnFate.Kept : known.Fate)
        : body.GoesOn && _contexts.IsSpawned(body) ? _contexts.StartersOf(body).Any(starter => !WaitsAtOnce(_contexts.Program, starter, body)) ? SpawnFate.Kept : SpawnFate.Fatal
        : null;

    // Whoever starts it starts, besides, what comes to start it again: a continuation of its task, a watchdog.
    private bool IsStartedAgain(BodyFacts body)
    {
        IReadOnlyCollection<BodyFacts> spawners = SpawnersOf(body);
        return _contexts.Above(spawners, MaxStarters).Any(starter => starter != body && SpawnersOf(starter).Any(spawners.Contains));
    }

    /// <summary>The bodies with an instruction that starts the body.</summary>
    public IReadOnlyCollection<BodyFacts> SpawnersOf(BodyFacts body) => _spawners.TryGetValue(body, out HashSet<BodyFacts>? spawners) ? spawners : (IReadOnlyCollection<BodyFacts>)[];

    /// <summary>Whether some instruction starts the body.</summary>
    public bool Starts(BodyFacts body) => _spawns.ContainsKey(body);

    /// <summary>Whether only one instruction starts the body, and not in a loop, nor in a context of which there are several.</summary>
    public bool IsStartedOnce(BodyFacts body) => IsStartedOnce(body, MaxStarters);

    /// <summary>The same, and whoever starts it is called once at most as far as can be seen.</summary>
    public bool IsBegunOnce(BodyFacts body) => IsStartedOnce(body)
        && SpawnersOf(body).All(spawner => _contexts.CallersOf(spawner).Where(caller => caller != spawner).Sum(caller => BeginsOf(caller, spawner)) <= 1);

    private bool IsStartedOnce(BodyFacts body, int levels)
    {
        bool isSpawned = _spawns.TryGetValue(body, out (SpawnFate Fate, int Count) known);
        BodyFacts[] starters = [.. _contexts.StartersOf(body).Where(starter => starter != body)];

        // A task whose function only begins the body spawns it as well.
        return !_forked.Contains(body) && Math.Max(isSpawned ? known.Count : 0, starters.Sum(starter => BeginsOf(starter, body))) <= 1
            && (levels == 0 || starters.All(starter => IsStartedOnce(starter, levels - 1)));
    }

    private int BeginsOf(BodyFacts starter, BodyFacts body) => starter.Blocks.Sum(block =>
        block.Instructions.Count(instruction => instruction is Call call && _contexts.Program.Targets(call, call.Receiver).Contains(body)) * (block.IsInCycle ? 2 : 1));

    /// <summary>Whether the starter waits for the call wherever it begins it: an exception comes back to it, and nothing of its own runs beside.</summary>
    public static bool WaitsAtOnce(Program program, BodyFacts starter, BodyFacts body)
    {
        Instruction[] begun = [.. starter.Instructions.Where(instruction => instruction is Call call && program.Targets(call, call.Receiver).Contains(body))];
        return begun.Length > 0 && begun.All(call => starter.Instructions.Any(wait => wait is Affect { Effect.Kind: EffectKind.Wait, IsTimed: false } or Await
            && InstructionValues.Of(wait).Any(value => value.Root.Equals(call.Result))));
    }

    private void Add(BodyFacts body, BodyFacts spawner, SpawnFate fate, int count)
    {
        if (!_spawners.TryGetValue(body, out HashSet<BodyFacts>? spawners))
        {
            _spawners.Add(body, spawners = []);
        }

        spawners.Add(spawner);
        bool isKnown = _spawns.TryGetValue(body, out (SpawnFate Fate, int Count) known);
        _spawns[body] = isKnown ? (known.Fate > fate ? known.Fate : fate, known.Count + count) : (fate, count);
    }
}

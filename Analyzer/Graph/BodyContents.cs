using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Which instructions of one body the finders look for: most bodies have none, and each finder asks all bodies. Depends on nothing
/// but the body; immutable.
/// </summary>
internal sealed class BodyContents
{
    private static readonly BodyContents _none = new();

    private BodyContents()
    {
    }

    /// <summary>What of all that it has.</summary>
    public BodyParts Parts { get; private set; }

    /// <summary>What takes locks, or gives them back, apart from statements.</summary>
    public IReadOnlyList<Affect> Locks { get; private set; } = [];

    /// <summary>What waits for a completion, or signals one.</summary>
    public IReadOnlyList<Instruction> Completions { get; private set; } = [];

    /// <summary>What starts work, and whether it may do so repeatedly.</summary>
    public IReadOnlyList<(Affect Spawn, bool IsInCycle)> Spawns { get; private set; } = [];

    /// <summary>The loops that ask until something has changed.</summary>
    public IReadOnlyList<Poll> Polls { get; private set; } = [];

    /// <summary>Complaints about arguments and states that it throws, with the handlers around them there.</summary>
    public IReadOnlyList<(Throw Thrown, ImmutableArray<Guard> Guards)> Complaints { get; private set; } = [];

    public static BodyContents Of(BodyFacts body) => body.Derived(Read);

    private static BodyContents Read(BodyFacts body)
    {
        var locks = new List<Affect>();
        var completions = new List<Instruction>();
        var spawns = new List<(Affect, bool)>();
        var complaints = new List<(Throw, ImmutableArray<Guard>)>();
        var polls = new List<Poll>();
        bool isIterator = false, takes = false, takesByStatement = false;
        BodyParts parts = BodyPartsReader.Of(body);
        foreach (Block block in body.Blocks)
        {
            foreach (Instruction instruction in block.Instructions)
            {
                parts |= BodyPartsReader.Of(instruction);
                switch (instruction)
                {
                    case Throw { IsProgrammingError: true, IsNullCheck: false } thrown:
                        complaints.Add((thrown, block.Guards));
                        break;
                    case YieldElement:
                        isIterator = true;
                        break;
                    case Poll poll:
                        polls.Add(poll);
                        break;
                    case Await:
                        completions.Add(instruction);
                        break;
                    case Affect affect:
                        if (affect is { IsStatement: false, Scope: null, Effect.Kind: EffectKind.Acquire or EffectKind.TryAcquire or EffectKind.Release })
                        {
                            locks.Add(affect);
                        }

                        if (affect.Effect.Kind is EffectKind.Wait or EffectKind.SemaphoreWait or EffectKind.Signal or EffectKind.SemaphoreRelease or EffectKind.Reset)
                        {
                            completions.Add(affect);
                        }
                        else if (affect.Effect is { Kind: EffectKind.Spawn } or { Kind: EffectKind.Fork, Fate: SpawnFate.Repeated })
                        {
                            spawns.Add((affect, block.IsInCycle));
                        }

                        if (affect is { Scope: null, Effect.Kind: EffectKind.Acquire or EffectKind.AcquireScope or EffectKind.TryAcquire or EffectKind.SemaphoreWait })
                        {
                            takes |= !affect.IsStatement;
                            takesByStatement |= affect.IsStatement;
                        }

                        break;
                }
            }
        }

        WorkDrops drops = WorkDrops.Of(body);
        parts |= (takes || (isIterator && takesByStatement) ? BodyParts.TakenLock : 0)
            | (locks.Count > 0 ? BodyParts.Lock : 0)
            | (completions.Count > 0 ? BodyParts.Completion : 0)
            | (spawns.Count > 0 ? BodyParts.Spawn : 0)
            | (drops.Drops.Length > 0 ? BodyParts.Drop : 0)
            | (drops.Overwrites.Length > 0 ? BodyParts.Overwrite : 0)
            | (TableUses.Of(body) is { Taken.Length: 0, Put.Length: 0 } ? 0 : BodyParts.Table)
            | (LockTakes.Of(body).IsEmpty ? 0 : BodyParts.Takes);
        return parts == BodyParts.None && complaints.Count == 0 ? _none : new BodyContents
        {
            Parts = parts,
            Locks = locks.Count == 0 ? [] : locks,
            Completions = completions.Count == 0 ? [] : completions,
            Spawns = spawns.Count == 0 ? [] : spawns,
            Complaints = complaints.Count == 0 ? [] : complaints,
            Polls = polls.Count == 0 ? [] : polls,
        };
    }
}

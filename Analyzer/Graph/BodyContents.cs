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

    /// <summary>Whether it calls anything that source declares.</summary>
    public bool Calls { get; private set; }

    /// <summary>Whether it takes a lock that no statement gives back on every way.</summary>
    public bool TakesByItself { get; private set; }

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
        bool calls = false, isIterator = false, takes = false, takesByStatement = false;
        foreach (Block block in body.Blocks)
        {
            foreach (Instruction instruction in block.Instructions)
            {
                switch (instruction)
                {
                    case Call:
                        calls = true;
                        break;
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

                        if (affect.Effect.Kind is EffectKind.Wait or EffectKind.SemaphoreWait or EffectKind.Signal or EffectKind.SemaphoreRelease)
                        {
                            completions.Add(affect);
                        }
                        else if (affect.Effect.Kind == EffectKind.Spawn)
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

        takes |= isIterator && takesByStatement;
        return !calls && !takes && locks.Count + completions.Count + spawns.Count + complaints.Count + polls.Count == 0 ? _none : new BodyContents
        {
            Calls = calls,
            TakesByItself = takes,
            Locks = locks.Count == 0 ? [] : locks,
            Completions = completions.Count == 0 ? [] : completions,
            Spawns = spawns.Count == 0 ? [] : spawns,
            Complaints = complaints.Count == 0 ? [] : complaints,
            Polls = polls.Count == 0 ? [] : polls,
        };
    }
}

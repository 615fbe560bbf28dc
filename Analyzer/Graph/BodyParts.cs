using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

/// <summary>What finders look for in bodies: <see cref="Program.With"/> lists the bodies that have it.</summary>
[Flags]
internal enum BodyParts
{
    None = 0,

    /// <summary>A call of what source may declare.</summary>
    Call = 1 << 0,

    /// <summary>A lock that no statement gives back on every way.</summary>
    TakenLock = 1 << 1,

    /// <summary>Locks taken or given back apart from statements: <see cref="BodyContents.Locks"/>.</summary>
    Lock = 1 << 2,

    /// <summary>A lock, semaphores included, that is taken or given back by a call.</summary>
    HandedLock = 1 << 3,

    /// <summary>Something of <see cref="BodyContents.Completions"/>.</summary>
    Completion = 1 << 4,

    /// <summary>A signal of a completion or a condition, declared or not.</summary>
    Signal = 1 << 5,

    /// <summary>Something of <see cref="BodyContents.Spawns"/>.</summary>
    Spawn = 1 << 6,

    /// <summary>Something of <see cref="BodyContents.Polls"/>.</summary>
    Poll = 1 << 7,

    /// <summary>A member set to a constant.</summary>
    Flag = 1 << 8,

    /// <summary>An object of the runtime that is made.</summary>
    Birth = 1 << 9,

    /// <summary>An order of locks that the validator is told of.</summary>
    Order = 1 << 10,

    /// <summary>Something of <see cref="WorkDrops.Drops"/>.</summary>
    Drop = 1 << 11,

    /// <summary>Something of <see cref="WorkDrops.Overwrites"/>.</summary>
    Overwrite = 1 << 12,

    /// <summary>A call through a general-purpose interface.</summary>
    ExactCall = 1 << 13,

    /// <summary>Something of <see cref="Graph.LockTakes"/>.</summary>
    Takes = 1 << 14,

    /// <summary>An attribute that says that nothing in the body waits.</summary>
    NonBlocking = 1 << 15,

    /// <summary>An attribute that says that one thread runs it.</summary>
    SingleThreaded = 1 << 16,

    /// <summary>It is async.</summary>
    Async = 1 << 17,

    /// <summary>It is a finaliser.</summary>
    Finalizer = 1 << 18,

    /// <summary>The runtime holds something while it runs it.</summary>
    Initializer = 1 << 19,

    /// <summary>It was given up.</summary>
    TooDeep = 1 << 20,

    /// <summary>A flag that is exchanged.</summary>
    Claim = 1 << 21,

    /// <summary>A function that is kept in a member or passed on.</summary>
    Handler = 1 << 22,

    /// <summary>Something of <see cref="TableUses"/>.</summary>
    Table = 1 << 23,

    /// <summary>An event that is reset.</summary>
    Reset = 1 << 24,

    /// <summary>The source of a token that is cancelled.</summary>
    Cancel = 1 << 25,

    /// <summary>A call that is handed what may be, or carry, work.</summary>
    HandedWork = 1 << 26,
}

/// <summary>Finds the parts of a body that its instructions show one by one.</summary>
internal static class BodyPartsReader
{
    public static BodyParts Of(BodyFacts body) =>
        (body.IsNonBlocking ? BodyParts.NonBlocking : 0)
        | (body.IsSingleThreaded ? BodyParts.SingleThreaded : 0)
        | (body.IsAsync ? BodyParts.Async : 0)
        | (body.Role == BodyRole.Finalizer ? BodyParts.Finalizer : 0)
        | (body.Role is BodyRole.Finalizer or BodyRole.TypeInitializer or BodyRole.ModuleInitializer ? BodyParts.Initializer : 0)
        | (body.IsTooDeep ? BodyParts.TooDeep : 0);

    public static BodyParts Of(Instruction instruction) => instruction switch
    {
        Call call => BodyParts.Call | (RefusedWorkFinder.HandsWork(call) ? BodyParts.HandedWork : 0) | (call.IsExact ? BodyParts.ExactCall : 0) | (call.Arguments.Any(static argument => argument.Kind == ValueKind.Function) ? BodyParts.Handler : 0),
        StoreMember { Source.Kind: ValueKind.Function } => BodyParts.Handler,
        Claim => BodyParts.Claim,
        Poll => BodyParts.Poll,
        SetFlag => BodyParts.Flag,
        Birth => BodyParts.Birth,
        Affect { Cancels: true, Effect.Kind: var kind } => BodyParts.Cancel | (kind == EffectKind.Signal ? BodyParts.Signal : 0),
        Affect affect => affect.Effect.Kind switch
        {
            EffectKind.Signal or EffectKind.ConditionSignal => BodyParts.Signal,
            EffectKind.Reset => BodyParts.Reset,
            EffectKind.Order => BodyParts.Order,
            EffectKind.Acquire or EffectKind.TryAcquire or EffectKind.AcquireScope or EffectKind.SemaphoreWait or EffectKind.Release or EffectKind.SemaphoreRelease
                when !affect.IsStatement => BodyParts.HandedLock,
            _ => BodyParts.None,
        },
        _ => BodyParts.None,
    };
}

namespace CrossRelease.Analyzers.Models;

/// <summary>What a call of a modelled member does to locks, completions and contexts.</summary>
internal enum EffectKind
{
    /// <summary>Blocks until the lock is held.</summary>
    Acquire,

    /// <summary>Blocks until the lock is held, for as long as its result (a scope) is not disposed.</summary>
    AcquireScope,

    /// <summary>Holds the lock if it returns true; never waits without a limit.</summary>
    TryAcquire,

    /// <summary>Lets the lock go.</summary>
    Release,

    /// <summary>Lets go the lock whose scope the receiver is.</summary>
    ReleaseScope,

    /// <summary>Takes a unit of a semaphore: an acquire if the same flow releases it, else a wait.</summary>
    SemaphoreWait,

    /// <summary>Gives a unit back: a release if the flow holds one, else a signal.</summary>
    SemaphoreRelease,

    /// <summary>Blocks until the completion is signalled.</summary>
    Wait,

    /// <summary>Blocks until the completion is signalled, unless its own signaller asks.</summary>
    WaitOther,

    /// <summary>Blocks until one of the completions is signalled.</summary>
    WaitAny,

    /// <summary>Signals the completion.</summary>
    Signal,

    /// <summary>Signals the completion, and runs what was registered with it before it returns.</summary>
    Raise,

    /// <summary>From here on the thread runs in a synchronization context.</summary>
    InstallContext,

    /// <summary>Runs, under the receiver's own lock, what was registered with it, once.</summary>
    Force,

    /// <summary>Registers a delegate that a later <see cref="Raise"/> of the receiver runs.</summary>
    Register,

    /// <summary>Releases the lock, waits for its condition, takes it again (Monitor.Wait).</summary>
    ConditionWait,

    /// <summary>Signals the condition of a lock (Monitor.Pulse).</summary>
    ConditionSignal,

    /// <summary>Makes an object whose end is a completion, and whose body runs a delegate in a context of its own.</summary>
    Spawn,

    /// <summary>The target is signalled when the spawned bodies of the receiver have ended.</summary>
    SignalAtEnd,

    /// <summary>Runs a delegate before it returns, in the caller's context.</summary>
    Callback,

    /// <summary>Runs a delegate any number of times in other contexts, and returns when all have ended.</summary>
    Fork,

    /// <summary>The delegate runs before the return, in the caller's context, if what it is registered with has happened already: looked at where a lock is held.</summary>
    RunAtOnce,

    /// <summary>The same of a continuation, where the call asks for it to run where what it continues ends.</summary>
    ContinueAtOnce,

    /// <summary>True if the completion has been signalled: a wait behind it cannot block.</summary>
    IsSignalled,

    /// <summary>The opposite.</summary>
    IsUnsignalled,

    /// <summary>True if the caller runs in the context that it asks about: what it does only if not is no business with itself.</summary>
    IsOwnContext,

    /// <summary>True if the caller does not run in the context that it asks about.</summary>
    IsOtherContext,

    /// <summary>The new lock lets in who holds it already, as far as its model does not forbid that.</summary>
    LetsHolderIn,

    /// <summary>Returns a new object that is waited for and signalled, and keeps what it is given.</summary>
    CreateQueue,

    /// <summary>Returns something that stands for no one completion: the first of several, say.</summary>
    Opaque,

    /// <summary>The end of the bodies that the line spawns signals the target.</summary>
    EndSignals,

    /// <summary>Blocks until the finalizers of all dead objects have run.</summary>
    WaitForFinalizers,

    /// <summary>True if the caller holds the lock.</summary>
    IsHeld,

    /// <summary>Blocks until the queue, where it is a bounded one, has room.</summary>
    WaitForRoom,

    /// <summary>Makes room in the queue.</summary>
    SignalRoom,

    /// <summary>From here on the body of an object that was made without running it runs.</summary>
    Start,

    /// <summary>The body of an object that was made without running it runs before the return, in the caller's context, and its end is signalled.</summary>
    StartHere,

    /// <summary>The body of a task that its scheduler was given runs before the return, in the caller's context, and its end is signalled.</summary>
    RunQueued,

    /// <summary>Tells the validator in which order, or by which class, the lock, or the one that has this map, is taken.</summary>
    Order,

    /// <summary>From here on a wait for the completion blocks until it is signalled again.</summary>
    Reset,
}

/// <summary>How a lock is held. Readers let readers in; everything else excludes.</summary>
internal enum LockMode
{
    Exclusive,
    Read,

    /// <summary>Lets readers in, one holder at a time, and that one may become the writer.</summary>
    Upgradeable,
}

/// <summary>The operand that an effect works on.</summary>
internal readonly struct EffectTarget : IEquatable<EffectTarget>
{
    private readonly int _code;

    private EffectTarget(int code) => _code = code;

    public static EffectTarget Receiver { get; } = new(-1);

    public bool IsReceiver => _code == -1;

    /// <summary>The zero-based parameter, when it is not the receiver.</summary>
    public int Parameter => _code;

    public static EffectTarget OfParameter(int index) => new(index);

    public bool Equals(EffectTarget other) => _code == other._code;

    public override bool Equals(object? obj) => obj is EffectTarget other && Equals(other);

    public override int GetHashCode() => _code;
}

/// <summary>One modelled effect.</summary>
/// <param name="Target">The lock, the completion, or the delegate of a spawn or callback.</param>
/// <param name="IsKThread">Whether the member is one of KThreadRuntime's.</param>
internal sealed record Effect(EffectKind Kind, EffectTarget Target, LockMode Mode, bool IsKThread)
{
    /// <summary>Whether the lock keeps out a flow that holds it already (unless its construction says otherwise).</summary>
    public bool IsOnce { get; init; }

    /// <summary>For bodies that run elsewhere: whether they share the one thread of a user interface.</summary>
    public bool IsOnContext { get; init; }

    /// <summary>For what a construction may choose: the argument that leaves it unchosen.</summary>
    public int? UnlessArgument { get; init; }

    /// <summary>For a spawn: how often the body runs, and where its exceptions go.</summary>
    public SpawnFate Fate { get; init; }

    /// <summary>For a spawn: whether the body does not run before a <see cref="EffectKind.Start"/> of the new object.</summary>
    public bool NeedsStart { get; init; }

    /// <summary>For the signal of a queue: whether it is the last one, after which nobody waits for more.</summary>
    public bool IsClosing { get; init; }

    /// <summary>For a signal: how whoever waits finds what was waited for.</summary>
    public TaskOutcomes Outcome { get; init; } = TaskOutcomes.All;

    /// <summary>For a signal: whether whoever waits gets an exception by it.</summary>
    public bool IsFailing => (Outcome & TaskOutcomes.RanToCompletion) == 0;
}

/// <summary>What becomes of a body that runs in a context of its own.</summary>
internal enum SpawnFate
{
    /// <summary>It runs once, and an exception that leaves it ends the process.</summary>
    Fatal,

    /// <summary>It runs once, and an exception that leaves it is kept in its task, where nobody need look.</summary>
    Kept,

    /// <summary>It runs as often as something happens.</summary>
    Repeated,
}

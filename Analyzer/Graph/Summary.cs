using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Graph;

/// <summary>A lock as one frame sees it.</summary>
/// <param name="Path">The lock object.</param>
/// <param name="Type">The source class of the object, or a member found by <see cref="LockNames"/>, when that rather than the last member of its path names its lock class.</param>
internal readonly record struct LockRef(Value Path, string? Type)
{
    public LockRef Substitute(Func<Value, Value?> replace) => new(Path.Substitute(replace), Type);
}

/// <summary>A lock that the flow holds on every path to the point in question.</summary>
/// <param name="Scope">The statement it is held for, where no instruction of the body releases it.</param>
internal sealed record HeldLock(LockRef Lock, LockMode Mode, bool IsSemaphore, Trace Trace, TextSpan? Scope = null)
{
    /// <summary>The sequence whose enumeration holds it, where an iterator does.</summary>
    public string? Iterator { get; init; }

    /// <summary>Whether the caller holds it, as an attribute says.</summary>
    public bool IsPresumed { get; init; }

    /// <summary>Whether only a test tells that the flow holds it: some caller took it.</summary>
    public bool IsAssumed { get; init; }

    public string Key => Lock.Path.Key + Suffix(Mode);

    /// <summary>Whether the two are of one lock, held in ways that keep one holder out while the other is there.</summary>
    public bool Excludes(HeldLock other) => LockClass.Of(Lock).Equals(LockClass.Of(other.Lock)) && (Mode, other.Mode) switch
    {
        (LockMode.Read, LockMode.Read or LockMode.Upgradeable) or (LockMode.Upgradeable, LockMode.Read) => false,
        _ => true,
    };

    public static string Suffix(LockMode mode) => mode switch { LockMode.Read => "/r", LockMode.Upgradeable => "/u", _ => "" };
}

/// <summary>Whose code made a completion for one call.</summary>
/// <param name="Object">The path to it.</param>
/// <param name="Type">The documentation id of the class of that code.</param>
/// <param name="IsReturned">Whether the flow got it from a call that made it.</param>
internal sealed record Home(Value Object, string Type, bool IsReturned = false);

internal enum EventKind
{
    /// <summary>A lock is acquired, and waited for if need be.</summary>
    Acquire,

    /// <summary>A completion is waited for.</summary>
    Wait,

    /// <summary>One of several completions is waited for.</summary>
    WaitAny,

    /// <summary>A monitor's condition is waited for; the monitor itself is not held meanwhile.</summary>
    WaitCondition,

    /// <summary>A delegate whose bodies only a caller knows is run.</summary>
    Invoke,

    /// <summary>Code is run that nobody here sees: a foreign delegate, an open virtual method.</summary>
    RunOpenCode,

    /// <summary>A signal runs what waits for it before it returns: continuations, registered callbacks.</summary>
    RunContinuations,
}

/// <summary>
/// The second half of a critical pair <c>(H, e)</c>: something that can block, or run unknown code, and (in
/// <see cref="Held"/>) what is held when it happens. Relative to the frame of the summarised body.
/// </summary>
/// <param name="Resumed">The awaits from which the flow may last have gone on; empty before the first one.</param>
internal sealed record Event(
    EventKind Kind,
    LockRef Target,
    LockMode Mode,
    bool IsSemaphore,
    bool IsTimed,
    bool IsFlowWait,
    bool IsKThread,
    ImmutableHashSet<string> Resumed,
    ImmutableArray<Value> Arguments,
    ImmutableArray<HeldLock> Held,
    string Text,
    Trace Trace)
{
    /// <summary>The targets of open code: code that nobody here sees, and code that a body of the program may be instead.</summary>
    public static readonly Value OpenCode = Value.Static("open code"), AnsweredCode = Value.Static("answered code");

    /// <summary>Among what was <see cref="Given"/>, it marks the members whose source of tokens was cancelled.</summary>
    public const string CancelledMark = "cancelled ";

    private static readonly string[] _kinds = Enum.GetNames(typeof(EventKind));

    private string? _targetKey;
    private string? _key;
    private string? _classKey;

    // The keys belong to one event: a changed copy finds its own.
    private Event(Event original)
    {
        (Kind, Target, Mode, IsSemaphore, IsTimed, IsFlowWait) =
            (original.Kind, original.Target, original.Mode, original.IsSemaphore, original.IsTimed, original.IsFlowWait);
        (IsKThread, Resumed, Arguments, Held, Text, Trace, IsInContinuation, Claims, PassesOwn, Guards) =
            (original.IsKThread, original.Resumed, original.Arguments, original.Held, original.Text, original.Trace, original.IsInContinuation, original.Claims, original.PassesOwn, original.Guards);
        (IsElsewhere, IsOnce, Home, Receiver, IsDeclared, IsAlone, IsUntilInitialized, Given, Released, Token, IsHandedOn, IsInContext, Limit) =
            (original.IsElsewhere, original.IsOnce, original.Home, original.Receiver, original.IsDeclared, original.IsAlone, original.IsUntilInitialized, original.Given, original.Released, original.Token, original.IsHandedOn, original.IsInContext, original.Limit);
    }

    /// <summary>Whether it runs code that nobody here sees, and that nothing seen here may be instead.</summary>
    public bool IsForeign => Kind == EventKind.Invoke || (Kind == EventKind.RunOpenCode && !Target.Path.Equals(AnsweredCode));

    /// <summary>Whether it happens only where a test has told that the flow is not the context, or the holder, in question.</summary>
    public bool IsElsewhere { get; init; }

    /// <summary>Whether the flow is still in the synchronization context that it was begun in, or goes on there.</summary>
    public bool IsInContext { get; init; }

    /// <summary>For an acquire: whether the body returns the task of it, so that its caller says who waits.</summary>
    public bool IsHandedOn { get; init; }

    /// <summary>Whether only an attribute of the body says it.</summary>
    public bool IsDeclared { get; init; }

    /// <summary>Whether the body has left no other context running when it happens.</summary>
    public bool IsAlone { get; init; }

    /// <summary>For an acquire: whether a test that is made again under the lock tells before that it is not needed any more.</summary>
    public bool IsUntilInitialized { get; init; }

    /// <summary>
    /// The locks that stay taken while it waits. One of a thread cannot be held over an await, only a semaphore can; what a test alone
    /// tells to be held, somebody else may hold.
    /// </summary>
    public ImmutableArray<HeldLock> HeldOver =>
        Held.RemoveAll(held => held.IsAssumed || (IsFlowWait && !held.IsSemaphore) || held.Lock.Path.Equals(Target.Path));

    /// <summary>For an acquire: whether the lock keeps out a flow that holds it already.</summary>
    public bool IsOnce { get; init; }

    /// <summary>Whether it happens after an await: then not in the caller's context, unless the caller awaits as well.</summary>
    public bool IsAfterAwait => !Resumed.IsEmpty;

    /// <summary>The one-shot flags that the context has won: no other context that won one of them gets here.</summary>
    public ImmutableHashSet<string> Claims { get; init; } = [];

    /// <summary>The members whose completion the flow has signalled before: the event keeps nobody from that signal.</summary>
    public ImmutableHashSet<string> Given { get; init; } = [];

    /// <summary>The token that ends the wait if it is cancelled; null for none.</summary>
    public Value? Token { get; init; }

    /// <summary>For a timed wait: the caller's argument that says how long; null where no caller can say for ever.</summary>
    public Value? Limit { get; init; }

    /// <summary>The locks of callers that have been given back before.</summary>
    public ImmutableArray<LockRef> Released { get; init; } = [];

    /// <summary>The parameters that must have been passed as said for it to happen.</summary>
    public ImmutableHashSet<FlagGuard> Guards { get; init; } = [];

    /// <summary>Whether a wait passes when the waiter itself is the signaller (the disposal of a registration in its own callback).</summary>
    public bool PassesOwn { get; init; }

    /// <summary>For a wait for something that the flow itself has made: the object whose code made it, and waits or hands it out.</summary>
    public Home? Home { get; init; }

    /// <summary>For a wait for the end of an async call: the object that the call was made on.</summary>
    public Value? Receiver { get; init; }

    /// <summary>Whether it happens in a continuation or callback that a signal runs before it returns.</summary>
    public bool IsInContinuation { get; init; }

    private string Variant => (IsTimed ? "~" : "") + HeldLock.Suffix(Mode) + (IsElsewhere ? "?" : "");

    /// <summary>What tells two events of one body apart, but for what is held.</summary>
    public string TargetKey => _targetKey ??=
        _kinds[(int)Kind] + Variant + (IsFlowWait ? "+" : "") + Target.Path.Key + (Kind is EventKind.Wait or EventKind.WaitAny ? Target.Path.ConstantKeys : "");

    /// <summary>What tells two events of one body apart.</summary>
    public string Key => _key ??= IsAfterAwait || !Held.IsEmpty ? TargetKey + (IsAfterAwait ? "'" : "") + (Held.IsEmpty ? "" : "|" + Texts(Held, static held => held.Key) + KeysOfNested) : TargetKey;

    // Two elements of one container nest: by which keys, tells one way from the other.
    private string KeysOfNested
    {
        get
        {
            foreach (HeldLock held in Kind == EventKind.Acquire && Target.Path.HasElement ? Held : [])
            {
                if (held.Lock.Path.Equals(Target.Path))
                {
                    return held.Lock.Path.Keys + ">" + Target.Path.Keys;
                }
            }

            return "";
        }
    }

    /// <summary>What tells two events of one body apart when only lock classes count.</summary>
    public string ClassKey => _classKey ??= _kinds[(int)Kind] + Variant + (IsOnce ? "!" : "") + LockClass.Of(Target).Key
        + (IsAfterAwait ? "'" : "") + "|" + Texts(Held, static held => LockClass.Of(held.Lock).Key) + KeysOfNested;

    /// <summary>Takes over the keys of the event that this is a copy of, where they are the same: a build makes each of these texts for each call on the way.</summary>
    public void TakeKeys(Event original)
    {
        if (Mode == original.Mode && IsTimed == original.IsTimed && IsElsewhere == original.IsElsewhere)
        {
            _targetKey = ReferenceEquals(Target.Path, original.Target.Path) ? original._targetKey : null;
            _classKey = original._classKey is not null && IsAfterAwait == original.IsAfterAwait && HaveOneClass(Held, original.Held) && HaveOneClass(Target, original.Target) ? original._classKey : null;
        }
    }

    private static bool HaveOneClass(ImmutableArray<HeldLock> left, ImmutableArray<HeldLock> right)
    {
        if (left == right)
        {
            return true;
        }

        bool areAlike = left.Length == right.Length;
        for (int i = 0; areAlike && i < left.Length; i++)
        {
            areAlike = HaveOneClass(left[i].Lock, right[i].Lock);
        }

        return areAlike;
    }

    private static bool HaveOneClass(LockRef left, LockRef right) =>
        (ReferenceEquals(left.Path, right.Path) && left.Type == right.Type) || LockClass.Of(left).Equals(LockClass.Of(right));

    private static string Texts(ImmutableArray<HeldLock> held, Func<HeldLock, string> text) => held.Length switch
    {
        0 => "",
        1 => text(held[0]),
        _ => string.Join(",", held.Select(text)),
    };
}

/// <summary>A completion is signalled; what the context may have to acquire or wait for before it gets there is owed time.</summary>
internal sealed record SignalEvent(LockRef Target, bool IsCondition, ImmutableArray<Event> Before, Trace Trace)
{
    public string Key => KeyOf(Target, IsCondition);

    /// <summary>Whether whoever waits gets an exception by it.</summary>
    public bool IsFailing { get; init; }

    /// <summary>What tells two signals of one body apart.</summary>
    public static string KeyOf(LockRef target, bool isCondition) => (isCondition ? "c" : "s") + target.Path.Key + target.Path.ConstantKeys;
}

/// <summary>What a caller must know of a body. Immutable.</summary>
/// <param name="Events">The critical pairs.</param>
/// <param name="Signals">What it signals, and what may come before.</param>
/// <param name="ExitHeld">Locks that it acquires and leaves held.</param>
/// <param name="ExitReleased">Locks of its caller that it releases.</param>
/// <param name="Returned">What it returns, where that is one value.</param>
/// <param name="Fields">What it stores into its own new objects: path to value.</param>
/// <param name="Idles">Whether it waits with nothing held: a point where a loop's past is irrelevant.</param>
/// <param name="ExitResumed">The awaits after which it may end without another one.</param>
internal sealed record Summary(
    ImmutableArray<Event> Events,
    ImmutableArray<SignalEvent> Signals,
    ImmutableArray<HeldLock> ExitHeld,
    ImmutableArray<LockRef> ExitReleased,
    Value Returned,
    ImmutableArray<KeyValuePair<string, Value>> Fields,
    bool Idles,
    ImmutableHashSet<string> ExitResumed)
{
    /// <summary>An await after which the body goes on in the synchronization context that it was started in; null if there is none.</summary>
    public Trace? NeedsContext { get; init; }

    /// <summary>The classes of the semaphores that an async body holds while it waits to go on in the context that it was started in.</summary>
    public ImmutableHashSet<string> HeldForContext { get; init; } = [];

    /// <summary>What an iterator holds while its consumer has an element in hand.</summary>
    public ImmutableArray<HeldLock> YieldHeld { get; init; } = [];

    /// <summary>Locks that it leaves held where it was passed, or answers, what they go with.</summary>
    public ImmutableArray<ConditionalHold> ExitHeldIf { get; init; } = [];

    /// <summary>The contexts that it makes, each with what its caller must have passed for that; those that it always makes are left out.</summary>
    public ImmutableArray<KeyValuePair<string, ImmutableHashSet<FlagGuard>>> Made { get; init; } = [];

    /// <summary>Whether the body itself puts its thread into a synchronization context of the source.</summary>
    public bool InstallsContext { get; init; }

    /// <summary>Whether tasks run in it that a scheduler of the program was given.</summary>
    public bool RunsQueued { get; init; }

    /// <summary>What its caller must have passed for it to return a task that has not completed; null if it never does.</summary>
    public ImmutableHashSet<FlagGuard>? Suspends { get; init; }

    /// <summary>The comparison whose answer it returns, where it does nothing else; its operand is a path in the body's frame.</summary>
    public Test? Answer { get; init; }

    /// <summary>The ordinals of the parameters that it lets other contexts get at; -1 among them if it may be any, -2 for its own object.</summary>
    public ImmutableHashSet<int> Publishes { get; init; } = [];

    /// <summary>Whether it is no async method and yet returns a task.</summary>
    public bool ReturnsTask { get; init; }

    /// <summary>The locks that callers must hold, or must not hold, for what is called in it.</summary>
    public ImmutableArray<Demand> Demands { get; init; } = [];

    /// <summary>The contexts that it may leave running; <see cref="Value.Unknown"/> for those that nobody can wait for.</summary>
    public ImmutableHashSet<Value> Running { get; init; } = [];

    /// <summary>The one-shot flags that it has won where it answers true, and where it answers false.</summary>
    public (ImmutableHashSet<string> WhenTrue, ImmutableHashSet<string> WhenFalse)? Wins { get; init; }

    /// <summary>Whose turn it is to let go the completion that it returns, where it has handed that out; null for no such.</summary>
    public Home? ReturnedHome { get; init; }

    /// <summary>The members whose completion it has signalled whenever it returns.</summary>
    public ImmutableHashSet<string> Given { get; init; } = [];

    public static Summary Empty { get; } = new([], [], [], [], Value.Unknown, [], false, []);

    /// <summary>Whether nothing in it says where something happens.</summary>
    public bool HasNoTrace => Events.IsEmpty && Signals.IsEmpty && ExitHeld.IsEmpty && ExitHeldIf.IsEmpty && YieldHeld.IsEmpty && NeedsContext is null;

    public bool SameAs(Summary other) =>
        Events.Length == other.Events.Length
        && Signals.Length == other.Signals.Length
        && ExitHeld.Length == other.ExitHeld.Length
        && ExitReleased.Length == other.ExitReleased.Length
        && ExitHeldIf.Length == other.ExitHeldIf.Length
        && Made.Length == other.Made.Length
        && Returned.IsLike(other.Returned)
        && NeedsContext is null == other.NeedsContext is null
        && HeldForContext.SetEquals(other.HeldForContext)
        && ReturnsTask == other.ReturnsTask
        && RunsQueued == other.RunsQueued
        && ReturnedHome is null == other.ReturnedHome is null
        && Demands.Length == other.Demands.Length
        && Publishes.SetEquals(other.Publishes)
        && Given.SetEquals(other.Given)
        && (Suspends is { } suspends ? other.Suspends is { } others && suspends.SetEquals(others) : other.Suspends is null)
        && Signals.Count(static signal => signal.IsFailing) == other.Signals.Count(static signal => signal.IsFailing)
        && Signals.Sum(static signal => signal.Before.Length) == other.Signals.Sum(static signal => signal.Before.Length)
        && HaveSameKeys(Events, other.Events);

    // Mostly they come in one order.
    private static bool HaveSameKeys(ImmutableArray<Event> left, ImmutableArray<Event> right)
    {
        for (int i = 0; i < left.Length; i++)
        {
            if (left[i].Key != right[i].Key)
            {
                return new HashSet<string>(left.Select(static known => known.Key), StringComparer.Ordinal).SetEquals(right.Select(static known => known.Key));
            }
        }

        return true;
    }
}

/// <summary>What summarising one body found.</summary>
/// <param name="Callees">The bodies that ran in its context.</param>
/// <param name="Detached">The async bodies that it started and did not await: they go on in a context of their own.</param>
/// <param name="Reentries">The locks that it asks for while it holds them already.</param>
/// <param name="Breaches">The calls that it makes under a lock which an attribute forbids.</param>
/// <param name="Passed">The waits that cannot block: what they are for is known to have been signalled.</param>
internal sealed record BodySummary(
    Summary Summary, IReadOnlyCollection<BodyFacts> Callees, IReadOnlyCollection<BodyFacts> Detached, ImmutableArray<Reentry> Reentries,
    ImmutableArray<Breach> Breaches, IReadOnlyCollection<TextSpan> Passed)
{
    /// <summary>What is found in a body without instructions. Its summary is another than the empty one, which says that there is none yet.</summary>
    public static BodySummary Nothing { get; } = new(new Summary([], [], [], [], Value.Unknown, [], false, []), [], [], [], [], []);
}

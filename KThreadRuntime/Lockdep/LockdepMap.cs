using System.Diagnostics;
using System.Runtime.CompilerServices;
using KThreadRuntime.Context;
using KThreadRuntime.Rules;

namespace KThreadRuntime;

/// <summary>
/// The validator's side of one lock or completion: an instance, and how to find its class. The library's primitives own
/// one each; a program gives one to a primitive of its own and calls the probes of <see cref="Lockdep"/> with it.
/// </summary>
/// <remarks>
/// Building one costs a few stores; the class is resolved at the first probe. It belongs to the
/// <see cref="LockdepValidator"/> that is current where it is built. Safe to share between threads. The model is the
/// kernel's <c>lockdep_map</c>.
/// </remarks>
[DebuggerDisplay("{DebuggerText,nq}")]
public sealed partial class LockdepMap
{
    internal const int MaxSubclasses = 8;

    /// <summary>What a completion of no particular kind is called.</summary>
    internal const string CompletionName = "completion";

    private static long _lastId;

    private readonly string _kindName;
    private readonly ClassPolicy _policy;
    private readonly CodeSite _site;

    // What the warm path reads of an instance it has not just seen: side by side, so one cache line as a rule.
    private long _id;
    private long _classToken;
    private WaitList? _waits;
    private Seldom? _seldom;
    private LockValidation _validation;
    private int _context;
    private int _signaller;
    private int _owedBy;

    /// <summary>Creates the map of a lock or completion.</summary>
    /// <param name="name">What reports call the class; by default the member that creates it. Two literals on one line are two classes.</param>
    /// <param name="key">The class, if it is not to be found by <paramref name="policy"/>.</param>
    /// <param name="kind">What the map stands for.</param>
    /// <param name="policy">How the class is found without a key; by default as the validator's options say.</param>
    /// <param name="waitType">How it waits for its holder: it may be acquired only where that is allowed.</param>
    /// <param name="innerWaitType">What it allows while it is held; by default the same.</param>
    /// <param name="file">The creation site; a wrapper forwards its caller's.</param>
    /// <param name="line">The creation site; a wrapper forwards its caller's.</param>
    /// <param name="member">The creation site; a wrapper forwards its caller's.</param>
    public LockdepMap(
        string? name = null,
        LockClassKey? key = null,
        LockdepMapKind kind = LockdepMapKind.Lock,
        ClassPolicy? policy = null,
        LockWaitType waitType = LockWaitType.Sleep,
        LockWaitType? innerWaitType = null,
        [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0,
        [CallerMemberName] string member = "")
        : this(LockdepValidator.Current, kind, kind == LockdepMapKind.Completion ? CompletionName : "lock", "", name, key, policy,
            new CodeSite(file, line, member), waitType, innerWaitType ?? waitType)
    {
    }

    internal LockdepMap(
        LockdepValidator validator, LockdepMapKind kind, string kindName, string role, string? name, LockClassKey? key, ClassPolicy? policy, in CodeSite site,
        LockWaitType outer = LockWaitType.Sleep, LockWaitType inner = LockWaitType.Sleep)
    {
        Validator = validator;
        Kind = kind;
        _kindName = kindName;
        if (role.Length != 0)
        {
            _seldom = new Seldom { Role = role };
        }

        if (name is not null)
        {
            _name = name;
        }

        if (key is not null)
        {
            _key = key;
        }

        _site = site;
        WaitType = outer;
        InnerWaitType = inner;
        _policy = policy ?? (kind == LockdepMapKind.Completion ? validator.Options.CompletionClasses : ClassPolicy.CreationSite);
        if (kind == LockdepMapKind.Completion)
        {
            Born = validator.StampBirth();
        }
    }

    /// <summary>What the map stands for.</summary>
    public LockdepMapKind Kind { get; }

    /// <summary>How it waits for its holder.</summary>
    public LockWaitType WaitType { get; }

    /// <summary>What may be acquired while it is held: locks that wait no harder than this.</summary>
    public LockWaitType InnerWaitType { get; }

    /// <summary>How much of it is looked at. Change it only while nobody holds the lock.</summary>
    public LockValidation Validation
    {
        get => _validation;
        set
        {
            _validation = value;
            PublishToken();
            ForgetWarm();
        }
    }

    /// <summary>Whatever the program wants to find again in an order of its own, or in a description.</summary>
    public object? Tag
    {
        get => _seldom?.Tag;
        set
        {
            if (value is not null || _seldom is not null)
            {
                Rest.Tag = value;
            }
        }
    }

    /// <summary>Where the instance was created.</summary>
    public CodeSite CreationSite => _site;

    /// <summary>The validator that learns from this instance.</summary>
    public LockdepValidator Validator { get; }

    /// <summary>
    /// The class, or null before the first probe, and for a class by wait site before the first wait.
    /// </summary>
    public LockClass? Class => _class;

    private string DebuggerText => $"{_class?.DisplayName ?? _name ?? _kindName}: {Kind}{(_id == 0 ? ", not used yet" : $" {_id}")}{(_validation == LockValidation.Full ? "" : $", {_validation}")}";

    /// <summary>The number of the instance, given at the first probe; 0 before.</summary>
    internal long Id => _id;

    /// <summary>The class's number for subclass 0 once resolved and all is as usual; 0 else, which never matches a chain.</summary>
    internal int ClassIndex => _class is { } known && Volatile.Read(ref _classToken) == Token(Validator, known) ? known.Index : 0;

    /// <summary>The validator's number and the class's in one, so that the warm path compares once; 0 before the class is known.</summary>
    internal long ClassToken => _classToken;

    /// <summary>The token of a validator's class.</summary>
    internal static long Token(LockdepValidator validator, LockClass lockClass) => ((long)validator.Number << 32) | (uint)lockClass.Number;

    /// <summary>The waits in progress: a list that stays empty until the first is added; see <see cref="AddWait"/>. Null for a lock.</summary>
    internal WaitList? Waits => Volatile.Read(ref _waits) ?? (Kind == LockdepMapKind.Completion ? WaitList.Empty : null);

    /// <summary>Whether somebody waits for the completion.</summary>
    internal bool IsWaitedFor => Volatile.Read(ref _waits) is { Any: true };

    /// <summary>A wait begins.</summary>
    internal void AddWait(in WaitRecord wait)
    {
        WaitList list = Volatile.Read(ref _waits) ?? Interlocked.CompareExchange(ref _waits, new WaitList(), null) ?? _waits!;
        list.Add(wait);
    }

    /// <summary>The generation at creation or re-initialisation.</summary>
    internal long Born { get; set; }

    /// <summary>Whether a flow holds the lock, which changes threads.</summary>
    internal bool IsOfFlow { get; init; }

    /// <summary>Whether the completion tells of a context's own life, so that no independence point cuts it.</summary>
    internal bool IsLifetime { get; init; }

    /// <summary>Whether its one signaller owes the signal from the first, as a thread owes its own end.</summary>
    internal bool IsOwedFromBirth { get; init; }

    /// <summary>Whether the completion is a worker's turn, which one context owes at a time: a gate between the items of the worker.</summary>
    internal bool IsTurn { get; init; }

    /// <summary>Whether a lock is released by whoever was given what releases it, rather than by the context that acquired it.</summary>
    internal bool HasReleaser => _kindName == nameof(KAsyncMutex);

    /// <summary>Whether it is a semaphore: each unit that goes out counts as a birth, and takes nothing back.</summary>
    internal bool IsCounted => _kindName == nameof(KSemaphore);

    /// <summary>How many units a semaphore has that is made with all it may have, and so may be used as a lock; 0 for all else.</summary>
    internal int Units
    {
        get => _seldom?.Units ?? 0;
        init
        {
            if (value != 0)
            {
                Rest.Units = value;
            }
        }
    }

    /// <summary>Whether somebody gave a unit of it, or of another of its class, who had not taken one: a signal then.</summary>
    internal bool IsHandedOn
    {
        get => _seldom is { } rest && (Volatile.Read(ref rest.IsHandedOn) || _class is { IsHandedOn: true });
        set
        {
            Volatile.Write(ref Rest.IsHandedOn, value);
            ClassFor(0).IsHandedOn |= value;
        }
    }

    /// <summary>Who signals the instance: 0 while unknown, a context, or <see cref="Dependency.Several"/>.</summary>
    internal int Signaller => Volatile.Read(ref _signaller);

    /// <summary>The context that answers for this instance alone: of a thread's life, or declared to owe it. 0 when there is none such.</summary>
    internal int SoleSignaller => Volatile.Read(ref _owedBy) is not 0 and int owing ? owing : IsLifetime ? Math.Max(0, Signaller) : 0;

    /// <summary>The context that declared last to owe it, or has all units of it; null when there is none such.</summary>
    internal Context.ContextLife? Debtor
    {
        get => _seldom is { } rest ? Volatile.Read(ref rest.Debtor) : null;
        set => Volatile.Write(ref Rest.Debtor, value);
    }

    /// <summary>A context owes it no more.</summary>
    internal void PaidBy(Context.ContextLife debtor)
    {
        if (_seldom is { } rest)
        {
            Interlocked.CompareExchange(ref rest.Debtor, null, debtor);
        }
    }

    /// <summary>A context declares that it will signal, which another may have done before: then neither answers for it alone.</summary>
    internal void AlsoOwedBy(int context)
    {
        int before = Interlocked.CompareExchange(ref _owedBy, context, 0);
        OwedBy(before == 0 || before == context ? context : Dependency.Several);
    }

    /// <summary>A context answers for it from here on, whoever did before; with 0, nobody is known to.</summary>
    internal void OwedBy(int context)
    {
        Volatile.Write(ref _owedBy, context);
        Known?.OwedBy(context);
    }

    /// <summary>Records that a context has this instance in hand.</summary>
    internal void TouchedBy(int context)
    {
        if (Volatile.Read(ref _context) != context
            && Interlocked.CompareExchange(ref _context, context, 0) is int other && other != 0 && other != context)
        {
            Volatile.Write(ref _context, Dependency.Several);
        }

        Known?.TouchedBy(context);
    }

    internal bool TouchedOnlyBy(int context) =>
        Volatile.Read(ref _context) is int seen && (seen == 0 || seen == context) && (_class?.MayBeSoleOf(context) ?? true);

    internal void SignalledBy(int context)
    {
        if (Volatile.Read(ref _signaller) != context
            && Interlocked.CompareExchange(ref _signaller, context, 0) is int other && other != 0 && other != context)
        {
            Volatile.Write(ref _signaller, Dependency.Several);
        }

        Known?.SignalledBy(context);
    }

    /// <summary>What few instances have, made when it is first needed: most live and die without.</summary>
    private Seldom Rest => Volatile.Read(ref _seldom) ?? Interlocked.CompareExchange(ref _seldom, new Seldom(), null) ?? _seldom!;

    /// <summary>The fields of <see cref="Rest"/>.</summary>
    private sealed class Seldom
    {
        internal string Role = "";
        internal object? Tag;
        internal LockClass?[]? Subclasses;
        internal object? GuessedSite;
        internal LockdepMap? Witness;
        internal Context.ContextLife? Debtor;
        internal int Units;
        internal bool IsHandedOn;
    }
}

using CrossRelease.Analyzers.Models;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Flow;

/// <summary>One step of a body, symbol-free. <see cref="Result"/> is the value that later steps know its outcome by.</summary>
internal abstract record Instruction(TextSpan Span, Value Result);

/// <summary>A local variable gets a value.</summary>
internal sealed record AssignLocal(TextSpan Span, string Local, Value Source) : Instruction(Span, Value.Unknown);

/// <summary>A field, event or property that <see cref="Target"/> names gets (or, for containers and events, gets besides) a value.</summary>
internal sealed record StoreMember(TextSpan Span, Value Target, Value Source) : Instruction(Span, Value.Unknown)
{
    /// <summary>What is stored by a count upwards.</summary>
    public const string More = "~more";

    /// <summary>The number that an atomic operation stores, or <see cref="More"/>; null where that is not known.</summary>
    public string? Number { get; init; }
}

/// <summary>The body returns a value.</summary>
internal sealed record ReturnValue(TextSpan Span, Value Source) : Instruction(Span, Value.Unknown)
{
    /// <summary>Whether it is a task.</summary>
    public bool IsTask { get; init; }

    /// <summary>Whether it is a task made of its result, which has completed from the start.</summary>
    public bool IsCompleted { get; init; }

    /// <summary>The truth value that it is; null for any other value.</summary>
    public bool? Truth { get; init; }

    /// <summary>Whether it is null.</summary>
    public bool IsNull { get; init; }
}

/// <summary>A call of a method that source declares or may implement.</summary>
/// <param name="Method">The documentation id of the called definition.</param>
/// <param name="IsVirtual">Whether overrides and implementations of it may run instead.</param>
/// <param name="IsExact">Whether only the receiver's known type tells what runs: so many types implement it that a guess says nothing.</param>
/// <param name="IsOpen">Whether code that nobody sees may run instead: an abstract, virtual or interface member open to others.</param>
/// <param name="IsAwaited">Whether the flow goes on only when the returned task has completed.</param>
/// <param name="IsCreation">Whether it is a constructor, run on the new object.</param>
internal sealed record Call(
    TextSpan Span,
    Value Result,
    string Method,
    Value Receiver,
    ImmutableArray<Value> Arguments,
    bool IsVirtual,
    bool IsExact,
    bool IsOpen,
    bool IsAwaited,
    bool IsCreation) : Instruction(Span, Result);

/// <summary>A delegate is invoked.</summary>
internal sealed record Invoke(
    TextSpan Span, Value Result, Value Delegate, ImmutableArray<Value> Arguments, bool IsAwaited) : Instruction(Span, Result);

/// <summary>
/// A call of a library member without a model: objects may move from the arguments into the receiver, and from all of
/// them into the result and the by-reference arguments.
/// </summary>
internal sealed record Move(TextSpan Span, Value Result, ImmutableArray<Value> From, ImmutableArray<Value> Into) : Instruction(Span, Result)
{
    /// <summary>Whether the call counts as able to throw: see <see cref="ForeignThrows"/>.</summary>
    public bool MayThrow { get; init; }

    /// <summary>Whether the call counts or swaps atomically: its answer chooses one context out of several.</summary>
    public bool IsAtomic { get; init; }

    /// <summary>Whether the result is a task that has completed from the start.</summary>
    public bool IsCompletedTask { get; init; }

    /// <summary>Whether the call empties its receiver without handing out what was in it.</summary>
    public bool Empties { get; init; }

    /// <summary>Whether the call takes what is at a key out of its receiver, and nobody gets it.</summary>
    public bool Loses { get; init; }

    /// <summary>Whether the call adds what it is given to its receiver.</summary>
    public bool Puts { get; init; }

    /// <summary>Whether the call takes one thing out of its receiver, and hands it out.</summary>
    public bool Takes { get; init; }

    /// <summary>Whether the call names the key of all that it puts, finds or takes.</summary>
    public bool IsKeyed { get; init; }

    /// <summary>Where in the container the objects get.</summary>
    public Keeping Keeping { get; init; }

    /// <summary>The constant key that the objects are kept at, where <see cref="Keeping"/> says that they are at one.</summary>
    public string? At { get; init; }
}

/// <summary>Where in a container a library call keeps what it is given, and what it does to what is there.</summary>
internal enum Keeping
{
    /// <summary>Nobody knows: objects may get, and move, anywhere.</summary>
    Unknown,

    /// <summary>Each object gets to one key of its own, or behind all others; what is there stays there.</summary>
    Apart,

    /// <summary>The objects get to the first index, the second, and so on.</summary>
    InTurn,

    /// <summary>What is there stays there, and a container that is made of it has it at the same keys.</summary>
    InPlace,

    /// <summary>What is there stays there; where it is in what is made of it, nobody knows.</summary>
    Reads,

    /// <summary>What is there stays there, and what is made of it has each of the objects once, at a key that nobody knows.</summary>
    Anew,
}

/// <summary>A modelled effect.</summary>
/// <param name="Target">The lock, the completion, or the delegate of a spawn, callback or fork.</param>
/// <param name="TargetType">The source class of the target's static type, which then is its lock class.</param>
/// <param name="IsTimed">Whether the caller gives up after a time.</param>
/// <param name="IsAwaited">Whether the flow rather than the thread waits.</param>
/// <param name="Text">How the source names the target, for messages.</param>
internal sealed record Affect(
    TextSpan Span,
    Value Result,
    Effect Effect,
    Value Target,
    string? TargetType,
    bool IsTimed,
    bool IsAwaited,
    string Text) : Instruction(Span, Result)
{
    /// <summary>The statement that the lock is held for, where no instruction releases it.</summary>
    public TextSpan? Scope { get; init; }

    /// <summary>Whether a lock statement does it: then it releases on every path.</summary>
    public bool IsStatement { get; init; }

    /// <summary>Whether what follows an awaited wait runs in the synchronization context that the flow had before.</summary>
    public bool KeepsContext { get; init; }

    /// <summary>The token that ends the wait if it is cancelled; null for none.</summary>
    public Value? Token { get; init; }

    /// <summary>Whether it cancels the tokens of its target.</summary>
    public bool Cancels { get; init; }

    /// <summary>Whether the call passes on exceptions of others: those of the task that it waits for, or a cancellation.</summary>
    public bool MayThrow { get; init; }

    /// <summary>Whether an attribute says it: then it counts only where no body is seen that answers the call of the same result, or that does the same.</summary>
    public bool IsDeclared { get; init; }

    /// <summary>For a signal that the last of several gives: where they are counted, see <see cref="Countdowns"/>; null for any other.</summary>
    public Value? Counter { get; init; }

    /// <summary>
    /// For what starts a task, the object that says by which scheduler, itself or something that keeps it; for work that a context is given, the context. If that is an
    /// object of the program, what it does with the work counts instead. Null for the library's own.
    /// </summary>
    public Value? Scheduler { get; init; }

    /// <summary>For what goes on from a task: that task; null for any other.</summary>
    public Value? Antecedent { get; init; }

    /// <summary>For what goes on from a task: after which outcomes of it.</summary>
    public TaskOutcomes Outcomes { get; init; } = TaskOutcomes.All;

    /// <summary>For a timed wait: the parameter that says how long, and may say for ever; null where nothing but a number does.</summary>
    public Value? Limit { get; init; }

    /// <summary>Whether what is waited for is a task.</summary>
    public bool IsOfTask { get; init; }

    /// <summary>Whether what is waited for, once it has been signalled, stays so: another wait for it passes.</summary>
    public bool StaysSignalled { get; init; }
}

/// <summary>A lock that an attribute speaks of, where a body is entered or before it is called.</summary>
/// <param name="LockType">The source class of the lock's static type, which then is its lock class.</param>
/// <param name="IsShared">Whether the read side is enough.</param>
/// <param name="Member">How messages call the member that has the attribute.</param>
internal sealed record LockCondition(TextSpan Span, LockConditionKind Kind, Value Lock, string? LockType, bool IsShared, string Member) : Instruction(Span, Value.Unknown);

/// <summary>What is said of the lock.</summary>
internal enum LockConditionKind
{
    /// <summary>The body is entered with it, and returns with it.</summary>
    HeldAtEntry,

    /// <summary>Whoever makes the call that follows holds it.</summary>
    Required,

    /// <summary>Whoever makes the call that follows does not hold it.</summary>
    Excluded,
}

/// <summary>A delegate is registered with an object, to run inside the call that raises it.</summary>
/// <param name="IsLazy">Whether it is the factory of a lazy value.</param>
internal sealed record Register(TextSpan Span, Value Source, Value Delegate, bool IsLazy) : Instruction(Span, Value.Unknown);

/// <summary>A flag that stays set is set by an interlocked operation, and <see cref="Instruction.Result"/> tells who did it.</summary>
/// <param name="Change">What it is set to.</param>
/// <param name="WinsWhenTrue">Whether a true result is the winner's.</param>
internal sealed record Claim(TextSpan Span, Value Result, Value Flag, string Change, bool WinsWhenTrue) : Instruction(Span, Result);

/// <summary>An object is taken from a place that holds none afterwards: who gets null has lost.</summary>
internal sealed record Take(TextSpan Span, Value Result, Value Place) : Instruction(Span, Result);

/// <summary>A value is compared with a constant; the result is the answer.</summary>
/// <param name="EqualsWhenTrue">Whether a true result says that they are equal.</param>
internal sealed record Test(TextSpan Span, Value Result, Value Operand, string Constant, bool EqualsWhenTrue) : Instruction(Span, Result)
{
    /// <summary>Further constants: the answer says that it equals one of them all, or none.</summary>
    public ImmutableArray<string> Others { get; init; } = [];
}

/// <summary>Two variables are asked whether they are one object; the result is the answer.</summary>
internal sealed record Compare(TextSpan Span, Value Result, Value Left, Value Right, bool EqualsWhenTrue) : Instruction(Span, Result);

/// <summary>A field gets a constant.</summary>
internal sealed record SetFlag(TextSpan Span, Value Flag, string Constant) : Instruction(Span, Value.Unknown);

/// <summary>A loop asks until the answer is the one that ends it: the flow waits for whoever brings that about.</summary>
/// <param name="Answer">The condition, or the completion's own answer.</param>
/// <param name="EndsWhenTrue">Which outcome ends the loop.</param>
/// <param name="Text">How the source names what is asked, for messages.</param>
internal sealed record Poll(TextSpan Span, Value Answer, bool EndsWhenTrue, bool IsAwaited, string Text) : Instruction(Span, Value.Unknown);

/// <summary>A static field of another type is used: its initialisers run first, or are waited for.</summary>
/// <param name="Type">The documentation id of the type.</param>
internal sealed record Touch(TextSpan Span, string Type) : Instruction(Span, Value.Unknown);

/// <summary>Control is at a place: locks held for a statement that is not around it have been released.</summary>
internal sealed record Reach(TextSpan Span) : Instruction(Span, Value.Unknown);

/// <summary>The flow waits for a task, value task or other awaitable that has no model.</summary>
/// <param name="KeepsContext">Whether what follows runs in the synchronization context that the flow had before.</param>
internal sealed record Await(TextSpan Span, Value Target, bool KeepsContext, string Text) : Instruction(Span, Value.Unknown)
{
    /// <summary>Whether what is awaited counts as able to fail.</summary>
    public bool MayThrow { get; init; }

    /// <summary>Whether a library call stands between the completion and the wait: one with a limit, or a choice of several.</summary>
    public bool IsIndirect { get; init; }
}

/// <summary>An iterator hands out an element and is left until the consumer asks for the next.</summary>
internal sealed record YieldElement(TextSpan Span, Value Element) : Instruction(Span, Value.Unknown);

/// <summary>An exception is thrown.</summary>
/// <param name="Types">The documentation ids of its type and its base types; empty if it is thrown on.</param>
/// <param name="IsProgrammingError">Whether it blames the caller's code: a wrong argument, a call not supported.</param>
internal sealed record Throw(TextSpan Span, ImmutableArray<string> Types, bool IsProgrammingError) : Instruction(Span, Value.Unknown)
{
    /// <summary>Whether it says that something was never set up: what a test for null found.</summary>
    public bool IsNullCheck { get; init; }

    /// <summary>Whether a handler throws on what it caught.</summary>
    public bool IsRethrow => Types.IsEmpty;
}

/// <summary>A place gets a constant: true, false, or null where <see cref="Truth"/> is null.</summary>
internal sealed record AssignConstant(TextSpan Span, string Place, bool? Truth) : Instruction(Span, Value.Unknown);

/// <summary>An object of the runtime is made that has its lock class from the line that makes it, or from a key.</summary>
/// <param name="Kind">Its type, by its short name.</param>
internal sealed record Birth(TextSpan Span, Value Made, string Kind) : Instruction(Span, Value.Unknown)
{
    /// <summary>The key that it is given; null where it goes by its line.</summary>
    public Value? ClassKey { get; init; }
}

/// <summary>How many objects a container of services makes.</summary>
internal enum Lifetime
{
    /// <summary>One for all.</summary>
    Singleton,

    /// <summary>One for each scope.</summary>
    Scoped,

    /// <summary>One for each who asks.</summary>
    Transient,
}

/// <summary>A service is registered with a container, which makes its objects.</summary>
/// <param name="Service">The documentation id of the type that it is asked for by.</param>
/// <param name="Implementation">The documentation id of the type that the container makes; null where a delegate makes the object.</param>
/// <param name="Maker">The delegate, or the object itself.</param>
/// <param name="Key">The constant key that it is registered with; null for none.</param>
internal sealed record Provide(TextSpan Span, Lifetime Lifetime, string Service, string? Implementation, Value Maker, string? Key) : Instruction(Span, Value.Unknown);

/// <summary>A container of services gives an object: the result.</summary>
/// <param name="Service">The documentation id of the type that is asked for.</param>
/// <param name="Key">The constant key; null for none.</param>
internal sealed record Inject(TextSpan Span, Value Result, string Service, string? Key) : Instruction(Span, Result);

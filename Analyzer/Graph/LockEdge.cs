using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

/// <summary>A critical pair seen as a dependency: <see cref="Event"/> acquires a lock while <see cref="Held"/> is held.</summary>
internal sealed record LockEdge(BodyFacts Root, HeldLock Held, Event Event)
{
    public LockClass From { get; } = LockClass.Of(Held.Lock);

    public LockClass To { get; } = LockClass.Of(Event.Target);

    public int Length => Event.Trace.Length + Held.Trace.Length;

    /// <summary>Whether an attribute declares it, and no code is seen to do it.</summary>
    public bool IsDeclared => Root.Role == BodyRole.Order;

    /// <summary>Whether it reads on both sides.</summary>
    public bool IsSharedRead => Held.Mode == LockMode.Read && Event.Mode == LockMode.Read;

    /// <summary>Whether nothing tells that the calls on the way run what they are taken to run.</summary>
    public bool IsGuess => Guess != Guess.None;

    public Guess Guess => Event.Trace.Guess > Held.Trace.Guess ? Event.Trace.Guess : Held.Trace.Guess;

    /// <summary>How many calls of a large recursion lie between the one lock and the other.</summary>
    public int CallsInKnot
    {
        get
        {
            Trace? call = Event.Trace;
            for (Trace? held = Held.Trace; call?.Site == held?.Site && call is not null; held = held!.Inner)
            {
                call = call.Inner;
            }

            return call?.Calls.Count(static call => call.OwnGuess == Guess.Knot) ?? 0;
        }
    }

    /// <summary>The calls that lead to the held lock, and to the acquired one.</summary>
    public IEnumerable<Trace> Calls => Held.Trace.Calls.Concat(Event.Trace.Calls);

    /// <summary>
    /// For locks that two objects keep in one member: the member by which the object of the acquired one is reached from that of the held one; null
    /// if it takes none or several.
    /// </summary>
    public string? Step =>
        Held.Lock.Path is { Kind: ValueKind.Member, Base: { } from, Id: var held } && Event.Target.Path is { Kind: ValueKind.Member, Base: { } to, Id: var acquired } && held == acquired
        && to.WithoutElements is { Kind: ValueKind.Member, Base: { } whole, Id: var step } && whole.Equals(from) ? step : null;

    /// <summary>
    /// Whether it asks for the next one's lock only as long as something has not been initialised, while the next one took that lock for something
    /// else: nothing tells that it does so that early.
    /// </summary>
    public bool MayComeTooLate(LockEdge next) => Event.IsUntilInitialized && next.Held.Trace.Leaf != Event.Trace.Leaf;
}

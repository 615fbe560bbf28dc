using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Graph;

// What a callee's summary says of locks, in the frame of the caller. What events of the callee have in common, those of the caller
// share as well: each would otherwise keep a copy, and through many calls these would be most of what an analysis keeps.
internal sealed partial class BodySummarizer
{
    /// <summary>A callee's frame as its caller sees it.</summary>
    private sealed class Frame(Func<Value, Value?> bind, TextSpan span, FlowState entry)
    {
        public Func<Value, Value?> Bind { get; } = bind;

        /// <summary>The call.</summary>
        public TextSpan Span { get; } = span;

        /// <summary>What is known at the call.</summary>
        public FlowState Entry { get; } = entry;

        public Site? Site { get; set; }

        public ImmutableHashSet<string>? Claims { get; set; }

        public MovedLocks? Plain { get; set; }

        public Dictionary<(ImmutableArray<HeldLock> Held, ImmutableArray<LockRef> Released), MovedLocks>? Locks { get; set; }

        public Dictionary<ImmutableArray<Event>, ImmutableArray<Event>>? Before { get; set; }
    }

    /// <param name="Held">What is held in both frames.</param>
    /// <param name="Released">The locks of the caller's callers that have been given back.</param>
    /// <param name="HasNull">Whether one of the held locks is no object here: then there is no such execution.</param>
    private sealed record MovedLocks(ImmutableArray<HeldLock> Held, ImmutableArray<LockRef> Released, bool HasNull);

    private MovedLocks LocksOf(Event inner, Frame frame)
    {
        FlowState entry = frame.Entry;
        if (inner.Held.IsEmpty && inner.Released.IsEmpty)
        {
            return frame.Plain ??= new MovedLocks(entry.Held, entry.Released, HasNull(entry.Held));
        }

        frame.Locks ??= [];
        if (!frame.Locks.TryGetValue((inner.Held, inner.Released), out MovedLocks? locks))
        {
            frame.Locks.Add((inner.Held, inner.Released), locks = Moved(inner, frame));
        }

        return locks;
    }

    private MovedLocks Moved(Event inner, Frame frame)
    {
        FlowState entry = frame.Entry;
        ImmutableArray<LockRef> released = inner.Released.IsEmpty ? [] : [.. inner.Released.Select(given => Resolve(given.Substitute(frame.Bind), entry))];
        ImmutableArray<HeldLock> callers = released.IsEmpty ? entry.Held : entry.Held.RemoveAll(held => released.Contains(held.Lock));
        ImmutableArray<HeldLock> held = inner.Held.IsEmpty ? callers
            : callers.AddRange(inner.Held.Select(lockHeld => Move(lockHeld, frame.Bind, frame.Span, entry)).Where(moved => entry.Held.IsEmpty || !entry.Holds(moved.Key)));
        return new MovedLocks(
            held,
            released.IsEmpty ? entry.Released : entry.Released.AddRange(released.Where(given => !entry.Held.Any(held => held.Lock.Equals(given)) && !entry.Released.Contains(given))),
            HasNull(held));
    }

    private static bool HasNull(ImmutableArray<HeldLock> held)
    {
        foreach (HeldLock taken in held)
        {
            if (taken.Lock.Path.IsNull)
            {
                return true;
            }
        }

        return false;
    }

    private Trace Behind(Frame frame, Trace inner) => new(frame.Site ??= new Site(_body, frame.Span), inner, GuessAt(frame.Span));

    private static ImmutableHashSet<string> ClaimsAt(Frame frame) => frame.Claims ??= ClaimsAt(frame.Entry);

    // What may come before a signal of the callee: often the same for several of its signals.
    private ImmutableArray<Event> BeforeOf(SignalEvent signal, Frame frame)
    {
        if (signal.Before.IsEmpty)
        {
            return [];
        }

        frame.Before ??= [];
        if (!frame.Before.TryGetValue(signal.Before, out ImmutableArray<Event> before))
        {
            frame.Before.Add(signal.Before, before = [.. MovedBefore(signal.Before, frame)]);
        }

        return before;
    }

    private IEnumerable<Event> MovedBefore(ImmutableArray<Event> before, Frame frame)
    {
        FlowState entry = frame.Entry;
        foreach (Event found in before)
        {
            if (FlagGuard.InCaller(found.Guards, frame.Bind, entry) is not { } guards)
            {
                continue;
            }

            LockRef target = Resolve(found.Target.Substitute(frame.Bind), entry);
            if (!target.Path.IsNull)
            {
                yield return found with
                {
                    Target = target,
                    Claims = found.Claims.With(ClaimsAt(frame)),
                    Guards = guards.With(entry.Guards),
                    Given = found.Given.With(entry.Given),
                    Token = TokenOf(found.Token?.Substitute(frame.Bind), entry),
                    Trace = Behind(frame, found.Trace),
                };
            }
        }
    }
}

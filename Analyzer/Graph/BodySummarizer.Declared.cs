using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Graph;

// What attributes declare: locks that callers hold or do not hold, and what the body is only said to do.
internal sealed partial class BodySummarizer
{
    private const int MaxDemands = 64;

    private readonly HashSet<string> _answered = new(StringComparer.Ordinal);
    private readonly Dictionary<(Site Leaf, string Lock), Demand> _demands = [];
    private readonly Dictionary<(Site Leaf, string Lock), Breach> _breaches = [];

    /// <summary>Calls that enter a member under a lock that an attribute forbids.</summary>
    private ImmutableArray<Breach> Breaches => [.. _breaches.Values];

    private FlowState Apply(LockCondition condition, FlowState state)
    {
        if (_isSingleThreaded)
        {
            return state;
        }

        LockRef @lock = Resolve(new LockRef(condition.Lock, condition.LockType), state);
        var trace = new Trace(new Site(_body, condition.Span));
        if (condition.Kind != LockConditionKind.HeldAtEntry)
        {
            Check(new Demand(@lock, condition.Kind == LockConditionKind.Excluded, condition.IsShared, condition.Member, state.IsAfterAwait, trace), state);
            return state;
        }

        var held = new HeldLock(@lock, condition.IsShared ? LockMode.Read : LockMode.Exclusive, false, trace) { IsPresumed = true };
        return state.Holds(held.Key) ? state : state with { Held = state.Held.Add(held) };
    }

    private void Check(Demand demand, FlowState state)
    {
        Value root = demand.Lock.Path.Root;
        bool isOfNewObject = state.Unpublished.Contains(root.Key) || (_body.IsConstructor && root.Kind == ValueKind.This);
        if (!_recording || isOfNewObject || root.Kind == ValueKind.Unknown)
        {
            return;
        }

        (Site, string) key = (demand.Trace.Leaf, demand.Lock.Path.Key);
        if (demand.IsExcluded)
        {
            HeldLock? held = state.Held.FirstOrDefault(held => Reentry.AreOne(_pointsTo.WaysBack.Shortened(held.Lock.Path), _pointsTo.WaysBack.Shortened(demand.Lock.Path), _program, _pointsTo.Soles, _names.KeepsOwn));
            if (held is not null && !state.IsElsewhere)
            {
                _breaches[key] = new Breach(demand, held);
                return;
            }
        }
        else if (state.Held.Any(held => Satisfies(held, demand)))
        {
            return;
        }

        if (_demands.TryGetValue(key, out Demand? known) ? demand.Trace.IsBetterThan(known.Trace) : _demands.Count < MaxDemands)
        {
            _demands[key] = demand;
        }
    }

    // Whoever holds a lock of the class, under whatever name, is believed to hold the right one.
    private bool Satisfies(HeldLock held, Demand demand) =>
        (demand.IsShared || held.Mode != LockMode.Read)
        && (held.Lock.Path.Equals(demand.Lock.Path)
            || LockClass.Of(held.Lock).Equals(LockClass.Of(demand.Lock))
            || _pointsTo.Objects(held.Lock.Path).Any(known => PointsTo.IsCompletion(known) && _pointsTo.Objects(demand.Lock.Path).Contains(known)));

    private void Inline(ImmutableArray<Demand> demands, Func<Value, Value?> bind, TextSpan span, bool isDetached, FlowState entry)
    {
        foreach (Demand demand in demands)
        {
            if (!(isDetached && demand.IsAfterAwait) && IsNear(demand.Trace))
            {
                Check(
                    demand with { Lock = Resolve(demand.Lock.Substitute(bind), entry), Trace = Behind(span, demand.Trace), IsAfterAwait = demand.IsAfterAwait || entry.IsAfterAwait }, entry);
            }
        }
    }

    // What is declared counts where nothing is seen that does it.
    private bool IsSeen(Affect declared) => declared.IsDeclared && _answered.Contains(declared.Result.Key);

    /// <summary>Whether a call of a body that is declared not to wait leaves this out.</summary>
    private static bool IsDeniedWait(BodyFacts body, Event found) =>
        body.IsNonBlocking && found is { Kind: EventKind.Wait or EventKind.WaitAny or EventKind.WaitCondition or EventKind.RunOpenCode, IsFlowWait: false };

    private static IEnumerable<Event> WithoutSeen(IReadOnlyCollection<Event> events)
    {
        if (!events.Any(static found => found.IsDeclared))
        {
            return events;
        }

        var seen = new HashSet<string>(events.Where(static found => !found.IsDeclared).Select(static found => found.TargetKey), StringComparer.Ordinal);
        return events.Where(found => !found.IsDeclared || !seen.Contains(found.TargetKey));
    }
}

/// <summary>A member that is called needs a lock held, or not held, by whoever calls; nobody on the way here holds it.</summary>
/// <param name="Member">How messages call the member.</param>
internal sealed record Demand(LockRef Lock, bool IsExcluded, bool IsShared, string Member, bool IsAfterAwait, Trace Trace);

/// <summary>A member is called under a lock that its caller must not hold.</summary>
internal sealed record Breach(Demand Demand, HeldLock Held);

using KThreadRuntime.Rules;

namespace KThreadRuntime.Context;

/// <content>The locks of the async flow that runs on this thread: they lie on its held stack as long as it does.</content>
/// <remarks>
/// So all that asks what is held sees them too, and neither the warm path nor the cache has anything to compare: a flow that
/// comes, goes or changes rebuilds the stack, which forgets what is known of it.
/// </remarks>
internal sealed partial class LockdepContext
{
    private List<FlowEntry>? _flow;
    private bool _isFlowStale;

    /// <summary>Lets all contexts of the calling thread follow a change of flow. Runs nobody's code.</summary>
    internal static void Follow(AsyncFlow? flow, bool cuts)
    {
        for (LockdepContext? context = _current; context is not null; context = context._next)
        {
            if (cuts)
            {
                context.Cut();
            }

            context.Follow(flow);
        }
    }

    /// <summary>Announces that the flow wants an async lock. Throws what a sink throws; nothing is wanted then.</summary>
    internal void WantInFlow(LockdepMap map, bool isTimed, in CodeSite site) => ObserveFlow(map, isTimed, site, remembers: false);

    /// <summary>The flow has the lock, and acquired it in this stretch of its history. Call it before the lock is put on the stack.</summary>
    internal void RememberInFlow(LockdepMap map, bool isTimed, in CodeSite site) => ObserveFlow(map, isTimed, site, remembers: true);

    /// <summary>
    /// The thread blocks for an async lock. Whoever was given the releaser may end that, so it closes no ring of blocked threads;
    /// the watchdog tells of it, and its time counts.
    /// </summary>
    internal void BlockInFlow(LockdepMap map, in CodeSite site)
    {
        if (_busy == 0 && map.Validation != LockValidation.NoTrack)
        {
            Block(new BlockedFlow.Wish(map, map.ClassFor(0), ChainMode.Exclusive, Index: 0, CanEnd: true, site));
        }
    }

    private void ObserveFlow(LockdepMap map, bool isTimed, in CodeSite site, bool remembers)
    {
        if (_busy == 0 && map.Validation == LockValidation.Full)
        {
            LockClass lockClass = map.ClassFor(0);
            uint element = ChainKey.Element(lockClass.Index, (int)LockMode.Exclusive, isTry: false) | (isTimed ? ChainKey.Timed : 0);
            Observe(map, lockClass, element, site, steps: null, remembers);
        }
    }

    private void Follow(AsyncFlow? flow)
    {
        _isScoped = flow is { Scope: not 0 };
        if (_floor != 0)
        {
            // A handler's boundary lies on top of the flow's locks; what it interrupted is not its own.
            _isFlowStale = true;
            return;
        }

        _isFlowStale = false;
        for (int i = (_flow?.Count ?? 0) - 1; i >= 0; i--)
        {
            if (!IsStill(_flow![i], flow))
            {
                // Not found while a part of the stack is being built up again: the next look finds it.
                if (TakeOut(_flow[i].Hold.Map!))
                {
                    _flow.RemoveAt(i);
                }
            }
        }

        foreach (AsyncFlow.Entry entry in flow?.Entries ?? [])
        {
            if (entry.Hold.IsHeld && entry.Hold.Map!.Validation != LockValidation.NoTrack && ReferenceEquals(entry.Hold.Map.Validator, Validator) && !IsOnStack(entry.Hold))
            {
                PutOn(entry.Hold, flow!.IsSure(entry));
            }
        }
    }

    /// <summary>A release on another thread leaves the lock on this one's stack until something is learned here again.</summary>
    internal void RefreshFlow()
    {
        if (_isFlowStale || _flow is { Count: > 0 })
        {
            Follow(AsyncFlow.Here);
        }
    }

    private static bool IsStill(FlowEntry known, AsyncFlow? flow)
    {
        foreach (AsyncFlow.Entry entry in flow?.Entries ?? [])
        {
            if (ReferenceEquals(entry.Hold, known.Hold))
            {
                return known.Hold.IsHeld && flow!.IsSure(entry) == known.IsSure;
            }
        }

        return false;
    }

    private bool IsOnStack(FlowHold hold)
    {
        for (int i = 0; _flow is not null && i < _flow.Count; i++)
        {
            if (ReferenceEquals(_flow[i].Hold, hold))
            {
                return true;
            }
        }

        return false;
    }

    private void PutOn(FlowHold hold, bool isSure)
    {
        LockClass lockClass = hold.Map!.ClassFor(0);
        uint element = ChainKey.Element(lockClass.Index, (int)(isSure ? ChainMode.Exclusive : ChainMode.Inherited), hold.IsTry);
        PushQuietly(hold.Map, lockClass, hold.Map.Validation == LockValidation.Full ? element : element | ChainKey.Unchecked, hold.Site);
        (_flow ??= []).Add(new FlowEntry(hold, isSure));
    }

    /// <summary>Pushes an entry that made no dependency here, and says where it came from.</summary>
    private void PushQuietly(LockdepMap map, LockClass lockClass, uint element, in CodeSite site)
    {
        map.EnsureId();
        Push(map, lockClass, element, default);
        if (!_chains.ContainsKey(Top.ChainAfter))
        {
            _chains[Top.ChainAfter] = new ThreadChain(lockClass, element, HeldCount - 1, site, null);
        }
    }

    private bool TakeOut(LockdepMap map)
    {
        int index = IndexOf(map);
        if (index > 0)
        {
            ForgetGiven(index);
            Rebuild(index, skip: index);
        }

        return index > 0;
    }

    private readonly record struct FlowEntry(FlowHold Hold, bool IsSure);
}

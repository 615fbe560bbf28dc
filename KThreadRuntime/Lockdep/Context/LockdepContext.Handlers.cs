using KThreadRuntime.Rules;

namespace KThreadRuntime.Context;

/// <content>Handlers that run on top of an interrupted flow, on its thread.</content>
internal sealed partial class LockdepContext
{
    private readonly List<HandlerFrame> _handlers = [];
    private HandlerLevels _running;
    private HandlerLevels _off;
    private long _lastHandler;

    /// <summary>Where the newest handler's history starts.</summary>
    private long _historyStart;

    /// <summary>
    /// Part of every chain's hash: chains made in a handler, or with some held off, are others, since they tell the usage
    /// states something else, and other waiting is allowed. 0 in the ordinary case.
    /// </summary>
    private ulong _salt;

    /// <summary>The hardest waiting that the running handlers allow; <see cref="LockWaitType.Sleep"/> outside of any.</summary>
    internal LockWaitType ContextLimit { get; private set; } = LockWaitType.Sleep;

    /// <summary>The levels that may interrupt what the context does now. Hard handlers off means that soft ones do not come either.</summary>
    private HandlerLevels Enabled => (_off & HandlerLevels.Hard) != 0 ? HandlerLevels.None : (HandlerLevels.Hard | HandlerLevels.Soft) & ~_off;

    /// <summary>Begins a handler. Throws what a sink throws, and then none has begun.</summary>
    internal long EnterHandler(HandlerLevel level, bool isThreaded, in CodeSite site)
    {
        // It has interrupted what is held, whatever was said to be off.
        MarkHeld(SetOf(level), site);
        int floor = PushBoundary(ChainKey.Root);
        var frame = new HandlerFrame(++_lastHandler, level, site, floor, _historyStart, _epoch, _running, _off, ContextLimit, _blocked, _answered);
        _handlers.Add(frame);
        if ((_running & SetOf(level)) != 0)
        {
            // The chains are those of the handler below, whose history is out of this one's sight: it writes its own.
            Array.Clear(_slots, 0, _slots.Length);
        }

        _blocked = null;
        _historyStart = _history.Next;
        LockWaitType limit = level == HandlerLevel.Hard && !isThreaded ? LockWaitType.Spin : LockWaitType.Config;
        ContextLimit = limit < ContextLimit ? limit : ContextLimit;
        Become(_running | SetOf(level), _off | SetOf(level));
        return frame.Serial;
    }

    /// <summary>Ends a handler and those on top of it. Throws what a sink throws, and has ended it all the same.</summary>
    internal void ExitHandler(long serial)
    {
        int index = _handlers.FindIndex(h => h.Serial == serial);
        if (index < 0)
        {
            return;
        }

        try
        {
            EndDownTo(index);
        }
        finally
        {
            while (_handlers.Count > index)
            {
                EndNewestHandler();
            }
        }
    }

    /// <summary>Whether the level was on.</summary>
    internal bool HandlersOff(HandlerLevel level)
    {
        if ((_off & SetOf(level)) != 0)
        {
            return false;
        }

        Become(_running, _off | SetOf(level));
        return true;
    }

    internal void HandlersOn(HandlerLevel level, in CodeSite site)
    {
        if ((_running & SetOf(level)) != 0)
        {
            Issue(new Fault(
                ReportKind.Misuse, ClassOfHandler(_handlers[_handlers.Count - 1]), site, $"lets in {HandlerStory.Name(level)} handlers while one runs."));
        }
        else if ((_off & SetOf(level)) != 0)
        {
            Become(_running, _off & ~SetOf(level));
            MarkHeld(Enabled, site);
        }
    }

    private static HandlerLevels SetOf(HandlerLevel level) => (HandlerLevels)(1 << (int)level);

    private void Become(HandlerLevels running, HandlerLevels off)
    {
        _running = running;
        _off = off;
        _salt = (((ulong)(LockWaitType.Sleep - ContextLimit) << 4) | ((ulong)running << 2) | (ulong)off) * 0xA24B_AED4_963E_E407;

        // The warm paths compare no salt.
        ForgetStamps(_held);
        ForgetQuietWait();
    }

    /// <summary>Reports what is not as it should be at the end of a handler, while it can still be seen.</summary>
    private void EndDownTo(int index)
    {
        if (index != _handlers.Count - 1)
        {
            HandlerFrame ending = _handlers[index], newest = _handlers[_handlers.Count - 1];
            Issue(new Fault(
                ReportKind.Misuse, ClassOfHandler(ending), ending.Site,
                $"ends a {HandlerStory.Name(ending.Level)} handler while one that began later, at {newest.Site}, runs on top of it."));
        }

        while (_handlers.Count > index)
        {
            HandlerFrame newest = _handlers[_handlers.Count - 1];
            ReportLeftovers($"the end of a {HandlerStory.Name(newest.Level)} handler", newest.Site);
            EndNewestHandler();
        }
    }

    private void EndNewestHandler()
    {
        HandlerFrame ended = _handlers[_handlers.Count - 1];
        _handlers.RemoveAt(_handlers.Count - 1);
        PopBoundary(ended.Floor);
        RollBack();
        _historyStart = ended.HistoryStart;
        _epoch = ended.Epoch;
        _answered = ended.Answered;
        ContextLimit = ended.Limit;
        _blocked = ended.Blocked;
        Become(ended.Running, ended.Off);
    }

    /// <summary>
    /// Forgets the handler's acquires and waits: it ran between two steps of the interrupted flow, and what that signals later does
    /// not depend on them. Their slots go too, so that the next run writes its own.
    /// </summary>
    private void RollBack()
    {
        for (long ordinal = Math.Max(_historyStart, _history.Oldest); ordinal < _history.Next; ordinal++)
        {
            ForgetSlot(_history[ordinal].Chain.Slot.Key);
        }

        if (_history.Oldest > _historyStart)
        {
            // It wrote more than the ring holds: whose entries were overwritten is not known any more.
            Array.Clear(_slots, 0, _slots.Length);
        }

        _history.Rewind(_historyStart);
    }

    private void ForgetSlot(ulong key)
    {
        ref ChainSlot slot = ref _slots[(int)key & (_slots.Length - 1)];
        if (slot.Key == key)
        {
            slot.Stamp = -1;
        }
    }

    /// <summary>Handlers are no locks, but a fault is about a class.</summary>
    private LockClass ClassOfHandler(in HandlerFrame handler)
    {
        string name = HandlerStory.Name(handler.Level);
        var identity = new ClassIdentity("handler", handler.Site, "handler", name, Subclass: 0);
        var traits = new ClassTraits(LockdepMapKind.Lock, LockWaitType.None, LockWaitType.None);
        return Validator.Classes.Resolve(identity, $"({name} handler)", handler.Site, key: null, traits);
    }

    /// <summary>Puts a boundary on the held stack; chains begin anew on top of it, from a root of their own.</summary>
    /// <returns>The floor so far, for <see cref="PopBoundary"/>.</returns>
    private int PushBoundary(ulong root)
    {
        int next = _top + 1;
        if (next == _held.Length - 1)
        {
            Grow();
        }

        int before = _floor;

        // Nobody releases it: as at the foot of the stack, its depth is 1.
        _held[next] = new HeldLock { Id = HeldLock.Boundary, Stamp = -1, ChainAfter = root, Depth = 1, Recent = _held[next].Recent };
        _held[next + 1].Stamp = -1;
        _top = next;
        _floor = next;
        return before;
    }

    /// <summary>Takes the newest boundary away, with whatever is still held on top of it.</summary>
    private void PopBoundary(int floorBefore)
    {
        for (int i = _floor; i <= _top; i++)
        {
            _held[i] = new HeldLock { Stamp = -1, Recent = _held[i].Recent };
        }

        _top = _floor - 1;
        _floor = floorBefore;
    }
}

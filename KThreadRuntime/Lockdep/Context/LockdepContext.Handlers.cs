namespace KThreadRuntime.Context;

/// <content>Handlers that run on top of an interrupted flow, on its thread.</content>
internal sealed partial class LockdepContext
{
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

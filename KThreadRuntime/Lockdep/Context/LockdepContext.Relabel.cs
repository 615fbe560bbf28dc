using System.Runtime.ExceptionServices;

namespace KThreadRuntime.Context;

/// <content>Another class for a lock that is held.</content>
internal sealed partial class LockdepContext
{
    /// <summary>
    /// Pops down to a lock whose class has changed and acquires it, and what was acquired after it, again: what is held below
    /// and above is checked against the new class. What a sink throws is thrown when all is held as before.
    /// </summary>
    internal void Relabel(LockdepMap map)
    {
        int index = IndexOf(map);
        if (index == 0)
        {
            return;
        }

        var moved = new HeldLock[_top + 1 - index];
        Array.Copy(_held, index, moved, 0, moved.Length);
        ThreadChain?[] origins = [.. Enumerable.Range(index, moved.Length).Select(ChainAt)];
        ExceptionDispatchInfo? thrown = null;
        _top = index - 1;
        for (int i = 0; i < moved.Length; i++)
        {
            try
            {
                AcquireAgain(moved[i], ReferenceEquals(moved[i].Map, map) ? map.ClassFor(0) : moved[i].Class!, origins[i]?.Site ?? CodeSite.Unknown);
            }
            catch (Exception bySink)
            {
                thrown ??= ExceptionDispatchInfo.Capture(bySink);
            }
        }

        thrown?.Throw();
    }

    private void AcquireAgain(in HeldLock moved, LockClass lockClass, in CodeSite site)
    {
        uint element = ChainKey.WithClass(moved.Element, lockClass.Index);
        LockdepMap map = moved.Map!;
        try
        {
            if (_busy == 0 && ChainKey.IsChecked(element))
            {
                Observe(map, lockClass, element, site, steps: null);
            }
        }
        finally
        {
            Push(map, lockClass, element, default);
            Top.GoOn(moved);
        }
    }
}

using System.Runtime.CompilerServices;
using KThreadRuntime;

namespace Benchmarks;

/// <summary>The subject: the same Monitors, raw and with the probes around them.</summary>
internal sealed class LockPairs
{
    private readonly Cell[] _outer;
    private readonly Cell[] _inner;

    internal LockPairs(int instances)
    {
        _outer = [.. Enumerable.Range(0, instances).Select(_ => new Cell(new LockdepMap("outer", kind: LockdepMapKind.ReentrantLock)))];
        _inner = [.. Enumerable.Range(0, instances).Select(_ => new Cell(new LockdepMap("inner", kind: LockdepMapKind.ReentrantLock)))];
    }

    internal LockdepMap SomeMap => _outer[0].Map;

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal int RawSingle(int pairs)
    {
        Cell[] cells = _outer;
        int mask = cells.Length - 1, sum = 0;
        for (int i = 0; i < pairs; i++)
        {
            Cell cell = cells[i & mask];
            lock (cell.Monitor)
            {
                sum += cell.Value++;
            }
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal int TrackedSingle(int pairs)
    {
        Cell[] cells = _outer;
        int mask = cells.Length - 1, sum = 0;
        for (int i = 0; i < pairs; i++)
        {
            Cell cell = cells[i & mask];
            Lockdep.Acquire(cell.Map);
            lock (cell.Monitor)
            {
                sum += cell.Value++;
                Lockdep.Release(cell.Map);
            }
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal int RawNested(int pairs)
    {
        Cell[] outer = _outer, inner = _inner;
        int mask = outer.Length - 1, sum = 0;
        for (int i = 0; i < pairs; i++)
        {
            Cell first = outer[i & mask], second = inner[i & mask];
            lock (first.Monitor)
            {
                lock (second.Monitor)
                {
                    sum += second.Value++;
                }
            }
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal int TrackedNested(int pairs)
    {
        Cell[] outer = _outer, inner = _inner;
        int mask = outer.Length - 1, sum = 0;
        for (int i = 0; i < pairs; i++)
        {
            Cell first = outer[i & mask], second = inner[i & mask];
            Lockdep.Acquire(first.Map);
            lock (first.Monitor)
            {
                Lockdep.Acquire(second.Map);
                lock (second.Monitor)
                {
                    sum += second.Value++;
                    Lockdep.Release(second.Map);
                }

                Lockdep.Release(first.Map);
            }
        }

        return sum;
    }

    private sealed class Cell(LockdepMap map)
    {
        internal readonly object Monitor = new();
        internal readonly LockdepMap Map = map;
        internal int Value;
    }
}

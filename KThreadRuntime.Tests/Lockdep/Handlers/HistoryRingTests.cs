using KThreadRuntime.Context;
using KThreadRuntime.Rules;

namespace KThreadRuntime.Tests;

public class HistoryRingTests
{
    /// <summary>
    /// A ring that is pushed to and rewound at random against a list that forgets nothing but what was rewound: what the ring
    /// still holds are the list's newest entries, and each is there unless something was written over it since.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void RandomRewinds_LoseEntriesAndInventNone(int seed)
    {
        const int Capacity = 16;
        var random = new Random(seed);
        var ring = new HistoryRing(Capacity);
        var all = new List<(ThreadChain Chain, long WrittenAt)>();
        long[] lastWrite = new long[Capacity];
        int chains = 0, mostHeld = 0, lost = 0;
        for (long now = 1; now < 20_000; now++)
        {
            if (all.Count > 0 && random.Next(30) == 0)
            {
                int back = random.Next(Math.Min(40, all.Count));
                ring.Rewind(all.Count - back);
                all.RemoveRange(all.Count - back, back);
            }
            else
            {
                ThreadChain chain = NewChain(++chains);
                lastWrite[all.Count % Capacity] = now;
                all.Add((chain, now));
                ring.Push(chain, null!, now, epoch: 0, default);
            }

            Assert.Equal(all.Count, ring.Next);
            int held = 0;
            for (int ordinal = Math.Max(0, all.Count - Capacity); ordinal < all.Count; ordinal++)
            {
                bool intact = lastWrite[ordinal % Capacity] == all[ordinal].WrittenAt;
                bool isHeld = ring.Holds(ordinal, all[ordinal].Chain);
                Assert.True(isHeld == intact || (!isHeld && ordinal < ring.Oldest), $"Entry {ordinal} at {now}");
                Assert.False(isHeld && !intact);
                held += isHeld ? 1 : 0;
                lost += intact && !isHeld ? 1 : 0;
            }

            Assert.Equal(all.Count - ring.Oldest, held);
            mostHeld = Math.Max(mostHeld, held);
        }

        Assert.Equal(Capacity, mostHeld);
        Assert.Equal(0, lost);
    }

    private static ThreadChain NewChain(int number)
    {
        var lockClass = new LockClass(number, number, default, new ClassFamily("c", 1), CodeSite.Unknown, null, default);
        return new ThreadChain(lockClass, ChainKey.Element(number, 0, isTry: false), 0, CodeSite.Unknown, null);
    }
}

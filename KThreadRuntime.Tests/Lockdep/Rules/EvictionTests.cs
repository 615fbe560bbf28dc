using KThreadRuntime.Rules;

namespace KThreadRuntime.Tests.RulesAlone;

public class EvictionTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(127, 1)]
    [InlineData(128, 2)]
    [InlineData(16_384, 256)]
    [InlineData(int.MaxValue, 256)]
    public void Batch_IsASixtyFourthOfTheBudget_WithinBounds(int budget, int batch)
    {
        var eviction = new Eviction(budget);

        Assert.Equal(batch, eviction.Batch);
        Refuse(eviction, (16 * batch) - 1);
        Assert.False(eviction.IsDue);
        Refuse(eviction, 1);
        Assert.True(eviction.IsDue);
        Assert.Equal((16L * batch, 0L), (eviction.Refused, eviction.Evicted));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(99, 1)]
    [InlineData(100, 2)]
    [InlineData(299, 3)]
    [InlineData(25_499, 255)]
    [InlineData(25_600, 256)]
    [InlineData(1_000_000, 256)]
    public void NextBatch_IsTheLaterTheMoreHasGone_UpToALimit(int gone, int times)
    {
        var eviction = new Eviction(100);
        Refuse(eviction, 7);
        eviction.Evict(gone);
        Refuse(eviction, (16 * times) - 1);
        Assert.False(eviction.IsDue);

        Refuse(eviction, 1);
        Assert.True(eviction.IsDue);
        Assert.Equal(gone, eviction.Evicted);
    }

    [Fact]
    public void Era_IsDueOnceWithEachEighthOfTheBudget()
    {
        var eviction = new Eviction(80);
        Assert.False(eviction.TakeEra());
        eviction.Evict(9);
        Assert.False(eviction.TakeEra());
        eviction.Evict(1);
        Assert.True(eviction.TakeEra());
        Assert.False(eviction.TakeEra());

        eviction.Evict(9);
        Assert.False(eviction.TakeEra());
        eviction.Evict(1);
        Assert.True(eviction.TakeEra());
    }

    [Fact]
    public void EraOfASmallTable_NeedsOneThatHasGone()
    {
        var eviction = new Eviction(4);
        Assert.False(eviction.TakeEra());
        eviction.Evict(1);
        Assert.True(eviction.TakeEra());
    }

    private static void Refuse(Eviction eviction, int times)
    {
        for (; times > 0; times--)
        {
            eviction.Refuse();
        }
    }
}

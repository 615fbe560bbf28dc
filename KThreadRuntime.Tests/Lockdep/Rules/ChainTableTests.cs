using KThreadRuntime.Context;
using KThreadRuntime.Rules;

namespace KThreadRuntime.Tests.Rules;

public class ChainTableTests
{
    private readonly ChainTable _table = new(capacity: 3);

    [Fact]
    public void ChainSeenAgain_IsKeptOnce()
    {
        Add(1);
        Add(1);
        Add(2);

        Assert.Equal([1ul, 2ul], Keys());
        Assert.Equal((2, 0L, 0L), (_table.Count, _table.Left, _table.Collisions));
    }

    [Fact]
    public void FullTable_CountsWhatComesLater_AndStillKnowsTheRest()
    {
        foreach (ulong key in new ulong[] { 1, 2, 3, 4, 5, 3 })
        {
            Add(key);
        }

        Assert.Equal([1ul, 2ul, 3ul], Keys());
        Assert.Equal((3, 2L, 0L), (_table.Count, _table.Left, _table.Collisions));
    }

    [Fact]
    public void OtherChainOfTheSameKey_IsACollision_InAFullTableToo()
    {
        Add(1, 10, 20);
        Add(1, 10, 30);
        _table.Add(1, inHandler: true, Elements(10, 20));
        Assert.Equal(2, _table.Collisions);

        Add(2);
        Add(3);
        Add(1, 10);
        Assert.Equal((3, 3L), (_table.Count, _table.Collisions));
        Assert.Equal(Elements(10, 20), _table.Snapshot()[0].Elements);
    }

    [Fact]
    public void ChainsOfAClassThatHasGone_GiveTheirPlacesToOthers_WhichComeLast()
    {
        var rings = new Rings();
        LockClass gone = rings.Lock("gone"), stays = rings.Lock("stays");
        Add(1, gone.Index, stays.Index);
        Add(2, stays.Index);
        Add(3, stays.Index, gone.Index);
        _table.Forget([gone]);
        Assert.Equal([2ul], Keys());
        Assert.Equal(1, _table.Count);

        Add(5);
        Add(4);
        Add(6);
        Assert.Equal([2ul, 5ul, 4ul], Keys());
        Assert.Equal((3, 1L), (_table.Count, _table.Left));
    }

    [Fact]
    public void ThreadsThatRaceForTheLastPlaces_KeepNoMoreThanThereAre()
    {
        var table = new ChainTable(capacity: 64);
        using var start = new Barrier(4);
        Actor[] threads = [.. Enumerable.Range(0, 4).Select(i => new Actor($"T{i}"))];
        Actor.Job[] jobs = [.. threads.Select(t => t.Begin(() =>
        {
            Assert.True(start.SignalAndWait(Patience.Limit));
            for (ulong key = 0; key < 128; key++)
            {
                table.Add(key, inHandler: false, Elements(1));
            }
        }))];
        Array.ForEach(jobs, j => j.Finish());
        Array.ForEach(threads, t => t.Dispose());

        Assert.InRange(table.Snapshot().Count, 1, 64);
        Assert.Equal(table.Snapshot().Count, table.Count);
        Assert.Equal(0, table.Collisions);
    }

    private void Add(ulong key, params int[] classes) => _table.Add(key, inHandler: false, Elements(classes));

    private static uint[] Elements(params int[] classes) => [.. classes.Select(c => ChainKey.Element(c, 0, isTry: false))];

    private ulong[] Keys() => [.. _table.Snapshot().Select(c => c.Key)];
}

using CrossRelease.Analyzers.Graph;

namespace CrossRelease.Analyzers.Tests.Graph;

/// <summary>What graphs take over from before an edit is kept in these: each against a plain twin, over generations of copies.</summary>
public class KeptCollectionsTests
{
    [Fact]
    public void LayeredMap_AgreesWithADictionary()
    {
        var random = new Random(7);
        var map = new LayeredMap<int, int>();
        var twin = new Dictionary<int, int>();
        for (int generation = 0; generation < 60; generation++)
        {
            var before = new Dictionary<int, int>(twin);
            var next = new LayeredMap<int, int>(map);
            for (int i = 0; i < 200; i++)
            {
                int key = random.Next(3000);
                if (random.Next(3) == 0)
                {
                    next.Remove(key);
                    twin.Remove(key);
                }
                else
                {
                    next[key] = twin[key] = i;
                }
            }

            Assert.Equal(twin.OrderBy(static known => known.Key), next.All.OrderBy(static known => known.Key));
            Assert.All(Enumerable.Range(0, 3000), key => Assert.Equal(twin.TryGetValue(key, out int value), next.TryGetValue(key, out int found) && found == value));
            Assert.Equal(before.Count, before.Count(known => map.TryGetValue(known.Key, out int value) && value == known.Value));
            map = next;
        }
    }

    [Fact]
    public void UseMap_GivesUsesInTheOrderOfUsers_AndLeavesTheMapItWasCopiedFrom()
    {
        var random = new Random(8);
        var map = new UseMap<int, (long User, int Number)>();
        var twin = new SortedDictionary<long, (int Thing, (long, int) Use)[]>();
        for (int generation = 0; generation < 40; generation++)
        {
            (long User, int Number)[][] before = [.. Enumerable.Range(0, 10).Select(thing => map[thing].ToArray())];
            var next = new UseMap<int, (long User, int Number)>(map);
            for (int i = 0; i < 10; i++)
            {
                long user = random.Next(50);
                (int, (long, int))[] uses = [.. Enumerable.Range(0, random.Next(4)).Select(number => (random.Next(10), (user, number)))];
                next.Set(user, uses);
                twin[user] = uses;
            }

            for (int thing = 0; thing < 10; thing++)
            {
                Assert.Equal(twin.Values.SelectMany(static uses => uses).Where(use => use.Thing == thing).Select(static use => use.Use), next[thing]);
                Assert.Equal(next[thing].Count > 0, next.Things.Contains(thing));
                Assert.Equal(before[thing], map[thing]);
            }

            Assert.All(twin, user => Assert.Equal(user.Value.Select(static use => use.Thing).Distinct().Order(), next.ThingsOf(user.Key).Order()));
            map = next;
        }
    }

    [Fact]
    public void PartIndex_AgreesWithOneMadeAnew()
    {
        var random = new Random(9);
        int[] parts = [.. Enumerable.Range(0, 100).Select(_ => random.Next(64))];
        var index = new PartIndex(parts.Length, thing => parts[thing]);
        for (int edit = 0; edit < 50; edit++)
        {
            int[] changed = [random.Next(parts.Length), random.Next(parts.Length)];
            foreach (int thing in changed)
            {
                parts[thing] = random.Next(64);
            }

            index = index.After(changed, thing => parts[thing]);

            for (int asked = 1; asked < 64; asked++)
            {
                Assert.Equal(Enumerable.Range(0, parts.Length).Where(thing => (parts[thing] & asked) != 0), index.Having(asked));
                Assert.All(Enumerable.Range(0, parts.Length), thing => Assert.Equal((parts[thing] & asked) != 0, index.Has(thing, asked)));
            }
        }
    }
}

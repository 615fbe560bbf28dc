using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Graph;

namespace CrossRelease.Analyzers.Tests.Graph;

/// <summary>The map of places against a dictionary that does the same the slow way.</summary>
public class PlaceMapTests
{
    private static readonly string[] _places = ["a", "b", "c", "d", "e", "f"];

    [Fact]
    public void RandomChanges_AreThoseOfADictionary()
    {
        var random = new Random(20171207);
        for (int round = 0; round < 300; round++)
        {
            (PlaceMap map, Dictionary<string, Value> twin) = Draw(random);

            Assert.Equal(Lines(twin), Lines(map));
            Assert.Equal(twin.Count, map.Count);
            Assert.All(_places, place => Assert.Equal(twin.GetValueOrDefault(place), map.Find(place)));
        }
    }

    [Fact]
    public void RandomJoins_AreThoseOfADictionary()
    {
        var random = new Random(20180110);
        int covered = 0;
        for (int round = 0; round < 2000; round++)
        {
            (PlaceMap left, Dictionary<string, Value> leftTwin) = Draw(random);
            (PlaceMap right, Dictionary<string, Value> rightTwin) = Draw(random);
            PlaceMap joined = left.Join(right, Merge);
            foreach ((string place, Value value) in rightTwin)
            {
                leftTwin[place] = leftTwin.TryGetValue(place, out Value? known) ? Merge(place, known, value) : value;
            }

            bool covers = left.Covers(right, Merge);
            covered += covers ? 1 : 0;
            Assert.Equal(Lines(leftTwin), Lines(joined));
            Assert.Equal(covers, ReferenceEquals(left, joined) || Lines(left).SequenceEqual(Lines(joined)));
        }

        Assert.InRange(covered, 50, 1950);
    }

    [Fact]
    public void ChangeThatChangesNothing_GivesTheSameMap()
    {
        PlaceMap map = PlaceMap.Empty.SetItem("a", Value.Static("x"));

        Assert.Same(map, map.SetItem("a", Value.Static("x")));
        Assert.Same(map, map.Remove("b"));
        Assert.NotSame(map, map.SetItem("a", Value.Static("y")));
        Assert.Equal("x", map["a"].Key);
        Assert.Throws<KeyNotFoundException>(() => map["b"]);
    }

    private static Value Merge(string place, Value left, Value right) => left.Equals(right) ? left : Value.Static("merged " + place);

    private static (PlaceMap Map, Dictionary<string, Value> Twin) Draw(Random random)
    {
        PlaceMap map = PlaceMap.Empty;
        var twin = new Dictionary<string, Value>();
        for (int step = random.Next(8); step >= 0; step--)
        {
            string place = _places[random.Next(_places.Length)];
            if (random.Next(4) == 0)
            {
                map = map.Remove(place);
                twin.Remove(place);
            }
            else
            {
                var value = Value.Static(random.Next(2) == 0 ? "x" : "y");
                map = map.SetItem(place, value);
                twin[place] = value;
            }
        }

        return (map, twin);
    }

    private static IEnumerable<string> Lines(IEnumerable<KeyValuePair<string, Value>> places) =>
        places.Select(static place => place.Key + "=" + place.Value.Key).Order(StringComparer.Ordinal);
}

using KThreadRuntime.Rules;

namespace KThreadRuntime.Tests.Rules;

public class GateSetTests
{
    [Fact]
    public void Default_HoldsNothing()
    {
        Assert.True(default(GateSet).IsEmpty);
        Assert.False(default(GateSet).With(7, exclusive: false).IsEmpty);
        Assert.Equal("", default(GateSet).ToString());
    }

    [Fact]
    public void FifthGate_IsForgotten_AndTheFourStay()
    {
        GateSet four = Set("1! 2 3! 4");

        Assert.Equal("1! 2 3! 4", four.ToString());
        Assert.Equal("1! 2 3! 4", four.With(5, exclusive: true).ToString());
        Assert.Equal("1! 2 3! 4!", four.With(4, exclusive: true).ToString());
    }

    [Theory]
    [InlineData("1", "1", false)]
    [InlineData("1!", "1", true)]
    [InlineData("1", "1!", true)]
    [InlineData("1!", "2!", false)]
    [InlineData("1! 2 3", "4 5 3", false)]
    [InlineData("1! 2 3", "4 5 3!", true)]
    [InlineData("1 2 3 4!", "4", true)]
    [InlineData("", "", false)]
    [InlineData("1!", "", false)]
    public void TwoObservations_ExcludeEachOther_WhereOneOfThemHoldsACommonGateExclusively(string one, string other, bool excludes)
    {
        Assert.Equal(excludes, Set(one).Excludes(Set(other)));
        Assert.Equal(excludes, Set(other).Excludes(Set(one)));
    }

    [Theory]
    [InlineData("1!", "1!", "1!")]
    [InlineData("1!", "1", "1")]
    [InlineData("1", "1!", "1")]
    [InlineData("1 2! 3 4!", "5 4! 6 2!", "2! 4!")]
    [InlineData("1! 2!", "", "")]
    [InlineData("", "1! 2!", "")]
    public void Intersection_KeepsWhatBothHold_ExclusivelyWhereBothDo(string one, string other, string both) =>
        Assert.Equal(both, Set(one).Intersect(Set(other)).ToString());

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void RandomSets_AgreeWithADictionary(int seed)
    {
        var random = new Random(seed);
        for (int run = 0; run < 2_000; run++)
        {
            (GateSet a, Dictionary<long, bool> twinA) = Any(random);
            (GateSet b, Dictionary<long, bool> twinB) = Any(random);
            Dictionary<long, bool> both = twinA.Where(g => twinB.ContainsKey(g.Key)).ToDictionary(g => g.Key, g => g.Value && twinB[g.Key]);

            Assert.Equal(Show(twinA), a.ToString());
            Assert.Equal(Show(both), a.Intersect(b).ToString());
            Assert.Equal(twinA.Any(g => twinB.TryGetValue(g.Key, out bool other) && (other || g.Value)), a.Excludes(b));
            Assert.Equal(Show(twinA) == Show(twinB), a.Equals(b));
        }
    }

    private static (GateSet Gates, Dictionary<long, bool> Twin) Any(Random random)
    {
        GateSet gates = default;
        var twin = new Dictionary<long, bool>();
        for (int left = random.Next(7); left > 0; left--)
        {
            (long instance, bool exclusive) = (random.Next(1, 7), random.Next(2) == 0);
            gates = gates.With(instance, exclusive);
            if (twin.Count < 4 || twin.ContainsKey(instance))
            {
                twin[instance] = exclusive || twin.GetValueOrDefault(instance);
            }
        }

        return (gates, twin);
    }

    private static string Show(Dictionary<long, bool> twin) => string.Join(" ", twin.Select(g => g.Value ? $"{g.Key}!" : $"{g.Key}"));

    private static GateSet Set(string gates) => gates.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Aggregate(default(GateSet), (set, gate) => set.With(long.Parse(gate.TrimEnd('!'), null), gate.EndsWith('!')));
}

using CrossRelease.Analyzers.Graph;

namespace CrossRelease.Analyzers.Tests.Graph;

public class NumberSetTests
{
    [Theory]
    [InlineData(6, 20)]
    [InlineData(3_000, 9_000)]
    public void Numbers_ComeOnceInTheOrderInWhichTheyWereAdded(int range, int additions)
    {
        var random = new Random(7);
        var set = new NumberSet();
        var twin = new List<int>();
        var seen = new HashSet<int>();
        for (int i = 0; i < additions; i++)
        {
            // A multiple of a power of two has the same lower bits as all others.
            int number = random.Next(range) * (i % 2 == 0 ? 1 : 1024);
            bool isNew = seen.Add(number);
            if (isNew)
            {
                twin.Add(number);
            }

            Assert.Equal(isNew, set.Add(number));
        }

        Assert.Equal(twin, Enumerable.Range(0, set.Count).Select(index => set[index]));
    }
}

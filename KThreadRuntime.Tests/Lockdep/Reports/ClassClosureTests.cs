using KThreadRuntime.Reports;
using KThreadRuntime.Rules;

namespace KThreadRuntime.Tests.Reports;

/// <summary>The counts of what classes reach, against a search from each of them.</summary>
public class ClassClosureTests
{
    [Theory]
    [InlineData(1, 20, 15)]
    [InlineData(2, 150, 200)]
    [InlineData(3, 150, 600)]
    [InlineData(4, 300, 290)]
    public void Counts_AreThoseOfASearchFromEachClass(int seed, int count, int edges)
    {
        var random = new Random(seed);
        var classes = new RulesAlone.Rings();
        LockClass[] all = [.. Enumerable.Range(0, count).Select(i => classes.Lock($"c{i}"))];
        ClassDependency[] dependencies =
            [.. Enumerable.Range(0, edges).Select(_ => new ClassDependency(all[random.Next(count)], all[random.Next(count)], []))];
        var closure = new ClassClosure(dependencies);

        foreach (LockClass start in all)
        {
            Assert.Equal(Reached(start, c => dependencies.Where(d => d.From == c).Select(d => d.To)), closure.Forward(start));
            Assert.Equal(Reached(start, c => dependencies.Where(d => d.To == c).Select(d => d.From)), closure.Backward(start));
        }
    }

    private static int Reached(LockClass start, Func<LockClass, IEnumerable<LockClass>> next)
    {
        HashSet<LockClass> seen = [start];
        var open = new Stack<LockClass>(seen);
        while (open.Count > 0)
        {
            foreach (LockClass reached in next(open.Pop()).Where(seen.Add))
            {
                open.Push(reached);
            }
        }

        return seen.Count;
    }
}

using CrossRelease.Analyzers.Graph;

namespace CrossRelease.Analyzers.Tests.Graph;

public class StronglyConnectedTests
{
    [Fact]
    public void NoNode_HasNoComponent() => Assert.Empty(StronglyConnected.Components(0, static _ => []));

    [Fact]
    public void Chain_GivesCalleesFirst() => Assert.Equal([[2], [1], [0]], Components([[1], [2], []]));

    [Fact]
    public void Ring_IsOneComponent() => Assert.Equal([0, 1, 2], Assert.Single(Components([[1], [2], [0]])).Order());

    [Fact]
    public void NodeThatCallsItself_IsAComponentOfItsOwn() => Assert.Equal([[1], [0]], Components([[0, 1], []]));

    [Fact]
    public void TwoRingsJoinedOneWay_AreTwoComponents()
    {
        List<List<int>> components = Components([[1], [0, 2], [3], [2]]);

        Assert.Equal([2, 3], components[0].Order());
        Assert.Equal([0, 1], components[1].Order());
    }

    [Fact]
    public void ChainOfHundredThousand_DoesNotExhaustTheStack()
    {
        const int length = 100_000;
        List<List<int>> components = StronglyConnected.Components(length, static node => node + 1 < length ? [node + 1] : []);

        Assert.Equal(length, components.Count);
        Assert.Equal([length - 1], components[0]);
    }

    // Each comes after all that it calls, but for what calls it back.
    [Fact]
    public void CalleesFirst_LeavesOutWhatLeadsAround()
    {
        int[][] callees = [[1, 3], [2], [0, 4], [2], []];

        Assert.Equal([2, 1, 3, 0], StronglyConnected.CalleesFirst([0, 1, 2, 3], node => callees[node]));
        Assert.Equal([1, 0], StronglyConnected.CalleesFirst([0, 1], node => callees[node]));
    }

    [Fact]
    public void CalleesFirst_OfARingOfHundredThousand_DoesNotExhaustTheStack()
    {
        const int length = 100_000;
        List<int> ordered = StronglyConnected.CalleesFirst([.. Enumerable.Range(0, length)], static node => [(node + 1) % length]);

        Assert.Equal([.. Enumerable.Range(0, length).Reverse()], ordered);
    }

    [Fact]
    public void RandomGraphs_AgreeWithTheNaiveTwin()
    {
        for (int seed = 0; seed < 1000; seed++)
        {
            var random = new Random(seed);
            int[][] successors = RandomGraph(random);
            List<List<int>> components = Components(successors);
            bool[,] reaches = Reachable(successors);

            Assert.Equal(Enumerable.Range(0, successors.Length), components.SelectMany(static component => component).Order());
            Assert.Equal(NaiveComponents(reaches), components.Select(Sorted).Order(StringComparer.Ordinal));
            AssertCalleesFirst(successors, components, seed);
        }
    }

    private static void AssertCalleesFirst(int[][] successors, List<List<int>> components, int seed)
    {
        var position = new int[successors.Length];
        for (int i = 0; i < components.Count; i++)
        {
            foreach (int node in components[i])
            {
                position[node] = i;
            }
        }

        for (int node = 0; node < successors.Length; node++)
        {
            Assert.All(successors[node], target => Assert.True(position[target] <= position[node], $"Seed {seed}: {node} comes before {target}."));
        }
    }

    private static int[][] RandomGraph(Random random)
    {
        int count = random.Next(1, 16);
        int edges = random.Next(0, count * 3);
        List<int>[] successors = [.. Enumerable.Range(0, count).Select(static _ => new List<int>())];
        for (int i = 0; i < edges; i++)
        {
            successors[random.Next(count)].Add(random.Next(count));
        }

        return [.. successors.Select(static targets => targets.ToArray())];
    }

    // Warshall's closure: two nodes are of one component when each reaches the other.
    private static bool[,] Reachable(int[][] successors)
    {
        int count = successors.Length;
        var reaches = new bool[count, count];
        for (int node = 0; node < count; node++)
        {
            reaches[node, node] = true;
            foreach (int target in successors[node])
            {
                reaches[node, target] = true;
            }
        }

        for (int via = 0; via < count; via++)
        {
            for (int from = 0; from < count; from++)
            {
                for (int to = 0; to < count; to++)
                {
                    reaches[from, to] |= reaches[from, via] && reaches[via, to];
                }
            }
        }

        return reaches;
    }

    private static IEnumerable<string> NaiveComponents(bool[,] reaches)
    {
        int count = reaches.GetLength(0);
        return Enumerable.Range(0, count)
            .Select(node => Sorted(Enumerable.Range(0, count).Where(other => reaches[node, other] && reaches[other, node])))
            .Distinct()
            .Order(StringComparer.Ordinal);
    }

    private static string Sorted(IEnumerable<int> nodes) => string.Join(",", nodes.Order());

    private static List<List<int>> Components(int[][] successors) => StronglyConnected.Components(successors.Length, node => successors[node]);
}

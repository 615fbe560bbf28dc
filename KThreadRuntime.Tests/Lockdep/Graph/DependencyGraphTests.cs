using KThreadRuntime.Graph;
using Stress.Fuzz;

namespace KThreadRuntime.Tests.Graph;

public class DependencyGraphTests
{
    private static readonly SearchLimits _generous = new(MaxCycles: 1_000_000, MaxSteps: 10_000_000, MaxLength: 64, MaxParallel: 3);

    [Fact]
    public void Path_ClosesNothing()
    {
        var graph = new Probe(_generous);

        Assert.Empty(graph.Add(0, 1));
        Assert.Empty(graph.Add(1, 2));
        Assert.Empty(graph.Add(0, 2));
    }

    [Fact]
    public void BackEdge_ClosesEveryCycleShortestFirst()
    {
        var graph = new Probe(_generous);
        graph.Add(0, 1);
        graph.Add(1, 2);
        graph.Add(0, 2);

        Assert.Equal(["2,0:0/0,0/0", "2,0,1:0/0,0/0,0/0"], graph.Add(2, 0));
    }

    [Fact]
    public void SelfEdge_IsACycleOfOne() => Assert.Equal(["3:0/0"], new Probe(_generous).Add(3, 3));

    [Fact]
    public void FilteredShortestCycle_DoesNotMaskALongerOne()
    {
        var graph = new Probe(_generous);
        graph.Add(0, 1, gates: 1);
        graph.Add(0, 2);
        graph.Add(2, 1);

        Assert.Equal(["1,0,2:0/1,0/0,0/0"], graph.Add(1, 0, gates: 1));
    }

    [Fact]
    public void FilteredLabel_DoesNotMaskAParallelOne()
    {
        var graph = new Probe(_generous);
        graph.Add(0, 1, facet: 0, gates: 1);
        graph.Add(0, 1, facet: 1, gates: 0);

        Assert.Equal(["1,0:0/1,1/0"], graph.Add(1, 0, gates: 1));
    }

    [Fact]
    public void WeakenedLabel_IsCheckedAgain()
    {
        var graph = new Probe(_generous);
        graph.Add(0, 1, gates: 1);
        Assert.Empty(graph.Add(1, 0, gates: 1));

        Assert.Equal(["0,1:0/0,0/1"], graph.Add(0, 1, gates: 2));
    }

    [Fact]
    public void RepeatedLabel_IsNotCheckedAgain()
    {
        var graph = new Probe(_generous);
        graph.Add(0, 1);
        Assert.Single(graph.Add(1, 0));

        Assert.Empty(graph.Add(1, 0));
    }

    [Fact]
    public void ParallelLabels_AreJoinedIntoTheLastWhenThereAreTooMany()
    {
        var graph = new Probe(_generous);
        foreach (int facet in Enumerable.Range(0, 10))
        {
            graph.Add(0, 1, facet, gates: 1 << facet);
        }

        Assert.Equal(3, graph.Graph.Labels(0, 1).Count);
        Assert.Equal(0, graph.Graph.Labels(0, 1)[2].Gates);
    }

    [Fact]
    public void LimitOfCycles_EndsTheSearchAndSaysSo()
    {
        var graph = new Probe(_generous with { MaxCycles = 2 });
        for (int middle = 1; middle <= 5; middle++)
        {
            graph.Add(0, middle);
            graph.Add(middle, 6);
        }

        Assert.Equal(2, graph.Add(6, 0).Count);
        Assert.Equal(1, graph.Graph.Truncated);
    }

    [Fact]
    public void LimitOfLength_HidesOnlyLongerCyclesAndSaysSo()
    {
        var graph = new Probe(_generous with { MaxLength = 3 });
        graph.Add(0, 1);
        graph.Add(1, 2);
        graph.Add(2, 3);
        graph.Add(1, 3);

        Assert.Equal(["3,0,1:0/0,0/0,0/0"], graph.Add(3, 0));
        Assert.Equal(1, graph.Graph.Truncated);
    }

    [Fact]
    public void ShortestCycleBeyondTheLimitOfLength_IsSaid()
    {
        var graph = new Probe(_generous with { MaxLength = 3, MaxWalk = 3 });
        graph.Add(0, 1);
        graph.Add(1, 2);
        graph.Add(2, 3);

        Assert.Empty(graph.Add(3, 0));
        Assert.Equal(1, graph.Graph.Truncated);
    }

    [Fact]
    public void ShortestCycleBeyondTheLimitOfEnumeration_IsFoundOnce()
    {
        var graph = new Probe(_generous with { MaxLength = 3 });
        graph.Add(0, 1);
        graph.Add(1, 2);
        graph.Add(1, 4);
        graph.Add(4, 2);
        graph.Add(2, 3);

        Assert.Single(graph.Add(3, 0));
        Assert.Equal(1, graph.Graph.Truncated);
    }

    [Fact]
    public void EdgeThatClosesNothing_MeetsNoLimit_WhateverTheSearchBefore()
    {
        var graph = new Probe(_generous with { MaxLength = 3 });
        graph.Add(0, 1);
        graph.Add(1, 2);
        graph.Add(2, 3);
        graph.Add(3, 0);
        graph.Add(5, 0);

        Assert.Equal(1, graph.Graph.Truncated);
    }

    [Theory]
    [InlineData(6, 3, 0)]
    [InlineData(5, 2, 1)]
    [InlineData(1, 0, 1)]
    public void LimitOfSteps_EndsTheSearchAndSaysSo(int steps, int cycles, int truncated)
    {
        var graph = new Probe(_generous with { MaxSteps = steps });
        for (int middle = 1; middle <= 3; middle++)
        {
            graph.Add(0, middle);
            graph.Add(middle, 6);
        }

        Assert.Equal(cycles, graph.Add(6, 0).Count);
        Assert.Equal(truncated, graph.Graph.Truncated);
    }

    [Fact]
    public void DetourThatCannotCloseInTime_CostsNoSteps()
    {
        var graph = new Probe(_generous with { MaxLength = 2, MaxSteps = 1 });
        graph.Add(1, 2);
        graph.Add(2, 3);
        graph.Add(3, 0);
        graph.Add(1, 0);

        Assert.Equal(["0,1:0/0,0/0"], graph.Add(0, 1));
    }

    [Fact]
    public void Question_IsAnsweredWithoutChangingTheGraph()
    {
        var graph = new Probe(_generous);
        graph.Add(0, 1);

        Assert.Equal(["1,0:0/0,0/0"], graph.Ask(1, 0));
        Assert.Equal(["9:0/0"], graph.Ask(9, 9));
        Assert.Equal(["1,0:0/0,0/0"], graph.Ask(1, 0));
        Assert.Equal(1, graph.Graph.EdgeCount);
    }

    [Theory]
    [InlineData(0, 1_000)]
    [InlineData(2_000, 0)]
    [InlineData(3_000, 4_000)]
    public void QuestionAboutANodeThatNeverWas_ClosesNothing(int from, int to)
    {
        var graph = new Probe(_generous);
        graph.Add(0, 1);

        Assert.Empty(graph.Ask(from, to));
    }

    [Theory]
    [InlineData(1, 6, 5_000)]
    [InlineData(2, 8, 5_000)]
    [InlineData(3, 5, 5_000)]
    [InlineData(4, 14, 2_000)]
    public void RandomOperations_AgreeWithTheNaiveTwin(int seed, int nodes, int operations)
    {
        var fuzz = new GraphFuzz(seed, nodes);
        fuzz.Run(operations);

        Assert.Equal(operations, fuzz.Operations);
        Assert.True(fuzz.Cycles > operations / 20, $"only {fuzz.Cycles} cycles: the run did not exercise the search");
        Assert.True(fuzz.Removals > operations / 40, $"only {fuzz.Removals} removals");
        Assert.True(fuzz.Walks > operations / 20, $"only {fuzz.Walks} walks");
    }

    private sealed class Probe(SearchLimits limits)
    {
        internal DependencyGraph<TestLabel> Graph { get; } = new(new TestAlgebra(), limits);

        internal List<string> Add(int from, int to, int facet = 0, int gates = 0)
        {
            var accepted = new List<Cycle<TestLabel>>();
            Graph.AddOrWeaken(from, to, new TestLabel(facet, gates), new UngatedCycle(), accepted);
            Assert.True(accepted.Select(c => c.Labels.Length).SequenceEqual(accepted.Select(c => c.Labels.Length).Order()), "not shortest first");
            return [.. accepted.Select(c => NaiveGraph.Show(c.Nodes, c.Labels))];
        }

        /// <summary>The cycles that an edge would close.</summary>
        internal List<string> Ask(int from, int to)
        {
            var accepted = new List<Cycle<TestLabel>>();
            Graph.Probe(from, to, new TestLabel(0, 0), new UngatedCycle(), accepted);
            return [.. accepted.Select(c => NaiveGraph.Show(c.Nodes, c.Labels))];
        }
    }
}

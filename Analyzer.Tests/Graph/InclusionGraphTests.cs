using CrossRelease.Analyzers.Graph;

namespace CrossRelease.Analyzers.Tests.Graph;

/// <summary>The solver of inclusions against a plain twin: all that is reached, each object once, in the order of its arrival.</summary>
public class InclusionGraphTests
{
    private const int Places = 12;

    [Fact]
    public void Solution_AgreesWithTheClosure()
    {
        var random = new Random(11);
        for (int run = 0; run < 60; run++)
        {
            var graph = new InclusionGraph();
            var copies = new HashSet<(int Source, int Target)>();
            var held = new HashSet<(int Place, string Object)>();

            // What is added after a question is found by the next one.
            for (int round = 0; round < 3; round++)
            {
                for (int i = 0; i < 8; i++)
                {
                    if (random.Next(2) == 0)
                    {
                        (int source, int target) = (random.Next(Places), random.Next(Places));
                        graph.Copy(graph.Number("p" + source), graph.Number("p" + target));
                        copies.Add((source, target));
                    }
                    else
                    {
                        (int place, string made) = (random.Next(Places), "o" + random.Next(6));
                        graph.Add(graph.Number("p" + place), graph.Number(made));
                        held.Add((place, made));
                    }
                }

                var told = new List<(string, string)>();
                graph.Solve((place, made) => told.Add((graph.Name(place), graph.Name(made))), CancellationToken.None);

                Assert.Equal(told.Count, told.Distinct().Count());
                Close(copies, held);
                for (int place = 0; place < Places; place++)
                {
                    Assert.Equal(
                        held.Where(known => known.Place == place).Select(static known => known.Object).Order(StringComparer.Ordinal),
                        graph.Objects("p" + place).Order(StringComparer.Ordinal));
                    Assert.Equal(
                        copies.Where(copy => copy.Source == place && copy.Target != place).Select(static copy => "p" + copy.Target).Order(StringComparer.Ordinal),
                        graph.CopiesOf("p" + place).Order(StringComparer.Ordinal));
                }
            }

            Assert.Empty(graph.Objects("nowhere"));
            Assert.Empty(graph.CopiesOf("nowhere"));
        }
    }

    [Fact]
    public void WhatIsAddedOnArrival_IsSolvedToo()
    {
        var graph = new InclusionGraph();
        (int from, int into, int made) = (graph.Number("from"), graph.Number("into"), graph.Number("made"));
        graph.Add(from, made);

        graph.Solve(
            (place, _) =>
            {
                if (place == from)
                {
                    graph.Copy(from, into);
                    graph.Add(from, graph.Number("second"));
                }
            },
            CancellationToken.None);

        Assert.Equal(["made", "second"], graph.Objects("into"));
    }

    private static void Close(HashSet<(int Source, int Target)> copies, HashSet<(int Place, string Object)> held)
    {
        int count;
        do
        {
            count = held.Count;
            held.UnionWith(copies.SelectMany(copy => held.Where(known => known.Place == copy.Source).Select(known => (copy.Target, known.Object))).ToArray());
        }
        while (held.Count > count);
    }
}

using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Graph;

namespace CrossRelease.Analyzers.Tests.Graph;

/// <summary>A body that control runs through forward is solved in one walk; it must say what the worklist says.</summary>
public class FlowSolverTests
{
    [Theory]
    [InlineData("0>1 1>2|3 2>4 3>4", true)]
    [InlineData("0>1 1>2 2>1|3", false)]
    [InlineData("0>2 2>1 1>3", false)]
    public void Forward_IsWithoutWayBack(string shape, bool isForward) => Assert.Equal(isForward, FlowSolver.IsForward(Blocks(shape)));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void OneWalk_SaysWhatTheWorklistSays(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < 200; round++)
        {
            ImmutableArray<Block> forward = RandomForward(random);

            // A block that nothing leads to, with a way back to itself, changes nothing but which way is taken.
            ImmutableArray<Block> looped = forward.Add(new Block([], null, null, new Edge(forward.Length, []), [], IsInCycle: true, EndOfFinally: null));
            Assert.True(FlowSolver.IsForward(forward));
            Assert.False(FlowSolver.IsForward(looped));
            Assert.Equal(Solve(looped).Take(forward.Length), Solve(forward));
        }
    }

    private static string[] Solve(ImmutableArray<Block> blocks) =>
        [.. FlowSolver.Solve(blocks, FlowState.Entry, Transfer, Assume, GiveUp).Select(static state => state is null ? "none"
            : string.Join(' ', state.Before.Order(StringComparer.Ordinal)) + " / " + string.Join(' ', state.Signalled.Order(StringComparer.Ordinal))
                + " / " + string.Join(' ', state.Places.Select(static place => place.Key + "=" + place.Value.Key)))];

    private static void GiveUp() => Assert.Fail("A small graph needs no giving up.");

    private static FlowState Transfer(Block block, FlowState state) => block.Instructions.Aggregate(state, static (current, instruction) => current with
    {
        Before = current.Before.Add("b" + instruction.Span.Start),
        Signalled = current.Signalled.Add("s" + (instruction.Span.Start % 3)),
        Places = current.Places.SetItem("x" + (instruction.Span.Start % 4), Value.Static("v" + (instruction.Span.Start % 5))),
    });

    private static FlowState Assume(Value? condition, FlowState state, bool isTrue) =>
        condition is null ? state : state with { Signalled = state.Signalled.Add(condition.Key + isTrue) };

    private static ImmutableArray<Block> RandomForward(Random random)
    {
        int count = random.Next(2, 12);
        return [.. Enumerable.Range(0, count).Select(i => new Block(
            [.. Enumerable.Range(0, random.Next(3)).Select(n => new Reach(new((i * 10) + n, 1)))],
            i + 2 < count && random.Next(2) == 0 ? Value.Static("c" + i) : null,
            i + 2 < count && random.Next(2) == 0 ? new Edge(random.Next(i + 1, count), []) : null,
            i + 1 < count ? new Edge(random.Next(i + 1, count), []) : null,
            [],
            IsInCycle: false,
            EndOfFinally: null))];
    }

    private static ImmutableArray<Block> Blocks(string shape)
    {
        Dictionary<int, string[]> edges = shape.Split(' ').Select(static edge => edge.Split('>'))
            .ToDictionary(static edge => int.Parse(edge[0], System.Globalization.CultureInfo.InvariantCulture), static edge => edge[1].Split('|'));
        return [.. Enumerable.Range(0, edges.Count + 1).Select(i => edges.TryGetValue(i, out string[]? targets)
            ? new Block([], null, targets.Length > 1 ? To(targets[1]) : null, To(targets[0]), [], IsInCycle: false, EndOfFinally: null)
            : new Block([], null, null, null, [], IsInCycle: false, EndOfFinally: null))];

        static Edge To(string target) => new(int.Parse(target, System.Globalization.CultureInfo.InvariantCulture), []);
    }
}

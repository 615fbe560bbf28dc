using KThreadRuntime.Graph;
using Stress.Fuzz;

namespace KThreadRuntime.Tests.Graph;

public class ReachTests
{
    private const int Same = 0, Turn = 1, Fork = 2;

    private readonly DependencyGraph<TestLabel> _graph = new(new TestAlgebra(), SearchLimits.Default);

    [Fact]
    public void StartWithoutAnEdge_IsAllThereIs()
    {
        var visitor = new FacetWalk();

        Assert.Null(_graph.Reach(7, 1, Direction.Forward, visitor));
        Assert.Equal([(7, 0)], visitor.Seen);
    }

    [Fact]
    public void Start_MayBeTheGoal()
    {
        Walk<TestLabel>? walk = _graph.Reach(3, 0b110, Direction.Forward, new FacetWalk((3, 2)));

        Assert.Equal([3], walk!.Nodes);
        Assert.Empty(walk.Labels);
        Assert.Equal(2, walk.State);
    }

    [Fact]
    public void Closure_IsSeenNearestFirst()
    {
        Add(0, 1);
        Add(1, 2);
        Add(2, 3);
        Add(0, 3);
        Add(4, 0);
        var visitor = new FacetWalk();

        Assert.Null(_graph.Reach(0, 1, Direction.Forward, visitor));
        Assert.Equal([(0, 0), (1, 0), (3, 0), (2, 0)], visitor.Seen);
    }

    [Fact]
    public void BackwardWalk_IsGivenInTheDirectionOfTheEdges()
    {
        Add(0, 1, Turn);
        Add(1, 2, Same);
        Add(1, 3);

        Walk<TestLabel>? walk = _graph.Reach(2, 1, Direction.Backward, new FacetWalk((0, 1)));

        Assert.Equal([0, 1, 2], walk!.Nodes);
        Assert.Equal([new TestLabel(Turn, 0), new TestLabel(Same, 0)], walk.Labels);
    }

    [Fact]
    public void NodeMetInAnotherState_IsPassedAgain()
    {
        // 0 -> 1 -> 0 turns the state once each time; only the third lap brings state 0 back.
        Add(0, 1, Turn);
        Add(1, 0, Same);
        Add(0, 2, gates: 0b011);

        Walk<TestLabel>? walk = _graph.Reach(0, 1, Direction.Forward, new FacetWalk((2, 2)));

        Assert.Equal([0, 1, 0, 1, 0, 2], walk!.Nodes);
    }

    [Fact]
    public void LabelThatForks_ArrivesInBothStates()
    {
        Add(0, 1, Fork);
        var visitor = new FacetWalk();
        _graph.Reach(0, 0b010, Direction.Forward, visitor);

        Assert.Equal([(0, 1), (1, 0), (1, 2)], visitor.Seen);
    }

    [Fact]
    public void LabelThatRefuses_EndsTheWalk()
    {
        Add(0, 1, gates: 0b001);
        Add(1, 2);

        Assert.Null(_graph.Reach(0, 1, Direction.Forward, new FacetWalk((2, 0))));
        Assert.NotNull(_graph.Reach(0, 0b010, Direction.Forward, new FacetWalk((2, 1))));
    }

    [Fact]
    public void VisitorThatThrows_LeavesTheNextSearchWhole()
    {
        Add(0, 1);
        Assert.Throws<InvalidOperationException>(() => _graph.Reach(0, 1, Direction.Forward, new Thrower()));
        var visitor = new FacetWalk();
        _graph.Reach(0, 1, Direction.Forward, visitor);

        Assert.Equal([(0, 0), (1, 0)], visitor.Seen);
    }

    private void Add(int from, int to, int facet = Same, int gates = 0) =>
        _graph.AddOrWeaken(from, to, new TestLabel(facet, gates), new UngatedCycle(), []);

    private sealed class Thrower : IReachVisitor<TestLabel>
    {
        public uint Step(int state, TestLabel label) => throw new InvalidOperationException();

        public bool Arrives(int node, int state) => false;
    }
}

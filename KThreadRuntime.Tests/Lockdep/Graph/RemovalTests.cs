using System.Runtime.CompilerServices;
using KThreadRuntime.Graph;
using Stress.Fuzz;

namespace KThreadRuntime.Tests.Graph;

public class RemovalTests
{
    private readonly DependencyGraph<TestLabel> _graph = new(new TestAlgebra(), SearchLimits.Default);

    [Fact]
    public void RemovedNode_ClosesNoCycleAnyMore()
    {
        Add(0, 1);
        Add(1, 2);

        Assert.Equal(2, _graph.Remove(1));
        Assert.Empty(Add(2, 0));
        Assert.Equal(1, _graph.EdgeCount);
    }

    [Fact]
    public void EdgesOfOthers_Stay()
    {
        Add(0, 1);
        Add(1, 2);
        Add(0, 2);
        _graph.Remove(1);

        Assert.Single(Add(2, 0));
    }

    [Fact]
    public void NumberUsedAgain_BeginsWithNothing()
    {
        Add(0, 1, gates: 1);
        _graph.Remove(1);
        Assert.Empty(_graph.Labels(0, 1));
        Add(0, 1, gates: 2);

        // Were the first label still there, joined with this one, no gate would be left.
        Assert.Equal(new TestLabel(0, 2), Assert.Single(_graph.Labels(0, 1)));
        Assert.Single(Add(1, 0));
    }

    [Fact]
    public void EdgeToItself_GoesOnce()
    {
        Add(1, 1);
        Add(0, 1);
        Add(1, 0);

        Assert.Equal(3, _graph.Remove(1));
        Assert.Equal(0, _graph.EdgeCount);
        Assert.Empty(_graph.Outgoing(0));
        Assert.Empty(_graph.Incoming(0));
    }

    [Fact]
    public void NodeThatNeverWas_IsNoError()
    {
        Assert.Equal(0, _graph.Remove(1_000));
        Add(0, 1);
        Assert.Equal(0, _graph.Remove(1_000));
        Assert.Equal(0, _graph.Remove(3));
        Assert.Equal(1, _graph.EdgeCount);
    }

    [Fact]
    public void LabelsOfARemovedNode_AreNotKept()
    {
        WeakReference label = AddReachAndRemove();
        GC.Collect();

        Assert.False(label.IsAlive);
        Assert.Equal(1, _graph.EdgeCount);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference AddReachAndRemove()
    {
        Add(0, 2);
        var label = new TestLabel(0, 0);
        _graph.AddOrWeaken(0, 1, label, new UngatedCycle(), []);
        _graph.AddOrWeaken(1, 0, label, new UngatedCycle(), []);
        Assert.NotNull(_graph.Reach(0, 1, Direction.Forward, new FacetWalk((1, 0))));
        _graph.Remove(1);
        return new WeakReference(label);
    }

    private List<Cycle<TestLabel>> Add(int from, int to, int gates = 0)
    {
        var accepted = new List<Cycle<TestLabel>>();
        _graph.AddOrWeaken(from, to, new TestLabel(0, gates), new UngatedCycle(), accepted);
        return accepted;
    }
}

using KThreadRuntime.Rules;

namespace KThreadRuntime.Tests.Rules;

/// <summary>Which rings count, apart from the graph that finds them.</summary>
public class RingPredicateTests
{
    private readonly Rings _rings = new();
    private readonly LockdepMap _a, _b, _gate;

    public RingPredicateTests() => (_a, _b, _gate) = (_rings.Instance(), _rings.Instance(), _rings.Instance());

    [Fact]
    public void RingWithoutAGate_IsAccepted() => Assert.True(Accepts(Rings.Step(_a, _b), Rings.Step(_b, _a)));

    [Fact]
    public void GateInBothSteps_RefusesTheRing_ExceptInTheKernel()
    {
        Dependency[] ring = [Gated(_a, _b, exclusive: true), Gated(_b, _a, exclusive: false)];

        Assert.False(Accepts(ring));
        Assert.True(new RingPredicate(LockdepPolicy.Kernel).Accepts(ring));
        Assert.False(new RingPredicate(LockdepPolicy.Default).MayExtend(ring));
        Assert.True(new RingPredicate(LockdepPolicy.Kernel).MayExtend(ring));
    }

    [Fact]
    public void GateThatBothRead_RefusesNothing() =>
        Assert.True(Accepts(Gated(_a, _b, exclusive: false), Gated(_b, _a, exclusive: false)));

    [Fact]
    public void GateInTheFirstAndTheLastOfThree_RefusesTheRing()
    {
        LockdepMap c = _rings.Instance();

        Assert.False(Accepts(Gated(_a, _b, exclusive: true), Rings.Step(_b, c), Gated(c, _a, exclusive: true)));
        Assert.True(Accepts(Gated(_a, _b, exclusive: true), Rings.Step(_b, c), Rings.Step(c, _a)));
    }

    [Fact]
    public void HeldEndOfOneStep_IsAGateOfTheOthers()
    {
        GateSet a = default(GateSet).With(_a.Id, exclusive: true);

        // The second holds _b and _a at once: it cannot be there while the first holds _a.
        Assert.False(Accepts(Rings.Step(_a, _b), Rings.Step(_b, _a, gates: a)));
        Assert.True(Accepts(Rings.Step(null, _b), Rings.Step(_b, null, gates: a)));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(7)]
    public void EndThatIsNotSurelyHeld_IsNoGate(int mode)
    {
        GateSet a = default(GateSet).With(_a.Id, exclusive: true);

        Assert.True(Accepts(Rings.Step(_a, _b, fromMode: (ChainMode)mode), Rings.Step(_b, _a, gates: a)));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(4, true)]
    [InlineData(8, true)]
    [InlineData(2 | 8, true)]
    public void EndThatIsRead_IsAGateForWritersOnly(int kinds, bool accepted)
    {
        GateSet read = default(GateSet).With(_a.Id, exclusive: false), written = default(GateSet).With(_a.Id, exclusive: true);
        Dependency holds = Rings.Step(_a, _b, kinds: (DependencyKinds)kinds);

        Assert.Equal(accepted, new RingPredicate(LockdepPolicy.Default).MayExtend([holds, Rings.Step(null, _gate, gates: read)]));
        Assert.False(new RingPredicate(LockdepPolicy.Default).MayExtend([holds, Rings.Step(null, _gate, gates: written)]));
    }

    [Fact]
    public void OpenPath_MayBeExtended_ThoughItsEndsDoNotBlock()
    {
        Dependency[] path = [Rings.Step(_a, _b, kinds: DependencyKinds.SR)];
        var predicate = new RingPredicate(LockdepPolicy.Default);

        Assert.True(predicate.MayExtend(path));
        Assert.False(predicate.Accepts(path));
    }

    [Fact]
    public void PathThatPassesARead_MayNotBeExtended() =>
        Assert.False(new RingPredicate(LockdepPolicy.Default).MayExtend(
            [Rings.Step(_a, _b, kinds: DependencyKinds.ER), Rings.Step(_b, _a, kinds: DependencyKinds.SN), Rings.Step(_a, _gate)]));

    private static bool Accepts(params Dependency[] ring) => new RingPredicate(LockdepPolicy.Default).Accepts(ring);

    private Dependency Gated(LockdepMap from, LockdepMap to, bool exclusive) =>
        Rings.Step(from, to, gates: default(GateSet).With(_gate.Id, exclusive));
}

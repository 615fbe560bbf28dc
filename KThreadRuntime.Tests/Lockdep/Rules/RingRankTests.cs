using KThreadRuntime.Rules;

namespace KThreadRuntime.Tests.Rules;

/// <summary>Rings made by hand, each the smallest change of one that is certain.</summary>
public class RingRankTests
{
    private readonly Rings _rings = new();
    private readonly LockdepMap _a, _b, _other;
    private readonly LockClass[] _locks;

    public RingRankTests()
    {
        (_a, _b, _other) = (_rings.Instance(), _rings.Instance(), _rings.Instance());
        _locks = [_rings.Lock("a"), _rings.Lock("b")];
    }

    [Fact]
    public void SameInstancesInTheHandsOfTwoContexts_AreCertain() =>
        Assert.Equal((Confidence.Certain, ReportFlags.None), Rank(Rings.Step(_a, _b, thread: 1), Rings.Step(_b, _a, thread: 2)));

    [Fact]
    public void OtherInstanceAtEitherJoint_IsPossible()
    {
        Assert.Equal(Confidence.Possible, Rank(Rings.Step(_a, _other, thread: 1), Rings.Step(_b, _a, thread: 2)).Confidence);
        Assert.Equal(Confidence.Possible, Rank(Rings.Step(_a, _b, thread: 1), Rings.Step(_b, _other, thread: 2)).Confidence);
    }

    [Fact]
    public void AnyInstanceAtAJoint_IsPossible()
    {
        Assert.Equal(Confidence.Possible, Rank(Rings.Step(_a, null, thread: 1), Rings.Step(null, _a, thread: 2)).Confidence);
        Assert.Equal(Confidence.Possible, Rank(Rings.Step(_a, _b, thread: 1), Rings.Step(null, _a, thread: 2)).Confidence);
        Assert.Equal(Confidence.Possible, Rank(Rings.Step(null, _b, thread: 1), Rings.Step(_b, _a, thread: 2)).Confidence);
    }

    [Fact]
    public void OneContextInTwoOfThreeSteps_IsPossible()
    {
        LockClass[] three = [.. _locks, _rings.Lock("c")];
        Confidence Of(int last) => RingRank.Of(
            Rings.Of(three, Rings.Step(_a, _b, thread: 1), Rings.Step(_b, _other, thread: 2), Rings.Step(_other, _a, thread: last)),
            LockdepPolicy.Default).Confidence;

        Assert.Equal(Confidence.Certain, Of(3));
        Assert.Equal(Confidence.Possible, Of(1));
    }

    [Fact]
    public void SeveralContextsInEachStep_AreNoSingleOne()
    {
        Assert.Equal(
            (Confidence.Certain, ReportFlags.None),
            Rank(Rings.Step(_a, _b, thread: Dependency.Several), Rings.Step(_b, _a, thread: Dependency.Several)));
    }

    [Fact]
    public void OneContextWithSharedInstances_IsPossible() =>
        Assert.Equal((Confidence.Possible, ReportFlags.SingleContext), Rank(Rings.Step(_a, _b), Rings.Step(_b, _a)));

    [Fact]
    public void OneContextWithInstancesOfItsOwn_IsClassLevelOnly()
    {
        (LockdepMap a, LockdepMap b) = (_rings.Untouched(), _rings.Untouched());

        Assert.Equal((Confidence.ClassLevelOnly, ReportFlags.SingleContext), Rank(Rings.Step(a, b), Rings.Step(b, a)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void OneContextWithASharedInstanceAtAnyEnd_IsPossible(int shared)
    {
        foreach (LockdepMap? known in new[] { _other, null })
        {
            LockdepMap?[] ends = [.. Enumerable.Range(0, 4).Select(i => i == shared ? known : _rings.Untouched())];

            Assert.Equal(Confidence.Possible, Rank(Rings.Step(ends[0], ends[1]), Rings.Step(ends[2], ends[3])).Confidence);
        }
    }

    [Fact]
    public void OneStepOfOneContext_IsPossible_WhoeverElseUsesTheLock()
    {
        LockdepMap own = _rings.Untouched();

        Assert.Equal(Confidence.Possible, RingRank.Of(Rings.Of([_locks[0]], Rings.Step(own, own)), LockdepPolicy.Default).Confidence);
    }

    [Fact]
    public void OneStepOfSeveralContexts_IsNeverCertain() =>
        Assert.Equal(
            (Confidence.Possible, ReportFlags.None),
            RingRank.Of(Rings.Of([_locks[0]], Rings.Step(_a, _a, thread: Dependency.Several)), LockdepPolicy.Default));

    [Theory]
    [InlineData(ReportFlags.Predicted, Confidence.Possible)]
    [InlineData(ReportFlags.Stall, Confidence.Possible)]
    [InlineData(ReportFlags.FirstWaitOnly, Confidence.Certain)]
    [InlineData(ReportFlags.Unscoped, Confidence.ClassLevelOnly)]
    public void FlagOfOneStep_IsTheRings(ReportFlags flag, Confidence expected)
    {
        Assert.Equal((expected, flag), Rank(Rings.Step(_a, _b, thread: 1, flags: flag), Rings.Step(_b, _a, thread: 2)));
        Assert.Equal((expected, flag), Rank(Rings.Step(_a, _b, thread: 1), Rings.Step(_b, _a, thread: 2, flags: flag)));
    }

    [Fact]
    public void ClosedRing_IsClosedUnderEachPolicy()
    {
        Ring ring = Rings.Of([_locks[0]], Rings.Step(_a, _a, flags: ReportFlags.Unscoped)) with { IsClosed = true };

        Assert.Equal(Confidence.Closed, RingRank.Of(ring, LockdepPolicy.Default).Confidence);
        Assert.Equal(Confidence.Closed, RingRank.Of(ring, LockdepPolicy.Kernel).Confidence);
    }

    [Fact]
    public void KernelPolicy_KnowsNothingBelowPossible()
    {
        Ring unscoped = Rings.Of(_locks, Rings.Step(_a, _b, thread: 1, flags: ReportFlags.Unscoped), Rings.Step(_b, _a, thread: 2));
        Ring certain = Rings.Of(_locks, Rings.Step(_a, _b, thread: 1), Rings.Step(_b, _a, thread: 2));

        Assert.Equal(Confidence.Possible, RingRank.Of(unscoped, LockdepPolicy.Kernel).Confidence);
        Assert.Equal(Confidence.Certain, RingRank.Of(certain, LockdepPolicy.Kernel).Confidence);
    }

    [Fact]
    public void LocalLock_KeepsNobodyElseWaiting()
    {
        LockClass local = _rings.Lock("local", LockdepMapKind.LocalLock);
        Ring two = Rings.Of([_locks[0], local], Rings.Step(_a, _b, thread: 1), Rings.Step(_b, _a, thread: 2));
        Ring one = Rings.Of([local], Rings.Step(_a, _a));

        Assert.Equal(Confidence.ClassLevelOnly, RingRank.Of(two, LockdepPolicy.Default).Confidence);
        Assert.Equal(Confidence.Possible, RingRank.Of(one, LockdepPolicy.Default).Confidence);
    }

    private (Confidence Confidence, ReportFlags Flags) Rank(params Dependency[] steps) =>
        RingRank.Of(Rings.Of(_locks, steps), LockdepPolicy.Default);
}

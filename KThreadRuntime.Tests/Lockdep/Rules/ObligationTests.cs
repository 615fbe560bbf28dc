using KThreadRuntime.Rules;

namespace KThreadRuntime.Tests.Rules;

/// <summary>Rings with completions in them: whether what is waited for is what is owed, and who else may let the waiter go.</summary>
public class ObligationTests
{
    private readonly Rings _rings = new();
    private readonly LockdepMap _lock, _done, _other;
    private readonly LockClass[] _classes;

    public ObligationTests()
    {
        (_lock, _done, _other) = (_rings.Instance(), _rings.Instance(), _rings.Instance());
        _classes = [_rings.Lock("a"), _rings.Completion("done")];
    }

    [Fact]
    public void SameCompletion_IsCertain()
    {
        Ring ring = Wait(_done, owed: _done);

        Assert.Null(RingRank.DisjointCompletion(ring));
        Assert.Equal(Confidence.Certain, RingRank.Of(ring, LockdepPolicy.Default).Confidence);
    }

    [Theory]
    [InlineData(2, 2, false)]
    [InlineData(2, 3, true)]
    [InlineData(0, 3, true)]
    [InlineData(Dependency.Several, 3, false)]
    [InlineData(2, Dependency.Several, false)]
    [InlineData(0, Dependency.Several, true)]
    public void OtherCompletion_IsTheSameObligation_WhenOneContextSignalsBoth_OrItCannotBeTold(int signaller, int thread, bool disjoint)
    {
        Ring ring = Wait(_done, owed: _other, signaller, thread);

        Assert.Equal(disjoint ? 1 : null, RingRank.DisjointCompletion(ring));
        Assert.Equal(disjoint ? Confidence.ClassLevelOnly : Confidence.Possible, RingRank.Of(ring, LockdepPolicy.Default).Confidence);
    }

    [Fact]
    public void SignallerKnownOfTheInstance_CountsUntilTheDependencyKnowsIt()
    {
        _done.SignalledBy(3);

        Assert.Null(RingRank.DisjointCompletion(Wait(_done, owed: _other, signaller: 0, thread: 3)));
        Assert.Equal(1, RingRank.DisjointCompletion(Wait(_done, owed: _other, signaller: 0, thread: 4)));
        Assert.Equal(1, RingRank.DisjointCompletion(Wait(_done, owed: _other, signaller: 2, thread: 3)));
    }

    [Fact]
    public void AnyCompletion_IsTheSameObligation_OnlyWithAKnownSignaller()
    {
        Assert.Equal(1, RingRank.DisjointCompletion(Wait(null, owed: null, signaller: 0, thread: 3)));
        Assert.Null(RingRank.DisjointCompletion(Wait(null, owed: null, signaller: 3, thread: 3)));
    }

    [Fact]
    public void DisjointCompletion_IsTheFirstInTheRing_TheLastStepLeadsToTheFirstClass()
    {
        LockClass first = _rings.Completion("first"), second = _rings.Completion("second");
        Dependency into = Rings.Step(_lock, _done, thread: 1, toMode: ChainMode.Wait), from = Rings.Step(_other, _lock, thread: 2, fromMode: ChainMode.Owed);

        Assert.Equal(0, RingRank.DisjointCompletion(Rings.Of([first, _classes[0]], from, into)));
        Assert.Equal(1, RingRank.DisjointCompletion(Rings.Of([_classes[0], first], into, from)));
        Assert.Equal(1, RingRank.DisjointCompletion(Rings.Of([first, second], Rings.Step(_other, _done, toMode: ChainMode.Wait), from)));
    }

    [Fact]
    public void LocksOfTwoInstances_AreNoObligation()
    {
        LockClass[] locks = [_classes[0], _rings.Lock("b")];

        Assert.Null(RingRank.DisjointCompletion(Rings.Of(locks, Rings.Step(_lock, _done), Rings.Step(_other, _lock))));
    }

    [Fact]
    public void WaitThatSeveralWereSeenToSignal_IsPossible()
    {
        Signal(_done, 5, 6);

        Assert.Equal(Confidence.Possible, RingRank.Of(Wait(_done, owed: _done), LockdepPolicy.Default).Confidence);
    }

    [Fact]
    public void WaitThatOneWasSeenToSignal_IsCertain()
    {
        Signal(_done, 5, 5);

        Assert.Equal(Confidence.Certain, RingRank.Of(Wait(_done, owed: _done), LockdepPolicy.Default).Confidence);
    }

    [Fact]
    public void LockWhoseInstanceSeveralSignalled_IsNoWait()
    {
        Signal(_done, 5, 6);
        LockClass[] locks = [_classes[0], _rings.Lock("b")];
        Ring ring = Rings.Of(locks, Rings.Step(_lock, _done, thread: 1), Rings.Step(_done, _lock, thread: 2));

        Assert.Equal(Confidence.Certain, RingRank.Of(ring, LockdepPolicy.Default).Confidence);
    }

    [Theory]
    [InlineData(4, false)]
    [InlineData(8, false)]
    [InlineData(4 | 8, false)]
    [InlineData(4 | 1, true)]
    [InlineData(8 | 2, true)]
    public void ReadThatMeetsAReadOnly_NeedsAWriterThatNobodySaw(int heldAs, bool certain)
    {
        LockClass[] locks = [_classes[0], _rings.Lock("rw")];
        Dependency reads = Rings.Step(_lock, _done, thread: 1, toMode: ChainMode.Shared);
        Dependency holds = Rings.Step(_done, _lock, thread: 2, kinds: (DependencyKinds)heldAs);

        Assert.Equal(certain, RingRank.Of(Rings.Of(locks, reads, holds), LockdepPolicy.Default).Confidence == Confidence.Certain);
        Assert.Equal(certain, RingRank.Of(Rings.Of([locks[1], locks[0]], holds, reads), LockdepPolicy.Default).Confidence == Confidence.Certain);
    }

    [Fact]
    public void WriteThatMeetsARead_IsCertain()
    {
        LockClass[] locks = [_classes[0], _rings.Lock("rw")];
        Ring ring = Rings.Of(locks, Rings.Step(_lock, _done, thread: 1), Rings.Step(_done, _lock, thread: 2, kinds: DependencyKinds.SN));

        Assert.Equal(Confidence.Certain, RingRank.Of(ring, LockdepPolicy.Default).Confidence);
    }

    private static void Signal(LockdepMap map, params int[] contexts) => Array.ForEach(contexts, map.SignalledBy);

    /// <summary>A waits under the lock for <paramref name="wanted"/>; who owes <paramref name="owed"/> takes the lock first.</summary>
    private Ring Wait(LockdepMap? wanted, LockdepMap? owed, int signaller = 0, int thread = 2) => Rings.Of(
        _classes,
        Rings.Step(_lock, wanted, thread: 1, toMode: ChainMode.Wait, signaller: signaller),
        Rings.Step(owed, _lock, thread: thread, fromMode: ChainMode.Owed));
}

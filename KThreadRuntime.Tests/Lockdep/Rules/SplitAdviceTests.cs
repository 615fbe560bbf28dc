using KThreadRuntime.Rules;

namespace KThreadRuntime.Tests.Rules;

public class SplitAdviceTests
{
    private readonly Rings _rings = new();
    private readonly LockClass _lock, _other, _done;

    public SplitAdviceTests() => (_lock, _other, _done) = (_rings.Lock("account"), _rings.Lock("b"), _rings.Completion("done"));

    [Fact]
    public void LocksOfTwoPlaces_AreToldApartByThem()
    {
        SplitSuggestion split = For([_lock, _other], Step(Map("x"), Map("b")), Step(Map("b"), Map("y")))!;

        Assert.Equal((_lock, ClassPolicy.CreationSite), (split.Class, split.By));
        Assert.Equal(
            "a class per creation site for account dissolves this: its instances here were created at different places.", split.Advice);
    }

    [Fact]
    public void LocksOfOnePlace_AreToldApartByInstance()
    {
        SplitSuggestion split = For([_lock, _other], Step(Map("x"), Map("b")), Step(Map("b"), Map("x")))!;

        Assert.Equal((_lock, ClassPolicy.Instance), (split.Class, split.By));
        Assert.Equal(
            "a class per instance for account, or a LockClassKey for each, dissolves this: its instances here are different locks.", split.Advice);
    }

    [Fact]
    public void CheapestSplitOfAnyJoint_IsChosen()
    {
        LockdepMap shared = Map("x");

        Assert.Equal(_other, For([_lock, _other], Step(shared, Map("b")), Step(Map("c"), shared))!.Class);
        Assert.Equal(_other, For([_lock, _other], Step(Map("x"), Map("b")), Step(Map("c"), Map("x")))!.Class);
    }

    [Fact]
    public void SameInstancesAllAround_HaveNoSplit()
    {
        LockdepMap a = Map("x"), b = Map("y");

        Assert.Null(For([_lock, _other], Step(a, b), Step(b, a)));
        Assert.Null(For([_lock], Step(a, a)));
    }

    [Fact]
    public void OneStepBetweenTwoLocksOfAPlace_IsToldApartByDepth()
    {
        SplitSuggestion split = For([_lock], Step(Map("x"), Map("x")))!;

        Assert.Equal(ClassPolicy.Subclass, split.By);
        Assert.Equal(
            "a subclass per depth for account dissolves this, if its instances nest in one order only: say so at the inner acquire, or give an order.",
            split.Advice);
    }

    [Fact]
    public void LockOfAnyInstance_CannotBeToldApart()
    {
        LockdepMap b = Map("b");

        Assert.Null(For([_lock, _other], Step(null, b), Step(b, Map("x"))));
        Assert.Null(For([_lock, _other], Step(Map("x"), b), Step(b, null)));
    }

    [Fact]
    public void CompletionsThatAreWaitedForAtTwoPlaces_AreToldApartByThem()
    {
        SplitSuggestion split = OfCompletion(Map("x"), Map("x"), waitedAt: "there.cs")!;

        Assert.Equal((_done, ClassPolicy.WaitSite), (split.Class, split.By));
        Assert.Equal("a class per wait site for done dissolves this: its instances here are waited for at different places.", split.Advice);
    }

    [Fact]
    public void CompletionsThatAreWaitedForAtOnePlace_AreToldApartByInstance()
    {
        SplitSuggestion split = OfCompletion(Map("x"), Map("x"), waitedAt: "from.cs")!;

        Assert.Equal((_done, ClassPolicy.Instance), (split.Class, split.By));
        Assert.Equal(
            "a class per instance for done, or a LockClassKey for each, dissolves this: its instances here are signalled by different contexts.",
            split.Advice);
    }

    [Fact]
    public void EndsOfThreads_AreOneObligationFromWhereverTheyAreWaitedFor()
    {
        LockdepMap exited = _rings.Instance("x", isLifetime: true);

        Assert.Equal(ClassPolicy.Instance, OfCompletion(exited, Map("x"), waitedAt: "there.cs")!.By);
    }

    [Fact]
    public void CompletionsOfOneSignaller_HaveNoSplit()
    {
        Assert.Null(OfCompletion(Map("x"), Map("y"), waitedAt: "there.cs", signaller: 2));
        Assert.NotNull(OfCompletion(Map("x"), Map("y"), waitedAt: "there.cs", signaller: 3));
    }

    [Fact]
    public void LocksOfOneContext_AreNoObligation()
    {
        LockdepMap b = Map("b");
        Dependency into = Rings.Step(b, Map("x"), thread: 1, signaller: 2), from = Rings.Step(Map("y"), b, thread: 2);

        Assert.Equal(ClassPolicy.CreationSite, For([_lock, _other], from, into)!.By);
    }

    [Fact]
    public void AnyCompletionOfOtherSignallers_IsToldApartByInstance()
    {
        Assert.Equal(ClassPolicy.Instance, OfCompletion(null, Map("y"), waitedAt: "there.cs")!.By);
        Assert.Equal(ClassPolicy.Instance, OfCompletion(Map("x"), null, waitedAt: "there.cs")!.By);
    }

    [Fact]
    public void OneStepFromACompletionToItself_IsNotToldApartByDepth() =>
        Assert.Equal(
            ClassPolicy.Instance,
            For([_done], Rings.Step(Map("x"), Map("x"), thread: 1, fromMode: ChainMode.Owed, toMode: ChainMode.Wait, toSite: "from.cs"))!.By);

    private static SplitSuggestion? For(LockClass[] classes, params Dependency[] steps) => SplitAdvice.For(Rings.Of(classes, steps));

    private static Dependency Step(LockdepMap? from, LockdepMap? to) => Rings.Step(from, to);

    /// <summary>One waits for <paramref name="wanted"/> under a lock; who owes <paramref name="owed"/>, waited for at from.cs, takes it.</summary>
    private SplitSuggestion? OfCompletion(LockdepMap? wanted, LockdepMap? owed, string waitedAt, int signaller = 0)
    {
        LockdepMap held = Map("b");
        return For(
            [_lock, _done],
            Rings.Step(held, wanted, thread: 1, toMode: ChainMode.Wait, signaller: signaller, toSite: waitedAt),
            Rings.Step(owed, held, thread: 2, fromMode: ChainMode.Owed));
    }

    private LockdepMap Map(string site) => _rings.Instance(site);
}

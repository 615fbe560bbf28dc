using KThreadRuntime.Rules;

namespace KThreadRuntime.Tests.RulesAlone;

/// <summary>The search for paths between what handlers acquire and what is held while they may run, told by hand.</summary>
public class HandlerSearchTests
{
    private readonly Rings _rings = new();
    private readonly Findings _findings = new();
    private readonly CircularRule _rule;
    private readonly GateSet _gate;

    public HandlerSearchTests()
    {
        _rule = new CircularRule(_rings.Classes, LockdepPolicy.Default, int.MaxValue);
        _gate = default(GateSet).With(_rings.Instance().Id, exclusive: true);
    }

    [Fact]
    public void GatedPathToOneClass_DoesNotHideThePathToAFartherOne()
    {
        Lead("a", "b", gated: true);
        Lead("b", "c", gated: true);
        Lead("a", "d");
        Lead("d", "e");
        Lead("e", "f");
        Held("c");
        Held("f");
        Used("a");

        Assert.Equal(["a d e f"], Told());
    }

    [Fact]
    public void GatedPathFromOneClass_DoesNotHideThePathFromAFartherOne()
    {
        Lead("a", "b", gated: true);
        Lead("b", "c", gated: true);
        Lead("e", "d");
        Lead("d", "x");
        Lead("x", "c");
        Used("a");
        Used("e");
        Held("c");

        Assert.Equal(["e d x c"], Told());
    }

    [Theory]
    [InlineData(15, true)]
    [InlineData(16, false)]
    public void KnownMiss_PathBehindManyGatedOnes_WhenTheClassIsUsed(int gated, bool told)
    {
        Lead("a", "b", gated: true);
        for (int i = 0; i < gated; i++)
        {
            Lead("b", $"c{i}", gated: true);
            Held($"c{i}");
        }

        Lead("a", "d");
        Lead("d", "e");
        Lead("e", "f");
        Held("f");
        Used("a");

        Assert.Equal(told ? ["a d e f"] : [], Told());
    }

    [Theory]
    [InlineData(15, true)]
    [InlineData(16, false)]
    public void KnownMiss_PathBehindManyGatedOnes_WhenTheyAreJoined(int gated, bool told)
    {
        Used("a");
        Lead("a", "b", gated: true);
        for (int i = 0; i < gated; i++)
        {
            Lead("c", $"c{i}", gated: true);
            Held($"c{i}");
        }

        Lead("c", "d");
        Lead("d", "e");
        Held("e");
        Lead("b", "c");

        Assert.Equal(told ? ["a b c d e"] : [], Told());
    }

    [Theory]
    [InlineData(7, true)]
    [InlineData(8, false)]
    public void KnownMiss_PathBehindManyGatedBeginnings(int gated, bool told)
    {
        for (int i = 0; i < gated; i++)
        {
            Used($"a{i}");
            Lead($"a{i}", "b", gated: true);
        }

        Used("z");
        Lead("z", "y");
        Lead("y", "b");
        Lead("c", "d", gated: true);
        Held("d");
        Lead("b", "c");

        Assert.Equal(told ? ["z y b c d"] : [], Told());
    }

    [Fact]
    public void JoinedPath_IsTheNearestAtEachEnd_AndToldOnce()
    {
        Used("a");
        Used("far");
        Lead("far", "a");
        Lead("a", "b");
        Held("d");
        Held("e");
        Lead("c", "d");
        Lead("d", "e");
        Lead("b", "c");
        Assert.Equal(["a b c d"], Told());

        Lead("b", "c", other: true);
        Assert.Empty(Told());
    }

    [Fact]
    public void DependencyBetweenTheTwoThemselves_IsAPath()
    {
        Used("a");
        Held("b");
        Lead("a", "b");

        Assert.Equal(["a b"], Told());
    }

    [Fact]
    public void EachLevel_IsToldByItself()
    {
        Used("a");
        Held("b");
        Lead("a", "b");
        Told();
        Mark("a", UsageStates.UsedInSoft);
        Mark("b", UsageStates.EnabledSoft);

        Fault fault = Assert.Single(_findings.TakeFaults());
        Assert.Equal((ReportKind.HandlerInversion, HandlerLevel.Soft), (fault.Kind, fault.Conflict!.Level));
    }

    [Fact]
    public void OtherLevelOfTheTwo_IsNoConflict()
    {
        Mark("a", UsageStates.UsedInSoft);
        Mark("b", UsageStates.EnabledHard);
        Lead("a", "b");

        Assert.Empty(Told());
    }

    [Fact]
    public void ReentrantLockInARing_LeadsNotToItself()
    {
        _rings.Lock("a", LockdepMapKind.ReentrantLock);
        Used("a");
        Held("a");
        Lead("a", "b");
        Lead("b", "a");

        Assert.Empty(Told());
        Assert.Single(_findings.Take());
    }

    [Fact]
    public void LocalLock_EndsTheWalk_AndTheNextBeginsAnew()
    {
        _rings.Lock("local", LockdepMapKind.LocalLock);
        Lead("a", "local");
        Lead("local", "c");
        Held("c");
        Used("a");
        Assert.Empty(Told());

        Lead("a", "d");
        Lead("d", "c");
        Assert.Equal(["a d c"], Told());
    }

    [Fact]
    public void OtherWayAroundAGate_MustBeStrongForTheHandlerToo()
    {
        // The handler's read passes whoever only reads: the way over d blocks nobody.
        Lead("a", "b", gated: true);
        Lead("b", "c", gated: true);
        Lead("a", "d", kinds: DependencyKinds.SN);
        Lead("d", "c");
        Held("c");
        Mark("a", UsageStates.UsedInHardRead);
        Assert.Empty(Told());

        Mark("a", UsageStates.QueuedReadInHard);
        Assert.Equal(["a d c"], Told());
    }

    [Fact]
    public void OtherWayAroundAGate_MustBlockOnTheHeldEndToo()
    {
        Lead("a", "b", gated: true);
        Lead("b", "c", gated: true, kinds: DependencyKinds.EN);
        Lead("a", "d");
        Lead("d", "c", kinds: DependencyKinds.ER);
        Mark("c", UsageStates.EnabledHardRead);
        Used("a");
        Assert.Empty(Told());

        Held("c");
        Assert.Equal(["a d c"], Told());
    }

    [Fact]
    public void ClassThatBecameInconsistent_IsToldOncePerLevel()
    {
        Used("a");
        Held("a");
        Mark("a", UsageStates.EnabledHardRead);
        Fault fault = Assert.Single(_findings.TakeFaults());
        Assert.StartsWith("holds while a hard handler may run", fault.Detail, StringComparison.Ordinal);

        Mark("a", UsageStates.EnabledSoft);
        Mark("a", UsageStates.UsedInSoft);
        fault = Assert.Single(_findings.TakeFaults());
        Assert.StartsWith("acquires in a soft handler", fault.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    public void PairOfAClassThatHasGone_IsForgotten(string gone)
    {
        Lead("a", "b");
        Lead("c", "d");
        Used("a");
        Held("b");
        Used("c");
        Held("d");
        Assert.Equal(["a b", "c d"], Told());
        Assert.Equal(2, _rule.ToldHandlerPairs);

        _rule.Forget(_rings.Lock(gone));
        Assert.Equal(1, _rule.ToldHandlerPairs);
    }

    private void Used(string name) => Mark(name, UsageStates.UsedInHard);

    private void Held(string name) => Mark(name, UsageStates.EnabledHard);

    private void Mark(string name, UsageStates states) =>
        _rule.Mark(_rings.Lock(name), states, new UsageEvidence("T/1", CodeSite.Unknown, CodeSite.Unknown, Stack: null), _findings);

    private void Lead(string from, string to, bool gated = false, bool other = false, DependencyKinds kinds = DependencyKinds.EN) =>
        _rule.Observe(
            _rings.Lock(from), _rings.Lock(to),
            Rings.Step(null, other ? _rings.Instance() : null, kinds: kinds, gates: gated ? _gate : default), _findings);

    private string[] Told() => [.. _findings.TakeFaults().Select(f => string.Join(" ", f.Path!.Classes.Select(c => c.Name)))];
}

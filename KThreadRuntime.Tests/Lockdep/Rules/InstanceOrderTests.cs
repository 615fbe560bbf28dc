using KThreadRuntime.Rules;

namespace KThreadRuntime.Tests.Rules;

/// <summary>Two of one class, told to the rule by hand.</summary>
public class InstanceOrderTests
{
    private readonly LockdepValidator _validator = new();
    private readonly Rings _rings = new();
    private readonly Findings _findings = new();
    private readonly RecursiveRule _rule;
    private readonly LockClass _class;
    private readonly LockdepMap _x, _y;

    public InstanceOrderTests()
    {
        _rule = new RecursiveRule(LockdepPolicy.Default, _validator.Statistics);
        _class = _rings.Lock("account");
        (_x, _y) = (_rings.Instance(), _rings.Instance());
    }

    [Fact]
    public void OneOrder_IsLearned_AndQuiet()
    {
        Assert.Empty(_rule.Nested());
        _rule.Observe(_class, Rings.Step(_x, _y), _findings);
        _rule.Observe(_class, Rings.Step(_x, _y, thread: 2), _findings);

        Assert.Equal(0, _findings.Count);
        Assert.Equal([_class.Index], _rule.Nested());
    }

    [Fact]
    public void BothOrders_AreARing_OfOneClass()
    {
        _rule.Observe(_class, Rings.Step(_x, _y), _findings);
        _rule.Observe(_class, Rings.Step(_y, _x), _findings);

        Ring ring = Assert.Single(_findings.Take());
        Assert.Equal(ReportKind.Recursive, ring.Kind);
        Assert.Equal([_class, _class], ring.Classes);
        Assert.Equal([_y, _x], ring.Steps.Select(s => s.From));
        Assert.False(ring.IsClosed);

        _rule.Observe(_class, Rings.Step(_x, _rings.Instance()), _findings);
        Assert.Equal(0, _findings.Count);
    }

    [Fact]
    public void OppositeOrderOfAnotherClass_IsNone()
    {
        _rule.Observe(_class, Rings.Step(_x, _y), _findings);
        _rule.Observe(_rings.Lock("other"), Rings.Step(_y, _x), _findings);

        Assert.Equal(0, _findings.Count);
        Assert.Equal(2, _rule.Nested().Count);
    }

    [Fact]
    public void LostInstance_SaysNothingOfTheOrder()
    {
        _rule.Observe(_class, Rings.Step(_x, null), _findings);
        _rule.Observe(_class, Rings.Step(null, _x), _findings);
        _rule.Observe(_class, Rings.Step(null, null), _findings);

        Assert.Equal(0, _findings.Count);
        Assert.Empty(_rule.Nested());
    }

    [Fact]
    public void LostInstances_AreReportedByTheKernel_AndNeverClosed()
    {
        var kernel = new RecursiveRule(LockdepPolicy.Kernel, _validator.Statistics);
        kernel.Observe(_class, Rings.Step(null, null), _findings);
        kernel.Observe(_class, Rings.Step(_x, _y), _findings);

        Assert.Equal([false, false], _findings.Take().Select(r => r.IsClosed));
        Assert.Empty(kernel.Nested());
    }

    [Theory]
    [InlineData(2, "Exclusive", ReportFlags.None, true)]
    [InlineData(1, "SharedRecursive", ReportFlags.None, true)]
    [InlineData(2, "Shared", ReportFlags.None, true)]
    [InlineData(8, "Exclusive", ReportFlags.None, true)]
    [InlineData(8, "Shared", ReportFlags.None, false)]
    [InlineData(2, "Exclusive", ReportFlags.Unscoped, false)]
    [InlineData(2, "Exclusive", ReportFlags.Stall, true)]
    public void SameLockAgain_IsClosed_UnlessItReadsAgainOrIsPerhapsNotHeld(int kinds, string mode, ReportFlags flags, bool closed)
    {
        _rule.Observe(_class, Rings.Step(_x, _x, kinds: (DependencyKinds)kinds, toMode: Enum.Parse<ChainMode>(mode), flags: flags), _findings);

        Assert.Equal(closed, Assert.Single(_findings.Take()).IsClosed);
    }

    [Fact]
    public void RecursiveReadOfWhatIsOnlyRead_Passes()
    {
        _rule.Observe(_class, Rings.Step(_x, _x, kinds: DependencyKinds.SR), _findings);
        Assert.Equal(0, _findings.Count);

        _rule.Observe(_class, Rings.Step(_x, _x, kinds: DependencyKinds.SR | DependencyKinds.SN), _findings);
        Assert.Equal(1, _findings.Count);
    }

    [Fact]
    public void OwedCompletionThatIsWaitedFor_IsNoHangOfOneContext()
    {
        _rule.Observe(_class, Rings.Step(_x, _x, fromMode: ChainMode.Owed, toMode: ChainMode.Wait), _findings);

        Assert.False(Assert.Single(_findings.Take()).IsClosed);
        Assert.Equal([_class.Index], _rule.Nested());
    }

    [Fact]
    public void ClassThatIsForgotten_HasNoOrder()
    {
        _rule.Observe(_class, Rings.Step(_x, _y), _findings);
        _rule.Forget(_class);
        Assert.Empty(_rule.Nested());
        _rule.Observe(_class, Rings.Step(_y, _x), _findings);
        Assert.Equal(0, _findings.Count);

        _class.IsRetired = true;
        _rule.Observe(_class, Rings.Step(_x, _y), _findings);
        Assert.Equal(0, _findings.Count);
    }

    [Fact]
    public void FullOrder_BeginsAnew_AndIsCounted()
    {
        LockdepMap[] many = [.. Enumerable.Range(0, 514).Select(_ => _rings.Instance())];
        for (int i = 0; i + 1 < 513; i++)
        {
            _rule.Observe(_class, Rings.Step(many[i], many[i + 1]), _findings);
        }

        Assert.Equal(0, _validator.Statistics.InstanceOrderResets);
        _rule.Observe(_class, Rings.Step(many[512], many[513]), _findings);
        Assert.Equal(1, _validator.Statistics.InstanceOrderResets);
        _rule.Observe(_class, Rings.Step(many[1], many[0]), _findings);
        Assert.Equal(0, _findings.Count);

        _rule.Observe(_class, Rings.Step(many[513], many[512]), _findings);
        Assert.Equal(1, _findings.Count);
        Assert.Equal(1, _validator.Statistics.InstanceOrderResets);
    }
}

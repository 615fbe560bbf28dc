using KThreadRuntime.Rules;

namespace KThreadRuntime.Tests.Rules;

/// <summary>The rule of rings by itself: what it learns, refuses and forgets.</summary>
public class DependencyTableTests
{
    private readonly Rings _rings = new();
    private readonly Findings _findings = new();
    private readonly LockClass _a, _b, _c;
    private readonly LockdepMap _x, _y, _z;

    public DependencyTableTests()
    {
        (_a, _b, _c) = (_rings.Lock("a"), _rings.Lock("b"), _rings.Lock("c"));
        (_x, _y, _z) = (_rings.Instance(), _rings.Instance(), _rings.Instance());
    }

    [Fact]
    public void RingThatCloses_IsFoundOnce_WithItsClassesAndSteps()
    {
        CircularRule rule = Rule();
        Dependency forth = rule.Observe(_a, _b, Rings.Step(_x, _y), _findings)!;
        Assert.Equal(0, _findings.Count);
        Dependency back = rule.Observe(_b, _a, Rings.Step(_y, _x), _findings)!;

        Ring ring = Assert.Single(_findings.Take());
        Assert.Equal(ReportKind.Circular, ring.Kind);
        Assert.Equal([_b, _a], ring.Classes);
        Assert.Equal([back, forth], ring.Steps);
        Assert.False(ring.IsClosed);

        rule.Observe(_c, _a, Rings.Step(_z, _x), _findings);
        Assert.Equal(0, _findings.Count);
    }

    [Fact]
    public void WhatIsLearned_IsKeptInItsOrder()
    {
        CircularRule rule = Rule();
        Dependency first = rule.Observe(_b, _c, Rings.Step(_y, _z), _findings)!;
        Dependency second = rule.Observe(_a, _b, Rings.Step(_x, _y), _findings)!;
        Dependency facet = rule.Observe(_a, _b, Rings.Step(_z, _y), _findings)!;

        Assert.Equal(2, rule.EdgeCount);
        Assert.Equal([second, facet], rule.Labels(_a, _b));
        Assert.Empty(rule.Labels(_b, _a));
        IReadOnlyList<ClassDependency> all = rule.Snapshot();
        Assert.Equal([(_b, _c), (_a, _b)], all.Select(d => (d.From, d.To)));
        Assert.Equal([first], all[0].Labels);
    }

    [Fact]
    public void FullGraph_RefusesNewPairs_AndStillLearnsOfTheOld()
    {
        CircularRule rule = Rule(budget: 1);
        rule.Observe(_a, _b, Rings.Step(_x, _y), _findings);

        Assert.Null(rule.Observe(_b, _c, Rings.Step(_y, _z), _findings));
        Assert.Equal(1, rule.Refused);
        Assert.NotNull(rule.Observe(_a, _b, Rings.Step(_z, _y), _findings));
        Assert.Equal((1, 1L, 2), (rule.EdgeCount, rule.Refused, rule.Labels(_a, _b).Count));
    }

    [Fact]
    public void ClassThatIsForgotten_IsNotLearnedAgain()
    {
        CircularRule rule = Rule();
        rule.Observe(_a, _b, Rings.Step(_x, _y), _findings);
        rule.Observe(_b, _c, Rings.Step(_y, _z), _findings);
        rule.Forget(_b);

        Assert.True(_b.IsRetired);
        Assert.Equal(0, rule.EdgeCount);
        Assert.Null(rule.Observe(_a, _b, Rings.Step(_x, _y), _findings));
        Assert.Null(rule.Observe(_b, _c, Rings.Step(_y, _z), _findings));
        Assert.Equal((0, 0L), (rule.EdgeCount, rule.Refused));
        Assert.NotNull(rule.Observe(_a, _c, Rings.Step(_x, _z), _findings));
    }

    [Fact]
    public void SearchThatMeetsItsLimits_IsCounted()
    {
        CircularRule rule = Rule();
        for (int i = 0; i < 20; i++)
        {
            LockClass middle = _rings.Lock($"m{i}");
            rule.Observe(_a, middle, Rings.Step(_x, _z), _findings);
            rule.Observe(middle, _b, Rings.Step(_z, _y), _findings);
        }

        Assert.Equal(0, rule.TruncatedSearches);
        rule.Observe(_b, _a, Rings.Step(_y, _x), _findings);
        Assert.Equal((1L, 16), (rule.TruncatedSearches, _findings.Count));
    }

    [Fact]
    public void Findings_AreTakenOutShortestFirst_AndOnce()
    {
        Ring two = Rings.Of([_a, _b], Rings.Step(_x, _y), Rings.Step(_y, _x)), one = Rings.Of([_a], Rings.Step(_x, _x));
        Fault first = new(ReportKind.Misuse, _a, CodeSite.Unknown, "first."), second = new(ReportKind.Misuse, _b, CodeSite.Unknown, "second.");
        _findings.Add(two);
        _findings.Add(first);
        _findings.Add(one);
        _findings.Add(second);

        Assert.Equal(4, _findings.Count);
        Assert.Equal([one, two], _findings.Take());
        Assert.Equal(2, _findings.Count);
        Assert.Equal([first, second], _findings.TakeFaults());
        Assert.Empty(_findings.Take());
        Assert.Empty(_findings.TakeFaults());
    }

    private CircularRule Rule(int budget = int.MaxValue) => new(_rings.Classes, LockdepPolicy.Default, budget);
}

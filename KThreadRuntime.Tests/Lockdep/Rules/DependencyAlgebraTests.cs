using KThreadRuntime.Rules;

namespace KThreadRuntime.Tests.RulesAlone;

public class DependencyAlgebraTests
{
    private readonly DependencyAlgebra _algebra = new();
    private readonly LockdepMap _a = new Rings().Untouched(), _b = new Rings().Untouched(), _c = new Rings().Untouched();

    [Fact]
    public void OnePairOfInstances_IsOneFacet()
    {
        Dependency existing = Rings.Step(_a, _b);

        Assert.True(_algebra.SameFacet(existing, Rings.Step(_a, _b, thread: 2)));
        Assert.False(_algebra.SameFacet(existing, Rings.Step(_c, _b)));
        Assert.False(_algebra.SameFacet(existing, Rings.Step(_a, _c)));
    }

    [Fact]
    public void SameAgain_TellsNothingNew()
    {
        Dependency existing = Rings.Step(_a, _b, gates: Gates(1, 2), flags: ReportFlags.Predicted, signaller: 3, givesBack: true);
        Dependency again = Rings.Step(_a, _b, gates: Gates(1, 2), flags: ReportFlags.Predicted, signaller: 3, givesBack: true);

        Assert.Same(existing, _algebra.Join(existing, again));
    }

    [Fact]
    public void WhatIsStricter_TellsNothingNew()
    {
        Dependency existing = Rings.Step(_a, _b, kinds: DependencyKinds.EN | DependencyKinds.SN, gates: Gates(1), givesBack: true);
        Dependency stricter = Rings.Step(_a, _b, kinds: DependencyKinds.SN, gates: Gates(1, 2), flags: ReportFlags.Predicted);

        Assert.Same(existing, _algebra.Join(existing, stricter));
    }

    public static TheoryData<string> Weaker => ["kinds", "from", "to", "gates", "thread", "signaller", "gives back", "flags", "given", "gives first"];

    [Theory]
    [MemberData(nameof(Weaker))]
    public void EachThatIsWeaker_TellsSomethingNew_AndOnlyThat(string what)
    {
        Dependency existing = Rings.Step(_a, _b, gates: Gates(1), flags: ReportFlags.Stall | ReportFlags.Predicted, signaller: 5, given: Gates(7), givesFirst: true);
        Dependency added = Rings.Step(
            what == "from" ? _c : _a, what == "to" ? _c : _b, thread: what == "thread" ? 2 : 1,
            kinds: what == "kinds" ? DependencyKinds.SR : DependencyKinds.EN,
            signaller: what == "signaller" ? 6 : 5, flags: what == "flags" ? ReportFlags.Stall : ReportFlags.Stall | ReportFlags.Predicted,
            givesBack: what == "gives back", gates: what == "gates" ? Gates(2) : Gates(1), given: what == "given" ? Gates(8) : Gates(7, 8), givesFirst: what != "gives first");
        Dependency joined = _algebra.Join(existing, added);

        Assert.NotSame(existing, joined);
        Assert.Equal(what == "kinds" ? DependencyKinds.EN | DependencyKinds.SR : DependencyKinds.EN, joined.Kinds);
        Assert.Same(what == "from" ? null : _a, joined.From);
        Assert.Same(what == "to" ? null : _b, joined.To);
        Assert.Equal(what == "gates", joined.Gates.IsEmpty);
        Assert.Equal(what == "thread" ? Dependency.Several : 1, joined.Thread);
        Assert.Equal(what == "signaller" ? Dependency.Several : 5, joined.Signaller);
        Assert.Equal(what == "gives back", joined.GivesBack);
        Assert.Equal(what == "given", joined.Given.IsEmpty);
        Assert.Equal(what != "gives first", joined.GivesFirst);
        Assert.Equal(what == "flags" ? ReportFlags.Stall : ReportFlags.Stall | ReportFlags.Predicted, joined.Flags);
    }

    [Fact]
    public void Evidence_IsThatOfTheObservationWithFewerDoubts()
    {
        Dependency predicted = Rings.Step(_a, _b, flags: ReportFlags.Predicted), plain = Rings.Step(_a, _b), other = Rings.Step(_a, _b, thread: 2);

        Assert.Same(plain.Evidence, _algebra.Join(predicted, plain).Evidence);
        Assert.Same(plain.Evidence, _algebra.Join(plain, predicted).Evidence);
        Assert.Same(plain.Evidence, _algebra.Join(plain, other).Evidence);
    }

    [Theory]
    [InlineData(true, 0, 7, 7)]
    [InlineData(true, 7, 0, 7)]
    [InlineData(true, 7, 8, Dependency.Several)]
    [InlineData(true, Dependency.Several, 7, Dependency.Several)]
    [InlineData(true, 0, 0, 0)]
    [InlineData(false, 0, 7, Dependency.Several)]
    [InlineData(false, 7, 0, Dependency.Several)]
    [InlineData(false, 7, 7, 7)]
    public void UnknownSignaller_MeansNotYetKnown_OfOneInstanceOnly(bool oneInstance, int first, int second, int joined)
    {
        Dependency existing = Rings.Step(_a, _b, signaller: first), added = Rings.Step(_a, oneInstance ? _b : _c, signaller: second);

        Assert.Equal(joined, _algebra.Join(existing, added).Signaller);
    }

    [Fact]
    public void UnknownSignallerOfAnyInstance_MayBeAnybody()
    {
        Dependency joined = _algebra.Join(Rings.Step(_a, null, signaller: 7), Rings.Step(_a, null));

        Assert.Equal(Dependency.Several, joined.Signaller);
    }

    [Fact]
    public void OnceTheSignallerIsKnown_AllElseStays()
    {
        Dependency before = Rings.Step(
            _a, _b, thread: 3, kinds: DependencyKinds.SN, flags: ReportFlags.Stall, givesBack: true, gates: Gates(1), toMode: ChainMode.Wait);
        Dependency after = before.SignalledBy(9);

        Assert.Equal(9, after.Signaller);
        Assert.Equal(
            (before.Kinds, before.From, before.To, before.Gates, before.Thread, before.GivesBack, before.Flags, before.Evidence),
            (after.Kinds, after.From, after.To, after.Gates, after.Thread, after.GivesBack, after.Flags, after.Evidence));
    }

    private static GateSet Gates(params long[] instances) => instances.Aggregate(default(GateSet), (set, i) => set.With(i, exclusive: true));
}

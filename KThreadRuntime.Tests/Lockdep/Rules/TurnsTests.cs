using KThreadRuntime.Rules;

namespace KThreadRuntime.Tests.RulesAlone;

/// <summary>Rings of completions alone, of which one had a unit before anybody's turn: each the smallest change of a harmless one.</summary>
public class TurnsTests
{
    private readonly Rings _rings = new();
    private readonly LockdepMap _empty, _full;

    public TurnsTests() => (_empty, _full) = (_rings.Instance(), _rings.Instance());

    [Fact]
    public void UnitThatWasThereBefore_IsHandedAround()
    {
        _empty.GiveCredit();

        Assert.True(RingDoubts.HandsAUnitAround(Turns(_empty, _full)));
        Assert.True(RingDoubts.HandsAUnitAround(Turns(_full, _empty)));
        Assert.Equal(Confidence.ClassLevelOnly, RingRank.Of(Turns(_empty, _full), LockdepPolicy.Default).Confidence);
    }

    [Fact]
    public void UnitOfAnInstanceThatIsOnlyWaitedFor_CountsToo()
    {
        LockdepMap waited = _rings.Instance();
        waited.GiveCredit();

        Assert.True(RingDoubts.HandsAUnitAround(Rings.Of(Classes, Turn(_empty, waited), Turn(_full, _empty))));
    }

    [Fact]
    public void WithoutAUnit_NobodyBegins()
    {
        Assert.False(RingDoubts.HandsAUnitAround(Turns(_empty, _full)));
        Assert.NotEqual(Confidence.ClassLevelOnly, RingRank.Of(Turns(_empty, _full), LockdepPolicy.Default).Confidence);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AnyInstance_TakesATurnUnlessItIsTheEndOfAThread(bool isLifetime)
    {
        _full.GiveCredit();
        LockClass[] classes = [_rings.Completion("empty", isLifetime), _rings.Completion("full")];

        Assert.Equal(!isLifetime, RingDoubts.HandsAUnitAround(Rings.Of(classes, Turn(null, _full), Turn(_full, null))));
    }

    [Fact]
    public void AnyInstances_HaveNoUnit() => Assert.False(RingDoubts.HandsAUnitAround(Rings.Of(Classes, Turn(null, null), Turn(null, null))));

    [Fact]
    public void WhoSignalsBeforeItWaits_Begins()
    {
        Ring ring = Rings.Of(Classes, Turn(_empty, _full), Rings.Step(_full, _empty, fromMode: ChainMode.Owed, toMode: ChainMode.Wait, givesFirst: true));

        Assert.True(RingDoubts.HandsAUnitAround(ring));
    }

    [Theory]
    [InlineData("holds")]
    [InlineData("acquires")]
    [InlineData("gives back")]
    public void StepThatIsNoTurn_EndsIt(string otherwise)
    {
        _empty.GiveCredit();
        Dependency step = otherwise switch
        {
            "holds" => Rings.Step(_full, _empty, toMode: ChainMode.Wait),
            "acquires" => Rings.Step(_full, _empty, fromMode: ChainMode.Owed),
            _ => Rings.Step(_full, _empty, fromMode: ChainMode.Owed, toMode: ChainMode.Wait, givesBack: true),
        };

        Assert.False(RingDoubts.HandsAUnitAround(Rings.Of(Classes, Turn(_empty, _full), step)));
        Assert.False(RingDoubts.HandsAUnitAround(Rings.Of(Classes, step, Turn(_empty, _full))));
    }

    [Fact]
    public void TimedWait_IsATurn()
    {
        _empty.GiveCredit();

        Assert.True(RingDoubts.HandsAUnitAround(Rings.Of(Classes, Turn(_empty, _full), Turn(_full, _empty, ChainMode.TimedWait))));
    }

    private LockClass[] Classes => [_rings.Completion("empty"), _rings.Completion("full")];

    private Ring Turns(LockdepMap first, LockdepMap second) => Rings.Of(Classes, Turn(first, second), Turn(second, first));

    private static Dependency Turn(LockdepMap? owed, LockdepMap? wanted, ChainMode wait = ChainMode.Wait) =>
        Rings.Step(owed, wanted, fromMode: ChainMode.Owed, toMode: wait);
}

using System.Collections.Immutable;
using System.Reflection;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Graph;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Tests.Graph;

/// <summary>What tells two summaries, events, traces and locks apart.</summary>
public class SummaryTests
{
    private static readonly Site _site = new(ProgramFacts.Of("class C { void M() { } }").Bodies[0], default);

    private static readonly Trace _trace = new(_site);

    private static readonly LockRef _gate = new(Value.Static("F:C._gate"), null);

    private static readonly HeldLock _held = new(_gate, LockMode.Exclusive, false, _trace);

    private static readonly Event _event = new(EventKind.Acquire, _gate, LockMode.Exclusive, false, false, false, false, [], [], [], "", _trace);

    private static readonly SignalEvent _signal = new(_gate, false, [], _trace);

    // Recursion has settled where a round says the same as the one before it, in all that callers ask for.
    [Fact]
    public void SummariesThatDifferInOnePart_AreNotTheSame()
    {
        Summary full = Summary.Empty with { Events = [_event], Signals = [_signal], Suspends = [] };
        Summary[] others =
        [
            full with { Events = [] },
            full with { Events = [_event with { Target = new LockRef(Value.Static("F:C._other"), null) }] },
            full with { Events = [_event with { Held = [_held] }] },
            full with { Signals = [] },
            full with { Signals = [_signal with { Before = [_event] }] },
            full with { ExitHeld = [_held] },
            full with { ExitReleased = [_gate] },
            full with { Returned = Value.Static("F:C._gate") },
            full with { NeedsContext = _trace },
            full with { HeldForContext = ["F:C._gate"] },
            full with { ReturnsTask = true },
            full with { Demands = [new Demand(_gate, false, false, "C.M", false, _trace)] },
            full with { Publishes = [1] },
            full with { Given = ["F:C._done"] },
            full with { Suspends = null },
            full with { Suspends = [FlagGuard.OfTruth(Value.Static("F:C._gate"), true)] },
        ];

        Assert.True(full.SameAs(full with { }));
        foreach (Summary other in others)
        {
            Assert.False(full.SameAs(other), other.ToString());
            Assert.False(other.SameAs(full), other.ToString());
            Assert.True(other.SameAs(other with { }));
        }
    }

    [Fact]
    public void SummaryThatSaysWhereSomethingHappens_HasATrace()
    {
        Assert.True((Summary.Empty with { Returned = Value.Static("F:C._gate"), ExitReleased = [_gate] }).HasNoTrace);
        Summary[] traced =
        [
            Summary.Empty with { Events = [_event] },
            Summary.Empty with { Signals = [_signal] },
            Summary.Empty with { ExitHeld = [_held] },
            Summary.Empty with { YieldHeld = [_held] },
            Summary.Empty with { NeedsContext = _trace },
        ];
        Assert.All(traced, static summary => Assert.False(summary.HasNoTrace));
    }

    [Fact]
    public void ChangedCopyOfAnEvent_KeepsAllElse()
    {
        Event full = new(EventKind.Wait, new LockRef(Value.This, "T:C"), LockMode.Read, true, true, true, true, ["await"], [Value.This], [_held], "text", new Trace(_site, _trace))
        {
            IsElsewhere = true, IsHandedOn = true, IsDeclared = true, IsAlone = true, IsUntilInitialized = true, IsOnce = true, PassesOwn = true, IsInContinuation = true,
            Claims = ["claim"], Given = ["given"], Released = [_gate], Guards = [FlagGuard.OfTruth(Value.This, true)], Home = new Home(Value.This, "T:C"), Receiver = Value.This, Token = Value.This, IsInContext = true, Limit = Value.This,
        };
        PropertyInfo[] parts = [.. typeof(Event).GetProperties().Where(static part => part.CanWrite)];

        Assert.All(parts, part => Assert.False(Equals(part.GetValue(_event), part.GetValue(full)), part.Name));
        Assert.All(parts, part => Assert.Equal(part.GetValue(full), part.GetValue(full with { })));
        Assert.NotEqual(full.Key, (full with { Mode = LockMode.Exclusive }).Key);
    }

    [Fact]
    public void TraceThatIsCertain_IsBetterThanAShorterOne()
    {
        var guess = new Trace(_site, null, Guess.OneOfMany);
        var certain = new Trace(_site, new Trace(_site, _trace));
        var longer = new Trace(_site, certain);

        Assert.True(certain.IsBetterThan(guess));
        Assert.False(guess.IsBetterThan(certain));
        Assert.True(certain.IsBetterThan(longer));
        Assert.False(longer.IsBetterThan(certain));
        Assert.False(certain.IsBetterThan(certain));
        Assert.True(new Trace(_site, guess).IsGuess);
    }

    // Readers let readers in, and one who may become the writer; all else keeps out.
    [Theory]
    [InlineData(LockMode.Exclusive, LockMode.Exclusive, true)]
    [InlineData(LockMode.Exclusive, LockMode.Read, true)]
    [InlineData(LockMode.Exclusive, LockMode.Upgradeable, true)]
    [InlineData(LockMode.Read, LockMode.Read, false)]
    [InlineData(LockMode.Read, LockMode.Upgradeable, false)]
    [InlineData(LockMode.Upgradeable, LockMode.Upgradeable, true)]
    internal void LocksOfOneClass_ExcludeByTheirModes(LockMode left, LockMode right, bool excludes)
    {
        HeldLock one = _held with { Mode = left };

        Assert.Equal(excludes, one.Excludes(_held with { Mode = right }));
        Assert.Equal(excludes, (_held with { Mode = right }).Excludes(one));
        Assert.False(one.Excludes(new HeldLock(new LockRef(Value.Static("F:C._other"), null), right, false, _trace)));
    }

    [Theory]
    [InlineData("M:N.C.M(System.Int32)", "N.C")]
    [InlineData("F:C._gate", "C")]
    [InlineData("M:C.M(N.D.E)", "C")]
    [InlineData("F:_gate", null)]
    [InlineData("", null)]
    public void MemberId_TellsItsType(string member, string? type) => Assert.Equal(type, DelegateHolders.DeclaringType(member));

    [Fact]
    public void LockClasses_AreEqualByTheirKey()
    {
        LockClass gate = LockClass.Of(_gate);

        Assert.Equal((object)gate, LockClass.Of(_gate));
        Assert.False(gate.Equals((object)LockClass.Of(new LockRef(Value.Static("F:C._other"), null))));
        Assert.False(gate.Equals("F:C._gate"));
    }
}

using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Graph;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Tests.Graph;

/// <summary>The laws of the join, over random states of a small universe.</summary>
public class FlowStateTests
{
    private const int Rounds = 2000;

    private static readonly Trace _trace = new(new Site(ProgramFacts.Of("class C { void M() { } }").Bodies[0], default));

    [Fact]
    public void Join_IsIdempotent() => ForRandomStates(static (left, _, _) => AssertSame(left, FlowState.Join(left, Copy(left))));

    [Fact]
    public void Join_IsCommutative() => ForRandomStates(static (left, right, _) => AssertSame(FlowState.Join(left, right), FlowState.Join(right, left)));

    [Fact]
    public void Join_IsAssociative() => ForRandomStates(static (left, right, third)
        => AssertSame(FlowState.Join(FlowState.Join(left, right), third), FlowState.Join(left, FlowState.Join(right, third))));

    [Fact]
    public void Join_CoversBothSides() => ForRandomStates(static (left, right, _) =>
    {
        FlowState joined = FlowState.Join(left, right);
        Assert.True(joined.Covers(left));
        Assert.True(joined.Covers(right));
    });

    [Fact]
    public void Covers_IsWhatJoinDoesNotChange() => ForRandomStates(static (left, right, _) =>
    {
        if (left.Covers(right))
        {
            AssertSame(left, FlowState.Join(left, right));
        }
        else
        {
            Assert.NotEqual(Described(left), Described(FlowState.Join(left, right)));
        }
    });

    [Fact]
    public void JoinOntoItself_ReachesAFixpoint() => ForRandomStates(static (left, right, third) =>
    {
        FlowState joined = FlowState.Join(FlowState.Join(left, right), third);
        Assert.True(joined.Covers(FlowState.Join(joined, left)));
    });

    [Fact]
    public void Held_IsOnlyWhatBothHold()
    {
        FlowState both = FlowState.Entry with { Held = [Held("a", LockMode.Exclusive), Held("b", LockMode.Exclusive)] };
        FlowState one = FlowState.Entry with { Held = [Held("b", LockMode.Exclusive), Held("a", LockMode.Read)] };

        Assert.Equal([Held("b", LockMode.Exclusive).Key], FlowState.Join(both, one).Held.Select(static held => held.Key));
    }

    [Fact]
    public void NewObjectOnOnePathOnly_IsTheKnownOne()
    {
        FlowState created = Place(Value.Allocation("site", null));
        FlowState cached = Place(Value.Static("F:C._cache"));

        Assert.Equal("F:C._cache", FlowState.Join(created, cached).Places["x"].Key);
        Assert.Equal("F:C._cache", FlowState.Join(cached, created).Places["x"].Key);
    }

    // From nothing over what is not known and what is new to what others know as well.
    [Fact]
    public void PlaceThatHoldsMoreOnOnePath_HoldsThat()
    {
        Value[] rising = [Value.Null, Value.Unknown, Value.Allocation("site", null), Value.Static("F:C._cache")];
        foreach ((Value less, Value more) in rising.SelectMany((less, i) => rising.Skip(i + 1).Select(more => (less, more))))
        {
            Assert.Equal(more.Key, FlowState.Join(Place(less), Place(more)).Places["x"].Key);
            Assert.Equal(more.Key, FlowState.Join(Place(more), Place(less)).Places["x"].Key);
        }
    }

    [Fact]
    public void TwoObjectsOfEqualStanding_AreNeither()
    {
        Value joined = FlowState.Join(Place(Value.Static("F:C._a")), Place(Value.Static("F:C._b"))).Places["x"];

        Assert.NotEqual("F:C._a", joined.Key);
        Assert.NotEqual("F:C._b", joined.Key);
    }

    private static FlowState Place(Value value) => FlowState.Entry with { Places = FlowState.Entry.Places.SetItem("x", value) };

    private static void ForRandomStates(Action<FlowState, FlowState, FlowState> law)
    {
        for (int seed = 0; seed < Rounds; seed++)
        {
            var random = new Random(seed);
            FlowState[] states = [RandomState(random), RandomState(random), RandomState(random)];

            // Every other pair differs in one part alone, which has to tell.
            states[1] = seed % 2 == 0 ? states[1] : WithPart(random.Next(14), of: states[1], states[0]);
            try
            {
                law(states[0], states[1], states[2]);
            }
            catch (Xunit.Sdk.XunitException failure)
            {
                Assert.Fail($"Seed {seed}: {string.Join(" / ", states.Select(Described))}\n{failure.Message}");
            }
        }
    }

    private static FlowState RandomState(Random random) => FlowState.Entry with
    {
        Held = [.. Subset(random, "a", "b", "c").Select(name => Held(name, random.Next(2) == 0 ? LockMode.Read : LockMode.Exclusive))],
        Before = FlowState.Entry.Before.Union(Subset(random, "e", "f", "g")),
        Signalled = FlowState.Entry.Signalled.Union(Subset(random, "s", "t")),
        Unpublished = FlowState.Entry.Unpublished.Union(Subset(random, "n", "m")),
        Released = [.. Subset(random, "r", "q").Select(static name => new LockRef(Value.Static(name), null))],
        Resumed = FlowState.Entry.Resumed.Union(Subset(random, "u", "v")),
        Tested = FlowState.Entry.Tested.Union(Subset(random, "k==1", "k!=2")),
        Claims = FlowState.Entry.Claims.Union(Subset(random, "k=1", "l=null")),
        Guards = [.. Subset(random, "p", "q").Select(static name => FlagGuard.OfTruth(Value.Static(name), true))],
        Given = FlowState.Entry.Given.Union(Subset(random, "g", "h")),
        Running = [.. Subset(random, "w", "z").Select(Value.Static)],
        IsElsewhere = random.Next(2) == 0,
        HasLeftContext = random.Next(2) == 0,
        Places = Subset(random, "x", "y").Aggregate(PlaceMap.Empty, (places, place) => places.SetItem(place, RandomValue(random))),
    };

    private static FlowState WithPart(int part, FlowState of, FlowState state) => part switch
    {
        0 => state with { Held = of.Held },
        1 => state with { Before = of.Before },
        2 => state with { Signalled = of.Signalled },
        3 => state with { Unpublished = of.Unpublished },
        4 => state with { Released = of.Released },
        5 => state with { Resumed = of.Resumed },
        6 => state with { Tested = of.Tested },
        7 => state with { Claims = of.Claims },
        8 => state with { Places = of.Places },
        9 => state with { Guards = of.Guards },
        10 => state with { Given = of.Given },
        11 => state with { Running = of.Running },
        12 => state with { IsElsewhere = of.IsElsewhere },
        _ => state with { HasLeftContext = of.HasLeftContext },
    };

    private static Value RandomValue(Random random) => random.Next(6) switch
    {
        4 => Value.Null,
        5 => Value.Unknown,
        0 => Value.Allocation("new1", null),
        1 => Value.Static("F:C._a"),
        2 => Value.Static("F:C._b"),
        _ => Value.Member(Value.This, "F:C._c"),
    };

    private static IEnumerable<string> Subset(Random random, params string[] names) => names.Where(_ => random.Next(2) == 0).ToArray();

    private static HeldLock Held(string name, LockMode mode) => new(new LockRef(Value.Static(name), null), mode, false, _trace);

    private static FlowState Copy(FlowState state) => state with { Held = [.. state.Held], Released = [.. state.Released] };

    private static void AssertSame(FlowState expected, FlowState actual) => Assert.Equal(Described(expected), Described(actual));

    private static string Described(FlowState state) => string.Join(
        " | ",
        Sorted(state.Held.Select(static held => held.Key)),
        Sorted(state.Before),
        Sorted(state.Signalled),
        Sorted(state.Unpublished),
        Sorted(state.Released.Select(static released => released.Path.Key)),
        Sorted(state.Resumed),
        Sorted(state.Tested),
        Sorted(state.Claims),
        Sorted(state.Guards.Select(static guard => guard.Parameter.Key)),
        Sorted(state.Given),
        Sorted(state.Running.Select(static running => running.Key)),
        $"{state.IsElsewhere} {state.HasLeftContext}",
        Sorted(state.Places.Select(static place => place.Key + "=" + place.Value.Key)));

    private static string Sorted(IEnumerable<string> keys) => string.Join(",", keys.Order(StringComparer.Ordinal));
}

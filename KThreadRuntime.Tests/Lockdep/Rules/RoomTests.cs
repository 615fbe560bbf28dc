using KThreadRuntime.Rules;

namespace KThreadRuntime.Tests.RulesAlone;

/// <summary>Full tables of classes and dependencies: what makes room, and for whom.</summary>
public class RoomTests
{
    private readonly Rings _rings = new();
    private readonly Findings _findings = new();

    [Fact]
    public void ClassesGoRoundAndRound_ABatchAtATime()
    {
        var table = new ClassTable(budget: 128);
        List<LockClass> all = [.. Enumerable.Range(0, 128).Select(i => Add(table, i))];
        Refuse(table, 31);
        Assert.False(table.IsSampleDue);
        Assert.Empty(table.TakeSample());
        Refuse(table, 1);
        Assert.True(table.IsSampleDue);
        Assert.Equal(all.Take(2), table.TakeSample());
        Assert.False(table.IsSampleDue);
        Assert.Empty(table.TakeSample());
        Assert.Equal((32L, 2L), (table.Refused, table.Evicted));

        // One that has gone meanwhile is passed over.
        table.Remove([all[2]]);
        all[2] = Add(table, 999);
        Refuse(table, 32);
        Assert.Equal([all[3], all[4]], table.TakeSample());
    }

    [Fact]
    public void AfterTheLastClass_TheFirstHasItsTurnAgain()
    {
        var table = new ClassTable(budget: 3);
        List<LockClass> all = [.. Enumerable.Range(0, 3).Select(i => Add(table, i))];
        var gone = new List<LockClass>();
        for (int i = 0; i < 4; i++)
        {
            Refuse(table, i < 3 ? 16 : 32);
            gone.AddRange(table.TakeSample());
        }

        Assert.Equal([all[0], all[1], all[2], all[0]], gone);
    }

    [Fact]
    public void NewEra_IsCounted()
    {
        var table = new ClassTable();
        table.BeginEra();
        table.BeginEra();

        Assert.Equal(2, table.Era);
        Assert.NotSame(table.Untracked, Add(table, 1));
    }

    [Fact]
    public void DependenciesOfAClass_MakeRoom_OnceEnoughWasRefused()
    {
        (LockClass a, LockClass b, LockClass c, LockClass d) = (_rings.Lock("a"), _rings.Lock("b"), _rings.Lock("c"), _rings.Lock("d"));
        CircularRule rule = Rule(budget: 2);
        Learn(rule, a, b);
        Learn(rule, b, c);
        Assert.Equal(16, Tries(rule, c, d));
        Assert.Equal([(b, c), (c, d)], Pairs(rule));
        Assert.Equal((16L, 1L), (rule.Refused, rule.Evicted));

        // The next in turn.
        Assert.Equal(16, Tries(rule, d, a));
        Assert.Equal([(c, d), (d, a)], Pairs(rule));

        // As much as fits in has gone: room is made half as often.
        Assert.Equal(32, Tries(rule, a, b));
        Assert.Equal([(a, b), (d, a)], Pairs(rule));
    }

    [Fact]
    public void Era_IsTakenOnce_WhenDependenciesHaveGone()
    {
        CircularRule rule = Rule(budget: 1);
        Learn(rule, _rings.Lock("a"), _rings.Lock("b"));
        Assert.False(rule.TakeEra());
        Tries(rule, _rings.Lock("c"), _rings.Lock("d"));

        Assert.True(rule.TakeEra());
        Assert.False(rule.TakeEra());
    }

    [Fact]
    public void TheTwoThatTheRoomIsFor_KeepTheirDependencies()
    {
        (LockClass a, LockClass b, LockClass c) = (_rings.Lock("a"), _rings.Lock("b"), _rings.Lock("c"));
        CircularRule rule = Rule(budget: 1);
        Learn(rule, a, b);
        for (int i = 0; i < 20; i++)
        {
            Assert.Null(Learn(rule, b, a));
        }

        Assert.Equal([(a, b)], Pairs(rule));
        Assert.Equal((20L, 0L), (rule.Refused, rule.Evicted));
        Assert.False(rule.TakeEra());
        Assert.Equal(12, Tries(rule, a, c));
        Assert.Equal([(a, c)], Pairs(rule));
    }

    private static void Refuse(ClassTable table, int times)
    {
        for (; times > 0; times--)
        {
            Assert.Same(table.Untracked, Add(table, -times));
        }
    }

    private static LockClass Add(ClassTable table, int number) => table.Resolve(
        new ClassIdentity((long)number, default, "lock", "", 0), "a", CodeSite.Unknown, null,
        new ClassTraits(LockdepMapKind.Lock, LockWaitType.Sleep, LockWaitType.Sleep));

    /// <summary>How often it has to be told until it is learned.</summary>
    private int Tries(CircularRule rule, LockClass from, LockClass to)
    {
        int tries = 1;
        while (Learn(rule, from, to) is null)
        {
            tries++;
            Assert.True(tries < 1_000, "no room was made");
        }

        return tries;
    }

    private Dependency? Learn(CircularRule rule, LockClass from, LockClass to) => rule.Observe(from, to, Rings.Step(null, null), _findings);

    private static IEnumerable<(LockClass, LockClass)> Pairs(CircularRule rule) =>
        rule.Snapshot().Select(d => (d.From, d.To)).OrderBy(d => d.From.Index);

    private CircularRule Rule(int budget) => new(_rings.Classes, LockdepPolicy.Default, budget);
}

namespace KThreadRuntime.Tests.Conformance.Notation;

public class StoryParserTests
{
    [Fact]
    public void EventsStepsAndKinds_AreRead()
    {
        Story story = StoryParser.Parse("row", "rwlock(A;wlock nested)+spin(B)", "-H w.L(A) L(B) T(B)=0 +H | I(B) U(B)");

        Assert.Equal(2, story.Events.Count);
        Assert.Equal(
            [
                new Step.Toggle('H', On: false),
                new Step.Acquire(new LockName(LockSort.Write, "A"), Nest: null),
                new Step.Acquire(new LockName(LockSort.Spin, "B"), Nest: null),
                new Step.TryAcquire(new LockName(LockSort.Spin, "B"), Expected: false),
                new Step.Toggle('H', On: true),
            ],
            Assert.Single(story.Events[0].Strands));
        Assert.Equal(
            [new Step.Reinitialize(new LockName(LockSort.Spin, "B")), new Step.Release(new LockName(LockSort.Spin, "B"))],
            Assert.Single(story.Events[1].Strands));
    }

    [Fact]
    public void Handler_HoldsItsBody()
    {
        Story story = StoryParser.Parse("row", "spin", "L(A) hirq_nt{ L(B) sirq{ U(B) } } U(A)");

        IReadOnlyList<Step> steps = Assert.Single(Assert.Single(story.Events).Strands);
        var outer = Assert.IsType<Step.Handler>(steps[1]);
        Assert.Equal("hirq_nt", outer.Level);
        var inner = Assert.IsType<Step.Handler>(outer.Body[1]);
        Assert.Equal("sirq", inner.Level);
        Assert.Equal(new Step.Release(new LockName(LockSort.Spin, "B")), Assert.Single(inner.Body));
        Assert.IsType<Step.Release>(steps[2]);
    }

    [Fact]
    public void DoubleBar_MakesStrandsOfOneEvent()
    {
        Story story = StoryParser.Parse("row", "mutex", "T1: L(a) barrier U(a) || T2: barrier | L(a)");

        Assert.Equal([2, 1], story.Events.Select(e => e.Strands.Count));
        Assert.Equal(3, story.Events[0].Strands[0].Count);
        Assert.Equal(new Step.Meet(), Assert.Single(story.Events[0].Strands[1]));
    }

    [Fact]
    public void WwSections_AndNest_AreRead()
    {
        Story story = StoryParser.Parse(
            "row", "spin+ww_mutex", "t.init ww.L(o,t)=EALREADY ww.slow(o2,t) ww.T(o)=1 ww.U(o) s.L(A,nest=o.base) fsr.L(GFP_KERNEL) rcu_bh.U might_alloc(GFP_NOFS) nofs-");

        Assert.Equal(
            [
                new Step.WwContext("t", "init"),
                new Step.WwAcquire("o", "t", "EALREADY", IsSlow: false),
                new Step.WwAcquire("o2", "t", null, IsSlow: true),
                new Step.WwTryAcquire("o", null, Expected: true),
                new Step.WwRelease("o"),
                new Step.Acquire(new LockName(LockSort.Spin, "A"), "o.base"),
                new Step.EnterSection("fsr", "GFP_KERNEL"),
                new Step.LeaveSection("rcu_bh", null),
                new Step.MightAllocate("GFP_NOFS"),
                new Step.NoFsScope(Begins: false),
            ],
            Assert.Single(Assert.Single(story.Events).Strands));
    }

    [Theory]
    [InlineData("spin", "L(A) Q(A)", "row, token 2 'Q(A)': a lock knows L, U, T and I.")]
    [InlineData("spin", "x.L(A)", "row, token 1 'x.L(A)': 'x' is no kind of lock.")]
    [InlineData("rwlock", "L(A)", "row, token 1 'L(A)': the kinds of the row do not say what 'A' is.")]
    [InlineData("spin", "L(A) U(A) }", "row, token 3 '}': no handler is open.")]
    [InlineData("spin", "hirq{ L(A) | U(A)", "row, token 1 'hirq{': the handler is not closed before the event ends.")]
    [InlineData("spin", "nmi{ L(A) }", "row, token 1 'nmi{': a handler is hirq, hirq_nt or sirq.")]
    [InlineData("spin", "L(A) | | L(A)", "row, token 2 '|': nothing happens here.")]
    [InlineData("spin", "T(A)", "row, token 1 'T(A)': a try says what it gives: =1 or =0.")]
    [InlineData("spin", "L(A", "row, token 1 'L(A': it is no call of the form kind.verb(arguments)=result.")]
    [InlineData("spin", "t.stamp", "row, token 1 't.stamp': an acquire context knows init, done and fini.")]
    [InlineData("spin", "", "row, token 0 '': nothing happens here.")]
    public void Mistake_NamesRowTokenAndPlace(string kinds, string sequence, string message)
    {
        NotationException thrown = Assert.Throws<NotationException>(() => StoryParser.Parse("row", kinds, sequence));
        Assert.Equal(message, thrown.Message);
    }

    [Fact]
    public void EveryTokenOfEveryRow_BecomesAStep() => Assert.All(Catalogue.Rows.Where(RowSets.IsData), row =>
    {
        int tokens = row.Sequence.Split(' ').Count(t => t is not ("|" or "||" or "}") && !t.EndsWith(':'));
        Assert.Equal(tokens, StoryParser.Parse(row).Steps.Count());
    });

    [Fact]
    public void InstancesShareAClass_AndSidesShareAnInstance()
    {
        var x1 = new LockName(LockSort.Read, "X1");
        Assert.Equal(new LockName(LockSort.Write, "X").Class, x1.Class);
        Assert.Equal(new LockName(LockSort.Write, "X1"), x1.Instance);
        Assert.NotEqual(new LockName(LockSort.Spin, "s1").Class, new LockName(LockSort.Spin, "s2").Class);
    }
}

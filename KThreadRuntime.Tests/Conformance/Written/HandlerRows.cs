namespace KThreadRuntime.Tests.Conformance.Written;

/// <summary>What a handler does is no part of what the flow below it did.</summary>
internal static class HandlerRows
{
    /// <summary>More than a context remembers.</summary>
    private const int MoreThanTheHistoryHolds = 80;

    [Plays("irq locks rolled back at irq exit")]
    internal static void RolledBack(Lab lab)
    {
        var wire = new Wire(lab);
        LockdepMap c = wire.Completion("C"), i = Spin("I");
        wire.BeginWait("T1", c);
        InHandler(wire.Context("T2"), [i]);
        wire.Signal("T2", c);
        wire.EndWait("T1", c);
        wire.HasLearned(0);
    }

    [Plays("[policy] irq history overwrote the ring: stop, do not wrap (hist_id)")]
    internal static void Overwritten(Lab lab)
    {
        var wire = new Wire(lab);
        LockdepMap c = wire.Completion("C"), p = Spin("P");
        LockdepMap[] many = [.. Enumerable.Range(0, MoreThanTheHistoryHolds).Select(n => Spin($"I{n}"))];
        wire.BeginWait("T1", c);
        wire.Pass("T2", p);
        InHandler(wire.Context("T2"), many);
        wire.Signal("T2", c);
        wire.EndWait("T1", c);
        wire.HasLearned(0);
        Assert.True(lab.Validator.Statistics.HistoryOverflows > 0, "The loss was not counted.");
    }

    private static LockdepMap Spin(string name) => new(name, new LockClassKey(name), waitType: LockWaitType.Spin);

    private static void InHandler(Actor context, LockdepMap[] locks) => context.Do(() =>
    {
        using (Lockdep.EnterHandler(HandlerLevel.Hard))
        {
            foreach (LockdepMap each in locks)
            {
                Lockdep.Acquire(each);
                Lockdep.Release(each);
            }
        }
    });
}

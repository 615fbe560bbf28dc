using KThreadRuntime.Rules;

namespace KThreadRuntime.Tests.Rules;

/// <summary>What is said of locks and handlers, word for word.</summary>
public class HandlerStoryTests
{
    private static readonly CodeSite _inHandler = new("h.cs", 1, "Handle"), _acquired = new("a.cs", 2, "Take"), _letIn = new("l.cs", 3, "LetIn");

    private readonly Rings _rings = new();
    private readonly LockClass _used, _held;
    private readonly Ring _path;

    public HandlerStoryTests()
    {
        (_used, _held) = (_rings.Lock("used"), _rings.Lock("held"));
        _used.UsageRecord.Add(UsageStates.UsedInHard, new UsageEvidence("irq/7", _inHandler, _inHandler, Stack: null));
        _held.UsageRecord.Add(UsageStates.EnabledHardRead, new UsageEvidence("reader/8", _acquired, _acquired, Stack: null));
        _path = Rings.Of([_used, _held], Rings.Step(_rings.Instance(), _rings.Instance()));
    }

    [Fact]
    public void Conflict_NamesBothUsesAsTheKernelDoes()
    {
        var conflict = new HandlerConflict(HandlerLevel.Hard, _path);

        Assert.Equal((_used, _held), (conflict.Used, conflict.Held));
        Assert.Equal(("irq/7", "reader/8"), (conflict.UsedBy.Task, conflict.HeldBy.Task));
        Assert.Equal(("IN-HARDIRQ-W", "HARDIRQ-ON-R"), (conflict.UsedName, conflict.HeldName));
    }

    [Fact]
    public void Conflict_NamesAReadInAHandler_AndAHeldWrite()
    {
        LockClass both = _rings.Lock("both");
        var evidence = new UsageEvidence("T/1", _acquired, _acquired, Stack: null);
        both.UsageRecord.Add(UsageStates.UsedInSoftRead | UsageStates.EnabledSoft, evidence);
        var conflict = new HandlerConflict(HandlerLevel.Soft, Rings.Of([both]));

        Assert.Equal(("IN-SOFTIRQ-R", "SOFTIRQ-ON-W"), (conflict.UsedName, conflict.HeldName));
    }

    [Fact]
    public void ConflictOfClassesThatWereNeverUsedSo_IsRefused()
    {
        var thrown = Assert.Throws<InvalidOperationException>(() => new HandlerConflict(HandlerLevel.Soft, _path));

        Assert.Equal("used was never used so.", thrown.Message);
    }

    [Fact]
    public void Order_TellsTheDependencyAndBothUses()
    {
        LockClass from = _rings.Lock("from"), to = _rings.Lock("to");
        Fault fault = HandlerStory.Order(new HandlerConflict(HandlerLevel.Hard, _path), from, to, _letIn);

        Assert.Equal((ReportKind.HandlerOrder, _used, _held, _letIn), (fault.Kind, fault.Subject, fault.Other, fault.Site));
        Assert.Equal((Confidence.Possible, ReportKind.HandlerOrder), (fault.Confidence, fault.Path!.Kind));
        Assert.Equal(
            "makes (from) lead to (to): irq/7 acquired, at Handle (h.cs:1), (used) in a hard handler, its holder may come to wait for (held), "
            + "and reader/8 held, from Take (a.cs:2), that while such a handler may run.",
            fault.Detail);
    }

    [Fact]
    public void Inversion_IsAboutTheClassThatChanged_AndTheOtherEnd()
    {
        var conflict = new HandlerConflict(HandlerLevel.Hard, _path);
        var evidence = new UsageEvidence("T/1", _letIn, _acquired, Stack: null);
        Fault used = HandlerStory.Inversion(conflict, _used, evidence), held = HandlerStory.Inversion(conflict, _held, evidence);

        Assert.Equal((ReportKind.HandlerInversion, _used, _held, _letIn), (used.Kind, used.Subject, used.Other, used.Site));
        Assert.Equal((_held, _used), (held.Subject, held.Other));
        Assert.StartsWith("has changed how (held) is used: irq/7 acquired, ", held.Detail, StringComparison.Ordinal);
        Assert.Same(conflict, held.Conflict);
    }

    [Fact]
    public void Inconsistency_SaysWhichUseCameLast_AndWhereHandlersWereLetIn()
    {
        LockClass both = _rings.Lock("both");
        both.UsageRecord.Add(UsageStates.UsedInSoft, new UsageEvidence("irq/7", _inHandler, _inHandler, Stack: null));
        var letIn = new UsageEvidence("T/1", _letIn, _acquired, Stack: null);
        both.UsageRecord.Add(UsageStates.EnabledSoft, letIn);
        Fault held = HandlerStory.Inconsistent(both, HandlerLevel.Soft, letIn, wasAcquired: false);
        Fault acquired = HandlerStory.Inconsistent(both, HandlerLevel.Soft, letIn, wasAcquired: true);

        Assert.Equal((ReportKind.InconsistentState, both, _letIn, Confidence.Possible), (held.Kind, held.Subject, held.Site, held.Confidence));
        Assert.Equal("holds while a soft handler may run what irq/7 acquired, at Handle (h.cs:1), in such a handler.", held.Detail);
        Assert.Equal(
            "acquires in a soft handler what T/1 held, from Take (a.cs:2) and with handlers let in at LetIn (l.cs:3), while such a handler may run.",
            acquired.Detail);
        Assert.Equal(ReportKind.InconsistentState, held.Conflict!.Path.Kind);
    }

    [Fact]
    public void Hang_SaysWhereTheInterruptedFlowAcquired()
    {
        Fault fault = HandlerStory.Closed(_used, HandlerLevel.Hard, _inHandler, _acquired);

        Assert.Equal((ReportKind.InconsistentState, Confidence.Closed, _inHandler), (fault.Kind, fault.Confidence, fault.Site));
        Assert.Equal("acquires in a hard handler what the interrupted flow holds, acquired at Take (a.cs:2): it waits for itself.", fault.Detail);
    }
}

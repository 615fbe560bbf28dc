namespace KThreadRuntime.Tests.Conformance.Written;

/// <summary>What DEPT tests of itself, as far as it has a counterpart here.</summary>
internal static class DeptRows
{
    /// <summary>A requested event is one that the context owes from there on.</summary>
    [Plays("test_wait_event_deadlock")]
    internal static void WaitEvent(Lab lab)
    {
        var wire = new Wire(lab);
        LockdepMap e1 = wire.Completion("e1"), e2 = wire.Completion("e2");
        WaitThenSignal(wire, "T1", awaited: e2, signalled: e1);
        WaitThenSignal(wire, "T2", awaited: e1, signalled: e2);
    }

    private static void WaitThenSignal(Wire wire, string context, LockdepMap awaited, LockdepMap signalled)
    {
        wire.Owe(context, signalled);
        wire.BeginWait(context, awaited);
        wire.EndWait(context, awaited);
        wire.Signal(context, signalled);
    }
}

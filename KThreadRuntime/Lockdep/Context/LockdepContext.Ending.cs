using KThreadRuntime.Reports;
using KThreadRuntime.Rules;

namespace KThreadRuntime.Context;

/// <content>Threads that end while others wait for them.</content>
internal sealed partial class LockdepContext
{
    private readonly ContextLife _life;

    /// <summary>The thread's name and number when its context began.</summary>
    internal string LifeName => _life.Task;

    /// <summary>The thread is about to end: what it holds and owes stays so.</summary>
    internal void End() => _life.End();

    /// <summary>
    /// Reports what the context declared to owe and nobody else was seen to signal, and the semaphores of which it has all units. Somebody
    /// else may still give either.
    /// </summary>
    internal void ReportDebts(string boundary, in CodeSite site)
    {
        for (int i = 0; _owed is not null && i < _owed.Count; i++)
        {
            OwedCompletion owed = _owed[i];
            if (owed.Map.Validation == LockValidation.Full && (owed.Units > 0 ? owed.IsWhole : IsOwedBy(owed.Map, Id)))
            {
                LockClass subject = owed.Map.Class ?? owed.Map.ClassFor(0);
                string debt = owed.Units > 0 ? "has all units of" : "owes";
                Issue(new Fault(ReportKind.HeldAtBoundary, subject, site, $"still {debt} {subject.DisplayName} at {boundary}.", Confidence: Confidence.Possible));
            }
        }
    }

    /// <summary>Tells, if it is so, that the thread which alone could end the wait in progress has ended itself.</summary>
    /// <param name="holder">The number of the thread that holds the lock wanted; 0 when that is not known.</param>
    internal void LookForHolder(int holder)
    {
        if (_busy != 0 || _blocked is not { Place: >= 0, CanEnd: false } flow || Abandoned(flow, holder) is not { } fault)
        {
            return;
        }

        DeliverSafely(Validator.Issuer.Issue(this, fault));
    }

    private Fault? Abandoned(BlockedFlow flow, int holder)
    {
        if (flow.Wants.Kind != LockdepMapKind.Completion)
        {
            return holder != 0 && Validator.Lives.TryGetValue(holder, out ContextLife? owner) && owner.HasEnded
                ? Fault(flow, $"wants {flow.Class.DisplayName}, which {owner.Task} holds; that thread has ended.", Confidence.Closed)
                : null;
        }

        if (flow.Wants.Debtor is not { HasEnded: true } debtor)
        {
            return null;
        }

        return flow.Wants.Units > 0
            ? flow.Wants.IsHandedOn ? null : Fault(flow, $"waits for {flow.Class.DisplayName}, of which {debtor.Task} has all units; that thread has ended.", Confidence.Possible)
            : !IsOwedBy(flow.Wants, debtor.Context) ? null
            : Fault(flow, $"waits for {flow.Class.DisplayName}, which {debtor.Task} owes; that thread has ended.", Confidence.Possible);
    }

    private static Fault Fault(BlockedFlow flow, string detail, Confidence confidence) =>
        new(ReportKind.Abandoned, flow.Class, flow.Site, detail, Confidence: confidence);

    /// <summary>Whether a context declared to owe a completion, and nobody else ever did or was seen to signal it.</summary>
    private static bool IsOwedBy(LockdepMap map, int context) => map.SoleSignaller == context && map.Signaller == context;

    /// <summary>A wait must neither end nor lose its signal because somebody could not take a report; that is counted.</summary>
    private void DeliverSafely(List<LockdepReport>? reports)
    {
        try
        {
            Deliver(reports);
        }
#pragma warning disable CA1031 // See above.
        catch (Exception)
#pragma warning restore CA1031
        {
            Validator.Statistics.CountFailedSink();
        }
    }
}

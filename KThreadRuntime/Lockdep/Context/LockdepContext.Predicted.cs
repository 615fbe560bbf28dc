using KThreadRuntime.Rules;

namespace KThreadRuntime.Context;

/// <content>Signals that precede their wait: what lies before them is told once, not at each of them.</content>
internal sealed partial class LockdepContext
{
    private const int PredictedMarks = 4;

    private readonly PredictedMark[] _predicted = new PredictedMark[PredictedMarks];

    /// <summary>
    /// Commits what this context did since the completion's birth. A completion that is signalled again and again would walk
    /// the whole ring each time, so the walk ends where the last one began, as long as nothing in there has changed.
    /// </summary>
    private void CommitPredicted(LockdepMap map, LockClass predicted, in CodeSite site, Findings findings)
    {
        ref PredictedMark mark = ref _predicted[(int)map.Id & (PredictedMarks - 1)];
        var now = new PredictedMark(map.Id, predicted.Index, map.Born, _epoch, HistoryFlags(), Validator.SignallerChanges, 0);
        long seen = mark with { UpTo = 0 } == now ? mark.UpTo : 0;
        mark = now with { UpTo = _history.Next };
        Commit(map, predicted, map.Born, map.Born, site, ReportFlags.Predicted, findings, seen);
    }

    /// <summary>An entry that was told changed, or its place in the ring was taken back.</summary>
    private void ForgetPredicted() => Array.Clear(_predicted, 0, _predicted.Length);

    /// <summary>How far the history was walked for a completion, and all on which that depended.</summary>
    private readonly record struct PredictedMark(
        long MapId, int ClassIndex, long Born, int Epoch, ReportFlags Flags, int SignallerChanges, long UpTo);
}

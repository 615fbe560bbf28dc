using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Graph;

// What a signal runs before it returns.
internal sealed partial class BodySummarizer
{
    private FlowState RunContinuations(Affect affect, LockRef target, FlowState state)
    {
        bool isRaise = affect.Effect.Kind == EffectKind.Raise;
        if (!isRaise && (target.Type == Value.Queue || IsUnpublished(target.Path, state)))
        {
            // Nobody else has been able to wait for it; and who puts a completion into a queue does not signal it.
            return state;
        }

        string[] signalled = affect.Effect.Kind == EffectKind.ConditionSignal
            ? []
            : [.. _pointsTo.Objects(target.Path).Where(key => isRaise || _pointsTo.IsInline(key)).OrderBy(static key => key, StringComparer.Ordinal)];
        if (signalled.Length == 0 && !isRaise)
        {
            return state;
        }

        Record(NewEvent(EventKind.RunContinuations, target, affect.Span, state) with { Text = affect.Text }, state, out state);
        foreach (string completion in signalled)
        {
            state = RunContinuations(completion, isRaise, affect.Span, state);
        }

        return state;
    }

    private FlowState RunContinuations(string completion, bool isRaise, TextSpan span, FlowState state)
    {
        // What awaits something that a token was handed to goes on where that something says.
        Continuation[] continuations = [.. _pointsTo.Continuations(completion).Where(continuation => !isRaise || continuation.Site is null)];
        if (IsTooMuch(continuations.Length))
        {
            return RunOpenCode(span, state, Event.OpenCode);
        }

        foreach (Continuation continuation in continuations)
        {
            BodyFacts body = continuation.Body;
            if (_expanding.Contains(body))
            {
                continue;
            }

            _expanding.Push(body);
            Summary summary = _summaryOf(body);
            state = RunPart(summary, continuation.Runs, Binding(body, Value.Unknown, []), span, state, isContinuation: true);
            if (continuation.Site is { } site && summary.ExitResumed.Contains(site))
            {
                state = RunContinuations(AsyncEnds.KeyOf(body), isRaise: false, span, state);
            }

            _expanding.Pop();
        }

        return state;
    }

    // Part of a body's summary in the frame of the code that runs it without having called it.
    private FlowState RunPart(Summary summary, Func<Event, bool> runs, Func<Value, Value?> bind, TextSpan span, FlowState entry, bool isContinuation)
    {
        FlowState state = entry;
        var frame = new Frame(bind, span, entry);
        foreach (Event inner in summary.Events)
        {
            if (runs(inner) && IsNear(inner.Trace))
            {
                Event run = isContinuation ? inner with { IsInContinuation = true, Resumed = entry.Resumed } : inner;
                state = Inline(run, frame, state);
            }
        }

        foreach (SignalEvent signal in summary.Signals)
        {
            Inline(signal, frame);
        }

        return state;
    }
}

using CrossRelease.Analyzers.Flow;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Graph;

// Synchronization contexts and schedulers: what goes on in them, and what has to.
internal sealed partial class BodySummarizer
{
    private readonly Dictionary<string, Trace> _needing = new(StringComparer.Ordinal);
    private Trace? _needsContext;
    private bool _runsQueued;

    // Who waits for a task waits for what its scheduler comes to.
    private void NoteScheduler(Value task, Affect start, FlowState state)
    {
        if (start.Scheduler is { } scheduler && _pointsTo.Objects(task).Any(end => _pointsTo.SchedulerOf(end) is not null) && _pointsTo.SchedulerTypeAt(scheduler) is { } type)
        {
            _makers[task.Key] = new Home(Evaluate(scheduler, state).WithoutElements, type);
        }
    }

    private void NeedContext(TextSpan span, bool keepsContext, FlowState state)
    {
        if (_recording && keepsContext && !state.HasLeftContext)
        {
            NeedContext(new Trace(new Site(_body, span)));
            _heldForContext = _heldForContext.Union(state.Held.Where(static held => held.IsSemaphore).Select(static held => LockClass.Of(held.Lock).Key));
        }
    }

    // The task of a call that is not awaited at once is awaited, or returned, later, or by nobody.
    private void NeedContext(Value task, bool isAwaited, Trace trace)
    {
        if (isAwaited)
        {
            NeedContext(trace);
        }
        else
        {
            _needing[task.Key] = trace;
        }
    }

    private void NeedContextFor(Value task)
    {
        if (_needing.TryGetValue(task.Key, out Trace? trace))
        {
            NeedContext(trace);
        }
    }

    private void NeedContext(Trace trace) => _needsContext = _needsContext is { } known && known.Length <= trace.Length ? known : trace;
}

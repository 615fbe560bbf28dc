using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

// Tasks that have completed when the call that gives them returns: the one body of a member with a synchronous and an asynchronous form.
internal sealed partial class BodySummarizer
{
    // The task that a call gave: what the caller must have passed for it to be still running.
    private readonly Dictionary<string, ImmutableHashSet<FlagGuard>> _pending = new(StringComparer.Ordinal);
    private readonly HashSet<string> _ranAwaited = new(StringComparer.Ordinal);
    private ImmutableHashSet<FlagGuard>? _suspends;
    private bool _returnsTask;

    private void Suspend(ImmutableHashSet<FlagGuard> guards)
    {
        if (_recording)
        {
            _suspends = _suspends?.Intersect(guards) ?? guards;
        }
    }

    private ImmutableHashSet<FlagGuard> Pending(Value task) => _pending.TryGetValue(task.Key, out ImmutableHashSet<FlagGuard>? guards) ? guards : [];

    private static bool HasCompleted(Value task, FlowState state) => state.Signalled.Contains(task.Key);

    private FlowState Await(Await awaiting, FlowState state)
    {
        Value task = Evaluate(awaiting.Target, state);
        if (HasCompleted(task, state))
        {
            return state;
        }

        ImmutableHashSet<FlagGuard> guards = state.Guards.Union(Pending(task));
        Suspend(guards);
        bool idles = _idles;
        FlowState waited = Wait(
            awaiting.Span, new LockRef(task, null), EventKind.Wait, false, true, false, awaiting.Text, state with { Guards = guards });
        if (_ranAwaited.Contains(awaiting.Target.Key))
        {
            // What the awaited call did is part of this flow: waiting for its end is no idle point.
            _idles = idles;
            waited = waited with { Before = state.Before.With(waited.Before) };
        }

        return Resume(awaiting, waited with { Guards = state.Guards });
    }

    private void ReturnTask(ReturnValue returned, Value value, FlowState state)
    {
        _returnsTask |= returned.IsTask;
        if (returned is { IsTask: true, IsCompleted: false } && !HasCompleted(value, state))
        {
            Suspend(state.Guards.Union(Pending(value)));
        }
    }

    /// <param name="suspends">What the caller must have passed for the callee to give its task before it is done; null if that cannot be.</param>
    private FlowState NoteTask(Value result, Value returned, ImmutableHashSet<FlagGuard>? suspends, FlowState state)
    {
        if (suspends is null)
        {
            ImmutableHashSet<string> completed = state.Signalled.Add(result.Key);
            return state with { Signalled = returned.Kind == ValueKind.CallResult ? completed.Add(returned.Key) : completed };
        }

        NotePending(result, suspends);
        if (returned.Kind == ValueKind.CallResult)
        {
            NotePending(returned, suspends);
        }

        return state with { Signalled = state.Signalled.Remove(result.Key) };
    }

    // Of several targets any may run.
    private void NotePending(Value task, ImmutableHashSet<FlagGuard> suspends) =>
        _pending[task.Key] = _pending.TryGetValue(task.Key, out ImmutableHashSet<FlagGuard>? known) ? known.Intersect(suspends) : suspends;

    // Code that nobody sees may give a task of any kind.
    private FlowState ForgetTask(Value result, FlowState state)
    {
        Value task = Evaluate(result, state);
        _pending[result.Key] = _pending[task.Key] = [];
        return state with { Signalled = state.Signalled.Remove(result.Key).Remove(task.Key) };
    }
}

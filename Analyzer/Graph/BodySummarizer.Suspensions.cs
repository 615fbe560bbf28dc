using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

// Tasks that have completed when the call that gives them returns: the one body of a member with a synchronous and an asynchronous form.
internal sealed partial class BodySummarizer
{
    private static readonly HashSet<Value> _completedTasks = [Value.Static("P:System.Threading.Tasks.Task.CompletedTask"), Value.Static("P:System.Threading.Tasks.ValueTask.CompletedTask")];
    private static readonly HashSet<string> _fromElsewhere = [];

    // The tasks that a variable may hold, where calls gave all of them.
    private readonly Dictionary<string, HashSet<string>> _given = new(StringComparer.Ordinal);

    // The task that a call gave: what the caller must have passed for it to be still running.
    private readonly Dictionary<string, ImmutableHashSet<FlagGuard>> _pending = new(StringComparer.Ordinal);
    private readonly HashSet<string> _ranAwaited = new(StringComparer.Ordinal);
    private ImmutableHashSet<FlagGuard>? _suspends;
    private bool _returnsTask;

    private void Suspend(FlowState state, ImmutableHashSet<FlagGuard> guards)
    {
        if (_recording)
        {
            guards = state.IsElsewhere ? guards.Add(FlagGuard.Elsewhere) : guards;
            _suspends = _suspends?.Intersect(guards) ?? guards;
        }
    }

    private ImmutableHashSet<FlagGuard> Pending(Value task) =>
        _pending.Count == 0 ? []
        : _pending.TryGetValue(task.Key, out ImmutableHashSet<FlagGuard>? guards) ? guards
        : _given.TryGetValue(task.Key, out HashSet<string>? given) && given.Count > 0 && given.All(_pending.ContainsKey) ? given.Select(key => _pending[key]).Aggregate(static (left, right) => left.Intersect(right))
        : [];

    private void NoteGiven(string local, Value source, FlowState state)
    {
        if (HasCompleted(source, state))
        {
            if (!_given.ContainsKey(local))
            {
                _given.Add(local, []);
            }

            return;
        }

        if (source.Kind != ValueKind.CallResult)
        {
            _given[local] = _fromElsewhere;
        }
        else if (!_given.TryGetValue(local, out HashSet<string>? given))
        {
            _given.Add(local, [source.Key]);
        }
        else if (given != _fromElsewhere)
        {
            given.Add(source.Key);
        }
    }

    // One that comes back to itself by this call has no summary yet: it is taken to suspend as little as it can.
    private static bool GivesTask(BodyFacts target, Summary summary) =>
        target.IsAsync || summary.ReturnsTask || (ReferenceEquals(summary, Summary.Empty) && target.Instructions.OfType<ReturnValue>().Any(static returned => returned.IsTask));

    private bool HasCompleted(Value task, FlowState state) =>
        state.Signalled.Contains(task.Key) || _completedTasks.Contains(task) || (_given.TryGetValue(task.Key, out HashSet<string>? given) && given.Count == 0 && given != _fromElsewhere);

    private FlowState Await(Await awaiting, FlowState state)
    {
        Value task = Evaluate(awaiting.Target, state);
        LockRef awaited = task.AwaitedInQueue is { } inQueue ? _names.Named(new(inQueue, Value.Queue)) : new(task, null);
        if (HasCompleted(task, state) || AlwaysHasRoom(awaited))
        {
            Pass(awaiting.Span);
            return state;
        }

        // Whoever signals it runs what follows here.
        NeedContextFor(task);
        state = Publish(state, task);
        ImmutableHashSet<FlagGuard> guards = state.Guards.Union(Pending(task));
        Suspend(state, guards);
        bool idles = _idles;
        FlowState waited = Wait(
            awaiting.Span, awaited, EventKind.Wait, false, true, false, awaiting.Text, state with { Guards = guards }, token: task.IsCancellableInQueue ? Value.Unknown : null);
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
            NeedContextFor(returned.Source);
            Suspend(state, state.Guards.Union(Pending(value)));
        }
    }

    /// <param name="suspends">What the caller must have passed for the callee to give its task before it is done; null if that cannot be.</param>
    private FlowState NoteTask(Value result, Value returned, ImmutableHashSet<FlagGuard>? suspends, FlowState state)
    {
        if (suspends is null)
        {
            ImmutableHashSet<string> completed = state.Signalled.Add(result.Key);
            return state with { Signalled = IsTaskOfCallee(returned) ? completed.Add(returned.Key) : completed };
        }

        NotePending(result, suspends);
        if (IsTaskOfCallee(returned))
        {
            NotePending(returned, suspends);
        }

        return state with { Signalled = state.Signalled.Remove(result.Key) };
    }

    // What a call, or a variable, of the callee gave: it goes by that name here.
    private static bool IsTaskOfCallee(Value returned) =>
        returned.Kind is ValueKind.CallResult or ValueKind.Local || returned is { Kind: ValueKind.Element, Base.Kind: ValueKind.Local };

    private void NotePending(Value task, ImmutableHashSet<FlagGuard> suspends) => NotePending(task.Key, suspends);

    // Of several targets any may run.
    private void NotePending(string task, ImmutableHashSet<FlagGuard> suspends) =>
        _pending[task] = _pending.TryGetValue(task, out ImmutableHashSet<FlagGuard>? known) ? known.Intersect(suspends) : suspends;

    /// <param name="guards">What is left to be passed for the callee to make it; null if it does not.</param>
    private FlowState NoteMade(string context, ImmutableHashSet<FlagGuard>? guards, FlowState state)
    {
        if (guards is not null)
        {
            NotePending(context, guards);
            return state;
        }

        // An earlier call may have made it.
        return _pending.ContainsKey(context) ? state : state with { Signalled = state.Signalled.Add(context) };
    }

    // Code that nobody sees may give a task that has not completed. Who signals it is not seen either.
    private FlowState ForgetTask(Value result, FlowState state)
    {
        Value task = Evaluate(result, state);
        return state with { Signalled = state.Signalled.Remove(result.Key).Remove(task.Key) };
    }
}

using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

// Which other contexts a body has started, and has seen the end of.
internal sealed partial class BodySummarizer
{
    private const int MaxRunning = 16;

    private FlowState Spawn(Affect spawn, FlowState state)
    {
        // A new context at an old place has not ended.
        state = state.Signalled.Contains(spawn.Result.Key) ? state with { Signalled = state.Signalled.Remove(spawn.Result.Key) } : state;
        NotePending(spawn.Result, spawn.Token is { } token && Evaluate(token, state) is { Kind: ValueKind.Parameter } passed
            ? state.Guards.Add(new FlagGuard(passed, Value.Null.Id, IsEqual: false)) // With a token that nobody cancels, the callback never runs.
            : state.Guards);
        NoteScheduler(spawn.Result, spawn, state);
        return spawn.Effect.NeedsStart ? state : LeaveRunning(spawn.Effect.Fate == SpawnFate.Repeated ? Value.Unknown : spawn.Result, state);
    }

    private FlowState LeaveRunning(Value context, FlowState state)
    {
        // Of those that a loop starts, a wait may see the end of one.
        Value known = _block.IsInCycle || state.Running.Count >= MaxRunning ? Value.Unknown : context;
        return state.Running.Contains(known) ? state : state with { Running = state.Running.Add(known) };
    }

    // Who has waited for the end of a context is alone again, and waits for the same one no more.
    private FlowState EndOf(Value context, FlowState state)
    {
        bool isKnown = context.Kind != ValueKind.Unknown && state.Running.Contains(context);
        state = isKnown ? state with { Running = state.Running.Remove(context) } : state;
        return context.Kind is ValueKind.Local or ValueKind.Allocation or ValueKind.CallResult && _pointsTo.AreEnds(context)
            ? state with { Signalled = state.Signalled.Add(context.Key) }
            : state;
    }

    // A delegate or an object of the program that a library gets to know may be run, or used, from elsewhere.
    private FlowState HandOver(Move move, FlowState state)
    {
        foreach (Value into in _makers.Count == 0 && _started.Count == 0 ? [] : move.Into)
        {
            foreach (Value part in move.From)
            {
                NoteMaker(Evaluate(part, state), Evaluate(into, state));
                KeepStarted(Evaluate(part, state), Evaluate(into, state));
            }
        }

        return move.From.Any(static value => value.Kind == ValueKind.Function || value is { Kind: ValueKind.Allocation, IsSynchronizer: false, Type: not null })
            ? LeaveRunning(Value.Unknown, state)
            : state;
    }
}

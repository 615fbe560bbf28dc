using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

// What the flow has begun and goes on beside: whoever waits for the task, or for all in the container that it was put into, waits for what the body still asks for.
internal sealed partial class BodySummarizer
{
    private readonly Dictionary<string, ImmutableArray<Event>> _started = new(StringComparer.Ordinal);

    private void NoteStarted(Value task, Summary summary, Frame frame) => _started[task.Key] = [.. summary.Events
        .Where(static found => found.Kind == EventKind.Acquire && (found.IsAfterAwait || found.IsFlowWait))
        .Select(found => found with { Target = Resolve(found.Target.Substitute(frame.Bind), frame.Entry), Trace = Behind(frame, found.Trace) })];

    private void KeepStarted(Value task, Value container)
    {
        if (_started.Count > 0 && container.Root is { Kind: ValueKind.Local or ValueKind.Allocation, Key: var kept } && !task.Root.Equals(container.Root)
            && _started.TryGetValue(task.Root.Key, out ImmutableArray<Event> started) && !started.IsEmpty)
        {
            _started[kept] = _started.TryGetValue(kept, out ImmutableArray<Event> known) ? [.. known.Concat(started.Except(known))] : started;
        }
    }

    private void NoteReentriesOfStarted(Value task, FlowState state)
    {
        // Of an element at one key nobody knows which of the tasks it is.
        bool isKnown = task.Kind != ValueKind.Element || task.Root.Kind == ValueKind.CallResult || task.At is null || ReferenceEquals(task.At, Value.Whole);
        if (isKnown && _started.TryGetValue(task.Root.Key, out ImmutableArray<Event> started))
        {
            foreach (Event acquire in started)
            {
                NoteReentry(acquire with { IsElsewhere = acquire.IsElsewhere || state.IsElsewhere }, state.Held);
            }
        }
    }

    // Who waits for what a container holds waits for what its maker has made.
    private void NoteMaker(Value part, Value container)
    {
        if (_makers.Count > 0 && container.Root is { Kind: ValueKind.Local or ValueKind.Allocation, Key: var kept } && _makers.TryGetValue(part.Root.Key, out Home? maker) && !_makers.ContainsKey(kept))
        {
            _makers.Add(kept, maker);
        }
    }

    private Home? HomeOf(Value completion) => completion.Root switch
    {
        { Kind: ValueKind.Parameter } given => IsQueuedHere(given) ? new Home(Value.This, _body.Type ?? "") : null,
        { Kind: ValueKind.Local or ValueKind.Allocation, Key: var key } => _makers.TryGetValue(key, out Home? maker) ? maker : _body.IsStatic ? null : new Home(Value.This, _body.Type ?? ""),
        _ => null,
    };

    // What the object was given it puts among its own work: whoever made it, it is the object's from here on.
    private bool IsQueuedHere(Value given) => !_body.IsStatic && given.Id == _body.Id
        && _body.Instructions.Any(instruction => instruction is Move move && move.From.Contains(given) && move.Into.Any(static into => into.Root.Kind == ValueKind.This));
}

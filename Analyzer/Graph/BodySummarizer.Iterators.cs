using CrossRelease.Analyzers.Flow;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Graph;

// Iterators: what one holds when it hands out an element is held by the loop that consumes it.
internal sealed partial class BodySummarizer
{
    private FlowState HandOut(FlowState state)
    {
        // An iterator runs when its consumer asks, not when it is called.
        Suspend(state, []);
        foreach (HeldLock held in _recording ? state.Held : [])
        {
            _yieldHeld[held.Key] = held;
        }

        return state;
    }

    private static bool IsDisposal(Call call) => call.Method is "M:System.IDisposable.Dispose" or "M:System.IAsyncDisposable.DisposeAsync";

    // A sequence whose enumerator the body disposes is walked through here; any other one may be walked through anywhere.
    private bool IsEnumeratedHere(Value sequence) => Enumerated.ContainsValue(sequence.Key);

    // The sequences, or the enumerators that a method of the program's own makes, by their disposals.
    private Dictionary<Call, string> Enumerated => _enumerated ??= FindEnumerated();

    private Dictionary<Call, string> FindEnumerated()
    {
        var names = new LocalNames(_body);
        ILookup<string, Value> made = _body.Instructions.OfType<AssignLocal>().Where(static assign => assign.Source.Kind == ValueKind.CallResult)
            .ToLookup(static assign => assign.Local, static assign => assign.Source, StringComparer.Ordinal);
        ILookup<string, Value> asked = _body.Instructions.OfType<Call>().Where(static call => call.Method.EndsWith(".GetEnumerator", StringComparison.Ordinal))
            .ToLookup(call => names.Resolve(call.Receiver).Key, static call => call.Result, StringComparer.Ordinal);
        var found = new Dictionary<Call, string>();
        foreach (Call disposal in _body.Instructions.OfType<Call>().Where(IsDisposal))
        {
            Value enumerator = names.Resolve(disposal.Receiver);
            Value? sequence = enumerator.Kind switch
            {
                ValueKind.Element when enumerator.Base!.Kind != ValueKind.CallResult => asked[enumerator.Base.Key].FirstOrDefault() ?? enumerator.Root,
                ValueKind.Element => enumerator.Root,
                ValueKind.Local when made[enumerator.Key].ToArray() is { Length: 1 } only => only[0],
                _ => null,
            };
            if (sequence is not null)
            {
                found[disposal] = sequence.Key;
            }
        }

        return found;
    }

    private FlowState Enumerate(Summary summary, Func<Value, Value?> bind, TextSpan span, Value sequence, FlowState state)
    {
        foreach (HeldLock held in summary.YieldHeld)
        {
            HeldLock moved = Move(held, bind, span, state) with { Iterator = sequence.Key };
            state = state.Holds(moved.Key) ? state : state with { Held = state.Held.Add(moved) };
        }

        return state;
    }
}

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
    private bool IsEnumeratedHere(Value sequence)
    {
        if (_enumerated is null)
        {
            var names = new LocalNames(_body);
            _enumerated = new HashSet<string>(
                _body.Instructions.OfType<Call>().Where(IsDisposal)
                    .Select(call => names.Resolve(call.Receiver)).Where(static receiver => receiver.Kind == ValueKind.Element).Select(static receiver => receiver.Root.Key),
                StringComparer.Ordinal);
        }

        return _enumerated.Contains(sequence.Key);
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

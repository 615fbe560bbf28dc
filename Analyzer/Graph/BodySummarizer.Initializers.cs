using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Graph;

// Code that the runtime runs under a lock of its own.
internal sealed partial class BodySummarizer
{
    // The first use of a type runs its initialisers under a lock of the runtime's; every other one waits for their end.
    private FlowState EnterType(string type, TextSpan span, FlowState state, bool runsInitializers)
    {
        Summary[] summaries = [.. _program.Initializers(type).Where(body => body != _body && !_expanding.Contains(body)).Select(_summaryOf)];
        LockRef @lock = LockClass.OfType(type);
        if (summaries.All(static summary => summary.Events.IsEmpty) || state.Holds(@lock.Path.Key))
        {
            return state;
        }

        Record(NewEvent(EventKind.Acquire, @lock, span, state), state, out state);
        FlowState inside = Hold(@lock, span, state);
        foreach (Summary summary in runsInitializers ? summaries : [])
        {
            state = AddBefore(state, RunPart(summary, static inner => !inner.IsAfterAwait, static _ => null, span, inside, isContinuation: false));
        }

        return state;
    }

    // Code of a user interface has its thread to itself for as long as it runs.
    private FlowState EnterUiThread(FlowState state)
    {
        var thread = new LockRef(Value.UiThread, null);
        TextSpan span = _body.Span;
        Record(NewEvent(EventKind.Acquire, thread, span, state), state, out state);
        return Hold(thread, span, state);
    }

    private FlowState Hold(LockRef @lock, TextSpan span, FlowState state) =>
        state with { Held = state.Held.Add(new HeldLock(@lock, LockMode.Exclusive, false, new Trace(new Site(_body, span)))) };

    // The value of a Lazy: its factory runs under its lock, and who comes second waits for that.
    private FlowState Force(Affect affect, LockRef target, FlowState state)
    {
        BodyFacts[] registered = [.. _pointsTo.Objects(target.Path).OrderBy(static key => key, StringComparer.Ordinal)
            .SelectMany(_pointsTo.Continuations).Where(static continuation => continuation.Site is null).Select(static continuation => continuation.Body).Distinct()];

        // What was registered with what the factory returns is none of a lazy object's business.
        BodyFacts[] own = Array.FindAll(registered, _pointsTo.IsLazyFactory);
        BodyFacts[] factories = Array.FindAll(own.Length > 0 ? own : registered, body => !_expanding.Contains(body));
        if (factories.Length == 0 || state.Holds(target.Path.Key) || IsTooMuch(factories.Length))
        {
            return state;
        }

        Record(NewEvent(EventKind.Acquire, target, affect.Span, state) with { Text = affect.Text }, state, out state);
        FlowState inside = Hold(target, affect.Span, state);
        foreach (BodyFacts factory in factories)
        {
            _callees.Add(factory);
            _expanding.Push(factory);
            FlowState after = RunPart(
                _summaryOf(factory), static inner => !inner.IsAfterAwait, Binding(factory, Value.Unknown, []), affect.Span, inside, isContinuation: false);
            _expanding.Pop();
            state = AddBefore(state, after);
        }

        return state;
    }
}

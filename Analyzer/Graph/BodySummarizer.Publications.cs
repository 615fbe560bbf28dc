using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

// Where other contexts may get hold of an object that has just been made: until then nobody else asks for its locks.
internal sealed partial class BodySummarizer
{
    private const int AnyParameter = -1;

    /// <summary>The object that the body runs on, among its parameters.</summary>
    private const int Self = -2;

    private readonly HashSet<int> _publishes = [];

    // A new object and what it keeps. What a new collection holds, others may have as well.
    private static bool IsUnpublished(Value path, FlowState state)
    {
        if (state.Unpublished.IsEmpty)
        {
            return false;
        }

        while (path.Kind == ValueKind.Member)
        {
            path = path.Base!;
        }

        return state.Unpublished.Contains(path.Key);
    }

    private FlowState Publish(FlowState state, Value value)
    {
        if (value.Kind == ValueKind.Function)
        {
            return PublishCaptured(value, state);
        }

        Value root = value.Root;
        NotePublication(value.Kind == ValueKind.This || root.Kind != ValueKind.This ? root : value);
        if (state.Unpublished.IsEmpty || !state.Unpublished.Contains(root.Key))
        {
            return state;
        }

        state = state with { Unpublished = state.Unpublished.Remove(root.Key) };
        return state.Unpublished.IsEmpty ? state : state.Places.Where(place => IsPathFrom(place.Key, root.Key)).Aggregate(state, (current, place) => Publish(current, place.Value));
    }

    // What a function that others have speaks of, they have by way of it: the variables that it has captured, and the object that it runs on.
    private FlowState PublishCaptured(Value function, FlowState state)
    {
        if (_program.Body(function.Id) is not { } body)
        {
            NotePublication(null);
            return state.Unpublished.IsEmpty ? state : state with { Unpublished = state.Unpublished.Clear() };
        }

        var captured = new HashSet<Value>();
        AddMentioned(body, captured, []);
        return captured.Aggregate(function.Base is { } receiver ? Publish(state, receiver) : state, (current, root) => Publish(current, Evaluate(root, current)));
    }

    private void AddMentioned(BodyFacts body, HashSet<Value> mentioned, HashSet<BodyFacts> seen)
    {
        if (seen.Add(body))
        {
            Mentions mentions = body.Derived(Mentions.Of);
            mentioned.UnionWith(mentions.Roots);
            foreach (BodyFacts inner in mentions.Bodies.Select(_program.Body).OfType<BodyFacts>().Where(static inner => inner.Outer is not null))
            {
                AddMentioned(inner, mentioned, seen);
            }
        }
    }

    // The variables that a body speaks of, and the bodies that it hands on or calls.
    private sealed record Mentions(Value[] Roots, string[] Bodies)
    {
        public static Mentions Of(BodyFacts body)
        {
            Value[] values = [.. body.Instructions.SelectMany(InstructionValues.Of)];
            return new(
                [.. values.Select(static value => value.Root).Where(static root => root.Kind is ValueKind.Local or ValueKind.Parameter).Distinct()],
                [.. values.Where(static value => value.Kind == ValueKind.Function).Select(static value => value.Id).Concat(body.Instructions.OfType<Call>().Select(static call => call.Method)).Distinct()]);
        }
    }

    // What bodies that are followed only look at stays its maker's own.
    private FlowState PublishArguments(ImmutableArray<BodyFacts> targets, Value receiver, ImmutableArray<Value> arguments, FlowState state)
    {
        if (!state.Unpublished.IsEmpty || receiver.Kind == ValueKind.This)
        {
            state = MayPublish(targets, Self) ? Publish(state, receiver) : state;
        }

        for (int i = 0; i < arguments.Length; i++)
        {
            if (targets.IsEmpty || MayPublish(targets, i))
            {
                state = Publish(state, arguments[i]);
            }
        }

        return state;
    }

    private bool MayPublish(ImmutableArray<BodyFacts> targets, int parameter)
    {
        foreach (BodyFacts target in targets)
        {
            ImmutableHashSet<int> published = _summaryOf(target).Publishes;
            if (!published.IsEmpty && (published.Contains(parameter) || published.Contains(AnyParameter)))
            {
                return true;
            }
        }

        return false;
    }

    // What a base class of a library does with the object, as its constructor.
    private static bool IsOwnCall(Move move) => move.From.All(static value => value.Kind == ValueKind.This) && move.Into.All(static value => value.Kind == ValueKind.This);

    private void NotePublication(Value? root)
    {
        if (root is null)
        {
            _publishes.Add(AnyParameter);
        }
        else if (root.Kind == ValueKind.Parameter && root.Id == _body.Id)
        {
            _publishes.Add(root.Index);
        }
        else if (root.Kind == ValueKind.This)
        {
            _publishes.Add(Self);
        }
    }
}

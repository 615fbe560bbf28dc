using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

// Where other contexts may get hold of an object that has just been made: until then nobody else asks for its locks.
internal sealed partial class BodySummarizer
{
    private const int AnyParameter = -1;

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
            // The function may have captured any local.
            NotePublication(null);
            return state.Unpublished.IsEmpty ? state : state with { Unpublished = state.Unpublished.Clear() };
        }

        Value root = value.Root;
        NotePublication(root);
        if (state.Unpublished.IsEmpty || !state.Unpublished.Contains(root.Key))
        {
            return state;
        }

        state = state with { Unpublished = state.Unpublished.Remove(root.Key) };
        return state.Unpublished.IsEmpty ? state : state.Places.Where(place => IsPathFrom(place.Key, root.Key)).Aggregate(state, (current, place) => Publish(current, place.Value));
    }

    // What bodies that are followed only look at stays its maker's own.
    private FlowState PublishArguments(ImmutableArray<BodyFacts> targets, ImmutableArray<Value> arguments, FlowState state)
    {
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
    }
}

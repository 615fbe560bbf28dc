using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Flow;

/// <summary>Where the places of a body are after an edit that has changed nothing else of it. Immutable.</summary>
internal sealed class BodyMoves
{
    private readonly int _distance;
    private readonly Dictionary<TextSpan, TextSpan>? _moves;
    private readonly Dictionary<int, int>? _starts;

    private BodyMoves(int distance, Dictionary<TextSpan, TextSpan>? moves)
    {
        _distance = distance;
        _moves = moves;
        if (moves is not null)
        {
            _starts = [];
            foreach (KeyValuePair<TextSpan, TextSpan> move in moves)
            {
                _starts[move.Key.Start] = move.Value.Start;
            }
        }
    }

    /// <summary>The moves; null if they change more than places: the order of two, or what a statement encloses.</summary>
    /// <param name="moves">From each place before to the one after.</param>
    /// <param name="isRigid">Whether all places must have moved alike, and keep their lengths.</param>
    public static BodyMoves? Of(Dictionary<TextSpan, TextSpan> moves, bool isRigid)
    {
        KeyValuePair<TextSpan, TextSpan>[] ordered = [.. moves];
        Array.Sort(ordered, static (left, right) => left.Key.Start.CompareTo(right.Key.Start));
        int distance = ordered.Length == 0 ? 0 : ordered[0].Value.Start - ordered[0].Key.Start;
        bool isOneMove = true;
        for (int i = 0; i < ordered.Length; i++)
        {
            isOneMove &= ordered[i].Value.Start - ordered[i].Key.Start == distance && ordered[i].Value.Length == ordered[i].Key.Length;
            if (i > 0 && Math.Sign(ordered[i].Key.Start - ordered[i - 1].Key.Start) != Math.Sign(ordered[i].Value.Start - ordered[i - 1].Value.Start))
            {
                return null;
            }
        }

        return isOneMove ? new BodyMoves(distance, null) : isRigid ? null : new BodyMoves(distance, moves);
    }

    /// <summary>These moves, and then all places by so many characters.</summary>
    public BodyMoves Then(int distance) => distance == 0 ? this
        : _moves is null ? new BodyMoves(_distance + distance, null)
        : new BodyMoves(_distance + distance, _moves.ToDictionary(static move => move.Key, move => new TextSpan(move.Value.Start + distance, move.Value.Length)));

    /// <summary>No move.</summary>
    public static BodyMoves None { get; } = new(0, null);

    /// <summary>Where a place of the body, or another span that starts where one does, is now.</summary>
    public TextSpan this[TextSpan span] => _moves is null ? new TextSpan(span.Start + _distance, span.Length)
        : _moves.TryGetValue(span, out TextSpan moved) ? moved
        : new TextSpan(_starts!.TryGetValue(span.Start, out int start) ? start : span.Start + _distance, span.Length);
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Flow;

/// <summary>The members of an earlier reading, with the bodies that each has given. Immutable.</summary>
internal sealed class KeptMembers
{
    private readonly TreeFacts _facts;
    private readonly SyntaxNode[] _members;
    private readonly ILookup<int, BodyFacts> _bodies;

    /// <param name="members">In the order of the file.</param>
    public KeptMembers(TreeFacts facts, SyntaxNode[] members)
    {
        _facts = facts;
        _members = members;
        int[] starts = [.. members.Select(static member => member.SpanStart)];
        _bodies = facts.Bodies.ToLookup(body => MemberAround(facts.Now(body, body.Span), starts));
    }

    public ImmutableArray<TypeFacts> Types => _facts.Types;

    /// <summary>The bodies of a member, in the order they were read in, and where they are now; null if the edit has changed it.</summary>
    /// <param name="number">Its place among the members.</param>
    public IEnumerable<KeyValuePair<BodyFacts, BodyMoves>>? Of(int number, SyntaxNode now)
    {
        SyntaxNode before = _members[number];
        int distance = now.SpanStart - before.SpanStart;
        return before.IsEquivalentTo(now) ? _bodies[number].Select(body => new KeyValuePair<BodyFacts, BodyMoves>(body, MovesOf(body).Then(distance))) : null;
    }

    private BodyMoves MovesOf(BodyFacts body) => _facts.Moves is not null && _facts.Moves.TryGetValue(body, out BodyMoves? moves) ? moves : BodyMoves.None;

    // Types and events have bodies as well, which lie in no member.
    private int MemberAround(TextSpan body, int[] starts)
    {
        int at = Array.BinarySearch(starts, body.Start);
        int member = at < 0 ? ~at - 1 : at;
        return member >= 0 && _members[member].Span.Contains(body) ? member : -1;
    }
}

using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using CrossRelease.Analyzers.Models;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Flow;

/// <summary>
/// Gives what an edit has not changed back its identity: a body that differs from an earlier reading's in nothing but places is
/// that one, with a note of where its places are now. Fields are compared as they are declared, so that a new fact cannot be
/// forgotten here. Cost: linear in the facts of the tree that was read again.
/// </summary>
internal sealed class FactsComparison
{
    private static readonly ConcurrentDictionary<Type, FieldInfo[]> _fields = new();

    private readonly Dictionary<TextSpan, TextSpan> _moves = [];
    private readonly HashSet<TextSpan> _taken = [];
    private bool _hasScope;

    private FactsComparison()
    {
    }

    /// <summary>The facts of the second reading, with as much of the first in them as has stayed.</summary>
    public static TreeFacts Keep(TreeFacts before, TreeFacts after)
    {
        var known = new Dictionary<string, BodyFacts>(StringComparer.Ordinal);
        foreach (BodyFacts body in before.Bodies)
        {
            // Broken code may declare a member twice; the first stands.
            if (!known.ContainsKey(body.Id))
            {
                known.Add(body.Id, body);
            }
        }

        var moves = new Dictionary<BodyFacts, BodyMoves>();
        ImmutableArray<BodyFacts>.Builder bodies = ImmutableArray.CreateBuilder<BodyFacts>(after.Bodies.Length);
        foreach (BodyFacts body in after.Bodies)
        {
            if (after.Moves is not null && after.Moves.TryGetValue(body, out BodyMoves? kept))
            {
                moves.Add(body, kept);
                bodies.Add(body);
            }
            else if (known.TryGetValue(body.Id, out BodyFacts? old) && Moves(old, body) is { } moved)
            {
                known.Remove(body.Id);
                moves.Add(old, moved);
                bodies.Add(old);
            }
            else
            {
                bodies.Add(body);
            }
        }

        return after with
        {
            Bodies = before.Bodies.SequenceEqual(bodies) ? before.Bodies : bodies.MoveToImmutable(),
            Types = before.Types == after.Types || new FactsComparison().AreAlike(before.Types, after.Types) ? before.Types : after.Types,
            Moves = moves,
        };
    }

    /// <summary>Where the places of a body have moved to; null if the two readings differ in anything else.</summary>
    public static BodyMoves? Moves(BodyFacts before, BodyFacts after)
    {
        var comparison = new FactsComparison();
        return comparison.AreFieldsAlike(before, after) ? BodyMoves.Of(comparison._moves, isRigid: comparison._hasScope) : null;
    }

    /// <summary>Whether two readings of a body, or parts of them, say the same of all but places.</summary>
    public static bool SayTheSame(object before, object after) => new FactsComparison().AreAlike(before, after);

    /// <summary>Whether two results say the same of the same places.</summary>
    public static bool AreIdentical(object before, object after)
    {
        var comparison = new FactsComparison();
        return comparison.AreAlike(before, after) && comparison._moves.All(static move => move.Key == move.Value);
    }

    private bool AreAlike(object? before, object? after)
    {
        if (before is null || after is null)
        {
            return before is null && after is null;
        }

        return before switch
        {
            string text => after is string other && text == other,
            Value value => value.IsLike(after as Value),
            TextSpan span => after is TextSpan other && Move(span, other),
            Effect effect => effect.Equals(after),
            BodyFacts => ReferenceEquals(before, after),
            IList items => before.GetType() == after.GetType() && AreAlike(items, (IList)after),
            ValueType when before.GetType() is { IsPrimitive: true } or { IsEnum: true } => before.Equals(after),
            IEnumerable set => after is IEnumerable other && new HashSet<object>(set.Cast<object>()).SetEquals(other.Cast<object>()),
            _ => before.GetType() == after.GetType() && AreFieldsAlike(before, after),
        };
    }

    private bool AreAlike(IList before, IList after)
    {
        if (before.Count != after.Count)
        {
            return false;
        }

        for (int i = 0; i < before.Count; i++)
        {
            if (!AreAlike(before[i], after[i]))
            {
                return false;
            }
        }

        return true;
    }

    private bool AreFieldsAlike(object before, object after)
    {
        foreach (FieldInfo field in _fields.GetOrAdd(before.GetType(), FieldsOf))
        {
            object? value = field.GetValue(before);

            // What a statement holds is told by what lies within its place.
            _hasScope |= value is not null && field.FieldType == typeof(TextSpan?);
            if (!AreAlike(value, field.GetValue(after)))
            {
                return false;
            }
        }

        return true;
    }

    // One place before must be one place after, and the other way round.
    private bool Move(TextSpan before, TextSpan after)
    {
        if (_moves.TryGetValue(before, out TextSpan known))
        {
            return known == after;
        }

        _moves.Add(before, after);
        return _taken.Add(after);
    }

    // What a fact says is set once; what changes is remembered only.
    private static FieldInfo[] FieldsOf(Type type)
    {
        var fields = new List<FieldInfo>();
        for (Type? declaring = type; declaring is not null; declaring = declaring.BaseType)
        {
            fields.AddRange(declaring.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                .Where(field => field.IsInitOnly || type.IsValueType));
        }

        return [.. fields];
    }
}

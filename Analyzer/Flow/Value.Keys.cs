namespace CrossRelease.Analyzers.Flow;

/// <content>The keys by which elements are asked for: no part of a value's identity, but for what tells completions apart.</content>
internal sealed partial class Value
{
    /// <summary>As a key: not one element but the container again, with its elements at the same keys.</summary>
    public static Value Whole { get; } = new(ValueKind.Constant, "*", null, 0, null);

    // An element of an element counts as one of the outer container, where the key of the inner one says nothing.
    private static Value ElementOfElement(Value element, Value? at) =>
        at is null || element.At is null || ReferenceEquals(at, Whole) ? element
        : new Value(ValueKind.Element, "", element.Base, 0, null) { At = ReferenceEquals(element.At, Whole) && at.IsStable ? at : null };

    /// <summary>Whether it is a key or index that the source spells out.</summary>
    public bool IsConstantKey => Kind == ValueKind.Constant && !IsNull && !ReferenceEquals(this, Whole);

    /// <summary>The constant keys along the path, as text; empty if there are none.</summary>
    public string ConstantKeys
    {
        get
        {
            string keys = "";
            for (Value? part = this; part is not null; part = part.Base ?? part.Part)
            {
                keys = part.At is { IsConstantKey: true, Id: var key } ? keys + "@" + part.Depth + key : keys;
            }

            return keys;
        }
    }

    /// <summary>Whether each element along the path was asked for by a key that the source spells out.</summary>
    public bool IsAtConstantKeys
    {
        get
        {
            for (Value? part = this; part is not null; part = part.Base ?? part.Part)
            {
                if (part.Kind == ValueKind.Element && part.At is not { IsConstantKey: true })
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Whether an equal path was asked, somewhere on its way, for an element by another key that is known.</summary>
    public bool IsAtOtherKey(Value equal)
    {
        for ((Value? one, Value? other) = (this, equal); one is not null && other is not null; (one, other) = (one.Base, other.Base))
        {
            if (one is { Kind: ValueKind.Element, At: { IsStable: true } at } && other.At is { IsStable: true } otherAt && !at.IsLike(otherAt))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The keys along the path, as text.</summary>
    public string Keys
    {
        get
        {
            string keys = "";
            for (Value? part = this; part is not null; part = part.Base)
            {
                keys = part.At is { } at ? keys + "@" + at.Key : keys;
            }

            return keys;
        }
    }

    /// <summary>What this and an equal value both say: no key, if their keys differ.</summary>
    public Value Common(Value equal) => IsLike(equal) ? this : WithoutKeys();

    private Value WithoutKeys() => Kind switch
    {
        ValueKind.Element or ValueKind.Member or ValueKind.Scope => new Value(Kind, Id, Base!.WithoutKeys(), Index, Type),
        ValueKind.Function when Base is not null => Function(Id, Base.WithoutKeys()),
        ValueKind.Owner => Owner(Part!.WithoutKeys(), Held!, Type!),
        _ => this,
    };

    /// <summary>A key or index that the source spells out. Equal texts are one key.</summary>
    public static Value ConstantKey(string text) => new(ValueKind.Constant, text, null, 0, null);

    private const string MadeMark = "~made ";

    /// <summary>A text, as a key: what is made of the same parts in the same way is the same.</summary>
    public static Value Computed(string how, IReadOnlyList<Value> parts)
    {
        Value made = parts[0];
        for (int i = 1; i < parts.Count; i++)
        {
            made = Member(Element(made, parts[i]), MadeMark);
        }

        return Member(made, MadeMark + how);
    }

    /// <summary>Whether it is a <see cref="Computed"/> text, or a part of one.</summary>
    public bool IsComputed => Kind == ValueKind.Member && Id.StartsWith(MadeMark, StringComparison.Ordinal);
}

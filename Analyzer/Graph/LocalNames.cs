using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>What a body's variables stand for, where one assignment gives them their only value.</summary>
internal sealed class LocalNames
{
    private const int MaxSteps = 8;

    private readonly Dictionary<string, Value?> _sources = new(StringComparer.Ordinal);

    public LocalNames(BodyFacts body)
    {
        foreach (AssignLocal assign in body.Instructions.OfType<AssignLocal>())
        {
            _sources[assign.Local] = _sources.ContainsKey(assign.Local) ? null : assign.Source;
        }
    }

    /// <summary>As <see cref="Resolve"/>; a variable that one new object is kept in stands for that object.</summary>
    public Value ResolveObject(Value value)
    {
        Value resolved = Resolve(value);
        return resolved.Kind == ValueKind.Local && _sources.TryGetValue(resolved.Key, out Value? source) && source is { Kind: ValueKind.Allocation } ? source : resolved;
    }

    /// <summary>The value with each such variable replaced by what it stands for.</summary>
    public Value Resolve(Value value)
    {
        for (int i = 0; i < MaxSteps; i++)
        {
            Value resolved = value.Substitute(root =>
                _sources.TryGetValue(root.Key, out Value? source) && source is { Kind: not (ValueKind.Unknown or ValueKind.Allocation or ValueKind.CallResult) } ? source : null);
            if (ReferenceEquals(resolved, value) || resolved.Equals(value))
            {
                break;
            }

            value = resolved;
        }

        return value;
    }
}

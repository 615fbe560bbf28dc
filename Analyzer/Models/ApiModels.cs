using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.Models;

/// <summary>
/// What the calls of known APIs mean, read from the model files in this folder. A model file has one member a line,
/// <c>Namespace.Type::Member effect(target) …</c>; its head explains the words.
/// </summary>
internal sealed class ApiModels
{
    private static readonly Lazy<ApiModels> _shipped = new(ReadShipped);

    private readonly ImmutableDictionary<string, ImmutableArray<Effect>> _effects;
    private readonly Dictionary<string, ImmutableHashSet<string>> _typeNames;

    private readonly ImmutableHashSet<string> _synchronizers;
    private readonly ImmutableHashSet<string> _telling;

    private ApiModels(ImmutableDictionary<string, ImmutableArray<Effect>> effects)
    {
        _effects = effects;
        _synchronizers = effects
            .Where(static line => line.Value.Any(static effect => effect.Target.IsReceiver && effect.Kind is <= EffectKind.Raise or EffectKind.EndSignals))
            .Select(static line => SimpleTypeName(line.Key)).ToImmutableHashSet(StringComparer.Ordinal);
        _telling = effects.Where(static line => line.Value.Any(static effect => effect.Kind != EffectKind.Start))
            .Select(static line => MemberName(line.Key)).ToImmutableHashSet(StringComparer.Ordinal);
        _typeNames = effects.Keys
            .GroupBy(MemberName, StringComparer.Ordinal)
            .ToDictionary(
                static member => member.Key,
                static member => member.Select(static key => SimpleTypeName(key)).ToImmutableHashSet(StringComparer.Ordinal),
                StringComparer.Ordinal);
    }

    /// <summary>The tables of the base library and of KThreadRuntime.</summary>
    public static ApiModels Shipped => _shipped.Value;

    /// <summary>
    /// Whether some modelled member that locks, waits or the like has this name: a filter on syntax, before any symbol is
    /// asked for. A start alone, a common name, does nothing of that.
    /// </summary>
    public bool MayModel(string memberName) => _telling.Contains(memberName);

    /// <summary>Whether a type of this simple name has members that lock, wait for or signal the object itself.</summary>
    public bool IsSynchronizer(string typeName) => _synchronizers.Contains(typeName);

    /// <summary>The effects of a member, empty if it has no model. Members of generic types are found by their definition.</summary>
    /// <param name="receiver">The static type it is called on: what a base type declares may mean more in a derived one.</param>
    public ImmutableArray<Effect> Of(ISymbol member, ITypeSymbol? receiver = null)
    {
        if (!_typeNames.TryGetValue(member.Name, out ImmutableHashSet<string>? types))
        {
            return [];
        }

        for (INamedTypeSymbol? type = receiver as INamedTypeSymbol ?? member.ContainingType; type is not null; type = type.BaseType)
        {
            if (types.Contains(type.Name) && _effects.TryGetValue(TypeName(type) + "::" + member.Name, out ImmutableArray<Effect> effects))
            {
                return effects;
            }

            // A static member and a constructor belong to the type that declares them; an instance member may be inherited, but
            // one that can be read says more than the model of what it overrides, and has nothing to do with another one of its name.
            if (member.IsStatic || member is IMethodSymbol { MethodKind: MethodKind.Constructor } || IsReadable(member, type))
            {
                break;
            }
        }

        return [];
    }

    private static bool IsReadable(ISymbol member, INamedTypeSymbol type) =>
        !member.DeclaringSyntaxReferences.IsEmpty && SymbolEqualityComparer.Default.Equals(member.ContainingType.OriginalDefinition, type.OriginalDefinition);

    /// <summary>Tables of these files alone. Throws a <see cref="FormatException"/> for the first wrong line.</summary>
    internal static ApiModels Parse(IEnumerable<(string Name, string Text)> files)
    {
        var reader = new ModelReader(ImmutableDictionary<string, ImmutableArray<Effect>>.Empty);
        foreach ((string name, string text) in files)
        {
            reader.Read(name, text);
        }

        return reader.Problems.IsEmpty ? new ApiModels(reader.Effects) : throw new FormatException(reader.Problems[0].ToString());
    }

    /// <summary>The shipped tables, and the lines of a reader that began with them.</summary>
    internal static ApiModels Of(ModelReader reader) => new(reader.Effects);

    /// <summary>A reader that adds lines to the shipped ones.</summary>
    internal static ModelReader Extend() => new(Shipped._effects);

    private static string MemberName(string key) => key.Substring(key.LastIndexOf(':') + 1);

    private static string SimpleTypeName(string key)
    {
        int end = key.IndexOf("::", StringComparison.Ordinal);
        int start = key.LastIndexOf('.', end) + 1;
        return key.Substring(start, end - start);
    }

    private static string TypeName(INamedTypeSymbol type)
    {
        string name = type.ContainingType is { } outer
            ? TypeName(outer) + "." + type.Name
            : type.ContainingNamespace is { IsGlobalNamespace: false } ns ? ns.ToDisplayString() + "." + type.Name : type.Name;
        return name;
    }

    private static ApiModels ReadShipped()
    {
        Assembly assembly = typeof(ApiModels).Assembly;
        return Parse(assembly.GetManifestResourceNames()
            .Where(static name => name.EndsWith(".models.txt", StringComparison.Ordinal))
            .OrderBy(static name => name, StringComparer.Ordinal)
            .Select(name =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                return (name, reader.ReadToEnd());
            }));
    }
}

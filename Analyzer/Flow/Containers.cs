using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CrossRelease.Analyzers.Flow;

/// <summary>What the names of library members tell of where collections keep what they are given.</summary>
internal static class Containers
{
    public static Keeping KeepingOf(ISymbol member)
    {
        if (member.ContainingType is not { } type)
        {
            return Keeping.Unknown;
        }

        bool isCollection = IsIn(type, "Collections");
        return member switch
        {
            IMethodSymbol { MethodKind: MethodKind.Constructor } => !isCollection ? Keeping.Unknown
                : type.Name is "List" or "Dictionary" or "ConcurrentDictionary" or "ReadOnlyCollection" or "ReadOnlyDictionary" ? Keeping.InPlace : Keeping.Reads,
            _ when IsView(member) => Keeping.InPlace,
            _ when isCollection && member.Name is "Add" or "TryAdd" or "GetOrAdd" or "AddOrUpdate" => Keeping.Apart,
            _ when isCollection => !IsByKey(type) && MovesElements(member.Name) ? Keeping.Unknown : Keeping.Reads,
            _ when type is { Name: "Enumerable", ContainingNamespace.Name: "Linq" } => member.Name == "ToDictionary" ? Keeping.Anew : Keeping.Reads,
            _ when type.SpecialType == SpecialType.System_Array => member.Name is "IndexOf" or "Find" or "FindIndex" or "Exists" or "ForEach" or "ConvertAll" or "GetEnumerator" ? Keeping.Reads : Keeping.Unknown,
            _ => Keeping.Unknown,
        };
    }

    /// <summary>Whether the first argument is the key that the others are kept at.</summary>
    public static bool KeepsByKey(ISymbol member) => member is IMethodSymbol { Parameters.Length: > 1, IsStatic: false } && IsByKey(member.ContainingType);

    /// <summary>Whether the call takes out what is at a key, and hands it to nobody: what it hands out is discarded.</summary>
    public static bool RemovesByKey(ISymbol member, IEnumerable<IArgumentOperation> arguments) =>
        member is IMethodSymbol { Name: "Remove" or "TryRemove", IsStatic: false } && NamesKey(member)
        && arguments.Skip(1).All(static argument => argument is { Parameter.RefKind: RefKind.Out, Value: IDiscardOperation });

    /// <summary>Whether the member puts, finds or takes what is at one key.</summary>
    public static bool NamesKey(ISymbol member) => !member.IsStatic && IsByKey(member.ContainingType) && (member switch
    {
        IMethodSymbol method => method.Parameters,
        IPropertySymbol property => property.Parameters,
        _ => [],
    }).FirstOrDefault() is { Name: "key" };

    /// <summary>Whether the member gives the elements of its receiver, or of its only argument, at the keys that they are at there.</summary>
    public static bool IsView(ISymbol member) =>
        member.Name is "ToArray" or "ToList" or "AsEnumerable" or "AsReadOnly" or "Cast" or "ToImmutableArray" or "ToImmutableList" or "ToImmutableDictionary" or "ToFrozenDictionary" or "GetEnumerator"
        && member is IMethodSymbol method
        && method.Parameters.Length <= (method.IsStatic ? 1 : 0)
        && (IsIn(method.ContainingType, "Collections") || method.ContainingType is { Name: "Enumerable" } or { SpecialType: SpecialType.System_Array });

    /// <summary>Whether the member makes a container of what its delegate returns, and gives nothing of its receiver into it.</summary>
    public static bool IsConversion(ISymbol member) => member is { Name: "ConvertAll", ContainingType: { } type } && IsIn(type, "Collections");

    private static bool IsByKey(INamedTypeSymbol type) => type.Name.EndsWith("Dictionary", StringComparison.Ordinal);

    private static bool MovesElements(string name) =>
        name.StartsWith("Insert", StringComparison.Ordinal) || name.StartsWith("Remove", StringComparison.Ordinal) || name is "Sort" or "Reverse" or "AddRange" or "CopyTo";

    // System.Collections, System.Collections.Generic, and so on.
    private static bool IsIn(INamedTypeSymbol type, string space)
    {
        for (INamespaceSymbol? current = type.ContainingNamespace; current is { IsGlobalNamespace: false }; current = current.ContainingNamespace)
        {
            if (current.Name == space && current.ContainingNamespace is { Name: "System", ContainingNamespace.IsGlobalNamespace: true })
            {
                return true;
            }
        }

        return false;
    }
}

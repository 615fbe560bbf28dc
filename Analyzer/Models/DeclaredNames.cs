using System.Collections.Immutable;
using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.Models;

/// <summary>
/// Finds what a name in an attribute means: <c>this</c>, a parameter, a member of the object, a member of one of those and so on, or a
/// member of a type. Throws a <see cref="FormatException"/> for a name that means nothing usable.
/// </summary>
internal static class DeclaredNames
{
    /// <param name="owner">The member that has the attribute.</param>
    /// <param name="name">The name.</param>
    /// <param name="mayBeAnyInstance">Whether a member of another type's instances is enough, whichever instance: for orders.</param>
    public static DeclaredTarget Resolve(ISymbol owner, string name, bool mayBeAnyInstance)
    {
        string[] parts = name.Split('.');
        if (parts.Length == 0 || Array.Exists(parts, static part => part.Length == 0))
        {
            throw new FormatException($"'{name}' is no name");
        }

        if (parts[0] == "this")
        {
            return owner.IsStatic ? throw NeedsObject(name, owner) : Follow(owner, new DeclaredTarget(name, null, null, []), owner.ContainingType, parts, 1);
        }

        if (ParametersOf(owner).FirstOrDefault(parameter => parameter.Name == parts[0]) is { } own)
        {
            return Follow(owner, new DeclaredTarget(name, own.Ordinal, null, []), own.Type, parts, 1);
        }

        for (INamedTypeSymbol? type = owner.ContainingType; type is not null; type = type.ContainingType)
        {
            if (MemberOf(type, parts[0]) is { } member)
            {
                bool isOfObject = SymbolEqualityComparer.Default.Equals(type, owner.ContainingType) && !owner.IsStatic;
                INamedTypeSymbol? instance = member.IsStatic || isOfObject ? null : mayBeAnyInstance ? type : throw NeedsObject(name, owner);
                return Follow(owner, new DeclaredTarget(name, null, instance, [member]), TypeOf(member), parts, 1);
            }
        }

        return OfType(owner, name, parts, mayBeAnyInstance)
            ?? throw new FormatException($"'{parts[0]}' is no parameter of it, no member of '{owner.ContainingType.Name}', and no type");
    }

    private static DeclaredTarget? OfType(ISymbol owner, string name, string[] parts, bool mayBeAnyInstance)
    {
        for (INamespaceOrTypeSymbol? scope = owner.ContainingType; scope is not null; scope = (INamespaceOrTypeSymbol?)scope.ContainingType ?? scope.ContainingNamespace)
        {
            INamespaceOrTypeSymbol? found = scope;
            for (int used = 0; used < parts.Length - 1; used++)
            {
                found = (INamespaceOrTypeSymbol?)found.GetTypeMembers(parts[used]).FirstOrDefault() ?? found.GetMembers(parts[used]).OfType<INamespaceSymbol>().FirstOrDefault();
                if (found is null)
                {
                    break;
                }

                if (found is INamedTypeSymbol type && MemberOf(type, parts[used + 1]) is { } member)
                {
                    return member.IsStatic || mayBeAnyInstance
                        ? Follow(owner, new DeclaredTarget(name, null, member.IsStatic ? null : type, [member]), TypeOf(member), parts, used + 2)
                        : throw new FormatException($"'{name}' belongs to an object, and nothing says to which '{type.Name}'");
                }
            }
        }

        return null;
    }

    private static DeclaredTarget Follow(ISymbol owner, DeclaredTarget target, ITypeSymbol? type, string[] parts, int next)
    {
        for (; next < parts.Length; next++)
        {
            ISymbol member = type is null ? throw Nothing(parts, next, null)
                : MemberOf(type, parts[next]) ?? throw Nothing(parts, next, type);
            target = target with { Path = target.Path.Add(member) };
            type = TypeOf(member);
        }

        return target.Path.LastOrDefault() is null or IFieldSymbol { IsConst: false } or IPropertySymbol { IsIndexer: false } or IParameterSymbol
            ? target
            : throw new FormatException($"'{target.Text}' is no field, property or parameter of '{owner.ContainingType.Name}'");
    }

    private static FormatException Nothing(string[] parts, int at, ITypeSymbol? type) =>
        new($"'{parts[at - 1]}' has no member '{parts[at]}'" + (type is null ? "" : $" ('{type.Name}')"));

    private static FormatException NeedsObject(string name, ISymbol owner) => new($"'{name}' belongs to an object, and '{owner.Name}' is static");

    private static ImmutableArray<IParameterSymbol> ParametersOf(ISymbol owner) => owner switch
    {
        IMethodSymbol method => method.Parameters,
        IPropertySymbol property => property.Parameters,
        _ => [],
    };

    // Nearest first: a member that hides another one is meant. A parameter of a primary constructor is a member as good as any.
    private static ISymbol? MemberOf(ITypeSymbol type, string name)
    {
        for (ITypeSymbol? current = type; current is not null; current = current.BaseType)
        {
            if (current.GetMembers(name).FirstOrDefault(static member => member is not INamedTypeSymbol) is { } member)
            {
                return member;
            }

            if (current is INamedTypeSymbol named && named.InstanceConstructors.SelectMany(static constructor => constructor.Parameters)
                .FirstOrDefault(parameter => parameter.Name == name && PrimaryConstructor.Is((IMethodSymbol)parameter.ContainingSymbol)) is { } captured)
            {
                return captured;
            }
        }

        return type.AllInterfaces.SelectMany(@interface => @interface.GetMembers(name)).FirstOrDefault();
    }

    /// <summary>The type of a field, property or parameter; null for any other symbol.</summary>
    public static ITypeSymbol? TypeOf(ISymbol member) => member switch
    {
        IFieldSymbol field => field.Type,
        IPropertySymbol property => property.Type,
        IParameterSymbol parameter => parameter.Type,
        _ => null,
    };
}

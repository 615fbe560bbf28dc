using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.Models;

/// <summary>The members of base classes and interfaces that a method or property overrides or implements.</summary>
internal static class Slots
{
    /// <param name="isRead">Whether an assembly's members count.</param>
    public static IEnumerable<ISymbol> Of(ISymbol member, Func<IAssemblySymbol?, bool> isRead)
    {
        for (ISymbol? overridden = Overridden(member); overridden is not null; overridden = Overridden(overridden))
        {
            if (isRead(overridden.ContainingAssembly))
            {
                yield return overridden;
            }
        }

        if (member is { IsStatic: false, ContainingType: { TypeKind: TypeKind.Class or TypeKind.Struct } type } and not IMethodSymbol { MethodKind: MethodKind.Constructor })
        {
            foreach (ISymbol slot in type.AllInterfaces.Where(@interface => isRead(@interface.ContainingAssembly)).SelectMany(static @interface => @interface.GetMembers()))
            {
                if (slot.Kind == member.Kind && (slot.Name == member.Name || IsExplicit(member)) && SymbolEqualityComparer.Default.Equals(type.FindImplementationForInterfaceMember(slot), member))
                {
                    yield return slot;
                }
            }
        }
    }

    /// <summary>Whether one of two members overrides or implements the other, or they are one.</summary>
    public static bool AreOne(ISymbol one, ISymbol other) =>
        SymbolEqualityComparer.Default.Equals(one.OriginalDefinition, other.OriginalDefinition) || Has(one, other) || Has(other, one);

    private static bool Has(ISymbol member, ISymbol slot) =>
        member is IPropertySymbol && Of(member.OriginalDefinition, static _ => true).Any(candidate => SymbolEqualityComparer.Default.Equals(candidate.OriginalDefinition, slot.OriginalDefinition));

    private static ISymbol? Overridden(ISymbol member) => member switch
    {
        IMethodSymbol method => method.OverriddenMethod,
        IPropertySymbol property => property.OverriddenProperty,
        _ => null,
    };

    private static bool IsExplicit(ISymbol member) =>
        member is IMethodSymbol { ExplicitInterfaceImplementations.IsEmpty: false } or IPropertySymbol { ExplicitInterfaceImplementations.IsEmpty: false };
}

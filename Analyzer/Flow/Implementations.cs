using System.Collections.Immutable;
using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.Flow;

/// <summary>Reads what a type says about dispatch.</summary>
internal static class Implementations
{
    /// <summary>Pairs of a base or interface member and the member that runs instead of it on the type.</summary>
    public static ImmutableArray<(string Slot, string Body)> Of(INamedTypeSymbol type, ReadContext context)
    {
        ImmutableArray<(string, string)>.Builder slots = ImmutableArray.CreateBuilder<(string, string)>();
        foreach (INamedTypeSymbol @interface in type.AllInterfaces)
        {
            INamedTypeSymbol implementer = ImplementerOf(type, @interface, context);
            foreach (IMethodSymbol slot in @interface.GetMembers().OfType<IMethodSymbol>())
            {
                if (!slot.IsStatic && implementer.FindImplementationForInterfaceMember(slot) is IMethodSymbol body && context.IsSource(body.ContainingType))
                {
                    slots.Add((context.Id(slot), context.Id(Overrides.Last(type, body))));
                }
            }
        }

        foreach (IMethodSymbol method in type.GetMembers().OfType<IMethodSymbol>())
        {
            for (IMethodSymbol? overridden = method.OverriddenMethod; overridden is not null; overridden = overridden.OverriddenMethod)
            {
                slots.Add((context.Id(overridden), context.Id(method)));
            }
        }

        return slots.ToImmutable();
    }

    // The class of our own on the way up that lists the interface: who inherits it without a word inherits what implements it. The compiler
    // knows that for each class that has been asked, and finds it out anew for each that has not.
    private static INamedTypeSymbol ImplementerOf(INamedTypeSymbol type, INamedTypeSymbol @interface, ReadContext context)
    {
        while (type.BaseType is { } @base && context.IsOwn(@base) && !Lists(type, @interface) && @base.AllInterfaces.Contains(@interface, SymbolEqualityComparer.Default))
        {
            type = @base;
        }

        return type;
    }

    private static bool Lists(INamedTypeSymbol type, INamedTypeSymbol @interface)
    {
        foreach (INamedTypeSymbol listed in type.Interfaces)
        {
            if (SymbolEqualityComparer.Default.Equals(listed, @interface) || listed.AllInterfaces.Contains(@interface, SymbolEqualityComparer.Default))
            {
                return true;
            }
        }

        return false;
    }
}

using System.Linq;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.Symbols;

/// <summary>Which member of a type runs for a member of a base class.</summary>
internal static class Overrides
{
    /// <summary>
    /// The last override of the member on the way to the type; the member itself without one. A base class may implement an interface by a
    /// member that the type overrides: calls through the interface run the override.
    /// </summary>
    public static IMethodSymbol Last(INamedTypeSymbol type, IMethodSymbol member)
    {
        for (INamedTypeSymbol? current = type; current is not null && !SymbolEqualityComparer.Default.Equals(current, member.ContainingType); current = current.BaseType)
        {
            if (current.GetMembers(member.Name).OfType<IMethodSymbol>().FirstOrDefault(candidate => IsOverrideOf(candidate, member)) is { } last)
            {
                return last;
            }
        }

        return member;
    }

    private static bool IsOverrideOf(IMethodSymbol candidate, IMethodSymbol member)
    {
        for (IMethodSymbol? overridden = candidate.OverriddenMethod; overridden is not null; overridden = overridden.OverriddenMethod)
        {
            if (SymbolEqualityComparer.Default.Equals(overridden, member))
            {
                return true;
            }
        }

        return false;
    }
}

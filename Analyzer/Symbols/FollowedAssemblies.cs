using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.Symbols;

/// <summary>
/// The referenced assemblies whose bodies are known as if they were here. What they declare is read like the compilation's
/// own, and its ids bear the assembly's name: what two assemblies declare alike stays apart. One per compilation; thread-safe.
/// </summary>
internal sealed class FollowedAssemblies
{
    private readonly HashSet<IAssemblySymbol> _assemblies;

    public FollowedAssemblies(IEnumerable<IAssemblySymbol> assemblies)
    {
        _assemblies = new HashSet<IAssemblySymbol>(assemblies, SymbolEqualityComparer.Default);
        Ids = new SymbolIds(this);
    }

    /// <summary>The ids of the compilation's symbols, shared by all who read it.</summary>
    public SymbolIds Ids { get; }

    public bool Contains(IAssemblySymbol? assembly) => assembly is not null && _assemblies.Contains(assembly);
}

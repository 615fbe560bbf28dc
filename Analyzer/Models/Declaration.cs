using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.Models;

/// <summary>The attributes by which code says what the analyzer cannot see; docs/attributes.md explains each.</summary>
internal enum DeclarationKind
{
    /// <summary>A lock comes before another one.</summary>
    AcquiredBefore,

    /// <summary>The caller holds the lock.</summary>
    RequiresLock,

    /// <summary>The caller does not hold the lock.</summary>
    ExcludesLock,

    /// <summary>A completion is waited for.</summary>
    Waits,

    /// <summary>A completion is signalled.</summary>
    Signals,

    /// <summary>Nothing is waited for.</summary>
    NonBlocking,

    /// <summary>One thread alone runs the code.</summary>
    SingleThreaded,
}

/// <summary>One thing that an attribute says: a name of several makes several.</summary>
/// <param name="Attribute">The attribute, for its place.</param>
/// <param name="Target">The lock or completion; null where the kind has none.</param>
internal sealed record Declaration(DeclarationKind Kind, AttributeData Attribute, DeclaredTarget? Target)
{
    /// <summary>For a lock that is required: whether its read side is enough.</summary>
    public bool IsShared { get; init; }
}

/// <summary>What a name in an attribute leads to.</summary>
/// <param name="Text">The name as it is written.</param>
/// <param name="Parameter">The parameter that the path begins at; null for the object, or for none if the first member is static.</param>
/// <param name="Instance">The type of whose instances the path begins at some one, where that is not the object.</param>
/// <param name="Path">Fields, properties and parameters of primary constructors, from the beginning on; empty for the beginning itself.</param>
internal sealed record DeclaredTarget(string Text, int? Parameter, INamedTypeSymbol? Instance, ImmutableArray<ISymbol> Path)
{
    /// <summary>Whether two names on one member, or on a member and the one that it overrides, lead to the same thing.</summary>
    public bool IsSameAs(DeclaredTarget other) => Parameter == other.Parameter && Path.Length == other.Path.Length && Path.Zip(other.Path, Slots.AreOne).All(static areOne => areOne);
}

/// <summary>An attribute, or a name in it, that does not count.</summary>
/// <param name="Fault">What is wrong with it.</param>
internal sealed record DeclarationProblem(AttributeData Attribute, DeclarationKind Kind, string Fault);

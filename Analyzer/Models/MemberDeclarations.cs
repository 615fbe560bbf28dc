using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.Models;

/// <summary>
/// What attributes say of members, for one compilation: those of the runtime package, or of the same full names in the source, or in a
/// reference. A method has what it says itself and what the members that it overrides or implements say. Thread-safe.
/// </summary>
internal sealed class MemberDeclarations
{
    private const string Namespace = "KThreadRuntime";
    private const string Suffix = "Attribute";

    private static readonly ConditionalWeakTable<Compilation, StrongBox<MemberDeclarations?>> _known = new();
    private static readonly ImmutableDictionary<string, DeclarationKind> _kinds = Enum.GetValues(typeof(DeclarationKind)).Cast<DeclarationKind>()
        .ToImmutableDictionary(static kind => kind + Suffix, static kind => kind, StringComparer.Ordinal);

    private readonly Compilation _compilation;
    private readonly ConcurrentDictionary<ISymbol, OwnDeclarations> _own = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<ISymbol, ImmutableArray<Declaration>> _all = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<IAssemblySymbol, bool> _assemblies = new(SymbolEqualityComparer.Default);

    private MemberDeclarations(Compilation compilation) => _compilation = compilation;

    /// <summary>Those of a compilation; null where none of the attributes is known there.</summary>
    public static MemberDeclarations? Of(Compilation compilation) =>
        _known.GetValue(compilation, static key => new StrongBox<MemberDeclarations?>(
            _kinds.Keys.Any(name => !key.GetTypesByMetadataName(Namespace + "." + name).IsEmpty) ? new MemberDeclarations(key) : null)).Value;

    /// <summary>Whether a name in an attribute list may be one of ours: a filter on syntax, before any symbol is asked for.</summary>
    public static bool MayBe(string name) => _kinds.ContainsKey(name) || _kinds.ContainsKey(name + Suffix);

    /// <summary>What counts for a member.</summary>
    public ImmutableArray<Declaration> Of(ISymbol member) => MayDeclare(member.ContainingAssembly) ? _all.GetOrAdd(member.OriginalDefinition, All) : [];

    /// <summary>What counts of one kind.</summary>
    public IEnumerable<Declaration> Of(ISymbol member, DeclarationKind kind) => Of(member).Where(declaration => declaration.Kind == kind);

    /// <summary>What the member's own attributes say that does not count.</summary>
    public ImmutableArray<DeclarationProblem> ProblemsOf(ISymbol member) => Own(member.OriginalDefinition).Problems;

    /// <summary>Whether the type, or one around it, says that one thread alone runs its code; it or null.</summary>
    public INamedTypeSymbol? SingleThreadedType(INamedTypeSymbol? type)
    {
        for (INamedTypeSymbol? current = type; current is not null; current = current.ContainingType)
        {
            if (MayDeclare(current.ContainingAssembly) && !Own(current.OriginalDefinition).Good.IsEmpty)
            {
                return current;
            }
        }

        return null;
    }

    /// <summary>The locks that are declared to come after a lock, each with the attribute that says so, right or wrong.</summary>
    public IEnumerable<(ISymbol Lock, Declaration Order)> OrdersOf(ISymbol @lock) =>
        Read(@lock, []).Where(static order => order.Kind == DeclarationKind.AcquiredBefore && order.Target!.Path.Length > 0)
            .Select(static order => (order.Target!.Path[order.Target.Path.Length - 1].OriginalDefinition, order));

    private ImmutableArray<Declaration> All(ISymbol member)
    {
        ImmutableArray<Declaration> own = Own(member).Good;
        return member is IMethodSymbol method ? [.. own, .. Inherited(method).Where(inherited => !own.Any(declared => Repeats(declared, inherited)))] : own;
    }

    private IEnumerable<Declaration> Inherited(ISymbol member) => Slots.Of(member, MayDeclare).SelectMany(slot => Own(slot.OriginalDefinition).Good);

    private static bool Repeats(Declaration declared, Declaration other) =>
        declared.Kind == other.Kind && (declared.Target is null ? other.Target is null : other.Target is not null && declared.Target.IsSameAs(other.Target));

    private OwnDeclarations Own(ISymbol member) => _own.GetOrAdd(member, symbol =>
    {
        var problems = new List<DeclarationProblem>();
        List<Declaration> read = Read(symbol, problems);
        var check = new DeclarationCheck(this, symbol);
        ImmutableArray<Declaration> inherited = symbol is IMethodSymbol or IPropertySymbol ? [.. Inherited(symbol)] : [];
        ImmutableArray<Declaration>.Builder good = ImmutableArray.CreateBuilder<Declaration>();
        foreach (Declaration declared in read)
        {
            if (check.FaultOf(declared, good, inherited) is { } fault)
            {
                problems.Add(new DeclarationProblem(declared.Attribute, declared.Kind, fault));
            }
            else
            {
                good.Add(declared);
            }
        }

        return new OwnDeclarations(good.ToImmutable(), [.. problems]);
    });

    // Accessors have what their property says.
    private static List<Declaration> Read(ISymbol member, List<DeclarationProblem> problems)
    {
        var read = new List<Declaration>();
        if (member is IMethodSymbol { AssociatedSymbol: IPropertySymbol property })
        {
            Read(property, property.GetAttributes(), read, []);
        }

        Read(member, member.GetAttributes(), read, problems);
        return read;
    }

    private static void Read(ISymbol member, ImmutableArray<AttributeData> attributes, List<Declaration> read, List<DeclarationProblem> problems)
    {
        foreach (AttributeData attribute in attributes)
        {
            if (attribute.AttributeClass is not { ContainingNamespace: { Name: Namespace, ContainingNamespace.IsGlobalNamespace: true } } type || !_kinds.TryGetValue(type.Name, out DeclarationKind kind))
            {
                continue;
            }

            if (kind is DeclarationKind.NonBlocking or DeclarationKind.SingleThreaded)
            {
                read.Add(new Declaration(kind, attribute, null));
                continue;
            }

            // The compiler tells of arguments that are no constants, or none of its own.
            if (attribute.AttributeConstructor is null || attribute.ConstructorArguments.Any(HasError))
            {
                continue;
            }

            TypedConstant[] given = [.. attribute.ConstructorArguments.FirstOrDefault() is { Kind: TypedConstantKind.Array, IsNull: false } list ? list.Values : []];
            bool meansItself = given.Length == 0 && kind is DeclarationKind.Waits or DeclarationKind.Signals;
            if (given.Length == 0 && !meansItself)
            {
                problems.Add(new DeclarationProblem(attribute, kind, "it names no lock"));
            }

            foreach (string? name in meansItself ? ["this"] : given.Select(static name => name.Value as string))
            {
                try
                {
                    DeclaredTarget target = DeclaredNames.Resolve(member, name ?? throw new FormatException("a name is null"), mayBeAnyInstance: kind == DeclarationKind.AcquiredBefore);
                    bool isShared = attribute.NamedArguments.Any(static argument => argument is { Key: "Shared", Value.Value: true });
                    read.Add(new Declaration(kind, attribute, target) { IsShared = isShared });
                }
                catch (FormatException wrong)
                {
                    problems.Add(new DeclarationProblem(attribute, kind, wrong.Message));
                }
            }
        }
    }

    private static bool HasError(TypedConstant argument) =>
        argument.Kind == TypedConstantKind.Error || (argument is { Kind: TypedConstantKind.Array, IsNull: false } && argument.Values.Any(HasError));

    // The base library has thousands of members and none of these attributes.
    private bool MayDeclare(IAssemblySymbol? assembly) => assembly is not null
        && (SymbolEqualityComparer.Default.Equals(assembly, _compilation.Assembly)
            || _assemblies.GetOrAdd(assembly, static other => other.Name != Namespace && (other.Modules.Any(static module => module.ReferencedAssemblies.Any(static reference => reference.Name == Namespace))
                || _kinds.Keys.Any(name => other.GetTypeByMetadataName(Namespace + "." + name) is not null))));

    private sealed record OwnDeclarations(ImmutableArray<Declaration> Good, ImmutableArray<DeclarationProblem> Problems);
}

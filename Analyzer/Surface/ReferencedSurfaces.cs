using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CrossRelease.Analyzers.Surface;

/// <summary>
/// What the references of a compilation tell of their bodies: built ones by the attribute that they carry, those that the
/// host holds as compilations by their sources, cut down to the same. One per compilation; thread-safe.
/// </summary>
internal sealed class ReferencedSurfaces
{
    private static readonly ConditionalWeakTable<Compilation, ReferencedSurfaces> _following = new();
    private static readonly ConditionalWeakTable<Compilation, ReferencedSurfaces> _ignoring = new();
    private static readonly ConditionalWeakTable<MetadataReference, ReadSurface> _built = new();
    private static readonly ConditionalWeakTable<Compilation, ReadSurface> _held = new();

    /// <summary>What its members do is said by models, to whoever references it.</summary>
    private const string RuntimeAssembly = "KThreadRuntime";

    private static readonly string[] _accessors = ["get_", "set_", "add_", "remove_"];

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    private ReferencedSurfaces(Compilation compilation, bool follows, CancellationToken cancellation)
    {
        var followed = new List<IAssemblySymbol>();
        var referenced = new List<IAssemblySymbol>();
        var surfaces = new List<ReadSurface>();
        var problems = ImmutableArray.CreateBuilder<(string, string)>();
        var known = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { compilation.AssemblyName ?? "", RuntimeAssembly };
        long world = 17;
        foreach (MetadataReference reference in compilation.References)
        {
            cancellation.ThrowIfCancellationRequested();
            world = TreeOutline.Combine(world, reference is CompilationReference { Compilation: var held } ? SourceFacts.DeclarationsOf(held, cancellation) : RuntimeHelpers.GetHashCode(reference));
            if (!follows || compilation.GetAssemblyOrModuleSymbol(reference) is not IAssemblySymbol assembly)
            {
                continue;
            }

            referenced.Add(assembly);
            if (known.Add(assembly.Name) && Of(reference, assembly, cancellation) is { } surface)
            {
                if (surface.Problem is { } problem)
                {
                    problems.Add((assembly.Name, problem));
                }
                else if (!surface.Trees.IsEmpty)
                {
                    world = TreeOutline.Combine(world, StringComparer.Ordinal.GetHashCode(assembly.Name));
                    followed.Add(assembly);
                    surfaces.Add(surface);
                }
            }
        }

        World = world;
        Followed = new FollowedAssemblies(followed);
        Trees = [.. surfaces.SelectMany(surface => Located(surface, referenced))];
        Problems = problems.ToImmutable();
        foreach (TreeFacts tree in Trees)
        {
            foreach (BodyFacts body in tree.Bodies.Where(static body => body.IsVisible && body.Blocks.Any(static block => block.Instructions.Any(DoesMoreThanMove))))
            {
                _names.Add(SimpleName(body));
            }

            _names.UnionWith(tree.Types.SelectMany(static type => type.Implements).Select(static pair => WithoutAccessor(SymbolNames.OfId(pair.Slot))));
        }
    }

    /// <summary>The facts of the followed assemblies, with ids that bear their names.</summary>
    public ImmutableArray<TreeFacts> Trees { get; }

    public FollowedAssemblies Followed { get; }

    /// <summary>The assemblies that say something nobody here can read, and why.</summary>
    public ImmutableArray<(string Assembly, string Problem)> Problems { get; }

    /// <summary>A hash of the references as far as the meaning of a body here depends on them.</summary>
    public long World { get; }

    /// <param name="follows">Whether the project wants to know of its references.</param>
    public static ReferencedSurfaces Of(Compilation compilation, bool follows, CancellationToken cancellation)
    {
        ConditionalWeakTable<Compilation, ReferencedSurfaces> table = follows ? _following : _ignoring;
        if (!table.TryGetValue(compilation, out ReferencedSurfaces? surfaces))
        {
            var made = new ReferencedSurfaces(compilation, follows, cancellation);
            surfaces = table.GetValue(compilation, _ => made);
        }

        return surfaces;
    }

    /// <summary>Whether a tree names a member that a followed assembly has a body of.</summary>
    public bool MayBeCalled(SyntaxTree tree, CancellationToken cancellation) =>
        _names.Count > 0
        && tree.GetRoot(cancellation).DescendantNodes().Any(node => node is SimpleNameSyntax name && _names.Contains(name.Identifier.ValueText));

    private ImmutableArray<TreeFacts> Located(ReadSurface surface, List<IAssemblySymbol> referenced)
    {
        if (surface.Mentioned.Count == 0)
        {
            return surface.Trees;
        }

        var moved = new MovedTypes(referenced.Where(assembly => surface.Mentioned.Contains(assembly.Name)), Followed);
        return moved.Any ? surface.After(moved) : surface.Trees;
    }

    private static bool DoesMoreThanMove(Instruction instruction) => instruction is not (AssignLocal or StoreMember or ReturnValue or Move);

    // An accessor's or a constructor's name in a call is that of its property or type.
    private static string SimpleName(BodyFacts body) => body.IsConstructor ? SymbolNames.OfId(body.Type ?? "") : WithoutAccessor(SymbolNames.OfId(body.Id));

    private static string WithoutAccessor(string name)
    {
        string? accessor = Array.Find(_accessors, accessor => name.StartsWith(accessor, StringComparison.Ordinal));
        return accessor is null ? name : name.Substring(accessor.Length);
    }

    private static ReadSurface? Of(MetadataReference reference, IAssemblySymbol assembly, CancellationToken cancellation)
    {
        if (reference is CompilationReference { Compilation: var held })
        {
            return held is CSharpCompilation ? OfHeld(held, cancellation) : null;
        }

        return _built.GetValue(reference, _ => OfBuilt(assembly));
    }

    private static ReadSurface OfBuilt(IAssemblySymbol assembly)
    {
        List<string>? texts = null;
        foreach (AttributeData attribute in assembly.GetAttributes())
        {
            if (attribute is { AttributeClass.Name: "AssemblyMetadataAttribute", ConstructorArguments: { Length: 2 } arguments }
                && arguments[0].Value is SurfaceFormat.Key
                && arguments[1].Value is string text)
            {
                (texts ??= []).Add(text);
            }
        }

        return texts is null ? ReadSurface.Nothing : SurfaceText.Read(texts, assembly.Name);
    }

    private static ReadSurface OfHeld(Compilation held, CancellationToken cancellation)
    {
        if (!_held.TryGetValue(held, out ReadSurface? surface))
        {
            byte[]? facts = AssemblySurface.Of(held, follows: true, cancellation)?.ToArray();
            ReadSurface made = facts is null ? ReadSurface.Nothing : ReadSurface.Of(facts, held.AssemblyName ?? "");
            surface = _held.GetValue(held, _ => made);
        }

        return surface;
    }
}

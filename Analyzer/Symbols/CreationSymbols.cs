using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CrossRelease.Analyzers.Symbols;

/// <summary>
/// Which types of the runtime have a lock class by creation site, and which members create them. One per compilation; thread-safe.
/// </summary>
/// <remarks>
/// A creation is told by its shape, not by a list of names: it gives a runtime object and takes the path of its caller's file. A member of the
/// user's, or of a third assembly, that has this shape is a creation like the runtime's own.
/// </remarks>
internal sealed class CreationSymbols
{
    private const string RuntimeAssembly = "KThreadRuntime";

    private static readonly ConditionalWeakTable<Compilation, StrongBox<CreationSymbols?>> _known = new();

    private readonly INamedTypeSymbol _filePath;
    private readonly INamedTypeSymbol _lineNumber;
    private readonly INamedTypeSymbol _memberName;
    private readonly INamedTypeSymbol _key;
    private readonly INamedTypeSymbol? _policy;
    private readonly ConcurrentDictionary<INamedTypeSymbol, bool> _tracked = new(SymbolEqualityComparer.Default);

    private CreationSymbols(INamedTypeSymbol filePath, INamedTypeSymbol lineNumber, INamedTypeSymbol memberName, INamedTypeSymbol key, INamedTypeSymbol? policy)
    {
        _filePath = filePath;
        _lineNumber = lineNumber;
        _memberName = memberName;
        _key = key;
        _policy = policy;
    }

    /// <summary>Null when the compilation does not reference the runtime: then there is nothing to hide.</summary>
    public static CreationSymbols? From(Compilation compilation) => _known.GetValue(compilation, static key => new StrongBox<CreationSymbols?>(Find(key))).Value;

    private static CreationSymbols? Find(Compilation compilation)
    {
        const string attributes = "System.Runtime.CompilerServices.";
        return compilation.ReferencedAssemblyNames.Any(assembly => assembly.Name == RuntimeAssembly)
            && compilation.GetTypeByMetadataName("KThreadRuntime.LockClassKey") is { } key
            && compilation.GetTypeByMetadataName(attributes + "CallerFilePathAttribute") is { } filePath
            && compilation.GetTypeByMetadataName(attributes + "CallerLineNumberAttribute") is { } lineNumber
            && compilation.GetTypeByMetadataName(attributes + "CallerMemberNameAttribute") is { } memberName
                ? new CreationSymbols(filePath, lineNumber, memberName, key, compilation.GetTypeByMetadataName("KThreadRuntime.ClassPolicy"))
                : null;
    }

    /// <summary>What of its caller's site a parameter receives when the call leaves it out; null when nothing.</summary>
    public CallerSite? SiteOf(IParameterSymbol parameter)
    {
        foreach (var attribute in parameter.GetAttributes())
        {
            if (Is(attribute.AttributeClass, _filePath))
            {
                return CallerSite.FilePath;
            }

            if (Is(attribute.AttributeClass, _lineNumber))
            {
                return CallerSite.LineNumber;
            }

            if (Is(attribute.AttributeClass, _memberName))
            {
                return CallerSite.MemberName;
            }
        }

        return null;
    }

    public bool IsKey(IParameterSymbol parameter) => IsKey(parameter.Type);

    public bool IsKey(ITypeSymbol? type) => Is(type, _key);

    public bool TakesSite(IMethodSymbol method) => method.Parameters.Any(parameter => SiteOf(parameter) == CallerSite.FilePath);

    /// <summary>Whether an argument of a creation gives the object another class than that of its line: a key, a policy, or a site that is handed on.</summary>
    public bool NamesClass(IArgumentOperation argument) =>
        argument is { ArgumentKind: ArgumentKind.Explicit, Parameter: { } parameter }
        && (SiteOf(parameter) is CallerSite.FilePath or CallerSite.LineNumber
            || ((IsKey(parameter) || IsPolicy(parameter.Type)) && !IsNothing(argument.Value)));

    /// <summary>Whether an argument of a creation is the key of the object's class.</summary>
    public bool GivesKey(IArgumentOperation argument) =>
        argument is { ArgumentKind: ArgumentKind.Explicit, Parameter: { } parameter } && IsKey(parameter) && !IsNothing(argument.Value);

    private bool IsPolicy(ITypeSymbol type) =>
        _policy is not null && type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T, TypeArguments: { Length: 1 } policy } && Is(policy[0], _policy);

    // No key, or the policy that goes by the line.
    private static bool IsNothing(IOperation value) => value switch
    {
        IDefaultValueOperation or { ConstantValue: { HasValue: true, Value: null or (byte)0 } } => true,
        IConversionOperation conversion => IsNothing(conversion.Operand),
        _ => false,
    };

    /// <summary>Whether a type of the runtime has its lock class from the line that creates it.</summary>
    public bool IsTracked(ITypeSymbol? type)
        => type is INamedTypeSymbol { TypeKind: TypeKind.Class } named
            && named.ContainingAssembly?.Name == RuntimeAssembly
            && !Is(named, _key)
            && _tracked.GetOrAdd(named.OriginalDefinition, HasCreation);

    /// <summary>The tracked type that a value of this type is, or carries as an element, a type argument or (one level deep) a member.</summary>
    public INamedTypeSymbol? TrackedIn(ITypeSymbol? type)
        => CarriedBy(type) ?? (type is INamedTypeSymbol { DeclaringSyntaxReferences.Length: > 0 } own ? MemberTypes(own).Select(CarriedBy).FirstOrDefault(found => found is not null) : null);

    /// <summary>The tracked type that a value of this type is or carries as an element or a type argument.</summary>
    public INamedTypeSymbol? CarriedBy(ITypeSymbol? type) => type switch
    {
        INamedTypeSymbol named when IsTracked(named) => named,
        INamedTypeSymbol { TypeKind: not TypeKind.Delegate } named => named.TypeArguments.Select(CarriedBy).FirstOrDefault(found => found is not null),
        IArrayTypeSymbol array => CarriedBy(array.ElementType),
        _ => null,
    };

    private static IEnumerable<ITypeSymbol> MemberTypes(INamedTypeSymbol type)
        => type.GetMembers().Select(member => member switch
        {
            IFieldSymbol { IsStatic: false } field => field.Type,
            IPropertySymbol { IsStatic: false, SetMethod: not null } property => property.Type,
            _ => null,
        }).OfType<ITypeSymbol>();

    private bool HasCreation(INamedTypeSymbol type)
        => type.GetMembers().OfType<IMethodSymbol>().Any(method => (method.MethodKind == MethodKind.Constructor || method.IsStatic) && TakesSite(method));

    private static bool Is(ITypeSymbol? type, INamedTypeSymbol wanted) => SymbolEqualityComparer.Default.Equals(type, wanted);
}

using CrossRelease.Analyzers.Models;
using CrossRelease.Analyzers.Options;
using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Flow;

/// <summary>What the reading of one tree needs to know of symbols. Lives for one reading; not thread-safe.</summary>
internal sealed class ReadContext
{
    private readonly FollowedAssemblies _followed;
    private readonly Dictionary<ISymbol, Value> _locals = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<(string Outer, int Place), int> _ordinals = [];
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly Dictionary<ISymbol, bool> _storage = new(SymbolEqualityComparer.Default);
    private readonly IAssemblySymbol _assembly;

    public ReadContext(SemanticModel model, AnalysisSettings settings, FollowedAssemblies followed)
    {
        Model = model;
        Models = settings.Models;
        Declarations = MemberDeclarations.Of(model.Compilation);
        Creations = CreationSymbols.From(model.Compilation);
        KnowsServices = Creations is not null && model.Compilation.GetTypeByMetadataName("Microsoft.Extensions.DependencyInjection.IServiceCollection") is not null;
        TimedWaitThreshold = settings.Options.TimedWaitThreshold;
        _followed = followed;
        _assembly = model.Compilation.Assembly;
    }

    public SemanticModel Model { get; }

    public ApiModels Models { get; }

    /// <summary>Which objects have the lock class of the line that makes them; null where the compilation does not know the runtime.</summary>
    public CreationSymbols? Creations { get; }

    /// <summary>Whether a container may make objects whose lock class is a line.</summary>
    public bool KnowsServices { get; }

    /// <summary>What attributes say; null where the compilation knows none of them.</summary>
    public MemberDeclarations? Declarations { get; }

    /// <summary>Members with a declared order that an assembly without a summary has, each with where the tree first names it.</summary>
    public Dictionary<ISymbol, TextSpan> OrderedElsewhere { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>From how many milliseconds on a limit counts as none.</summary>
    public long? TimedWaitThreshold { get; }

    public string Id(ISymbol symbol) => _followed.Ids.Of(symbol);

    /// <summary>The id of the body that a method's declaration gives: its own, or for nested functions one made of their order in it.</summary>
    public string BodyId(ISymbol symbol)
    {
        if (symbol is IMethodSymbol { MethodKind: MethodKind.AnonymousFunction or MethodKind.LocalFunction } nested)
        {
            string outer = OutermostId(nested);
            return outer + "~fn" + OrdinalOf(nested.OriginalDefinition, outer);
        }

        return Id(symbol);
    }

    public Value Local(ILocalSymbol local)
    {
        if (!_locals.TryGetValue(local, out Value? value))
        {
            string outer = OutermostId(local);
            _locals.Add(local, value = Value.Local(outer + "~" + local.Name + OrdinalOf(local, outer)));
        }

        return value;
    }

    /// <summary>A parameter as the bodies that mention it see it: a primary constructor's is a field of the new object.</summary>
    public Value Parameter(IParameterSymbol parameter) =>
        parameter.ContainingSymbol is IMethodSymbol { MethodKind: MethodKind.Constructor } constructor && PrimaryConstructor.Is(constructor)
            ? Value.Member(Value.This, CapturedParameterId(constructor, parameter))
            : ParameterOf(parameter);

    public Value ParameterOf(IParameterSymbol parameter) =>
        Value.Parameter(BodyId(Definition(parameter.ContainingSymbol)), ParameterOrdinal(parameter));

    public string CapturedParameterId(IMethodSymbol constructor, IParameterSymbol parameter) =>
        Id(constructor.ContainingType) + ".(" + parameter.Name + ")";

    /// <summary>Whether the bodies of the type are known: it is declared here, or in an assembly that is followed.</summary>
    public bool IsSource(INamedTypeSymbol? type) => IsOwn(type) || IsFollowed(type);

    /// <summary>Notes a member that the tree names, for what its attributes say of others.</summary>
    public void Note(ISymbol member, TextSpan place)
    {
        if (Declarations is not null
            && !IsSource(member.ContainingType)
            && !OrderedElsewhere.ContainsKey(member.OriginalDefinition)
            && Declarations.Of(member, DeclarationKind.AcquiredBefore).Any())
        {
            OrderedElsewhere.Add(member.OriginalDefinition, place);
        }
    }

    /// <summary>Whether the type is declared in the compilation.</summary>
    public bool IsOwn(INamedTypeSymbol? type) =>
        type is not null && SymbolEqualityComparer.Default.Equals(type.OriginalDefinition.ContainingAssembly, _assembly);

    /// <summary>Whether the type is another assembly's whose bodies are known.</summary>
    public bool IsFollowed(INamedTypeSymbol? type) => type is not null && _followed.Contains(type.OriginalDefinition.ContainingAssembly);

    /// <summary>
    /// The source type of a new object, <see cref="Value.Synchronizer"/> for a library object that can be locked or waited
    /// for, null for any other.
    /// </summary>
    public string? CreatedType(INamedTypeSymbol? type) =>
        type is null ? null
        : IsSource(type) ? Id(type)
        : IsQueue(type) ? Value.Queue
        : type.SpecialType == SpecialType.System_Object || IsSynchronizer(type) || Models.IsSynchronizer(type.Name) ? Value.Synchronizer
        : null;

    /// <summary>Whether a lock, a completion or a delegate may be, or be reached by, a value of the type: a number, a text, an enumeration is none and keeps none.</summary>
    public static bool MayCarryObjects(ITypeSymbol type) => type.TypeKind != TypeKind.Enum
        && type.SpecialType is not ((>= SpecialType.System_Void and <= SpecialType.System_UIntPtr) or SpecialType.System_DateTime);

    /// <summary>What an enumeration of the type gives; null for one that is not enumerated, or by its own pattern alone.</summary>
    public static ITypeSymbol? ElementOf(ITypeSymbol type) => type.AllInterfaces.Concat(type is INamedTypeSymbol named ? [named] : [])
        .FirstOrDefault(static sequence => sequence.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T)?.TypeArguments[0];

    /// <summary>Whether the library type is waited for by itself and hands on other objects besides.</summary>
    public static bool IsQueue(INamedTypeSymbol? type) =>
        type is { Name: "BlockingCollection" } or { Name: "ChannelReader" or "ChannelWriter" or "Channel", ContainingNamespace.Name: "Channels" };

    private static bool IsSynchronizer(INamedTypeSymbol type)
    {
        string space = type.ContainingNamespace?.ToDisplayString() ?? "";
        return space.StartsWith("System.Threading", StringComparison.Ordinal) || space == "KThreadRuntime" || (space == "System" && type.Name == "Lazy");
    }

    /// <summary>Whether the first use of a static field of the source type runs code of the type.</summary>
    public bool HasInitializer(INamedTypeSymbol type) => IsFollowed(type) || (IsOwn(type) && !type.StaticConstructors.IsEmpty);

    /// <summary>The value of a static read-only field that its declaration alone sets; null if it is not known.</summary>
    public bool? ReadOnlyTruth(IFieldSymbol field) =>
        field.Type.SpecialType == SpecialType.System_Boolean
        && IsOwn(field.ContainingType)
        && field.ContainingType.StaticConstructors.All(static constructor => constructor.IsImplicitlyDeclared)
        && field.OriginalDefinition.DeclaringSyntaxReferences.Length == 1
        && field.OriginalDefinition.DeclaringSyntaxReferences[0].GetSyntax() is VariableDeclaratorSyntax { Initializer: var initializer }
            ? initializer is null ? false : initializer.Value switch
            {
                LiteralExpressionSyntax { RawKind: (int)SyntaxKind.TrueLiteralExpression } => true,
                LiteralExpressionSyntax { RawKind: (int)SyntaxKind.FalseLiteralExpression } => false,
                _ => null,
            }
            : null;

    /// <summary>The literal that a static read-only field of this assembly always has; null if it is not known.</summary>
    public object? ReadOnlyLiteral(IFieldSymbol field) =>
        IsOwn(field.ContainingType) && field.ContainingType.StaticConstructors.All(static constructor => constructor.IsImplicitlyDeclared) ? ConstantKeys.LiteralOf(field) : null;

    /// <summary>Whether a body in this compilation may run for a call of the method.</summary>
    public bool IsDispatched(IMethodSymbol method)
    {
        INamedTypeSymbol type = method.ContainingType;

        // Metadata does not tell which members the compiler made: all count, and those have no body.
        return IsFollowed(type) || (IsOwn(type)
            ? !method.IsImplicitlyDeclared
                || method.MethodKind is MethodKind.PropertyGet or MethodKind.PropertySet or MethodKind.EventAdd or MethodKind.EventRemove
                || (method.MethodKind == MethodKind.Constructor && PrimaryConstructor.Is(method))
            : type.SpecialType != SpecialType.System_Object
                && !method.IsStatic
                && (type.TypeKind == TypeKind.Interface || method.IsAbstract));
    }

    /// <summary>Whether reading the property is reading the place it is kept in: automatic, and not open to overrides.</summary>
    public bool IsStorage(IPropertySymbol property)
    {
        IPropertySymbol definition = property.OriginalDefinition;
        if (!_storage.TryGetValue(definition, out bool isStorage))
        {
            _storage.Add(definition, isStorage = IsKeptInPlace(definition));
        }

        return isStorage;
    }

    // A followed assembly's properties have accessors to call, whatever these do.
    private bool IsKeptInPlace(IPropertySymbol property) =>
        IsOwn(property.ContainingType)
        && property is { IsVirtual: false, IsAbstract: false, IsOverride: false, IsIndexer: false }
        && property.ContainingType.TypeKind != TypeKind.Interface
        && IsAutomatic(property);

    public static bool IsAutomatic(IPropertySymbol property) =>
        property.OriginalDefinition.DeclaringSyntaxReferences.All(static reference => reference.GetSyntax() switch
        {
            PropertyDeclarationSyntax { ExpressionBody: null, AccessorList: { } accessors } =>
                accessors.Accessors.All(static accessor => accessor is { Body: null, ExpressionBody: null }),
            ParameterSyntax => true,
            _ => false,
        });

    public bool IsFieldLike(IEventSymbol @event) =>
        IsOwn(@event.ContainingType)
        && @event is { IsAbstract: false }
        && @event.ContainingType.TypeKind != TypeKind.Interface
        && @event.OriginalDefinition.DeclaringSyntaxReferences.All(static reference => reference.GetSyntax() is VariableDeclaratorSyntax);

    /// <summary>Whether the type is one of the library's that half of all classes implement, or any of its classes: what derives from those has nothing in common.</summary>
    public bool IsGeneralPurpose(INamedTypeSymbol type) =>
        !IsSource(type)
        && (type.TypeKind == TypeKind.Class
            || type.Name is "IDisposable" or "IAsyncDisposable" or "IComparable" or "IEquatable" or "IFormattable" or "ICloneable"
            || type.ContainingNamespace is { Name: "Collections" } or { ContainingNamespace.Name: "Collections" });

    /// <summary>
    /// Whether code that nobody here sees may run for a virtual call: the member can be overridden outside, or it belongs to
    /// a library interface whose purpose is to be called back.
    /// </summary>
    public bool IsOpenToOthers(IMethodSymbol method) =>
        IsSource(method.ContainingType)
            ? !method.IsSealed && !method.ContainingType.IsSealed && IsVisibleOutside(method)
            : method.ContainingType.Name is "IObserver" or "IProgress";

    /// <summary>Whether somebody out of sight may look for the method by its name: attributes, a base class of others, and further parts of the type tell.</summary>
    public static bool MayBeFoundByName(IMethodSymbol method)
    {
        for (INamedTypeSymbol? type = method.ContainingType; type is { SpecialType: not (SpecialType.System_Object or SpecialType.System_ValueType) }; type = type.BaseType)
        {
            if (!SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, method.ContainingAssembly) || type.DeclaringSyntaxReferences.Length > 1 || !type.GetAttributes().IsEmpty)
            {
                return true;
            }
        }

        return !method.GetAttributes().IsEmpty;
    }

    /// <summary>Whether code of another assembly can name the symbol or override it.</summary>
    public static bool IsVisibleOutside(ISymbol symbol)
    {
        for (ISymbol? current = symbol; current is not null and not INamespaceSymbol; current = current.ContainingSymbol)
        {
            if (current.DeclaredAccessibility is Accessibility.Private or Accessibility.Internal or Accessibility.ProtectedAndInternal)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the member only gives another view of the task, or the value, that it is called on.</summary>
    public static bool GivesReceiverItself(ISymbol member) =>
        (member.Name is "GetAwaiter" or "ConfigureAwait" or "AsTask" && member.ContainingType?.Name is "Task" or "ValueTask" or "ConfiguredTaskAwaitable" or "ConfiguredValueTaskAwaitable")
        || (member.Name is "Token" && member.ContainingType is { Name: "CancellationTokenSource", ContainingNamespace.Name: "Threading" })
        || (member.Name is "Value" or "GetValueOrDefault" && member.ContainingType is { SpecialType: SpecialType.System_Nullable_T } or { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T });

    /// <summary>Whether the method gives the element that its first argument is the key or index of.</summary>
    public static bool FindsByKey(ISymbol method) => method.Name is "GetOrAdd" or "AddOrUpdate" or "TryGetValue" or "GetValueOrDefault" or "GetValue" or "ElementAt" or "TryRemove"
        || method is IMethodSymbol { MethodKind: MethodKind.PropertyGet, Parameters.Length: 1 }
        || (method is IMethodSymbol { Name: "Remove", Parameters: { Length: 2 } parameters } && parameters[1].RefKind == RefKind.Out);

    /// <summary>Whether the method gives elements of the sequence that is its first argument, one or many.</summary>
    public static bool HandsOutElements(ISymbol method) =>
        IsAllOf(method)
        || (method is { ContainingType: { Name: "Enumerable", ContainingNamespace.Name: "Linq" } }
        && method.Name is "ToArray" or "ToList" or "ToHashSet" or "AsEnumerable" or "Reverse" or "Skip" or "Take" or "Cast" or "OfType"
            or "Where" or "OrderBy" or "OrderByDescending" or "Distinct" or "First" or "FirstOrDefault" or "Single" or "SingleOrDefault"
            or "Last" or "LastOrDefault" or "ElementAt");

    /// <summary>Whether the method gives one task for all of those that it is given.</summary>
    public static bool IsAllOf(ISymbol method) => method is { Name: "WhenAll", ContainingType: { Name: "Task", ContainingNamespace.Name: "Tasks" } };

    /// <summary>Whether objects of the type raise their events on the thread of the user interface.</summary>
    public static bool IsOnUiThread(ITypeSymbol? type)
    {
        for (ITypeSymbol? current = type; current is not null; current = current.BaseType)
        {
            if (current is { Name: "Control", ContainingNamespace: { Name: "Forms" or "Controls" } } or { Name: "DispatcherObject", ContainingNamespace.Name: "Threading" })
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What a member of the object that a path leads to is called.</summary>
    public Value MemberOf(Value path, ISymbol member) => member switch
    {
        { IsStatic: true } => Value.Static(Id(member)),
        IParameterSymbol captured => Value.Member(path, CapturedParameterId((IMethodSymbol)captured.ContainingSymbol, captured)),
        _ => Value.Member(path, Id(member)),
    };

    /// <summary>The source type of a lock's static type, which then is its lock class; null for locks of the library, and those behind a modelled interface.</summary>
    public string? LockType(ITypeSymbol? type) =>
        type is INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Interface } named && IsSource(named)
        && (named.TypeKind == TypeKind.Class || named.GetMembers().All(member => Models.Of(member).IsEmpty))
            ? Id(named)
            : null;

    public static IOperation? Unwrapped(IOperation? operation)
    {
        while (operation is Microsoft.CodeAnalysis.Operations.IConversionOperation { OperatorMethod: null } conversion)
        {
            operation = conversion.Operand;
        }

        return operation;
    }

    private static ISymbol Definition(ISymbol symbol) => symbol is IMethodSymbol { ReducedFrom: { } reduced } ? reduced : symbol;

    // Extension methods called on an instance lose their first parameter in the reduced form.
    private static int ParameterOrdinal(IParameterSymbol parameter) =>
        parameter.ContainingSymbol is IMethodSymbol { ReducedFrom: not null } ? parameter.Ordinal + 1 : parameter.Ordinal;

    // Places tell nested declarations apart, but move with every edit above: what counts is in which order a member's are met.
    private int OrdinalOf(ISymbol nested, string outer)
    {
        int place = nested.DeclaringSyntaxReferences.Length > 0 ? nested.DeclaringSyntaxReferences[0].Span.Start : -1;
        if (!_ordinals.TryGetValue((outer, place), out int ordinal))
        {
            _counts.TryGetValue(outer, out ordinal);
            _counts[outer] = ordinal + 1;
            _ordinals.Add((outer, place), ordinal);
        }

        return ordinal;
    }

    private string OutermostId(ISymbol symbol)
    {
        ISymbol outer = symbol.ContainingSymbol;
        while (outer is IMethodSymbol { MethodKind: MethodKind.AnonymousFunction or MethodKind.LocalFunction })
        {
            outer = outer.ContainingSymbol;
        }

        return Id(outer);
    }
}

using System.Collections.Generic;
using System.Linq;
using CrossRelease.Analyzers.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>
/// Whether the work of a task does nothing but find its result, so that only who asks for the result can tell whether it has ended: it changes nothing but
/// what it has made itself, reads nothing that others change, takes no lock and calls no code that is not seen. Of a library call this is believed if it gives a value,
/// as one that reads a file does; one that gives none is there for what it does. What is not understood is not separate.
/// </summary>
internal sealed class SeparateWork
{
    private const int MaxDepth = 8;

    private readonly Compilation _compilation;
    private readonly HashSet<ISymbol> _visited = new(SymbolEqualityComparer.Default);

    private SeparateWork(Compilation compilation) => _compilation = compilation;

    /// <summary>The work that a call begins; what is no call begins none, and may stand for any.</summary>
    public static bool IsBegunBy(ExpressionSyntax task, SemanticModel model)
        => model.GetOperation(task) is IInvocationOperation begun && new SeparateWork(model.Compilation).IsSeparate(begun, null, 0);

    private bool IsSeparate(IMethodSymbol called, int depth)
    {
        var method = (called.ReducedFrom ?? called).OriginalDefinition;
        if (!_visited.Add(method) || method.MethodKind == MethodKind.LocalFunction)
        {
            return true; // a local function is in the method that is looked at
        }

        return depth < MaxDepth
            && !method.IsAbstract && ((!method.IsVirtual && !method.IsOverride) || method.ContainingType.IsSealed)
            && SoleDeclaration.Of(method) is { } syntax and not TypeDeclarationSyntax
            && Symbols.SemanticModels.Of(_compilation, syntax.SyntaxTree).GetOperation(syntax) is { } body
            && IsSeparate(body, method, depth);
    }

    private bool IsSeparate(IOperation work, IMethodSymbol? method, int depth) => work.DescendantsAndSelf().All(part => part switch
    {
        IAssignmentOperation assignment => IsOwn(assignment.Target, method),
        IIncrementOrDecrementOperation step => IsOwn(step.Target, method),
        IFieldReferenceOperation field => IsSteady(field.Field, field.Instance, method),
        IPropertyReferenceOperation property => IsSteady(property, method, depth),
        IInvocationOperation call => IsSeparate(call, depth),
        IObjectCreationOperation creation => creation.Constructor is { } constructor && (IsOfLibrary(constructor.ContainingType) || MakesOnly(constructor, depth)),
        IMethodReferenceOperation delegated => IsOfLibrary(delegated.Method.ContainingType) || IsSeparate(delegated.Method, depth + 1),
        IAwaitOperation awaited => IsOfLibrary(awaited.Operation.Type),
        IForEachLoopOperation loop => IsOfLibrary(ReadContext.Unwrapped(loop.Collection)?.Type),
        IUsingOperation used => used.Resources.DescendantsAndSelf().OfType<IObjectCreationOperation>().All(made => IsOfLibrary(made.Type)),
        IUsingDeclarationOperation used => used.DescendantsAndSelf().OfType<IObjectCreationOperation>().All(made => IsOfLibrary(made.Type)),
        IBinaryOperation { OperatorMethod: { } binary } => IsOfLibrary(binary.ContainingType),
        IUnaryOperation { OperatorMethod: { } unary } => IsOfLibrary(unary.ContainingType),
        IConversionOperation { OperatorMethod: { } converter } => IsOfLibrary(converter.ContainingType),
        ILockOperation or IEventAssignmentOperation or IEventReferenceOperation or IDynamicInvocationOperation or IDynamicMemberReferenceOperation or IDynamicIndexerAccessOperation
            or IDynamicObjectCreationOperation or IFunctionPointerInvocationOperation or IAddressOfOperation or IInvalidOperation => false,
        _ => true,
    });

    /// <summary>Whether what is written belongs to the work alone.</summary>
    private static bool IsOwn(IOperation? target, IMethodSymbol? method) => target switch
    {
        ILocalReferenceOperation { Local.IsRef: false } or IParameterReferenceOperation { Parameter.RefKind: RefKind.None } or IDiscardOperation => true,
        IDeclarationExpressionOperation declared => IsOwn(declared.Expression, method),
        ITupleOperation tuple => tuple.Elements.All(element => IsOwn(element, method)),
        IMemberReferenceOperation { Instance: { } instance } => IsOwnObject(instance, method),
        IArrayElementReferenceOperation element => IsOwnObject(element.ArrayReference, method),
        _ => false,
    };

    /// <summary>An object that has just been made: in its initializer or constructor, or in a variable that never is another one.</summary>
    private static bool IsOwnObject(IOperation? instance, IMethodSymbol? method) => ReadContext.Unwrapped(instance) switch
    {
        IObjectCreationOperation or IArrayCreationOperation => true,
        IInstanceReferenceOperation self => self.ReferenceKind == InstanceReferenceKind.ImplicitReceiver || method?.MethodKind == MethodKind.Constructor,
        ILocalReferenceOperation local
            => SoleDeclaration.Of(local.Local) is VariableDeclaratorSyntax { Initializer.Value: BaseObjectCreationExpressionSyntax or ArrayCreationExpressionSyntax or CollectionExpressionSyntax } made
                && made.FirstAncestorOrSelf<MemberDeclarationSyntax>()?.DescendantNodes().OfType<AssignmentExpressionSyntax>()
                    .Any(assignment => assignment.Left is IdentifierNameSyntax name && name.Identifier.ValueText == local.Local.Name) == false,
        _ => false,
    };

    private bool IsSteady(IFieldSymbol field, IOperation? instance, IMethodSymbol? method)
        => field.IsConst || IsOwnObject(instance, method) || field.ContainingType.IsTupleType || (field.IsReadOnly && IsSteady(field.Type));

    private bool IsSteady(IPropertyReferenceOperation property, IMethodSymbol? method, int depth)
    {
        var symbol = property.Property;
        if (IsOfLibrary(symbol.ContainingType))
        {
            return (!symbol.IsStatic || symbol.IsReadOnly) && symbol.ContainingType.Name is not "Lazy";
        }

        return symbol.GetMethod is { } getter
            && (IsOwnObject(property.Instance, method)
                || (UnguardedUse.IsAuto(symbol) && !symbol.IsVirtual && !symbol.IsOverride && !symbol.IsAbstract ? (symbol.SetMethod is null || symbol.SetMethod.IsInitOnly) && IsSteady(symbol.Type) : IsSeparate(getter, depth + 1)));
    }

    /// <summary>Whether nobody changes what a place of the type holds, or the methods that might are looked at.</summary>
    private bool IsSteady(ITypeSymbol type)
        => type.IsValueType
            || type.SpecialType == SpecialType.System_String
            || (type.TypeKind is TypeKind.Class && !IsOfLibrary(type))
            || (type.TypeKind is TypeKind.Class && (type.Name, type.ContainingNamespace.ToDisplayString()) is ("Uri" or "Type" or "Version", "System")
                or ("Encoding", "System.Text") or ("HttpClient", "System.Net.Http")
                or (_, "System.Globalization" or "System.Text.RegularExpressions" or "System.Collections.Immutable" or "System.Collections.Frozen"));

    private bool IsSeparate(IInvocationOperation call, int depth)
    {
        var target = call.TargetMethod;
        if (!IsOfLibrary(target.ContainingType))
        {
            return IsSeparate(target, depth + 1);
        }

        var isSeen = target.MethodKind != MethodKind.DelegateInvoke
            && (target.ContainingType.TypeKind != TypeKind.Interface || target.ContainingType.ContainingNamespace.ToDisplayString().StartsWith("System.Collections", System.StringComparison.Ordinal))
            && call.Arguments.All(argument => argument.Parameter?.RefKind is RefKind.None or RefKind.In || IsOwn(argument.Value, null));
        return isSeen && (target.ContainingType, call.Instance) switch
        {
            ({ ContainingNamespace: { Name: "Tasks", ContainingNamespace.Name: "Threading" } } or { Name: "Thread" }, _) => true,
            ({ ContainingNamespace: { Name: "Threading" } }, _) => false,
            (_, { } instance) when IsOwnObject(instance, null) => true,
            _ => GivesValue(target) || target.Name.StartsWith("ThrowIf", System.StringComparison.Ordinal),
        };
    }

    private static bool GivesValue(IMethodSymbol method)
        => !method.ReturnsVoid && method.ReturnType is not INamedTypeSymbol { Name: "Task" or "ValueTask", TypeArguments.IsEmpty: true };

    /// <summary>What the constructor does, and the initializers of the members with it.</summary>
    private bool MakesOnly(IMethodSymbol constructor, int depth)
        => constructor.ContainingType is { BaseType: { } @base, DeclaringSyntaxReferences: var parts } && IsOfLibrary(@base)
            && parts.SelectMany(part => ((part.GetSyntax() as TypeDeclarationSyntax)?.Members ?? []).OfType<MemberDeclarationSyntax>())
                .All(member => member is not (FieldDeclarationSyntax or PropertyDeclarationSyntax { Initializer: not null }) || member.Modifiers.Any(SyntaxKind.StaticKeyword)
                    || !member.DescendantNodes().Any(node => node is InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax))
            && (constructor.IsImplicitlyDeclared || SoleDeclaration.Of(constructor) is TypeDeclarationSyntax || IsSeparate(constructor, depth + 1));

    // A type parameter may be anything.
    private bool IsOfLibrary(ITypeSymbol? type)
        => type is IArrayTypeSymbol || (type?.ContainingAssembly is { } assembly && type is not ITypeParameterSymbol && !SymbolEqualityComparer.Default.Equals(assembly, _compilation.Assembly)
            && type.ContainingNamespace is { } space && space.ToDisplayString() is var name && (name == "System" || name.StartsWith("System.", System.StringComparison.Ordinal)));
}

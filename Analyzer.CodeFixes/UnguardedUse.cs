using System.Collections.Generic;
using System.Linq;
using CrossRelease.Analyzers.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>
/// Whether a method touches anything that a lock of its caller could guard: fields that change, collections, code that is not seen and is no
/// callback. What it does under a lock of its own is its own business. What is not understood is a use; two things are taken for none by judgement: a call
/// through an interface, and one read of a member of somebody else's object.
/// </summary>
internal sealed class UnguardedUse
{
    private const int MaxDepth = 6;

    private readonly Compilation _compilation;
    private readonly HashSet<IMethodSymbol> _visited = new(SymbolEqualityComparer.Default);

    private UnguardedUse(Compilation compilation) => _compilation = compilation;

    public static bool IsFree(IMethodSymbol method, Compilation compilation) => new UnguardedUse(compilation).IsFree(method, 0);

    private bool IsFree(IMethodSymbol method, int depth)
    {
        method = (method.ReducedFrom ?? method).OriginalDefinition;
        if (!_visited.Add(method))
        {
            return true;
        }

        // Who implements an interface cannot lean on a lock that its caller happens to hold; who overrides a class's method may.
        if (method.ContainingType.TypeKind == TypeKind.Interface)
        {
            return true;
        }

        return depth < MaxDepth
            && !((method.IsVirtual || method.IsAbstract || method.IsOverride) && !method.ContainingType.IsSealed)
            && method.DeclaringSyntaxReferences.Length == 1
            && BodyOf(method) is { } body
            && body.All(part => Within(part).All(operation => IsFree(operation, method, depth)));
    }

    private IReadOnlyList<IOperation>? BodyOf(IMethodSymbol method)
    {
        var syntax = method.DeclaringSyntaxReferences[0].GetSyntax();
        if (syntax is TypeDeclarationSyntax)
        {
            return []; // a primary constructor: it stores its arguments
        }

        var model = Symbols.SemanticModels.Of(_compilation, syntax.SyntaxTree);
        return model.GetOperation(syntax) is { } operation ? [operation] : null;
    }

    /// <summary>All but what runs elsewhere: the bodies of lambdas and local functions.</summary>
    private static IEnumerable<IOperation> Within(IOperation operation)
    {
        yield return operation;
        foreach (var child in operation.ChildOperations.Where(child => child is not (IAnonymousFunctionOperation or ILocalFunctionOperation)))
        {
            foreach (var inner in Within(child))
            {
                yield return inner;
            }
        }
    }

    private bool IsFree(IOperation operation, IMethodSymbol method, int depth) => operation switch
    {
        _ when IsUnderOwnLock(operation) => true,
        IFieldReferenceOperation field => IsFree(field.Field, field.Instance, field, method),
        IPropertyReferenceOperation property => IsFree(property, method, depth),
        IInvocationOperation call => IsFree(call, depth),
        IObjectCreationOperation { Constructor: { } constructor } => IsOwn(constructor) ? constructor.IsImplicitlyDeclared || IsFree(constructor, depth + 1) : true,
        IForEachLoopOperation loop => IsStillCollection(Unconverted(loop.Collection)),
        IArrayElementReferenceOperation element => element.ArrayReference is ILocalReferenceOperation or IParameterReferenceOperation,
        IDynamicInvocationOperation or IDynamicMemberReferenceOperation or IInvalidOperation => false,
        _ => true,
    };

    private static bool IsStillCollection(IOperation? collection) => collection switch
    {
        { Type: IArrayTypeSymbol } or ILocalReferenceOperation or IParameterReferenceOperation or IInvocationOperation => true,
        IFieldReferenceOperation { Field: var field, SemanticModel: { } model } => GuardedFields.IsNoLocks(field, model),

        // What a property gives to everybody, its owner's lock does not guard.
        IPropertyReferenceOperation { Property: { SetMethod: null, DeclaredAccessibility: Accessibility.Public, IsVirtual: false } given } => IsAuto(given),
        _ => false,
    };

    private static bool IsFree(IFieldSymbol field, IOperation? instance, IOperation use, IMethodSymbol method)
        => field.IsReadOnly || field.IsConst || field.IsVolatile
            || (method.MethodKind == MethodKind.Constructor && instance is IInstanceReferenceOperation)
            || (use.Parent is IArgumentOperation { Parent: IInvocationOperation { TargetMethod.ContainingType: { Name: "Interlocked" or "Volatile" } } })
            || IsReadOfAnother(instance, use);

    /// <summary>The value that a member of somebody else's object has at the time: one read, which no lock makes more true.</summary>
    private static bool IsReadOfAnother(IOperation? instance, IOperation use)
        => Unconverted(instance) is IParameterReferenceOperation or ILocalReferenceOperation or IConditionalAccessInstanceOperation
            && !(use.Parent is IAssignmentOperation assignment && assignment.Target == use)
            && use.Parent is not (IIncrementOrDecrementOperation or IArgumentOperation { Parameter.RefKind: not RefKind.None });

    private bool IsFree(IPropertyReferenceOperation property, IMethodSymbol method, int depth)
    {
        var symbol = property.Property;
        if (!IsOwn(symbol))
        {
            return IsThreadSafe(symbol.ContainingType) || IsThreadSafe(property.Instance?.Type) || symbol.IsStatic;
        }

        if (IsAuto(symbol))
        {
            return symbol.SetMethod is null || symbol.SetMethod.IsInitOnly
                || (method.MethodKind == MethodKind.Constructor && property.Instance is IInstanceReferenceOperation)
                || IsReadOfAnother(property.Instance, property);
        }

        return new[] { symbol.GetMethod, symbol.SetMethod }.OfType<IMethodSymbol>().All(accessor => IsFree(accessor, depth + 1));
    }

    internal static bool IsAuto(IPropertySymbol property)
        => property.ContainingType.GetMembers().OfType<IFieldSymbol>().Any(field => SymbolEqualityComparer.Default.Equals(field.AssociatedSymbol, property));

    private bool IsFree(IInvocationOperation call, int depth)
    {
        var target = call.TargetMethod;
        return target.MethodKind == MethodKind.DelegateInvoke
            || (IsOwn(target)
                ? IsFree(target, depth + 1)
                : target.IsStatic
                    || target.MethodKind == MethodKind.Constructor
                    || IsThreadSafe(target.ContainingType)
                    || !ApiModels.Shipped.Of(target, call.Instance?.Type).IsEmpty
                    || Unconverted(call.Instance) is ILocalReferenceOperation { Local.Type.IsValueType: true });
    }

    private bool IsOwn(ISymbol symbol) => SymbolEqualityComparer.Default.Equals(symbol.ContainingAssembly, _compilation.Assembly);

    private static bool IsThreadSafe(ITypeSymbol? type) => type?.ContainingNamespace?.ToDisplayString() switch
    {
        "System.Collections" or "System.Collections.Generic" or "System.Collections.ObjectModel" => false,
        "System.Threading" or "System.Threading.Tasks" or "System.Collections.Concurrent" or "System.Collections.Immutable"
            or "System.Runtime.CompilerServices" or "KThreadRuntime" => true,
        _ => type is { TypeKind: TypeKind.Interface } or { SpecialType: not SpecialType.None and not SpecialType.System_Array },
    };

    private bool IsUnderOwnLock(IOperation operation)
    {
        for (var at = operation.Parent; at is not null; at = at.Parent)
        {
            if (at is ILockOperation held && held.Body.Syntax.Span.Contains(operation.Syntax.Span))
            {
                return true;
            }

            if (at is ITryOperation { Finally: not null } attempt && attempt.Body.Syntax.Span.Contains(operation.Syntax.Span)
                && Within(attempt.Finally).OfType<IInvocationOperation>().Any(Releases))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Releases(IInvocationOperation call)
        => ApiModels.Shipped.Of(call.TargetMethod, call.Instance?.Type).Any(effect => effect.Kind is EffectKind.Release or EffectKind.SemaphoreRelease);

    private static IOperation? Unconverted(IOperation? operation) => operation is IConversionOperation conversion ? Unconverted(conversion.Operand) : operation;
}

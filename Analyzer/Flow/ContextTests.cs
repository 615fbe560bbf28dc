using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CrossRelease.Analyzers.Flow;

/// <summary>
/// Expressions that ask whether the code runs in a certain context: comparisons with the current thread, its id or the
/// current synchronization context, and variables that each thread or flow has its own of.
/// </summary>
internal static class ContextTests
{
    /// <summary>What a comparison tells of the context; null if nothing.</summary>
    public static Value? Of(IBinaryOperation comparison)
    {
        IOperation left = Unwrapped(comparison.LeftOperand);
        IOperation right = Unwrapped(comparison.RightOperand);
        if (IsOwnVariable(left) || IsOwnVariable(right))
        {
            return OfOwnVariable(comparison.OperatorKind, IsOwnVariable(left) ? right : left);
        }

        bool isTest = !IsNothing(left) && !IsNothing(right)
            && (NamesContext(left) || NamesContext(right) || (IsContext(left.Type) && IsContext(right.Type)));
        return !isTest ? null : comparison.OperatorKind switch
        {
            BinaryOperatorKind.Equals => Value.IsOwnContext,
            BinaryOperatorKind.NotEquals => Value.IsOtherContext,
            _ => null,
        };
    }

    /// <summary>What a pattern tells of the context; null if nothing.</summary>
    public static Value? Of(IIsPatternOperation test) => IsOwnVariable(Unwrapped(test.Value)) ? OfOwnVariable(test.Pattern) : null;

    private static Value? OfOwnVariable(IPatternOperation pattern) => pattern switch
    {
        INegatedPatternOperation { Pattern: var negated } => OfOwnVariable(negated) is { } asked ? Negation(asked) : null,
        IConstantPatternOperation { Value: var constant } => OfOwnVariable(BinaryOperatorKind.Equals, Unwrapped(constant)),
        IRelationalPatternOperation { OperatorKind: var kind, Value: var bound } => OfOwnVariable(kind, Unwrapped(bound)),
        IDeclarationPatternOperation or ITypePatternOperation or IRecursivePatternOperation => Value.IsOwnContext,
        _ => null,
    };

    /// <summary>What a call tells of the context; null if nothing.</summary>
    public static Value? Of(IInvocationOperation call)
    {
        if (call.TargetMethod is { Name: "CheckAccess", Parameters.IsEmpty: true, ReturnType.SpecialType: SpecialType.System_Boolean })
        {
            return Value.IsOwnContext;
        }

        if (call.TargetMethod.Name is not ("ReferenceEquals" or "Equals") || call.TargetMethod.ReturnType.SpecialType != SpecialType.System_Boolean)
        {
            return null;
        }

        IOperation[] operands = [.. call.Arguments.Select(static argument => Unwrapped(argument.Value))];
        operands = call.Instance is { } instance ? [.. operands, Unwrapped(instance)] : operands;
        return operands.Length == 2 && !operands.Any(IsNothing) && (operands.Any(NamesContext) || operands.All(static operand => IsContext(operand.Type)))
            ? Value.IsOwnContext
            : null;
    }

    /// <summary>What a property that is read as a truth value tells of the context; null if nothing.</summary>
    public static Value? Of(IPropertyReferenceOperation reference) =>
        reference.Type?.SpecialType != SpecialType.System_Boolean ? null
        : IsOwnVariable(reference) ? Value.IsOwnContext
        : reference.Property.Name == "InvokeRequired" ? Value.IsOtherContext
        : null;

    /// <summary>What a field that is read as a truth value tells of the context; null if nothing.</summary>
    public static Value? Of(IFieldReferenceOperation reference) =>
        reference.Type?.SpecialType == SpecialType.System_Boolean && IsOwnVariable(reference) ? Value.IsOwnContext : null;

    /// <summary>The opposite truth value, where it is known.</summary>
    public static Value Negation(Value value) =>
        value.Equals(Value.IsOwnContext) ? Value.IsOtherContext
        : value.Equals(Value.IsOtherContext) ? Value.IsOwnContext
        : value.Holding is { } holding ? holding.IsHeld ? Value.IsNotHeld(holding.Lock) : Value.IsHeld(holding.Lock)
        : Value.Unknown;

    // A depth or an owner that this thread or flow has set for itself: something other than nothing means "inside".
    private static Value? OfOwnVariable(BinaryOperatorKind kind, IOperation other) => kind switch
    {
        BinaryOperatorKind.Equals => IsNothing(other) ? Value.IsOtherContext : Value.IsOwnContext,
        BinaryOperatorKind.NotEquals => IsNothing(other) ? Value.IsOwnContext : Value.IsOtherContext,
        BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual => Value.IsOwnContext,
        _ => null,
    };

    /// <summary>Whether each thread, or each flow, has the variable for itself.</summary>
    public static bool IsOwnVariable(IOperation operation) => operation switch
    {
        IPropertyReferenceOperation { Property: { Name: "Value", ContainingType: { Name: "AsyncLocal" or "ThreadLocal" } type } } =>
            type.ContainingNamespace is { Name: "Threading" },
        IFieldReferenceOperation { Field: { IsStatic: true } field } =>
            field.GetAttributes().Any(static attribute => attribute.AttributeClass is { Name: "ThreadStaticAttribute" }),
        _ => false,
    };

    private static bool NamesContext(IOperation operation) => operation switch
    {
        IMemberReferenceOperation { Member.Name: "CurrentThread" or "CurrentId" or "ManagedThreadId" or "CurrentManagedThreadId" } => true,
        IMemberReferenceOperation { Member.Name: var name } => IsThreadId(name, operation.Type),
        ILocalReferenceOperation { Local.Name: var name } => IsThreadId(name, operation.Type),
        IParameterReferenceOperation { Parameter.Name: var name } => IsThreadId(name, operation.Type),
        _ => false,
    };

    private static bool IsThreadId(string name, ITypeSymbol? type) =>
        type is { SpecialType: SpecialType.System_Int32 } && name.EndsWith("ThreadId", StringComparison.OrdinalIgnoreCase);

    private static bool IsContext(ITypeSymbol? type) =>
        type is { Name: "Thread" or "KThread" or "Task" or "SynchronizationContext" or "TaskScheduler" or "Dispatcher" } || (type?.BaseType is { } @base && IsContext(@base));

    private static bool IsNothing(IOperation operation) =>
        operation.ConstantValue is { HasValue: true, Value: null or false or 0 } || operation is IDefaultValueOperation;

    private static IOperation Unwrapped(IOperation operation) => ReadContext.Unwrapped(operation)!;
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CrossRelease.Analyzers.Flow;

/// <summary>
/// Texts that the source makes of others, as paths: what is joined, or asked for by a call, from the same parts in the same way is the same key. What parts
/// the path starts from, and how it goes on, says how the text is made; whoever calls brings in the parts that it passes.
/// </summary>
internal static class ComputedKeys
{
    private const int MaxOperands = 5;
    private const int MaxDepth = 4;

    // What makes a new one each time says so.
    private static readonly string[] _makers = ["New", "Next", "Generate", "Random", "Unique"];

    /// <summary>Whether it is a text that the source makes there.</summary>
    public static bool IsMade(IOperation? operation) => ReadContext.Unwrapped(operation)
        is { ConstantValue.HasValue: false, Type.SpecialType: SpecialType.System_String } and (IBinaryOperation or IInterpolatedStringOperation or IInvocationOperation);

    /// <summary>The path of such a text; null where it is not made of what the body knows by name.</summary>
    /// <param name="placeOf">The variable, parameter or member that an operand stands for.</param>
    public static Value? Of(IOperation? text, ReadContext context, Func<IOperation, Value?> placeOf) => Part(text, context, placeOf, depth: 0);

    private static Value? Part(IOperation? operand, ReadContext context, Func<IOperation, Value?> placeOf, int depth)
    {
        IOperation? part = ReadContext.Unwrapped(operand);
        return part switch
        {
            null => null,
            _ when depth > MaxDepth => null,
            { ConstantValue.HasValue: true } => ConstantKeys.Of(part, context),
            IInstanceReferenceOperation => placeOf(part),
            { Type: { } type } when !IsPlain(type) => null,
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Add, OperatorMethod: null } sum => Made("+", [sum.LeftOperand, sum.RightOperand]),
            IInterpolatedStringOperation text => Made("$", text.Parts.Select(static piece => piece switch
            {
                IInterpolationOperation { Alignment: null, FormatString: null } hole => hole.Expression,
                IInterpolatedStringTextOperation literal => literal.Text,
                _ => null,
            })),
            IInvocationOperation { TargetMethod: { Name: var name } method } call when !Array.Exists(_makers, maker => name.StartsWith(maker, StringComparison.Ordinal)) =>
                Made(context.Id(method), (call.Instance is null ? [] : new[] { call.Instance }).Concat(call.Arguments.OrderBy(static argument => argument.Parameter?.Ordinal).Select(static argument => argument.Value))),
            IPropertyReferenceOperation { Instance: { } owner, Arguments.IsEmpty: true, Property: var property } when !context.IsStorage(property) => Made(context.Id(property), [owner]),
            _ => placeOf(part),
        };

        Value? Made(string how, IEnumerable<IOperation?> operands)
        {
            IOperation?[] all = [.. operands];
            Value?[] parts = all.Length is 0 or > MaxOperands ? [] : [.. all.Select(one => Part(one, context, placeOf, depth + 1))];
            return parts.Length > 0 && !parts.Contains(null) ? Value.Computed(how, parts!) : null;
        }
    }

    // Equal ones are alike in all they say.
    private static bool IsPlain(ITypeSymbol type) =>
        type.SpecialType == SpecialType.System_String || type.TypeKind == TypeKind.Enum || (type.IsValueType && type.SpecialType != SpecialType.None)
        || type is { Name: "Guid" or "Uri" or "Type" or "Version", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } };
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CrossRelease.Analyzers.Flow;

// Objects of the runtime whose lock class is the line that makes them.
internal sealed partial class OperationReader
{
    private void AddBirth(IOperation operation, ISymbol? maker, ImmutableArray<IArgumentOperation> arguments, Value made)
    {
        if (maker is IMethodSymbol { ContainingType: { ContainingNamespace: { Name: "KThreadRuntime", ContainingNamespace.IsGlobalNamespace: true } } type } method
            && !_context.IsSource(type)
            && method.Parameters.Any(static parameter => IsSite(parameter))
            && !arguments.Any(static argument => NamesClass(argument)))
        {
            _instructions.Add(new Birth(operation.Syntax.Span, made, type.Name));
        }
    }

    // A key, a policy, or a site that is handed on: then the class is not this line's.
    private static bool NamesClass(IArgumentOperation argument)
    {
        if (argument is not { ArgumentKind: ArgumentKind.Explicit, Parameter: { } parameter })
        {
            return false;
        }

        if (IsSite(parameter))
        {
            return true;
        }

        IOperation? value = ReadContext.Unwrapped(argument.Value);
        bool isNothing = value is IDefaultValueOperation or { ConstantValue: { HasValue: true, Value: null or 0 } };
        return !isNothing && (parameter.Type.Name == "LockClassKey" || (parameter.Type is INamedTypeSymbol { Name: "Nullable", TypeArguments: { Length: 1 } policy } && policy[0].Name == "ClassPolicy"));
    }

    private static bool IsSite(IParameterSymbol parameter) =>
        parameter.HasExplicitDefaultValue && parameter.GetAttributes().Any(static attribute => attribute.AttributeClass is { Name: "CallerFilePathAttribute" or "CallerLineNumberAttribute" });
}

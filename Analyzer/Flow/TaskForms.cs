using CrossRelease.Analyzers.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace CrossRelease.Analyzers.Flow;

/// <summary>What an expression says of the task that it gives.</summary>
internal static class TaskForms
{
    /// <summary>The bit of <c>TaskContinuationOptions.NotOnRanToCompletion</c>; those for the other outcomes follow.</summary>
    private const int FirstOutcomeLeftOut = 16;

    public static bool IsTask(ITypeSymbol? type) =>
        type is INamedTypeSymbol { Name: "Task" or "ValueTask", ContainingNamespace: { Name: "Tasks", ContainingNamespace: { Name: "Threading", ContainingNamespace.Name: "System" } } };

    /// <summary>Whether the task is made of its result, and so has completed.</summary>
    public static bool IsCompleted(IOperation operation) => ReadContext.Unwrapped(operation) switch
    {
        IPropertyReferenceOperation { Property: { Name: "CompletedTask", ContainingType: var type } } => IsTask(type),
        IInvocationOperation { TargetMethod: { Name: "FromResult" or "FromException" or "FromCanceled", ContainingType: var type } } => IsTask(type),
        IObjectCreationOperation { Type: { Name: "ValueTask" } type, Constructor: { } constructor } =>
            IsTask(type) && constructor.Parameters.All(static parameter => !IsTask(parameter.Type) && parameter.Type.Name != "IValueTaskSource"),
        IDefaultValueOperation { Type: { IsValueType: true } type } => IsTask(type),
        _ => false,
    };

    /// <summary>After which outcomes of a task the call's delegate goes on, as a constant argument says.</summary>
    public static TaskOutcomes GoesOnAfter(IOperation call)
    {
        IArgumentOperation? options = (call as IInvocationOperation)?.Arguments.FirstOrDefault(static argument => argument.Parameter?.Type.Name == "TaskContinuationOptions");
        return options?.Value.ConstantValue is { HasValue: true, Value: int said } ? TaskOutcomes.All & ~(TaskOutcomes)(said >> FirstOutcomeLeftOut) : TaskOutcomes.All;
    }

    /// <summary>Whether the body also asks the task, a variable of its own, whether it has failed: then it takes the result of one that has not.</summary>
    public static bool IsAskedForFailure(IOperation? task) =>
        ReadContext.Unwrapped(task) is ILocalReferenceOperation or IParameterReferenceOperation
        && task!.Syntax is IdentifierNameSyntax variable
        && variable.FirstAncestorOrSelf<SyntaxNode>(static node => node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MemberDeclarationSyntax) is { } body
        && body.DescendantNodes().OfType<MemberAccessExpressionSyntax>().Any(access =>
            access.Name.Identifier.ValueText is "IsFaulted" or "IsCanceled" or "IsCompletedSuccessfully" or "Status" or "Exception"
            && access.Expression is IdentifierNameSyntax asked
            && asked.Identifier.ValueText == variable.Identifier.ValueText);
}

using System.Linq;
using CrossRelease.Analyzers.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>What a statement under a lock does, as far as it decides whether it may run without the lock.</summary>
internal static class MovableCode
{
    /// <summary>The one call that a statement makes, when it does nothing else but keep or return its result in a place that no lock guards.</summary>
    public static ExpressionSyntax? CallOf(StatementSyntax statement, SemanticModel model) => statement switch
    {
        ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } assignment }
            when model.GetSymbolInfo(assignment.Left).Symbol is ILocalSymbol or IParameterSymbol { RefKind: RefKind.None } or IDiscardSymbol => Awaited(assignment.Right),
        ExpressionStatementSyntax call => Awaited(call.Expression),
        ReturnStatementSyntax { Expression: { } returned } => Awaited(returned),
        ThrowStatementSyntax { Expression: { } thrown } => thrown,
        LocalDeclarationStatementSyntax { UsingKeyword.RawKind: (int)SyntaxKind.None, Declaration.Variables: { Count: 1 } variables } when variables[0].Initializer is { } initial
            => Awaited(initial.Value),
        _ => null,
    };

    /// <summary>A change that is whole without a lock.</summary>
    public static bool IsAtomic(ExpressionSyntax call, SemanticModel model)
        => call is InvocationExpressionSyntax { ArgumentList.Arguments: { Count: > 0 } arguments }
            && model.GetSymbolInfo(call).Symbol is IMethodSymbol { ContainingType: { Name: "Interlocked", ContainingNamespace.Name: "Threading" } }
            && model.GetSymbolInfo(arguments[0].Expression).Symbol is ILocalSymbol;

    /// <summary>The call itself waits. Monitor.Wait is none of these: it needs its lock.</summary>
    public static bool IsWait(ExpressionSyntax call, SemanticModel model)
        => ApiEffects.Of(call, model).Any(effect => effect.Kind is EffectKind.Wait or EffectKind.WaitAny or EffectKind.WaitOther or EffectKind.SemaphoreWait or EffectKind.Fork);

    /// <summary>The call hands control to code that its writer does not know, and that knows nothing of the lock.</summary>
    public static bool IsForeign(ExpressionSyntax call, SemanticModel model)
    {
        var called = call is ConditionalAccessExpressionSyntax conditional ? conditional.WhenNotNull : call;
        return ApiEffects.Of(call, model).Any(effect => effect.Kind is EffectKind.Raise)
            || (called is InvocationExpressionSyntax && model.GetSymbolInfo(called).Symbol switch
            {
                IMethodSymbol { MethodKind: MethodKind.DelegateInvoke } => true,
                IMethodSymbol { ContainingType: { Name: "TaskCompletionSource" } source, Name: var name }
                    => source.ContainingNamespace.ToDisplayString() == "System.Threading.Tasks" && name != "get_Task",
                IMethodSymbol { ContainingType.TypeKind: TypeKind.Interface, ReturnsVoid: true } method
                    => !method.ContainingNamespace.ToDisplayString().StartsWith("System.Collections", System.StringComparison.Ordinal),
                IMethodSymbol { IsStatic: false, ReturnsVoid: true, IsSealed: false } method => (method.IsAbstract || method.IsVirtual || method.IsOverride)
                    && !method.ContainingType.IsSealed
                    && ApiEffects.ReceiverOf(call) is not (null or ThisExpressionSyntax or BaseExpressionSyntax)
                    && SymbolEqualityComparer.Default.Equals(method.ContainingAssembly, model.Compilation.Assembly),
                _ => false,
            });
    }

    /// <summary>A call through an interface, or of another object's open method, may be what is told of a change, or what the lock is for.</summary>
    public static bool IsThroughInterface(ExpressionSyntax call, SemanticModel model)
        => model.GetSymbolInfo(call is ConditionalAccessExpressionSyntax conditional ? conditional.WhenNotNull : call).Symbol
            is IMethodSymbol { ContainingType: { TypeKind: TypeKind.Interface, Name: not "IObserver" } } or IMethodSymbol { IsAbstract: true } or IMethodSymbol { IsVirtual: true } or IMethodSymbol { IsOverride: true };

    /// <summary>A call of the program's own method that touches nothing a lock of its caller could guard.</summary>
    public static bool NeedsNoLock(ExpressionSyntax call, SemanticModel model)
    {
        var called = call is ConditionalAccessExpressionSyntax conditional ? conditional.WhenNotNull : call;
        return called is InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax
            && model.GetSymbolInfo(called).Symbol is IMethodSymbol method
            && SymbolEqualityComparer.Default.Equals(method.ContainingAssembly, model.Compilation.Assembly)
            && UnguardedUse.IsFree(method, model.Compilation);
    }

    /// <summary>What an await waits for is a task that is there, or one of the library's own making: nothing of it runs under the lock.</summary>
    public static bool IsTaskAtHand(ExpressionSyntax call, SemanticModel model)
        => call.Ancestors().TakeWhile(node => node is ExpressionSyntax).OfType<AwaitExpressionSyntax>().Any()
            && model.GetTypeInfo(call).Type is { Name: "Task" or "ValueTask" or "YieldAwaitable" }
            && model.GetSymbolInfo(call).Symbol is ILocalSymbol or IParameterSymbol or IFieldSymbol or IPropertySymbol
                or IMethodSymbol { IsStatic: true, ContainingType: { Name: "Task", ContainingNamespace.Name: "Tasks" } };

    /// <summary>A jump, or a return of what no lock guards: it goes along with the statement that it ends.</summary>
    public static bool IsEnd(StatementSyntax statement, SemanticModel model) => statement switch
    {
        BreakStatementSyntax or ContinueStatementSyntax => true,
        ReturnStatementSyntax { Expression: null } => true,
        ReturnStatementSyntax { Expression: { } returned } => model.GetConstantValue(returned).HasValue
            || returned is ThisExpressionSyntax
            || model.GetSymbolInfo(returned).Symbol is ILocalSymbol or IParameterSymbol { RefKind: RefKind.None },
        _ => false,
    };

    private static ExpressionSyntax Awaited(ExpressionSyntax expression) => expression switch
    {
        AwaitExpressionSyntax { Expression: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait" } access } } => access.Expression,
        AwaitExpressionSyntax awaited => awaited.Expression,
        _ => expression,
    };
}

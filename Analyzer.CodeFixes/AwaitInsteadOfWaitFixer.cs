using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>A wait in an async function becomes an await, except under a lock of the thread.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AwaitInsteadOfWaitFixer)), Shared]
public sealed class AwaitInsteadOfWaitFixer : OwnPlaceFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["XR1001", "XR1003", "XR1006", "XR2001"];

    private protected override FixEdits? FindEdits(DiagnosticPlace place)
    {
        if (place.Node is not ExpressionSyntax wait
            || !MovableCode.IsWait(wait, place.Model)
            || !IsInAsyncCode(wait)
            || Awaited(wait, place.Model) is not { } awaited)
        {
            return null;
        }

        var edits = new FixEdits();
        var needsParentheses = wait.Parent is MemberAccessExpressionSyntax or ElementAccessExpressionSyntax or ConditionalAccessExpressionSyntax or InvocationExpressionSyntax
            or PostfixUnaryExpressionSyntax;
        edits.Add(place.Document.Id, new TextChange(wait.Span, needsParentheses ? $"(await {awaited})" : $"await {awaited}"));
        return edits;
    }

    private static string? Awaited(ExpressionSyntax wait, SemanticModel model) => wait switch
    {
        MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Result" } result => result.Expression.ToString(),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access, ArgumentList.Arguments: var arguments } call => (access.Name.Identifier.ValueText, arguments.Count) switch
        {
            ("Wait", 0) when IsTask(model.GetTypeInfo(access.Expression).Type) => access.Expression.ToString(),
            ("GetResult", 0) when access.Expression is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "GetAwaiter" } awaiter }
                => awaiter.Expression.ToString(),
            ("WaitAll", > 0) when IsTask(model.GetTypeInfo(access.Expression).Type) => $"{access.Expression}.WhenAll{call.ArgumentList}",
            ("Wait", _) when HasAsyncTwin(call, model) => $"{access.Expression}.WaitAsync{call.ArgumentList}",
            _ => null,
        },
        _ => null,
    };

    private static bool IsTask(ITypeSymbol? type) => type is { Name: "Task" or "ValueTask", ContainingNamespace: { Name: "Tasks", ContainingNamespace.Name: "Threading" } };

    private static bool HasAsyncTwin(InvocationExpressionSyntax call, SemanticModel model)
        => model.GetSymbolInfo(call).Symbol is IMethodSymbol wait
            && wait.ContainingType.GetMembers("WaitAsync").OfType<IMethodSymbol>().Any(twin => IsTask(twin.ReturnType) && twin.Parameters.Length >= wait.Parameters.Length);

    /// <summary>Not in a lock, whose await would not compile, nor in a part of a query or an initializer.</summary>
    private static bool IsInAsyncCode(SyntaxNode wait)
    {
        foreach (var around in wait.Ancestors())
        {
            switch (around)
            {
                case LockStatementSyntax or QueryExpressionSyntax or UnsafeStatementSyntax:
                    return false;
                case AnonymousFunctionExpressionSyntax lambda:
                    return lambda.AsyncKeyword.IsKind(SyntaxKind.AsyncKeyword);
                case LocalFunctionStatementSyntax local:
                    return local.Modifiers.Any(SyntaxKind.AsyncKeyword);
                case MethodDeclarationSyntax method:
                    return method.Modifiers.Any(SyntaxKind.AsyncKeyword);
                case MemberDeclarationSyntax:
                    return around is GlobalStatementSyntax;
            }
        }

        return false;
    }
}

using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CrossRelease.Analyzers;

/// <summary>Calls of the monitor's members, by their syntax first.</summary>
internal static class MonitorCalls
{
    /// <summary>The member or variable that the call is for; null if it is none of a member of the monitor whose name begins so.</summary>
    public static ISymbol? GateOf(InvocationExpressionSyntax call, string member, SemanticModel model) =>
        call is { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: var name, Expression: var type }, ArgumentList.Arguments: { Count: > 0 } arguments }
        && name.StartsWith(member, StringComparison.Ordinal)
        && type is IdentifierNameSyntax { Identifier.ValueText: "Monitor" } or MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Monitor" }
        && model.GetSymbolInfo(call).Symbol is IMethodSymbol { ContainingType: { Name: "Monitor", ContainingNamespace.Name: "Threading" } }
            ? model.GetSymbolInfo(arguments[0].Expression).Symbol
            : null;

    public static MemberDeclarationSyntax? MemberAround(SyntaxNode node) => node.FirstAncestorOrSelf<MemberDeclarationSyntax>();

    /// <summary>How messages call the member that the node is in.</summary>
    public static string NameOf(SyntaxNode node, SemanticModel model) =>
        MemberAround(node) is { } member && model.GetDeclaredSymbol(member) is { } symbol ? SymbolNames.OfBody(symbol) : "the program";
}

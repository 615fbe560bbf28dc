using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using CrossRelease.Analyzers.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>XR1005: the signal that ends a body moves into a <c>finally</c>; a task source that is given a result is given the exception instead.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(CompleteOnEveryPathFixer)), Shared]
public sealed class CompleteOnEveryPathFixer : StoryFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["XR1005"];

    private protected override IEnumerable<FixEdits> FindEdits(IReadOnlyList<DiagnosticPlace> places)
    {
        foreach (var place in places.Skip(1))
        {
            if (place.Node.FirstAncestorOrSelf<ExpressionStatementSyntax>() is { Parent: BlockSyntax block, Expression: InvocationExpressionSyntax call } signal
                && ApiEffects.Of(call, place.Model).Any(effect => effect.Kind is EffectKind.Signal or EffectKind.SemaphoreRelease))
            {
                var text = place.Text;
                var before = block.Statements.TakeWhile(statement => statement != signal).ToList();

                // First all that may fail; then, where a local stands in the way, only what is seen to.
                foreach (var edits in new[] { before.FindIndex(MayLeave), before.FindIndex(statement => IsStep(statement, places)) }.Where(index => index >= 0).Distinct()
                    .Select(index => IsTaskSource(call, place.Model)
                        ? WithException(place, text, [.. before.Skip(index), signal], call)
                        : WrappedStatements.WithFinally(place.Document.Id, text, place.Model, [.. before.Skip(index)], signal, []))
                    .OfType<FixEdits>())
                {
                    yield return edits;
                }
            }
        }
    }

    private static bool IsStep(StatementSyntax statement, IReadOnlyList<DiagnosticPlace> places)
        => places.Any(place => place.Node.SyntaxTree == statement.SyntaxTree && statement.Span.Contains(place.Node.Span));

    private static bool MayLeave(StatementSyntax statement)
        => statement.DescendantNodesAndSelf().Any(node => node is InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax or ThrowStatementSyntax or ThrowExpressionSyntax
            or AwaitExpressionSyntax or ReturnStatementSyntax);

    private static bool IsTaskSource(InvocationExpressionSyntax call, SemanticModel model)
        => model.GetSymbolInfo(call).Symbol is IMethodSymbol { ContainingType.Name: "TaskCompletionSource" };

    private static FixEdits? WithException(
        DiagnosticPlace place, Microsoft.CodeAnalysis.Text.SourceText text, IReadOnlyList<StatementSyntax> body, InvocationExpressionSyntax call)
    {
        if (place.Model.Compilation.GetTypeByMetadataName("System.Exception") is not { } exception || ApiEffects.ReceiverOf(call) is not { } source)
        {
            return null;
        }

        var taken = new HashSet<string>(call.FirstAncestorOrSelf<MemberDeclarationSyntax>()!.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken)).Select(token => token.ValueText));
        var name = new[] { "exception", "failure", "reason" }.FirstOrDefault(candidate => !taken.Contains(candidate));
        return name is null ? null : WrappedStatements.WithCatch(
            place.Document.Id, text, place.Model, body, exception.ToMinimalDisplayString(place.Model, call.SpanStart), name, $"{source}.TrySetException({name});");
    }
}

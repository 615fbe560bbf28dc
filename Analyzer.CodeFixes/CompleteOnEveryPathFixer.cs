using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using CrossRelease.Analyzers.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>XR1005: the signal that ends a body moves into a <c>finally</c>; a task source that is given a result is given the exception instead.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(CompleteOnEveryPathFixer)), Shared]
public sealed class CompleteOnEveryPathFixer : StoryFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["XR1005"];

    private protected override IEnumerable<FixEdits> FindEdits(IReadOnlyList<DiagnosticPlace> places)
    {
        var signals = places.Skip(1).Where(IsSignal).ToList();
        return signals.SelectMany(place => Wrapped(place, places))
            .Concat(signals.Select(WithReturns).OfType<FixEdits>())
            .Concat(signals.SelectMany(CallersOf).SelectMany(caller => Wrapped(caller, places)));
    }

    private static bool IsSignal(DiagnosticPlace place)
        => place.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is { } call
            && ApiEffects.Of(call, place.Model).Any(effect => effect.Kind is EffectKind.Signal or EffectKind.SemaphoreRelease);

    private static IEnumerable<FixEdits> Wrapped(DiagnosticPlace place, IReadOnlyList<DiagnosticPlace> places)
    {
        if (place.Node.FirstAncestorOrSelf<ExpressionStatementSyntax>() is not { Parent: BlockSyntax block, Expression: InvocationExpressionSyntax call } signal)
        {
            return [];
        }

        var text = place.Text;
        var before = block.Statements.TakeWhile(statement => statement != signal).ToList();

        // First all that may fail; then, where a local stands in the way, only what is seen to.
        return new[] { before.FindIndex(MayLeave), before.FindIndex(statement => IsStep(statement, places)) }.Where(index => index >= 0).Distinct()
            .Select(index => IsTaskSource(call, place.Model)
                ? WithException(place, text, [.. before.Skip(index), signal], call)
                : WrappedStatements.WithFinally(place.Document.Id, text, place.Model, [.. before.Skip(index)], signal, []))
            .OfType<FixEdits>();
    }

    /// <summary>Where a method of the program signals for others: the calls of it, each of which has to be come to. What is no result may be given early.</summary>
    private static IEnumerable<DiagnosticPlace> CallersOf(DiagnosticPlace signal)
    {
        if (signal.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } call
            || IsTaskSource(call, signal.Model)
            || signal.Node.FirstAncestorOrSelf<MethodDeclarationSyntax>() is not { } declaration
            || signal.Model.GetDeclaredSymbol(declaration) is not { ReturnsVoid: true } method)
        {
            return [];
        }

        return from node in signal.Model.SyntaxTree.GetRoot().DescendantNodes().OfType<InvocationExpressionSyntax>()
               where node.Parent is ExpressionStatementSyntax && SymbolEqualityComparer.Default.Equals(signal.Model.GetSymbolInfo(node).Symbol?.OriginalDefinition, method)
               select new DiagnosticPlace(signal.Document, node.Parent!, signal.Model);
    }

    /// <summary>A return before the signal gives up what was waited for.</summary>
    private static FixEdits? WithReturns(DiagnosticPlace signal)
    {
        var call = signal.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>();
        var function = call?.Ancestors().FirstOrDefault(node => node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MemberDeclarationSyntax);
        if (call is null || function is null || !IsTaskSource(call, signal.Model) || ApiEffects.ReceiverOf(call) is not { } source || !CallOperands.IsSteady(source, signal.Model))
        {
            return null;
        }

        var text = signal.Text;
        var edits = new FixEdits();
        foreach (var exit in function.DescendantNodes(node => node == function || node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)).OfType<ReturnStatementSyntax>()
            .Where(exit => exit.SpanStart < call.SpanStart))
        {
            var line = text.Lines.GetLineFromPosition(exit.SpanStart);
            var indent = text.ToString(TextSpan.FromBounds(line.Start, exit.SpanStart));
            if (exit is not { Expression: null, Parent: BlockSyntax block } || !string.IsNullOrWhiteSpace(indent)
                || block.Statements.TakeWhile(other => other != exit).Any(other => other.ToString().StartsWith(source.ToString(), System.StringComparison.Ordinal)))
            {
                return null;
            }

            edits.Add(signal.Document.Id, new TextChange(
                new TextSpan(line.Start, 0), $"{indent}{source}.TrySetCanceled();{StatementLines.Break(line, text)}"));
        }

        return edits;
    }

    private static bool IsStep(StatementSyntax statement, IReadOnlyList<DiagnosticPlace> places)
        => places.Any(place => place.Node.SyntaxTree == statement.SyntaxTree && statement.Span.Contains(place.Node.Span));

    private static bool MayLeave(StatementSyntax statement)
        => statement.DescendantNodesAndSelf().Any(node => node is InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax or ThrowStatementSyntax or ThrowExpressionSyntax
            or AwaitExpressionSyntax or ReturnStatementSyntax);

    private static bool IsTaskSource(InvocationExpressionSyntax call, SemanticModel model)
        => model.GetSymbolInfo(call).Symbol is IMethodSymbol { ContainingType.Name: "TaskCompletionSource" };

    private static FixEdits? WithException(
        DiagnosticPlace place, SourceText text, IReadOnlyList<StatementSyntax> body, InvocationExpressionSyntax call)
    {
        if (place.Model.Compilation.GetTypeByMetadataName("System.Exception") is not { } exception || ApiEffects.ReceiverOf(call) is not { } source)
        {
            return null;
        }

        var name = TakenNames.Around(call).Take("exception");
        return WrappedStatements.WithCatch(
            place.Document.Id, text, place.Model, body, $"{exception.ToMinimalDisplayString(place.Model, call.SpanStart)} {name}", $"{source}.TrySetException({name});");
    }
}

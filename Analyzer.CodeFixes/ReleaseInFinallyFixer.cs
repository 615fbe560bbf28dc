using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using CrossRelease.Analyzers.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>A lock or a semaphore that some way keeps is released in a <c>finally</c>, which every way passes.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ReleaseInFinallyFixer)), Shared]
public sealed class ReleaseInFinallyFixer : OwnPlaceFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["XR1005", "XR2005"];

    private protected override FixEdits? FindEdits(DiagnosticPlace place)
    {
        if (place.Node.FirstAncestorOrSelf<ExpressionStatementSyntax>() is not { Parent: BlockSyntax block } acquire
            || LockOf(acquire, place.Model, effect => effect is EffectKind.Acquire or EffectKind.SemaphoreWait) is not { } key)
        {
            return null;
        }

        var text = place.Text;
        var behind = block.Statements.Skip(block.Statements.IndexOf(acquire) + 1).ToList();
        var release = behind.FirstOrDefault(statement => ReleaseOf(statement, place.Model) == key);
        var attempt = behind.OfType<TryStatementSyntax>().FirstOrDefault(found => found.Finally?.Block.Statements.Any(statement => ReleaseOf(statement, place.Model) == key) == true);
        return release is not null ? Wrap(place.Document.Id, text, place.Model, behind.TakeWhile(statement => statement != release).ToList(), release, key)
            : attempt is not null ? Widen(place.Document.Id, text, behind.TakeWhile(statement => statement != attempt).ToList(), attempt)
            : block.Parent is BaseMethodDeclarationSyntax ? GiveBack(place, text, behind, acquire, key)
            : null;
    }

    /// <summary>A method that hands the lock to its caller hands over nothing when it fails. Null when something else in it may release already.</summary>
    private static FixEdits? GiveBack(DiagnosticPlace place, SourceText text, IReadOnlyList<StatementSyntax> behind, ExpressionStatementSyntax acquire, string key)
    {
        var call = acquire.DescendantNodes().OfType<InvocationExpressionSyntax>().First(found => LockOf(found, place.Model, effect => effect is EffectKind.Acquire or EffectKind.SemaphoreWait) == key);
        var release = place.Model.GetSymbolInfo(call).Symbol switch
        {
            IMethodSymbol { ContainingType: { Name: "SemaphoreSlim", ContainingNamespace.Name: "Threading" } } => $"{key}.Release();",
            IMethodSymbol { ContainingType: { Name: "Monitor", ContainingNamespace.Name: "Threading" } } => $"Monitor.Exit({key});",
            _ => null,
        };
        var mayRelease = behind.SelectMany(statement => statement.DescendantNodes()).Any(node => node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax
            || (node is SimpleNameSyntax { Parent: not ArgumentSyntax, Identifier.ValueText: var name } && (name.StartsWith("Release", System.StringComparison.Ordinal) || name is "Exit" or "Dispose")));
        return release is null || behind.Count == 0 || mayRelease ? null : WrappedStatements.WithCatch(place.Document.Id, text, place.Model, behind, exception: null, release);
    }

    private static FixEdits? Wrap(DocumentId document, SourceText text, SemanticModel model, IReadOnlyList<StatementSyntax> body, StatementSyntax release, string key)
    {
        // The ways that release and leave now leave through the finally block.
        var early = body.SelectMany(statement => statement.DescendantNodes().OfType<ExpressionStatementSyntax>()).Where(statement => ReleaseOf(statement, model) == key).ToList();
        return body.Count > 0 && early.All(IsFollowedByExit) ? WrappedStatements.WithFinally(document, text, model, body, release, early) : null;
    }

    private static bool IsFollowedByExit(StatementSyntax release)
        => release.Parent is BlockSyntax block
            && block.Statements.SkipWhile(other => other != release).Skip(1).FirstOrDefault() is ReturnStatementSyntax { Expression: null or IdentifierNameSyntax or LiteralExpressionSyntax } or ThrowStatementSyntax
            && !release.GetLeadingTrivia().Concat(release.GetTrailingTrivia()).Any(trivia => !string.IsNullOrWhiteSpace(trivia.ToString()));

    /// <summary>What stands between the acquire and the try that releases moves into it.</summary>
    private static FixEdits? Widen(DocumentId document, SourceText text, IReadOnlyList<StatementSyntax> between, TryStatementSyntax attempt)
    {
        if (between.Count == 0
            || attempt.Catches.Count > 0
            || between.Any(statement => statement.ContainsDirectives || statement.DescendantTokens().Any(token => token.Text.Contains('\n')))
            || between.OfType<LocalDeclarationStatementSyntax>().Any())
        {
            return null;
        }

        var start = text.Lines.GetLineFromPosition(between[0].SpanStart);
        var end = text.Lines.GetLineFromPosition(between[between.Count - 1].Span.End);
        var open = text.Lines.GetLineFromPosition(attempt.Block.OpenBraceToken.SpanStart);
        var before = text.Lines.GetLineFromPosition(between[0].FullSpan.Start);
        if (attempt.Block.OpenBraceToken.Span.End != open.End || end.End >= open.Start || before.Start != between[0].FullSpan.Start)
        {
            return null;
        }

        var unit = start.ToString().StartsWith("\t", System.StringComparison.Ordinal) ? "\t" : "    ";
        var lines = Enumerable.Range(before.LineNumber, end.LineNumber - before.LineNumber + 1).Select(number => text.Lines[number].ToString())
            .SkipWhile(string.IsNullOrWhiteSpace).Select(line => string.IsNullOrWhiteSpace(line) ? line : unit + line);
        var newline = StatementLines.Break(open, text);
        var edits = new FixEdits();
        var behind = text.Lines[end.LineNumber + 1];
        while (string.IsNullOrWhiteSpace(behind.ToString()))
        {
            behind = text.Lines[behind.LineNumber + 1];
        }

        edits.Add(document, new TextChange(TextSpan.FromBounds(before.Start, behind.Start), ""));
        edits.Add(document, new TextChange(
            new TextSpan(open.EndIncludingLineBreak, 0), string.Concat(lines.Select(line => line + newline)) + (attempt.Block.Statements.Count > 0 ? newline : "")));
        return edits;
    }

    private static string? ReleaseOf(StatementSyntax statement, SemanticModel model)
        => LockOf(statement as ExpressionStatementSyntax, model, effect => effect is EffectKind.Release or EffectKind.SemaphoreRelease);

    /// <summary>How the statement names the lock that it acquires or releases.</summary>
    private static string? LockOf(ExpressionStatementSyntax? statement, SemanticModel model, System.Func<EffectKind, bool> wanted)
        => statement?.Expression.DescendantNodesAndSelf().OfType<InvocationExpressionSyntax>().Select(call => LockOf(call, model, wanted)).FirstOrDefault(found => found is not null);

    private static string? LockOf(InvocationExpressionSyntax call, SemanticModel model, System.Func<EffectKind, bool> wanted)
    {
        if (ApiEffects.Of(call, model).FirstOrDefault(effect => wanted(effect.Kind)) is not { Target: var target })
        {
            return null;
        }

        return target.IsReceiver ? ApiEffects.ReceiverOf(call)?.ToString()
            : target.Parameter < call.ArgumentList.Arguments.Count ? call.ArgumentList.Arguments[target.Parameter].Expression.ToString() : null;
    }
}

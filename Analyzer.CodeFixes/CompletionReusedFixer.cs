using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>XR4002: a completion that every round waits for is reset at the beginning of each.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(CompletionReusedFixer)), Shared]
public sealed class CompletionReusedFixer : OwnPlaceFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["XR4002"];

    private protected override FixEdits? FindEdits(DiagnosticPlace place)
    {
        if (place.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } wait
            || LoopBodyOf(wait) is not { } body
            || ApiEffects.ReceiverOf(wait) is not { } completion
            || ResetOf(place.Model.GetTypeInfo(completion).Type) is not { } reset
            || place.Model.GetSymbolInfo(completion).Symbol is not (ILocalSymbol or IParameterSymbol or IFieldSymbol { IsReadOnly: true }))
        {
            return null;
        }

        var text = place.Text;
        var first = body.Statements[0];
        var line = text.Lines.GetLineFromPosition(first.SpanStart);
        var indent = text.ToString(TextSpan.FromBounds(line.Start, first.SpanStart));
        if (!string.IsNullOrWhiteSpace(indent))
        {
            return null;
        }

        var edits = new FixEdits();
        var open = text.Lines.GetLineFromPosition(body.OpenBraceToken.SpanStart);
        edits.Add(place.Document.Id, new TextChange(
            new TextSpan(open.EndIncludingLineBreak, 0), $"{indent}{completion}.{reset}();{StatementLines.Break(open, text)}"));
        return edits;
    }

    private static BlockSyntax? LoopBodyOf(SyntaxNode wait)
        => wait.Ancestors().TakeWhile(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MemberDeclarationSyntax))
            .Select(node => node switch
            {
                CommonForEachStatementSyntax each => each.Statement,
                ForStatementSyntax counted => counted.Statement,
                WhileStatementSyntax repeated => repeated.Statement,
                DoStatementSyntax repeated => repeated.Statement,
                _ => null,
            }).FirstOrDefault(body => body is not null) as BlockSyntax;

    private static string? ResetOf(ITypeSymbol? type) => type?.ToDisplayString() switch
    {
        "KThreadRuntime.Completion" => "Reinitialize",
        "System.Threading.ManualResetEvent" or "System.Threading.ManualResetEventSlim" or "System.Threading.CountdownEvent" => "Reset",
        _ => null,
    };
}

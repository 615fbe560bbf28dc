using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>XR1005: what a container drops is signalled before, a task source as cancelled; a monitor's waiters are woken after a change of what they wait for.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SignalDroppedFixer)), Shared]
public sealed class SignalDroppedFixer : StoryFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["XR1005"];

    private protected override IEnumerable<FixEdits> FindEdits(IReadOnlyList<DiagnosticPlace> places)
    {
        foreach (var place in places.Skip(1))
        {
            if (place.Node.FirstAncestorOrSelf<StatementSyntax>() is not { Parent: BlockSyntax } statement || !StatementLines.AreOwn(statement, statement, place.Text))
            {
                continue;
            }

            var edits = WaitedMonitor(places[0]) is { } monitor ? Pulse(place, statement, monitor) : Signal(place, statement);
            if (edits is not null)
            {
                yield return edits;
            }
        }
    }

    private static ISymbol? WaitedMonitor(DiagnosticPlace wait)
        => wait.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is { ArgumentList.Arguments: { Count: > 0 } arguments } call
            && wait.Model.GetSymbolInfo(call).Symbol is IMethodSymbol { Name: "Wait", ContainingType: { Name: "Monitor", ContainingNamespace.Name: "Threading" } }
            ? wait.Model.GetSymbolInfo(arguments[0].Expression).Symbol : null;

    /// <summary>All are woken: who waits for what is not looked at, and one of several would be the wrong one.</summary>
    private static FixEdits? Pulse(DiagnosticPlace place, StatementSyntax change, ISymbol monitor)
    {
        var held = change.Ancestors().TakeWhile(node => node is not (MemberDeclarationSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
            .OfType<LockStatementSyntax>().FirstOrDefault(around => SymbolEqualityComparer.Default.Equals(place.Model.GetSymbolInfo(around.Expression).Symbol, monitor));
        if (held is null
            || change is not ExpressionStatementSyntax
            || place.Model.Compilation.GetTypeByMetadataName("System.Threading.Monitor") is not { } type)
        {
            return null;
        }

        var edits = new FixEdits();
        var end = place.Text.Lines.GetLineFromPosition(change.Span.End);
        edits.Add(place.Document.Id, new TextChange(
            new TextSpan(end.End, 0), $"{StatementLines.Break(end, place.Text)}{StatementLines.Indent(change.SpanStart, place.Text)}{type.ToMinimalDisplayString(place.Model, change.SpanStart)}.PulseAll({held.Expression});"));
        return edits;
    }

    private static FixEdits? Signal(DiagnosticPlace place, StatementSyntax statement)
    {
        if (statement is not ExpressionStatementSyntax { Expression: InvocationExpressionSyntax { ArgumentList.Arguments.Count: 0, Expression: MemberAccessExpressionSyntax access } call }
            || access.Name.Identifier.ValueText != "Clear"
            || !call.Span.Contains(place.Node.Span)
            || place.Model.GetTypeInfo(access.Expression).Type is not INamedTypeSymbol { ContainingNamespace: var home } container
            || !home.ToDisplayString().StartsWith("System.Collections", System.StringComparison.Ordinal)
            || container.TypeArguments.LastOrDefault() is not { } element
            || SignalOf(element) is not { } signal)
        {
            return null;
        }

        var text = place.Text;
        var indent = StatementLines.Indent(statement.SpanStart, text);
        var name = TakenNames.Around(statement).Take("dropped");
        var all = access.Expression + (container.TypeArguments.Length == 2 ? ".Values" : "");
        string[] lines = [$"foreach (var {name} in {all})", "{", $"{StatementLines.Unit(indent)}{name}.{signal}();", "}"];
        var end = StatementLines.Break(text.Lines.GetLineFromPosition(statement.SpanStart), text);
        var edits = new FixEdits();
        edits.Add(place.Document.Id, new TextChange(new TextSpan(StatementLines.CommentedStart(statement, text), 0), string.Concat(lines.Select(added => indent + added + end)) + end));
        return edits;
    }

    private static string? SignalOf(ITypeSymbol element) => element is { Name: "TaskCompletionSource", ContainingNamespace.Name: "Tasks" } ? "TrySetCanceled"
        : element.ToDisplayString() is "System.Threading.ManualResetEventSlim" or "System.Threading.ManualResetEvent" or "System.Threading.AutoResetEvent" ? "Set"
        : null;
}

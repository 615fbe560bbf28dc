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

/// <summary>
/// A token's callback is unregistered, and one that runs already is not waited for. What it needs it cannot have before this wait is over, so that
/// nobody has come to lean on its end here.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UnregisterFixer)), Shared]
public sealed class UnregisterFixer : StoryFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["XR1001"];

    private protected override IEnumerable<FixEdits> FindEdits(IReadOnlyList<DiagnosticPlace> places)
    {
        foreach (var place in places)
        {
            if (place.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is { ArgumentList.Arguments.Count: 0 } call
                && Name(call) is { Identifier.ValueText: "Dispose" } name
                && IsForItsEffect(call)
                && place.Model.GetSymbolInfo(call).Symbol is IMethodSymbol
                {
                    ContainingType: { Name: "CancellationTokenRegistration", ContainingNamespace: { Name: "Threading", ContainingNamespace.Name: "System" } } registration,
                }
                && !registration.GetMembers("Unregister").IsEmpty)
            {
                var edits = new FixEdits();
                edits.Add(place.Document.Id, new TextChange(name.Span, "Unregister"));
                yield return edits;
            }
        }
    }

    private static SimpleNameSyntax? Name(InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax access => access.Name,
        MemberBindingExpressionSyntax binding => binding.Name,
        _ => null,
    };

    /// <summary>Unregister has a result: as the value of a lambda it could choose another overload.</summary>
    private static bool IsForItsEffect(InvocationExpressionSyntax call)
    {
        var whole = call.Ancestors().OfType<ConditionalAccessExpressionSyntax>().LastOrDefault(around => around.WhenNotNull.Span.Contains(call.Span)) ?? (ExpressionSyntax)call;
        return whole.Parent is ExpressionStatementSyntax or ArrowExpressionClauseSyntax { Parent: not AnonymousFunctionExpressionSyntax };
    }
}

using System.Collections.Immutable;
using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CrossRelease.Analyzers;

/// <summary>XR4001: the function of a KThread that somebody stops or parks, and that never looks whether it should.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class StopIsNeverSeenAnalyzer : DiagnosticAnalyzer
{
    internal static LocalRule Rule { get; } = new(
        [SyntaxKind.InvocationExpression],
        static compilation => compilation.GetTypeByMetadataName("KThreadRuntime.KThread") is { } thread ? node => Analyze(node, thread) : null);

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.XR4001_StopIsNeverSeen];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        Rule.Register(context);
    }

    private static void Analyze(RuleNode context, INamedTypeSymbol thread)
    {
        var creation = (InvocationExpressionSyntax)context.Node;
        if (creation.Expression is not (MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Create" or "Run" } or IdentifierNameSyntax { Identifier.ValueText: "Create" or "Run" })
            || creation.ArgumentList.Arguments.FirstOrDefault(static argument => argument.NameColon is null or { Name.Identifier.ValueText: "function" }) is not { } function
            || context.SemanticModel.GetSymbolInfo(creation, context.CancellationToken).Symbol is not IMethodSymbol { IsStatic: true } method
            || !SymbolEqualityComparer.Default.Equals(method.ContainingType, thread))
        {
            return;
        }

        var asked = KThreadRequests.Of(creation, context.Compilation, context.SemanticModel, context.CancellationToken);
        if (asked.IsEmpty)
        {
            return;
        }

        var body = new KThreadFunction(context.Compilation, context.SemanticModel, context.CancellationToken).Of(function.Expression);
        if (body is null)
        {
            return;
        }

        if (asked.Stop is { } stop && body.EndlessLoop is { } loop && !body.LooksAt(KThreadFunction.StopNames))
        {
            Report(context, function, [loop, stop.Place], body.Name, "looks at ShouldStop in its endless loop", stop.Name, "for ever", "Loop while ShouldStop is false");
        }
        else if (asked.Park is { } park && body.Loop is { } turns && !body.LooksAt(KThreadFunction.ParkNames))
        {
            Report(context, function, [turns, park.Place], body.Name, "parks", park.Name, "until the thread has ended", "Call ParkMe in its loop when ShouldPark is true");
        }
    }

    private static void Report(
        RuleNode context, ArgumentSyntax function, Location[] steps, string name, string fault, string waiter, string howLong, string advice) =>
        context.Report(
            Rules.XR4001_StopIsNeverSeen,
            function.Expression is AnonymousFunctionExpressionSyntax lambda ? PlaceOf(lambda) : function.GetLocation(),
            steps, name, name, fault, waiter, howLong, advice);

    // The head of a lambda; its body may be long.
    private static Location PlaceOf(AnonymousFunctionExpressionSyntax lambda)
    {
        int end = lambda switch
        {
            LambdaExpressionSyntax arrow => arrow.ArrowToken.Span.End,
            AnonymousMethodExpressionSyntax { ParameterList: { } parameters } => parameters.Span.End,
            AnonymousMethodExpressionSyntax method => method.DelegateKeyword.Span.End,
            _ => lambda.Span.End,
        };
        return Location.Create(lambda.SyntaxTree, Microsoft.CodeAnalysis.Text.TextSpan.FromBounds(lambda.SpanStart, end));
    }
}

using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CrossRelease.Analyzers;

/// <summary>What the function of a thread does, and what the methods do that it calls, as far as their source is at hand.</summary>
internal sealed class KThreadFunction(Compilation compilation, SemanticModel atHand, CancellationToken cancellation)
{
    /// <summary>Calls of calls: deeper than this the function counts as looking at everything.</summary>
    private const int MaxDepth = 8;

    /// <summary>Whoever names one of these can see that it should stop.</summary>
    public static readonly string[] StopNames = ["ShouldStop", "StopToken"];

    /// <summary>Whoever names this parks when it should.</summary>
    public static readonly string[] ParkNames = ["ParkMe"];

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<SyntaxNode> _seen = [];
    private bool _isOpen;

    /// <summary>How messages call the function.</summary>
    public string Name { get; private set; } = "";

    /// <summary>A loop that ends neither by its condition nor by a jump, a throw or an exception that is caught around it.</summary>
    public Location? EndlessLoop { get; private set; }

    /// <summary>Some loop.</summary>
    public Location? Loop { get; private set; }

    /// <summary>Whether the function, or what it calls, names one of these members, or runs code that is not at hand.</summary>
    public bool LooksAt(string[] names) => _isOpen || names.Any(_names.Contains);

    /// <summary>Null where the function's source is not at hand.</summary>
    public KThreadFunction? Of(ExpressionSyntax function)
    {
        SyntaxNode? body;
        if (function is AnonymousFunctionExpressionSyntax lambda)
        {
            body = lambda.Body;
            Name = "a lambda in " + (OutermostMember(function) is { } member ? SymbolNames.OfBody(member) : "the program");
        }
        else
        {
            var method = atHand.GetSymbolInfo(function, cancellation).Symbol as IMethodSymbol;
            body = method is null ? null : BodyOf(method);
            Name = method is null ? "" : SymbolNames.OfBody(method);
        }

        if (body is null)
        {
            return null;
        }

        Read(body, depth: 0, isInTry: false);
        return this;
    }

    private void Read(SyntaxNode body, int depth, bool isInTry)
    {
        if (!_seen.Add(body))
        {
            return;
        }

        // A nested function may be run by anyone: what it names may be seen, what it does is another's.
        _names.UnionWith(body.DescendantNodesAndSelf().OfType<SimpleNameSyntax>().Select(static name => name.Identifier.ValueText));
        SemanticModel model = SemanticModels.Of(compilation, body.SyntaxTree, atHand);
        foreach (SyntaxNode node in body.DescendantNodesAndSelf(node => node == body || node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)))
        {
            cancellation.ThrowIfCancellationRequested();
            switch (node)
            {
                case WhileStatementSyntax or ForStatementSyntax or DoStatementSyntax or CommonForEachStatementSyntax:
                    ReadLoop((StatementSyntax)node, body, model, isInTry);
                    break;
                case InvocationExpressionSyntax call:
                    Follow(call, model, depth, isInTry || IsInTryWithCatch(call, body));
                    break;
            }
        }
    }

    private void ReadLoop(StatementSyntax loop, SyntaxNode body, SemanticModel model, bool isInTry)
    {
        // The keyword, not the whole loop.
        Location place = loop.GetFirstToken().GetLocation();
        Loop ??= place;
        ExpressionSyntax? condition = loop switch
        {
            WhileStatementSyntax @while => @while.Condition,
            DoStatementSyntax @do => @do.Condition,
            ForStatementSyntax { Condition: { } given } => given,
            _ => null,
        };
        bool isUnconditional = condition is null || model.GetConstantValue(condition, cancellation) is { HasValue: true, Value: true };
        if (isUnconditional && !isInTry && !IsInTryWithCatch(loop, body) && !CanLeave(loop, model))
        {
            EndlessLoop ??= place;
        }
    }

    private bool CanLeave(StatementSyntax loop, SemanticModel model)
    {
        ControlFlowAnalysis? flow = model.AnalyzeControlFlow(loop);
        return flow is not { Succeeded: true }
            || flow.EndPointIsReachable
            || !flow.ExitPoints.IsEmpty
            || loop.DescendantNodes().Any(node => node is ThrowStatementSyntax or ThrowExpressionSyntax or YieldStatementSyntax
                || (node is ArgumentSyntax argument && model.GetTypeInfo(argument.Expression, cancellation).Type is { Name: "CancellationToken" }));
    }

    private void Follow(InvocationExpressionSyntax call, SemanticModel model, int depth, bool isInTry)
    {
        if (model.GetSymbolInfo(call, cancellation).Symbol is not IMethodSymbol method)
        {
            return;
        }

        bool isAtHand = !method.DeclaringSyntaxReferences.IsEmpty;
        bool isDynamic = method.MethodKind == MethodKind.DelegateInvoke
            || (isAtHand && (method.IsAbstract || method.IsVirtual || method.IsOverride))
            || (!isAtHand && call.ArgumentList.Arguments.Any(argument => model.GetTypeInfo(argument.Expression, cancellation).Type is { Name: "KThread" }));
        if (isDynamic || depth == MaxDepth)
        {
            _isOpen = true;
        }
        else if (isAtHand && BodyOf(method) is { } body)
        {
            Read(body, depth + 1, isInTry);
        }
    }

    private SyntaxNode? BodyOf(IMethodSymbol method) =>
        (method.PartialImplementationPart ?? method).OriginalDefinition.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation) switch
        {
            BaseMethodDeclarationSyntax declared => (SyntaxNode?)declared.Body ?? declared.ExpressionBody,
            LocalFunctionStatementSyntax local => (SyntaxNode?)local.Body ?? local.ExpressionBody,
            _ => null,
        };

    private ISymbol? OutermostMember(SyntaxNode node)
    {
        ISymbol? member = atHand.GetEnclosingSymbol(node.SpanStart, cancellation);
        while (member is IMethodSymbol { MethodKind: MethodKind.AnonymousFunction or MethodKind.LocalFunction })
        {
            member = member.ContainingSymbol;
        }

        return member;
    }

    private static bool IsInTryWithCatch(SyntaxNode node, SyntaxNode body)
    {
        for (SyntaxNode? child = node; child is not null && child != body; child = child.Parent)
        {
            if (child.Parent is TryStatementSyntax { Catches.Count: > 0 } statement && statement.Block == child)
            {
                return true;
            }
        }

        return false;
    }
}

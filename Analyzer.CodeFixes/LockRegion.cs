using System.Collections.Generic;
using System.Linq;
using CrossRelease.Analyzers.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>Statements that run under a lock: a <c>lock</c>, a <c>using</c> of a scope, or a <c>try</c> whose <c>finally</c> does nothing but release.</summary>
internal sealed class LockRegion
{
    private LockRegion(StatementSyntax statement, StatementSyntax first, StatementSyntax body)
    {
        Statement = statement;
        First = first;
        Body = body;
    }

    /// <summary>Behind it the lock is not held any more.</summary>
    public StatementSyntax Statement { get; }

    /// <summary>Before it the lock is not held yet: the same statement, or the acquiring call before a <c>try</c>.</summary>
    public StatementSyntax First { get; }

    public StatementSyntax Body { get; }

    /// <param name="acquires">Places that are known to acquire: a call of the program's own that gives out a scope is one by its place only.</param>
    public static LockRegion? Of(StatementSyntax body, SemanticModel model, IReadOnlyCollection<TextSpan> acquires) => body.Parent switch
    {
        LockStatementSyntax held => new LockRegion(held, held, body),
        UsingStatementSyntax scope when IsAcquire(scope.Expression ?? scope.Declaration?.Variables[0].Initializer?.Value, model, acquires) => new LockRegion(scope, scope, body),
        TryStatementSyntax { Catches.Count: 0, Finally.Block.Statements: { Count: 1 } last } attempt when attempt.Block == body && IsRelease(last[0], model)
            => new LockRegion(attempt, Before(attempt) is { } before && IsAcquire((before as ExpressionStatementSyntax)?.Expression, model, acquires) ? before : attempt, body),
        _ => null,
    };

    private static bool IsAcquire(ExpressionSyntax? expression, SemanticModel model, IReadOnlyCollection<TextSpan> acquires)
        => expression is not null
            && (acquires.Any(expression.Span.Contains)
                || HasEffect(expression, model, effect => effect is EffectKind.Acquire or EffectKind.AcquireScope or EffectKind.SemaphoreWait));

    private static bool IsRelease(StatementSyntax statement, SemanticModel model) => statement switch
    {
        ExpressionStatementSyntax call => HasEffect(call.Expression, model, effect => effect is EffectKind.Release or EffectKind.ReleaseScope or EffectKind.SemaphoreRelease),
        IfStatementSyntax { Else: null, Condition: IdentifierNameSyntax } taken => IsRelease(taken.Statement, model),
        BlockSyntax { Statements.Count: 1 } block => IsRelease(block.Statements[0], model),
        _ => false,
    };

    private static bool HasEffect(ExpressionSyntax expression, SemanticModel model, System.Func<EffectKind, bool> wanted)
        => expression.DescendantNodesAndSelf().OfType<InvocationExpressionSyntax>().Any(call => ApiEffects.Of(call, model).Any(effect => wanted(effect.Kind)));

    private static StatementSyntax? Before(StatementSyntax statement)
    {
        var all = statement.Parent switch
        {
            BlockSyntax block => block.Statements,
            SwitchSectionSyntax section => section.Statements,
            _ => default,
        };
        var index = all.IndexOf(statement);
        return index > 0 ? all[index - 1] : null;
    }
}

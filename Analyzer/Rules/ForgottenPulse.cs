using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CrossRelease.Analyzers;

/// <summary>
/// A monitor's condition that a member makes true, under the monitor, and tells nobody: whoever waits for it in a loop is not woken to look.
/// </summary>
/// <remarks>
/// Both lock and state are private fields, so that all who change the one and pulse the other are in sight. A member is excused by a pulse of its own,
/// of what it calls, or of one of its callers; and where the waiter itself, or who calls it, makes the change: it does not wait then.
/// </remarks>
internal static class ForgottenPulse
{
    private const int MaxCallers = 3;

    public static LocalRule Rule { get; } = new([SyntaxKind.InvocationExpression], static _ => Analyze, "Wait");

    private static void Analyze(RuleNode context)
    {
        var wait = (InvocationExpressionSyntax)context.Node;
        if (MonitorCalls.GateOf(wait, "Wait", context.SemanticModel) is not IFieldSymbol { DeclaredAccessibility: Accessibility.Private } gate
            || wait.ArgumentList.Arguments.Count != 1
            || ConditionOf(wait) is not { } condition
            || MonitorCalls.MemberAround(wait) is not { } waiter
            || Pulsers(gate, context) is not { } pulsers)
        {
            return;
        }

        foreach (WaitedState state in WaitedState.In(condition, context.SemanticModel))
        {
            foreach ((SimpleNameSyntax name, SemanticModel model) in MemberUses.Of(state.Field, context.Compilation, context.SemanticModel, context.CancellationToken))
            {
                if (state.ChangeAt(name) is { } change
                    && MonitorCalls.MemberAround(change) is { } member and not ConstructorDeclarationSyntax
                    && IsUnder(gate, change, model)
                    && !pulsers.Excuse(member, waiter))
                {
                    context.Report(
                        Rules.XR1005_LostCompletion, wait.GetLocation(), [change.GetLocation()], "pulse " + state.Field.Name,
                        MonitorCalls.NameOf(waiter, context.SemanticModel), gate.Name,
                        $"'{MonitorCalls.NameOf(member, model)}' changes '{state.Field.Name}', for which it waits, and does not pulse. Pulse after the change.");
                    return;
                }
            }
        }
    }

    // What a loop asks that does nothing else but wait, at its top level.
    private static ExpressionSyntax? ConditionOf(InvocationExpressionSyntax wait) => wait.Parent is not ExpressionStatementSyntax statement ? null
        : (statement.Parent is BlockSyntax block ? block.Parent : statement.Parent) switch
        {
            WhileStatementSyntax loop => loop.Condition,
            DoStatementSyntax loop => loop.Condition,
            _ => null,
        };

    private static bool IsUnder(IFieldSymbol gate, SyntaxNode node, SemanticModel model) => node.Ancestors()
        .TakeWhile(static outer => !MemberUses.IsFunction(outer))
        .OfType<LockStatementSyntax>()
        .Any(outer => SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(outer.Expression).Symbol, gate));

    // Who pulses the lock; null if nobody does, or code elsewhere may since it gets the lock.
    private static PulsingMembers? Pulsers(IFieldSymbol gate, RuleNode context)
    {
        var pulsing = new List<MemberDeclarationSyntax>();
        foreach ((SimpleNameSyntax name, SemanticModel model) in MemberUses.Of(gate, context.Compilation, context.SemanticModel, context.CancellationToken))
        {
            ExpressionSyntax whole = MemberUses.Whole(name);
            if (whole.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call } && MonitorCalls.GateOf(call, "", model) is not null)
            {
                if (MonitorCalls.GateOf(call, "Pulse", model) is not null && MonitorCalls.MemberAround(call) is { } member)
                {
                    pulsing.Add(member);
                }
            }
            else if (whole.Parent is not (LockStatementSyntax or MemberAccessExpressionSyntax or ElementAccessExpressionSyntax or CommonForEachStatementSyntax))
            {
                return null;
            }
        }

        return pulsing.Count == 0 ? null : new PulsingMembers(pulsing, gate.ContainingType, context.CancellationToken);
    }

    /// <summary>Which members of a type pulse, themselves or by one that they name. Names stand for members: an overload excuses the others.</summary>
    private sealed class PulsingMembers
    {
        private readonly (string Name, HashSet<string> Named)[] _members;
        private readonly HashSet<string> _pulsing;

        public PulsingMembers(IEnumerable<MemberDeclarationSyntax> pulsing, INamedTypeSymbol type, CancellationToken cancellation)
        {
            _members = [.. type.DeclaringSyntaxReferences.Select(part => part.GetSyntax(cancellation)).OfType<TypeDeclarationSyntax>()
                .SelectMany(static part => part.Members).Where(static member => member is not BaseTypeDeclarationSyntax)
                .Select(static member => (NameOf(member), NamedIn(member)))];
            _pulsing = new HashSet<string>(pulsing.Select(NameOf), StringComparer.Ordinal);
            int known;
            do
            {
                known = _pulsing.Count;
                _pulsing.UnionWith(_members.Where(member => _pulsing.Overlaps(member.Named)).Select(static member => member.Name).ToArray());
            }
            while (_pulsing.Count > known);
        }

        /// <summary>Whether somebody pulses for the change, or nobody waits when it is made.</summary>
        public bool Excuse(MemberDeclarationSyntax changer, MemberDeclarationSyntax waiter)
        {
            string[] level = [NameOf(changer)];
            string waits = NameOf(waiter);
            for (int i = 0; i <= MaxCallers && level.Length > 0; i++)
            {
                if (level.Any(name => name == waits || _pulsing.Contains(name) || _members.Any(member => member.Name == name && (member.Named.Contains(waits) || member.Named.Contains("Interrupt")))))
                {
                    return true;
                }

                level = [.. _members.Where(member => member.Named.Overlaps(level)).Select(static member => member.Name).Except(level)];
            }

            return false;
        }

        private static HashSet<string> NamedIn(MemberDeclarationSyntax member) => new(
            member.DescendantNodes().OfType<SimpleNameSyntax>().Where(IsOwnOrInterrupt).Select(static name => name.Identifier.ValueText), StringComparer.Ordinal);

        // A member of another object is another one; an interrupt ends whatever its thread waits for.
        private static bool IsOwnOrInterrupt(SimpleNameSyntax name) =>
            MemberUses.Whole(name) is not MemberAccessExpressionSyntax { Expression: not (ThisExpressionSyntax or BaseExpressionSyntax) } || name.Identifier.ValueText == "Interrupt";

        private static string NameOf(MemberDeclarationSyntax member) => member switch
        {
            MethodDeclarationSyntax method => method.Identifier.ValueText,
            PropertyDeclarationSyntax property => property.Identifier.ValueText,
            EventDeclarationSyntax @event => @event.Identifier.ValueText,
            IndexerDeclarationSyntax => "this[]",
            _ => member.Kind().ToString(),
        };
    }
}

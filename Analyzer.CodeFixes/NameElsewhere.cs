using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>How the object that one lock statement locks is named at another one, on the way from which it is locked.</summary>
internal sealed class NameElsewhere
{
    private readonly LockStatementSyntax _outer;
    private readonly SemanticModel _model;
    private string _receiver = "";

    private NameElsewhere(LockStatementSyntax outer, SemanticModel model)
    {
        _outer = outer;
        _model = model;
    }

    /// <summary>Null where it has no name there, or one that could stand for something else by then.</summary>
    /// <param name="way">The places of the story behind the outer lock, in order.</param>
    public static string? Of(LockStatementSyntax inner, SemanticModel innerModel, LockStatementSyntax outer, SemanticModel model, IEnumerable<DiagnosticPlace> way)
    {
        if (outer.Statement.Span.Contains(inner.Span) && outer.SyntaxTree == inner.SyntaxTree)
        {
            return CallOperands.IsSteady(inner.Expression, model) && IsKnownBefore(inner.Expression, outer, model) ? inner.Expression.ToString() : null;
        }

        var named = innerModel.GetSymbolInfo(inner.Expression).Symbol;
        if (!IsForGood(named) || !model.IsAccessible(outer.SpanStart, named!))
        {
            return null;
        }

        var names = new NameElsewhere(outer, model);
        return named!.IsStatic ? names.OfStatic(named)
            : inner.Expression is IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax or BaseExpressionSyntax }
                && MemberOf(inner) is { } goal && names.TryFollow(way, goal, innerModel.GetDeclaredSymbol(goal) as IMethodSymbol)
                ? names.OfMember(named) : null;
    }

    /// <summary>A field that is set once, or a property that gives such a one out.</summary>
    private static bool IsForGood(ISymbol? named) => named switch
    {
        IFieldSymbol field => field.IsReadOnly,
        IPropertySymbol { SetMethod: null, DeclaringSyntaxReferences: { Length: 1 } declarations } => declarations[0].GetSyntax() switch
        {
            PropertyDeclarationSyntax { ExpressionBody.Expression: var value } => value.DescendantNodesAndSelf().All(node
                => node is IdentifierNameSyntax or MemberAccessExpressionSyntax or ThisExpressionSyntax or ParenthesizedExpressionSyntax or CastExpressionSyntax or TypeSyntax),
            PropertyDeclarationSyntax { AccessorList.Accessors: { Count: 1 } accessors } => accessors[0] is { Body: null, ExpressionBody: null },
            _ => false,
        },
        _ => false,
    };

    private string? OfStatic(ISymbol named)
        => IsMeant(named.Name, named) ? named.Name : $"{named.ContainingType.ToMinimalDisplayString(_model, _outer.SpanStart)}.{named.Name}";

    private string? OfMember(ISymbol named)
        => _receiver.Length > 0 ? $"{_receiver}.{named.Name}" : IsMeant(named.Name, named) ? named.Name : null;

    /// <summary>From call to call to the member; each is made on the same object, or on one that keeps its name.</summary>
    private bool TryFollow(IEnumerable<DiagnosticPlace> way, SyntaxNode goal, IMethodSymbol? method)
    {
        foreach (var place in way.TakeWhile(_ => MemberOf(_outer) != goal))
        {
            if (place.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } call
                || place.Model.GetSymbolInfo(call).Symbol is not IMethodSymbol { IsStatic: false, MethodKind: MethodKind.Ordinary } called
                || !TryEnter(call, place.Model))
            {
                return false;
            }

            if (method is not null && IsOrRuns(called, method))
            {
                return true;
            }
        }

        return MemberOf(_outer) == goal;
    }

    private static bool IsOrRuns(IMethodSymbol called, IMethodSymbol method)
    {
        for (var at = method; at is not null; at = at.OverriddenMethod)
        {
            if (SymbolEqualityComparer.Default.Equals(at.OriginalDefinition, called.OriginalDefinition))
            {
                return true;
            }
        }

        return called.ContainingType.TypeKind == TypeKind.Interface
            && SymbolEqualityComparer.Default.Equals(method.ContainingType.FindImplementationForInterfaceMember(called), method);
    }

    private bool TryEnter(InvocationExpressionSyntax call, SemanticModel model)
    {
        var receiver = (call.Expression as MemberAccessExpressionSyntax)?.Expression;
        if (call.Expression is IdentifierNameSyntax || receiver is ThisExpressionSyntax or BaseExpressionSyntax)
        {
            return true;
        }

        if (receiver is null || !CallOperands.IsSteady(receiver, model) || RootOf(receiver) is not { } root || model.GetSymbolInfo(root).Symbol is not { } symbol)
        {
            return false;
        }

        var isMember = symbol is IFieldSymbol or IPropertySymbol;
        var isHere = MemberOf(call) == MemberOf(_outer);
        if (!isMember && !(isHere && symbol is ILocalSymbol or IParameterSymbol && IsKnownBefore(receiver, _outer, model)))
        {
            return false;
        }

        var isMeant = _receiver.Length > 0 || IsMeant(root.Identifier.ValueText, symbol);
        var name = receiver.ToString();
        _receiver = _receiver.Length == 0 ? name : $"{_receiver}.{name}";
        return isMeant;
    }

    /// <summary>Whether the bare name means the same at the outer lock.</summary>
    private bool IsMeant(string name, ISymbol symbol)
        => _model.LookupSymbols(_outer.SpanStart, name: name) is { Length: 1 } found && SymbolEqualityComparer.Default.Equals(found[0].OriginalDefinition, symbol.OriginalDefinition);

    /// <summary>No local of it is declared in the lock's body.</summary>
    private static bool IsKnownBefore(ExpressionSyntax expression, LockStatementSyntax outer, SemanticModel model)
        => !expression.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Select(name => model.GetSymbolInfo(name).Symbol).OfType<ILocalSymbol>()
            .Any(local => local.DeclaringSyntaxReferences.Any(declaration => outer.Statement.Span.Contains(declaration.Span)));

    private static IdentifierNameSyntax? RootOf(ExpressionSyntax expression) => expression switch
    {
        IdentifierNameSyntax name => name,
        MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax, Name: IdentifierNameSyntax name } => name,
        MemberAccessExpressionSyntax access => RootOf(access.Expression),
        _ => null,
    };

    private static SyntaxNode? MemberOf(SyntaxNode node)
        => node.FirstAncestorOrSelf<SyntaxNode>(around => around is MemberDeclarationSyntax or AccessorDeclarationSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax);
}

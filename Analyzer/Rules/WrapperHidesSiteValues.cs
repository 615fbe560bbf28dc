using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CrossRelease.Analyzers;

/// <summary>
/// The calls and constructions of one member whose value may reach the member's caller: returned, yielded, put in an out or ref parameter, or put
/// in something that is. What the member also keeps in a field of its own is left out: there the line belongs to the class, not to its callers.
/// </summary>
internal sealed class WrapperHidesSiteValues
{
    private readonly SemanticModel _model;
    private readonly SyntaxNode _body;
    private readonly INamedTypeSymbol _owner;
    private readonly HashSet<ISymbol> _seen = new(SymbolEqualityComparer.Default);
    private readonly List<ExpressionSyntax> _found = [];

    private WrapperHidesSiteValues(SemanticModel model, SyntaxNode body, INamedTypeSymbol owner)
    {
        _model = model;
        _body = body;
        _owner = owner;
    }

    /// <summary>In the order of the source.</summary>
    public static IReadOnlyList<ExpressionSyntax> Of(SyntaxNode body, IMethodSymbol member, SemanticModel model)
    {
        var values = new WrapperHidesSiteValues(model, body, member.ContainingType);
        foreach (var node in OwnNodes(body).ToList())
        {
            switch (node)
            {
                case ReturnStatementSyntax { Expression: { } returned }:
                    values.Visit(returned);
                    break;
                case YieldStatementSyntax { Expression: { } yielded }:
                    values.Visit(yielded);
                    break;
                case ArrowExpressionClauseSyntax arrow:
                    values.Visit(arrow.Expression);
                    break;
                case AssignmentExpressionSyntax assignment when values.IsHandedBack(assignment.Left):
                    values.Visit(assignment.Right);
                    break;
            }
        }

        values._found.Sort((left, right) => left.SpanStart.CompareTo(right.SpanStart));
        return values._found;
    }

    /// <summary>A lambda or a local function runs for whoever it is given to, not for the caller of the member.</summary>
    private static IEnumerable<SyntaxNode> OwnNodes(SyntaxNode body)
        => body.DescendantNodesAndSelf(node => node == body || node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax));

    private bool IsHandedBack(ExpressionSyntax target)
        => target is IdentifierNameSyntax && _model.GetSymbolInfo(target).Symbol is IParameterSymbol { RefKind: RefKind.Out or RefKind.Ref };

    private void Visit(ExpressionSyntax expression)
    {
        switch (expression)
        {
            case ParenthesizedExpressionSyntax inner:
                Visit(inner.Expression);
                break;
            case CastExpressionSyntax cast:
                Visit(cast.Expression);
                break;
            case AwaitExpressionSyntax awaited:
                Visit(awaited.Expression);
                break;
            case PostfixUnaryExpressionSyntax postfix when postfix.IsKind(SyntaxKind.SuppressNullableWarningExpression):
                Visit(postfix.Operand);
                break;
            case ConditionalExpressionSyntax conditional:
                Visit(conditional.WhenTrue);
                Visit(conditional.WhenFalse);
                break;
            case BinaryExpressionSyntax coalesce when coalesce.IsKind(SyntaxKind.CoalesceExpression):
                Visit(coalesce.Left);
                Visit(coalesce.Right);
                break;
            case IdentifierNameSyntax name:
                VisitLocal(name);
                break;
            default:
                VisitElements(expression);
                break;
        }
    }

    private void VisitElements(ExpressionSyntax expression)
    {
        IEnumerable<ExpressionSyntax> elements = expression switch
        {
            SwitchExpressionSyntax choice => choice.Arms.Select(arm => arm.Expression),
            TupleExpressionSyntax tuple => tuple.Arguments.Select(argument => argument.Expression),
            ArrayCreationExpressionSyntax { Initializer: { } items } => items.Expressions,
            ImplicitArrayCreationExpressionSyntax array => array.Initializer.Expressions,
            CollectionExpressionSyntax collection => collection.Elements.OfType<ExpressionElementSyntax>().Select(element => element.Expression),
            BaseObjectCreationExpressionSyntax creation => ElementsOf(creation),
            InvocationExpressionSyntax call => ElementsOf(call),
            _ => [],
        };

        if (expression is BaseObjectCreationExpressionSyntax or InvocationExpressionSyntax)
        {
            _found.Add(expression);
        }

        foreach (var element in elements)
        {
            Visit(element);
        }
    }

    private IEnumerable<ExpressionSyntax> ElementsOf(BaseObjectCreationExpressionSyntax creation)
    {
        // An object of the user's own that is given its parts by its own class creates them for the class, as a constructor does.
        var type = _model.GetTypeInfo(creation).Type;
        var initialized = SymbolEqualityComparer.Default.Equals(type, _owner) ? null : creation.Initializer?.Expressions.SelectMany(Assigned);
        var arguments = IsForeign(type) ? creation.ArgumentList?.Arguments.Select(argument => argument.Expression) : null;
        return [.. arguments ?? [], .. initialized ?? []];
    }

    private static IEnumerable<ExpressionSyntax> Assigned(ExpressionSyntax item) => item switch
    {
        AssignmentExpressionSyntax member => [member.Right],
        InitializerExpressionSyntax nested => nested.Expressions,
        _ => [item],
    };

    /// <summary>Task.FromResult, ValueTuple.Create, KeyValuePair.Create: the framework's own carriers hand on what they are given.</summary>
    private IEnumerable<ExpressionSyntax> ElementsOf(InvocationExpressionSyntax call)
        => call.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "FromResult" or "Create" }
            && _model.GetSymbolInfo(call).Symbol is IMethodSymbol { IsStatic: true, IsGenericMethod: true } method && IsForeign(method.ContainingType)
                ? call.ArgumentList.Arguments.Select(argument => argument.Expression)
                : [];

    private void VisitLocal(IdentifierNameSyntax name)
    {
        if (_model.GetSymbolInfo(name).Symbol is not ILocalSymbol local || !_seen.Add(local) || IsKept(local))
        {
            return;
        }

        foreach (var reference in local.DeclaringSyntaxReferences)
        {
            if (reference.GetSyntax() is VariableDeclaratorSyntax { Initializer.Value: { } value })
            {
                Visit(value);
            }
        }

        foreach (var assignment in OwnNodes(_body).OfType<AssignmentExpressionSyntax>().ToList())
        {
            if (Refers(assignment.Left, local) || IsMemberOf(assignment.Left, local))
            {
                Visit(assignment.Right);
            }
        }
    }

    /// <summary>A member of a local that is handed out, unless the object is of the class that does this: then it is its own constructor's work.</summary>
    private bool IsMemberOf(ExpressionSyntax target, ILocalSymbol local)
        => target is MemberAccessExpressionSyntax or ElementAccessExpressionSyntax
            && !SymbolEqualityComparer.Default.Equals(local.Type, _owner)
            && Refers(target is MemberAccessExpressionSyntax member ? member.Expression : ((ElementAccessExpressionSyntax)target).Expression, local);

    /// <summary>Whether the local is also stored in a field or property of the member's own class (a lazily made part, whoever asks first).</summary>
    private bool IsKept(ILocalSymbol local)
        => OwnNodes(_body).Any(node => node switch
        {
            AssignmentExpressionSyntax assignment => Refers(assignment.Right, local) && IsOwnMember(assignment.Left),
            InvocationExpressionSyntax call => call.ArgumentList.Arguments.Any(argument => Refers(argument.Expression, local))
                && call.ArgumentList.Arguments.Any(argument => argument.RefKindKeyword.IsKind(SyntaxKind.RefKeyword) && IsOwnMember(argument.Expression)),
            _ => false,
        });

    private bool IsOwnMember(ExpressionSyntax target)
        => target is IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax }
            && _model.GetSymbolInfo(target).Symbol is IFieldSymbol or IPropertySymbol;

    private bool Refers(ExpressionSyntax expression, ILocalSymbol local)
        => expression is IdentifierNameSyntax name
            && name.Identifier.ValueText == local.Name
            && SymbolEqualityComparer.Default.Equals(_model.GetSymbolInfo(name).Symbol, local);

    private static bool IsForeign(ITypeSymbol? type) => type is { DeclaringSyntaxReferences.Length: 0 };
}

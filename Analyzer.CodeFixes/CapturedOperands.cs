using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>What a moved wait reads that only the lock keeps still, and the locals of the lock's body that it needs: both get a local before the lock.</summary>
internal sealed class CapturedOperands
{
    private readonly List<Capture> _captures = [];
    private readonly List<Hoist> _hoists = [];

    private CapturedOperands()
    {
    }

    /// <summary>An operand, and the local that takes its value under the lock.</summary>
    public readonly struct Capture(ExpressionSyntax operand, string type, string name)
    {
        public ExpressionSyntax Operand => operand;

        public string Type => type;

        public string Name => name;
    }

    /// <summary>A local that is declared in the lock's body and has to live on after it.</summary>
    public readonly struct Hoist(LocalDeclarationStatementSyntax declaration, string type, string name)
    {
        public LocalDeclarationStatementSyntax Declaration => declaration;

        public string Type => type;

        public string Name => name;
    }

    public IReadOnlyList<Capture> Captures => _captures;

    public IReadOnlyList<Hoist> Hoists => _hoists;

    /// <summary>Null when an operand cannot be kept in a local, or when nothing would be left under the lock.</summary>
    public static CapturedOperands? Find(LockedWait wait, SemanticModel model)
    {
        var found = new CapturedOperands();
        var member = wait.Outermost.Ancestors().First(node => node is MemberDeclarationSyntax);
        var taken = new HashSet<string>(member.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken)).Select(token => token.ValueText));
        foreach (var operand in wait.Expressions.SelectMany(Operands))
        {
            if (!IsSteady(operand, model) && !found.TryCapture(operand, model, taken))
            {
                return null;
            }
        }

        var inner = wait.Moved.SelectMany(statement => statement.DescendantNodes().OfType<IdentifierNameSyntax>())
            .Select(name => model.GetSymbolInfo(name).Symbol).OfType<ILocalSymbol>()
            .Where(local => IsDeclaredIn(wait, local)).Distinct<ILocalSymbol>(SymbolEqualityComparer.Default).ToList();
        var leavesWork = wait.Body.Statements.Count > wait.Moved.Count || found._captures.Count > 0;
        return leavesWork && inner.All(local => found.TryHoist(local, member, model)) ? found : null;
    }

    private static IEnumerable<ExpressionSyntax> Operands(ExpressionSyntax wait)
    {
        var (called, receiver) = wait is ConditionalAccessExpressionSyntax conditional ? (conditional.WhenNotNull, conditional.Expression) : (wait, null);
        if (called is InvocationExpressionSyntax call)
        {
            receiver ??= (call.Expression as MemberAccessExpressionSyntax)?.Expression;
            return [.. receiver is null ? [] : new[] { Waited(receiver) }, .. call.ArgumentList.Arguments.Select(argument => argument.Expression)];
        }

        return [Waited(receiver ?? ((MemberAccessExpressionSyntax)called).Expression)];
    }

    /// <summary>Behind GetAwaiter and its like stands what is waited for; they do not block.</summary>
    private static ExpressionSyntax Waited(ExpressionSyntax receiver)
    {
        while (receiver is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "GetAwaiter" or "ConfigureAwait" or "AsTask" } access })
        {
            receiver = access.Expression;
        }

        return receiver;
    }

    /// <summary>Whether an expression gives the same value after the lock as under it.</summary>
    private static bool IsSteady(ExpressionSyntax expression, SemanticModel model)
    {
        expression = Unforgiven(expression);
        if (model.GetConstantValue(expression).HasValue || expression is ThisExpressionSyntax or BaseExpressionSyntax)
        {
            return true;
        }

        return model.GetSymbolInfo(expression).Symbol switch
        {
            INamedTypeSymbol => true,
            ILocalSymbol { IsRef: false } => true,
            IParameterSymbol { RefKind: RefKind.None } => true,
            IFieldSymbol { IsReadOnly: true } => expression is not MemberAccessExpressionSyntax access || IsSteady(access.Expression, model),
            IPropertySymbol { IsStatic: true, IsReadOnly: true, DeclaringSyntaxReferences.Length: 0 } => true,
            _ => false,
        };
    }

    private bool TryCapture(ExpressionSyntax operand, SemanticModel model, HashSet<string> taken)
    {
        var info = model.GetTypeInfo(operand);
        if (info.Type is not { SpecialType: not SpecialType.System_Void, IsAnonymousType: false, IsRefLikeType: false, TypeKind: not TypeKind.Error } type
            || operand.Parent is ArgumentSyntax { RefKindKeyword.RawKind: not (int)SyntaxKind.None }
            || (type is INamedTypeSymbol { IsValueType: true, IsReadOnly: false } && operand.Parent is not ArgumentSyntax)
            || !SymbolEqualityComparer.Default.Equals(type, info.ConvertedType))
        {
            return false;
        }

        _captures.Add(new Capture(operand, Named(type, info.Nullability.FlowState, model, operand), NameFor(operand, type, taken)));
        return true;
    }

    private bool TryHoist(ILocalSymbol local, SyntaxNode member, SemanticModel model)
    {
        if (local.IsRef
            || local.IsConst
            || local.DeclaringSyntaxReferences[0].GetSyntax() is not VariableDeclaratorSyntax { Initializer.Value: not InitializerExpressionSyntax } declarator
            || declarator.Parent?.Parent is not LocalDeclarationStatementSyntax { Declaration.Variables.Count: 1, UsingKeyword.RawKind: (int)SyntaxKind.None } declaration
            || member.DescendantNodes().Any(node => node != declarator && Declares(node, local.Name))
            || local.Type is { IsAnonymousType: true } or { IsRefLikeType: true })
        {
            return false;
        }

        var type = declaration.Declaration.Type is { IsVar: false } written
            ? written.ToString()
            : Named(local.Type, model.GetTypeInfo(declarator.Initializer.Value).Nullability.FlowState, model, declaration);
        _hoists.Add(new Hoist(declaration, type, local.Name));
        return true;
    }

    private static bool IsDeclaredIn(LockedWait wait, ILocalSymbol local)
    {
        var declaration = local.DeclaringSyntaxReferences[0].Span;
        return wait.Outermost.Span.Contains(declaration) && !wait.Moved.Any(statement => statement.Span.Contains(declaration));
    }

    private static bool Declares(SyntaxNode node, string name) => node switch
    {
        VariableDeclaratorSyntax declarator => declarator.Identifier.ValueText == name,
        SingleVariableDesignationSyntax designation => designation.Identifier.ValueText == name,
        ParameterSyntax parameter => parameter.Identifier.ValueText == name,
        ForEachStatementSyntax loop => loop.Identifier.ValueText == name,
        CatchDeclarationSyntax caught => caught.Identifier.ValueText == name,
        _ => false,
    };

    private static string Named(ITypeSymbol type, NullableFlowState state, SemanticModel model, SyntaxNode place)
    {
        var annotated = type.IsReferenceType && model.GetNullableContext(place.SpanStart).AnnotationsEnabled()
            ? type.WithNullableAnnotation(state == NullableFlowState.MaybeNull ? NullableAnnotation.Annotated : NullableAnnotation.NotAnnotated)
            : type.WithNullableAnnotation(NullableAnnotation.None);
        return annotated.ToMinimalDisplayString(model, place.SpanStart);
    }

    private static ExpressionSyntax Unforgiven(ExpressionSyntax operand)
        => operand is PostfixUnaryExpressionSyntax forgiven ? forgiven.Operand : operand;

    private static string NameFor(ExpressionSyntax operand, ITypeSymbol type, HashSet<string> taken)
    {
        var source = Unforgiven(operand) switch
        {
            IdentifierNameSyntax name => name.Identifier.ValueText,
            MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
            _ => type.Name,
        };
        var letters = source.TrimStart('_');
        var basis = letters.Length == 0 || !char.IsLetter(letters[0]) ? "waited" : char.ToLowerInvariant(letters[0]) + letters.Substring(1);
        if (SyntaxFacts.GetKeywordKind(basis) != SyntaxKind.None)
        {
            basis = "waited";
        }

        var unused = basis;
        for (var number = 2; !taken.Add(unused); number++)
        {
            unused = basis + number;
        }

        return unused;
    }
}

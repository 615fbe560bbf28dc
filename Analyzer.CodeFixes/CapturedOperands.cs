using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>What moved statements read that only the lock keeps still, and the locals of the lock's body that they need: both get a local before the lock.</summary>
internal sealed class CapturedOperands
{
    private readonly SemanticModel _model;
    private readonly LockedTail _tail;
    private readonly SyntaxNode _member;
    private readonly TakenNames _taken;
    private readonly List<Capture> _captures = [];
    private readonly List<Hoist> _hoists = [];

    private CapturedOperands(LockedTail tail, SemanticModel model)
    {
        _tail = tail;
        _model = model;
        _member = tail.Outermost.Statement.Ancestors().First(node => node is MemberDeclarationSyntax);
        _taken = new TakenNames(_member);
    }

    /// <summary>A value that a local takes under the lock, and what stands for it behind the lock.</summary>
    public sealed record Capture(ITypeSymbol Type, string TypeName, string Name, string Value, IReadOnlyList<TextChange> Uses);

    /// <summary>A local that is declared in the lock's body and has to live on after it.</summary>
    public sealed record Hoist(ITypeSymbol Type, string TypeName, string Name, TextChange Declaration);

    public IReadOnlyList<Capture> Captures => _captures;

    public IReadOnlyList<Hoist> Hoists => _hoists;

    /// <summary>Null when an operand cannot be kept in a local.</summary>
    public static CapturedOperands? Find(LockedTail tail, IEnumerable<ExpressionSyntax> calls, Snapshot? snapshot, SemanticModel model)
    {
        var found = new CapturedOperands(tail, model);
        snapshot?.AddTo(found._captures, name => found.Unused(name));
        var kept = snapshot?.Span;
        return calls.SelectMany(CallOperands.Of).Where(operand => kept?.Contains(operand.Span) != true).All(operand => CallOperands.IsSteady(operand, model) || found.TryCapture(operand))
            && found.InnerLocals().All(found.TryHoist) ? found : null;
    }

    /// <summary>Whether the way to the use has found the local not to be null.</summary>
    public bool IsFoundNotNull(IdentifierNameSyntax use) => _model.GetTypeInfo(use).Nullability.FlowState == NullableFlowState.NotNull;

    /// <summary>A name that nothing in the member has.</summary>
    public string Unused(string name) => _taken.Take(SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "waited");

    public static string NameAfter(ExpressionSyntax operand, ITypeSymbol type)
    {
        var source = CallOperands.Unforgiven(operand) switch
        {
            IdentifierNameSyntax name => name.Identifier.ValueText,
            MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
            _ => type.Name,
        };
        var letters = (source.Length > 2 && source[1] == '_' && char.IsLower(source[0]) ? source.Substring(2) : source).TrimStart('_');
        return letters.Length == 0 || !char.IsLetter(letters[0]) ? "waited" : char.ToLowerInvariant(letters[0]) + letters.Substring(1);
    }

    private bool TryCapture(ExpressionSyntax operand)
    {
        var info = _model.GetTypeInfo(operand);
        if (info.Type is not { SpecialType: not SpecialType.System_Void, IsAnonymousType: false, IsRefLikeType: false, TypeKind: not TypeKind.Error } type
            || operand.Parent is ArgumentSyntax { RefKindKeyword.RawKind: not (int)SyntaxKind.None }
            || (type is INamedTypeSymbol { IsValueType: true, IsReadOnly: false } && operand.Parent is not ArgumentSyntax)
            || !SymbolEqualityComparer.Default.Equals(type, info.ConvertedType)
            || _tail.Moved.Any(statement => _model.AnalyzeDataFlow(operand)?.ReadInside.Any(read => statement.Span.Contains(DeclarationOf(read))) == true))
        {
            return false;
        }

        var name = Unused(NameAfter(operand, type));
        _captures.Add(new Capture(type, Named(type, info.Nullability.FlowState, operand), name, operand.ToString(), [new TextChange(operand.Span, name)]));
        return true;
    }

    private IEnumerable<ILocalSymbol> InnerLocals()
        => _tail.Moved.Concat(_tail.Ending is { } ending ? [ending] : []).SelectMany(statement => statement.DescendantNodes().OfType<IdentifierNameSyntax>())
            .Where(name => !_captures.Any(capture => capture.Uses.Any(use => use.Span.Contains(name.Span))))
            .Select(name => _model.GetSymbolInfo(name).Symbol).OfType<ILocalSymbol>()
            .Where(IsDeclaredUnderLock).Distinct<ILocalSymbol>(SymbolEqualityComparer.Default);

    private bool IsDeclaredUnderLock(ILocalSymbol local)
        => _tail.Outermost.Statement.Span.Contains(DeclarationOf(local)) && !_tail.Moved.Any(statement => statement.Span.Contains(DeclarationOf(local)));

    private bool TryHoist(ILocalSymbol local)
    {
        var declaration = local.DeclaringSyntaxReferences[0].GetSyntax();
        if (local.IsRef || local.IsConst || local.Type is { IsAnonymousType: true } or { IsRefLikeType: true }
            || _member.DescendantNodes().Any(node => node != declaration && Declares(node, local.Name)))
        {
            return false;
        }

        switch (declaration)
        {
            case VariableDeclaratorSyntax { Initializer.Value: { } initial and not InitializerExpressionSyntax, Parent: VariableDeclarationSyntax { Variables.Count: 1 } declared }
                when declared.Parent is LocalDeclarationStatementSyntax { UsingKeyword.RawKind: (int)SyntaxKind.None }:
                // "var parked = x;" becomes "parked = x;": the declaration stands before the lock now.
                var type = declared.Type.IsVar ? Named(local.Type, _model.GetTypeInfo(initial).Nullability.FlowState, declaration) : declared.Type.ToString();
                _hoists.Add(new Hoist(local.Type, type, local.Name, new TextChange(TextSpan.FromBounds(declared.Parent.SpanStart, declared.Variables[0].SpanStart), "")));
                return true;
            case SingleVariableDesignationSyntax { Parent: DeclarationExpressionSyntax { Parent: ArgumentSyntax } given }:
                _hoists.Add(new Hoist(
                    local.Type,
                    given.Type.IsVar ? local.Type.ToMinimalDisplayString(_model, given.SpanStart) : given.Type.ToString(),
                    local.Name,
                    new TextChange(given.Span, local.Name)));
                return true;
            default:
                return false;
        }
    }

    private static TextSpan DeclarationOf(ISymbol local) => local.DeclaringSyntaxReferences.FirstOrDefault()?.Span ?? default;

    private static bool Declares(SyntaxNode node, string name) => node switch
    {
        VariableDeclaratorSyntax declarator => declarator.Identifier.ValueText == name,
        SingleVariableDesignationSyntax designation => designation.Identifier.ValueText == name,
        ParameterSyntax parameter => parameter.Identifier.ValueText == name,
        ForEachStatementSyntax loop => loop.Identifier.ValueText == name,
        CatchDeclarationSyntax caught => caught.Identifier.ValueText == name,
        _ => false,
    };

    private string Named(ITypeSymbol type, NullableFlowState state, SyntaxNode place)
    {
        var annotated = type.IsReferenceType && _model.GetNullableContext(place.SpanStart).AnnotationsEnabled()
            ? type.WithNullableAnnotation(state == NullableFlowState.MaybeNull ? NullableAnnotation.Annotated : NullableAnnotation.NotAnnotated)
            : type.WithNullableAnnotation(NullableAnnotation.None);
        return annotated.ToMinimalDisplayString(_model, place.SpanStart);
    }
}

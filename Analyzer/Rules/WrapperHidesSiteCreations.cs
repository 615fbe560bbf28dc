using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace CrossRelease.Analyzers;

/// <summary>Finds the creations that a member makes for its callers and whose site stays the member's own line.</summary>
internal sealed class WrapperHidesSiteCreations(Compilation compilation, CreationSymbols symbols, SemanticModel atHand, CancellationToken cancellation)
{
    /// <summary>A factory of a factory of a factory: deeper than this nobody has been seen to go, and a bound ends every recursion.</summary>
    private const int MaxDepth = 8;

    /// <summary>A creation, the member that is called for it, and the type of the runtime that comes out.</summary>
    public readonly struct Hidden(ExpressionSyntax expression, IMethodSymbol creator, INamedTypeSymbol created)
    {
        public ExpressionSyntax Expression => expression;

        public IMethodSymbol Creator => creator;

        public INamedTypeSymbol Created => created;
    }

    public ImmutableArray<Hidden> Of(IMethodSymbol member) => Of(member, []);

    private ImmutableArray<Hidden> Of(IMethodSymbol member, ImmutableArray<IMethodSymbol> path)
    {
        if (!MayHandOut(member)
            || IsBoundByForeignContract(member)
            || member.DeclaringSyntaxReferences.Length != 1
            || BodyOf(member.DeclaringSyntaxReferences[0].GetSyntax(cancellation)) is not { } body)
        {
            return [];
        }

        var model = SemanticModels.Of(compilation, body.SyntaxTree, atHand);
        var hidden = ImmutableArray.CreateBuilder<Hidden>();
        foreach (var value in WrapperHidesSiteValues.Of(body, member, model))
        {
            cancellation.ThrowIfCancellationRequested();
            if (CreationIn(value, member, model, path.Add(member)) is { } creation && IsHidden(value, member, model))
            {
                hidden.Add(creation);
            }
        }

        return hidden.ToImmutable();
    }

    private bool MayHandOut(IMethodSymbol member)
        => symbols.TrackedIn(member.ReturnType) is not null
            || (member.ReturnType is INamedTypeSymbol { TypeArguments.Length: 1 } wrapped && symbols.TrackedIn(wrapped.TypeArguments[0]) is not null)
            || member.Parameters.Any(parameter => parameter.RefKind is RefKind.Out or RefKind.Ref && symbols.CarriedBy(parameter.Type) is not null);

    /// <summary>A member whose shape another assembly dictates cannot take its caller's site.</summary>
    private static bool IsBoundByForeignContract(IMethodSymbol member)
    {
        for (var overridden = member.OverriddenMethod; overridden is not null; overridden = overridden.OverriddenMethod)
        {
            if (overridden.DeclaringSyntaxReferences.IsEmpty)
            {
                return true;
            }
        }

        ISymbol declared = member.AssociatedSymbol ?? member;
        return member.ContainingType.AllInterfaces
            .Where(contract => contract.DeclaringSyntaxReferences.IsEmpty)
            .SelectMany(contract => contract.GetMembers(declared.Name))
            .Any(contract => SymbolEqualityComparer.Default.Equals(member.ContainingType.FindImplementationForInterfaceMember(contract), declared))
            || member.ExplicitInterfaceImplementations.Any(contract => contract.DeclaringSyntaxReferences.IsEmpty);
    }

    private static SyntaxNode? BodyOf(SyntaxNode declaration) => declaration switch
    {
        BaseMethodDeclarationSyntax method => (SyntaxNode?)method.Body ?? method.ExpressionBody,
        AccessorDeclarationSyntax accessor => (SyntaxNode?)accessor.Body ?? accessor.ExpressionBody,
        ArrowExpressionClauseSyntax arrow => arrow,
        _ => null,
    };

    private Hidden? CreationIn(ExpressionSyntax value, IMethodSymbol member, SemanticModel model, ImmutableArray<IMethodSymbol> path)
    {
        if (model.GetSymbolInfo(value, cancellation).Symbol is not IMethodSymbol called)
        {
            return null;
        }

        var made = called.MethodKind == MethodKind.Constructor ? called.ContainingType : called.ReturnType;
        if (symbols.TakesSite(called))
        {
            return called.MethodKind == MethodKind.Constructor && !symbols.IsTracked(made) ? null : AsHidden(made);
        }

        var callee = (called.ReducedFrom ?? called).OriginalDefinition;
        var isOwn = callee is { MethodKind: MethodKind.Ordinary, DeclaringSyntaxReferences.Length: 1 };
        if (!isOwn || path.Length > MaxDepth || path.Contains(callee, SymbolEqualityComparer.Default))
        {
            return null;
        }

        var inner = Of(callee, path);
        return inner.IsEmpty ? null : new Hidden(value, called, inner[0].Created);

        Hidden? AsHidden(ITypeSymbol type) => symbols.CarriedBy(type) is { } created ? new Hidden(value, called, created) : null;
    }

    private bool IsHidden(ExpressionSyntax value, IMethodSymbol member, SemanticModel model)
    {
        var arguments = model.GetOperation(value, cancellation) switch
        {
            IObjectCreationOperation creation => creation.Arguments,
            IInvocationOperation call => call.Arguments,
            _ => [],
        };
        var given = arguments.Where(argument => argument is { ArgumentKind: ArgumentKind.Explicit, Parameter: not null }).ToList();
        return !given.Any(symbols.NamesClass) && !given.Any(argument => IsOwnFunction(argument, member, model));
    }

    /// <summary>A thread whose function is the member's own has one purpose, and the member's line names it well; one that runs its caller's does not.</summary>
    private static bool IsOwnFunction(IArgumentOperation argument, IMethodSymbol member, SemanticModel model)
        => argument.Parameter!.Type.TypeKind == TypeKind.Delegate
            && !argument.Syntax.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Any(name =>
                model.GetSymbolInfo(name).Symbol is IParameterSymbol { Type: var type } parameter
                && SymbolEqualityComparer.Default.Equals(parameter.ContainingSymbol, member)
                && (type.TypeKind is TypeKind.Delegate or TypeKind.Interface or TypeKind.TypeParameter || type.IsAbstract));
}

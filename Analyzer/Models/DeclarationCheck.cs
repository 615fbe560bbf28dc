using System.Collections.Immutable;
using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.Models;

/// <summary>What declarations on one member cannot mean, alone or beside each other. Of two that contradict each other the first stands.</summary>
internal sealed class DeclarationCheck(MemberDeclarations declarations, ISymbol member)
{
    /// <summary>Why a declaration does not count; null if it does.</summary>
    /// <param name="before">Those on the member that count and stand before it.</param>
    /// <param name="inherited">Those of the members that it overrides or implements.</param>
    public string? FaultOf(Declaration declared, IReadOnlyCollection<Declaration> before, IReadOnlyCollection<Declaration> inherited) =>
        FaultOfTarget(declared) ?? FaultOfOrder(declared)
        ?? before.Select(other => Contradiction(declared, other, "")).FirstOrDefault(static fault => fault is not null)
        ?? inherited.Select(other => Contradiction(declared, other, " on what it overrides")).FirstOrDefault(static fault => fault is not null)
        ?? FaultOfThread(declared);

    private string? FaultOfTarget(Declaration declared)
    {
        if (declared.Target is not { } target)
        {
            return null;
        }

        ITypeSymbol? type = target.Path.LastOrDefault() is { } last ? DeclaredNames.TypeOf(last)
            : target.Parameter is { } parameter ? ((member as IMethodSymbol)?.Parameters ?? ((IPropertySymbol)member).Parameters)[parameter].Type
            : member.ContainingType;
        bool isCompletion = declared.Kind is DeclarationKind.Waits or DeclarationKind.Signals;
        bool mayBe = type is { IsValueType: false, SpecialType: not SpecialType.System_String } or { Name: "SpinLock" or "ValueTask" };
        return mayBe ? null : $"'{target.Text}' is of type '{type?.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}', which is no {(isCompletion ? "completion" : "lock")}";
    }

    private string? FaultOfOrder(Declaration declared)
    {
        if (declared.Kind != DeclarationKind.AcquiredBefore)
        {
            return null;
        }

        if (declared.Target!.Path.LastOrDefault() is not { } last)
        {
            return "an object is no member that could be a lock of its own";
        }

        return SymbolEqualityComparer.Default.Equals(last.OriginalDefinition, member.OriginalDefinition)
            ? "a lock cannot come before itself"
            : RingThrough(declared) is { } ring && IsLast(declared, ring)
                ? "the declared orders form a ring, " + string.Join(", ", ring.Select(static step => $"'{step.Lock.Name}'").Append($"'{ring[0].Lock.Name}'"))
                : null;
    }

    // Depth first over what is declared; the locks of a program that have such an attribute are few.
    private List<(ISymbol Lock, Declaration Order)>? RingThrough(Declaration declared)
    {
        var path = new List<(ISymbol Lock, Declaration Order)> { (member.OriginalDefinition, declared) };
        var seen = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        return Follow(declared.Target!.Path[declared.Target.Path.Length - 1].OriginalDefinition) ? path : null;

        bool Follow(ISymbol @lock)
        {
            if (SymbolEqualityComparer.Default.Equals(@lock, member.OriginalDefinition))
            {
                return true;
            }

            foreach ((ISymbol later, Declaration order) in seen.Add(@lock) ? declarations.OrdersOf(@lock) : [])
            {
                path.Add((@lock, order));
                if (Follow(later))
                {
                    return true;
                }

                path.RemoveAt(path.Count - 1);
            }

            return false;
        }
    }

    // One order of a ring has to go: the last in the source, wherever one begins to look.
    private static bool IsLast(Declaration declared, List<(ISymbol Lock, Declaration Order)> ring) => ring
        .Select(static step => step.Order.Attribute)
        .OrderBy(static attribute => attribute.ApplicationSyntaxReference?.SyntaxTree.FilePath, StringComparer.Ordinal)
        .ThenBy(static attribute => attribute.ApplicationSyntaxReference?.Span.Start)
        .Last() is var last
        && last.ApplicationSyntaxReference?.Span == declared.Attribute.ApplicationSyntaxReference?.Span
        && last.ApplicationSyntaxReference?.SyntaxTree == declared.Attribute.ApplicationSyntaxReference?.SyntaxTree;

    private static string? Contradiction(Declaration declared, Declaration other, string where) => (declared.Kind, other.Kind) switch
    {
        (DeclarationKind.RequiresLock, DeclarationKind.ExcludesLock) or (DeclarationKind.ExcludesLock, DeclarationKind.RequiresLock)
            when declared.Target!.IsSameAs(other.Target!) => $"[{other.Kind}]{where} says the opposite of '{declared.Target.Text}'",
        (DeclarationKind.NonBlocking, DeclarationKind.Waits) => $"[Waits]{where} says that it waits for '{other.Target!.Text}'",
        (DeclarationKind.Waits, DeclarationKind.NonBlocking) => $"[NonBlocking]{where} says that nothing in it waits",
        (DeclarationKind.RequiresLock, DeclarationKind.SingleThreaded) => "[SingleThreaded] leaves nobody whom a lock could keep out",
        (DeclarationKind.SingleThreaded, DeclarationKind.RequiresLock) => $"[RequiresLock]{where} says that '{other.Target!.Text}' keeps others out",
        _ => null,
    };

    private string? FaultOfThread(Declaration declared) =>
        declared.Kind == DeclarationKind.RequiresLock && member is IMethodSymbol or IPropertySymbol && declarations.SingleThreadedType(member.ContainingType) is { } type
            ? $"[SingleThreaded] on '{SymbolNames.OfBody(type)}' leaves nobody whom a lock could keep out"
            : null;
}

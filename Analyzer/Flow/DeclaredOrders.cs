using System.Collections.Immutable;
using CrossRelease.Analyzers.Models;
using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Flow;

/// <summary>
/// Declared orders of locks as bodies that take the two: an order that nobody has taken yet is a dependency like any other, in its own
/// assembly and in those that follow it.
/// </summary>
internal static class DeclaredOrders
{
    /// <param name="elsewhere">The place that stands for an attribute without source.</param>
    public static IEnumerable<BodyFacts> Of(ISymbol @lock, ReadContext context, TextSpan elsewhere, CancellationToken cancellation)
    {
        int number = 0;
        foreach (Declaration order in context.Declarations?.Of(@lock, DeclarationKind.AcquiredBefore) ?? [])
        {
            TextSpan place = order.Attribute.ApplicationSyntaxReference?.GetSyntax(cancellation).Span ?? elsewhere;
            ISymbol later = order.Target!.Path[order.Target.Path.Length - 1];
            Value first = context.MemberOf(Value.This, @lock);
            Value second = order.Target.Path.Aggregate(
                order.Target.Instance is { } type ? Value.Instance(context.Id(type)) : Value.This, context.MemberOf);

            // A lock of a source class is known by its class where the object itself is locked, by its member where it wraps one.
            foreach (string? firstType in TypesOf(@lock, context))
            {
                foreach (string? secondType in TypesOf(later, context))
                {
                    if (firstType is null || firstType != secondType)
                    {
                        yield return Body(@lock, number++, place, [Take(place, first, firstType, @lock.Name), Take(place, second, secondType, later.Name)], context);
                    }
                }
            }
        }
    }

    private static IEnumerable<string?> TypesOf(ISymbol member, ReadContext context) =>
        context.LockType(DeclaredNames.TypeOf(member)) is { } type ? [null, type] : [null];

    private static Affect Take(TextSpan place, Value @lock, string? type, string text) => new(
        place, Value.Unknown, new Effect(EffectKind.Acquire, EffectTarget.Receiver, LockMode.Exclusive, IsKThread: false), @lock, type, false, false, text)
    {
        Scope = place,
        IsStatement = true,
    };

    private static BodyFacts Body(ISymbol @lock, int number, TextSpan place, ImmutableArray<Instruction> takes, ReadContext context) => new(
        context.Id(@lock) + "~order" + number, SymbolNames.OfBody(@lock), null, context.Id(@lock.ContainingType), place,
        IsStatic: false, IsAsync: false, IsConstructor: false, IsEntry: false, IsInternal: true, IsProgramEntry: false,
        [new Block(takes, null, null, null, [], IsInCycle: false, EndOfFinally: null)])
    {
        Role = BodyRole.Order,
        IsVisible = true,
    };
}

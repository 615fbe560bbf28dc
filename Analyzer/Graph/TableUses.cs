using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// The members whose container one body takes something out of by its key: a table of what waits for an answer is used so, and in no other way, where
/// nobody sees to all that is in it. Depends on nothing but the body; immutable.
/// </summary>
internal sealed record TableUses(string[] Taken)
{
    private static readonly TableUses _none = new([]);

    public static TableUses Of(BodyFacts body) => body.Derived(Read);

    /// <summary>Whether the body gets at the container otherwise than by a key: then it may see to all that is in it.</summary>
    public static bool GetsAtAll(BodyFacts body, string container)
    {
        var names = new LocalNames(body);
        return !body.IsConstructor && body.Instructions.Any(instruction => instruction switch
        {
            Move { IsKeyed: true } or Affect { Effect.Kind: EffectKind.Acquire or EffectKind.TryAcquire or EffectKind.Release } => false,
            AssignLocal assign => IsOpen(names.Resolve(assign.Source), container) && !IsAlias(assign) && !(assign.Source.Kind == ValueKind.Element && IsAnswered(body, assign.Span)),
            StoreMember { Target: { Kind: ValueKind.Element, Base: { } table } } store => IsOpen(names.Resolve(store.Source), container) || table.Kind == ValueKind.Element,
            _ => InstructionValues.Of(instruction).Any(value => IsOpen(names.Resolve(value), container)),
        });
    }

    /// <summary>Whether the instruction puts something into the container at a key.</summary>
    public static bool Puts(BodyFacts body, Instruction instruction, string container) => instruction is Move { IsKeyed: true, Loses: false, Into.Length: 1 } move
        && move.Into[0].Id == container && !IsHandedOut(body, move.Span) && move.From.Any(item => item.Kind != ValueKind.Unknown && !item.Equals(move.Into[0]));

    private static TableUses Read(BodyFacts body)
    {
        LocalNames? names = null;
        string[] taken = [.. body.Instructions.OfType<Move>()
            .Where(move => move.IsKeyed && IsHandedOut(body, move.Span))
            .SelectMany(static move => move.From).Select(value => (names ??= new LocalNames(body)).Resolve(value))
            .Where(static value => value.Kind is ValueKind.Member or ValueKind.Static).Select(static value => value.Id).Distinct(StringComparer.Ordinal)];
        return taken.Length == 0 ? _none : new TableUses(taken);
    }

    // The container itself, or something in it that no key tells.
    private static bool IsOpen(Value value, string container) => value.Id == container
        || (value.Base is { } @base && ((value is { Kind: ValueKind.Element, At: null } && @base.Id == container) || (@base.Id != container && IsOpen(@base, container))));

    // The compiler keeps what is locked, or tested for null, in a place of its own.
    private static bool IsAlias(AssignLocal assign) => !Value.IsVariable(assign.Local);

    private static bool IsAnswered(BodyFacts body, TextSpan span) => body.Instructions.Any(instruction => instruction is Move { IsKeyed: true } && instruction.Span == span);

    private static bool IsHandedOut(BodyFacts body, TextSpan span) => body.Instructions.Any(instruction => instruction is AssignLocal && instruction.Span == span);
}

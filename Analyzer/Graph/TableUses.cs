using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// The members whose container one body takes something out of by its key, and those that it puts something into: a table of what waits for an answer is used
/// so, and in no other way, where nobody sees to all that is in it. Depends on nothing but the body; immutable.
/// </summary>
internal sealed record TableUses(string[] Taken, string[] Put)
{
    private static readonly TableUses _none = new([], []);

    public static TableUses Of(BodyFacts body) => body.Derived(Read);

    /// <summary>Whether the body gets at the container otherwise than by a key: then it may see to all that is in it.</summary>
    public static bool GetsAtAll(BodyFacts body, string container)
    {
        if (body.IsConstructor || !body.Instructions.Any(instruction => InstructionValues.Of(instruction).Any(value => CarriedWork.IsUnder(value, container))))
        {
            return false;
        }

        var names = new LocalNames(body);
        return body.Instructions.Any(instruction => instruction switch
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
        Move[] moves = [.. body.Instructions.OfType<Move>().Where(static move => move.IsKeyed)];
        if (moves.Length == 0)
        {
            return _none;
        }

        var names = new LocalNames(body);
        string[] taken = [.. moves.Where(move => IsHandedOut(body, move.Span)).SelectMany(static move => move.From).Select(names.Resolve).Where(IsPlace).Select(static value => value.Id).Distinct()];
        string[] put = [.. moves.Where(static move => move.Into.Length == 1).Select(static move => move.Into[0]).Where(IsPlace).Select(static value => value.Id).Distinct()
            .Where(table => moves.Any(move => Puts(body, move, table)))];
        return taken.Length + put.Length == 0 ? _none : new TableUses(taken, put);
    }

    private static bool IsPlace(Value value) => value.Kind is ValueKind.Member or ValueKind.Static;

    // The container itself, or something in it that no key tells.
    private static bool IsOpen(Value value, string container) => value.Id == container
        || (value.Base is { } @base && ((value is { Kind: ValueKind.Element, At: null } && @base.Id == container) || (@base.Id != container && IsOpen(@base, container))));

    // The compiler keeps what is locked, or tested for null, in a place of its own.
    private static bool IsAlias(AssignLocal assign) => !Value.IsVariable(assign.Local);

    private static bool IsAnswered(BodyFacts body, TextSpan span) => body.Instructions.Any(instruction => instruction is Move { IsKeyed: true } && instruction.Span == span);

    private static bool IsHandedOut(BodyFacts body, TextSpan span) => body.Instructions.Any(instruction => instruction is AssignLocal && instruction.Span == span);
}

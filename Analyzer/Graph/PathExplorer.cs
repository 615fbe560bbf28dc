using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Follows every way through a body, exceptions included, apart by marks and by what is known of its flags: so that
/// <c>if (taken) Exit()</c> meets only the ways on which it was taken. What a finally block inside another one throws is not followed, nor what one may throw out of sight.
/// Cost: linear in blocks times combinations of marks and flags; a body with more than <see cref="MaxStates"/> is given up.
/// </summary>
internal sealed class PathExplorer
{
    public const int MaxStates = 4000;
    private const int UnwindBase = -1000;
    private const int MaxGuards = 64;

    private readonly BodyFacts _body;
    private readonly Func<Block, Instruction, ulong, IEnumerable<PathStep>> _step;
    private readonly Func<Block, bool, ulong, ulong?> _assume;
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly Stack<(int Block, int Instruction, PathState State)> _work = new();
    private readonly List<PathEnd> _ends = [];

    private PathExplorer(BodyFacts body, Func<Block, Instruction, ulong, IEnumerable<PathStep>> step, Func<Block, bool, ulong, ulong?> assume)
    {
        _body = body;
        _step = step;
        _assume = assume;
    }

    /// <param name="step">What an instruction may do to the marks: at least one step; more where ways part.</param>
    /// <param name="assume">The marks where a block's condition holds, or does not; null where that cannot be.</param>
    /// <returns>The ways out; null for a body with too many.</returns>
    public static IReadOnlyList<PathEnd>? Explore(
        BodyFacts body, ulong marks, Func<Block, Instruction, ulong, IEnumerable<PathStep>> step, Func<Block, bool, ulong, ulong?>? assume = null)
    {
        var explorer = new PathExplorer(body, step, assume ?? (static (_, _, same) => same));
        explorer.Enter(0, 0, PathState.Entry with { Marks = marks });
        while (explorer._work.Count > 0)
        {
            if (explorer._seen.Count > MaxStates)
            {
                return null;
            }

            (int block, int instruction, PathState state) = explorer._work.Pop();
            explorer.Follow(block, instruction, state);
        }

        return explorer._ends;
    }

    private void Enter(int block, int instruction, PathState state)
    {
        if (_seen.Add(state.Key(block, instruction)))
        {
            _work.Push((block, instruction, state));
        }
    }

    private void Follow(int index, int first, PathState state)
    {
        Block block = _body.Blocks[index];
        for (int i = first; i < block.Instructions.Length; i++)
        {
            Instruction instruction = block.Instructions[i];
            state = Know(instruction, state);
            PathState? next = null;

            // One call may be several instructions with one answer; the call of an earlier turn of a loop was another one.
            bool goesOn = i > 0 && block.Instructions[i - 1].Result.Equals(instruction.Result);
            foreach (PathStep step in _step(block, instruction, state.Marks))
            {
                PathState after = state with { Marks = step.Marks };
                if (step.Thrown is { } thrown)
                {
                    // What a handler throws on is what it caught.
                    ThrowSource cause = instruction is Throw { IsRethrow: true } && state.Cause is { } caught ? caught : thrown;
                    Unwind(index, 0, after with { Cause = cause }, cause);
                }
                else if (next is null)
                {
                    next = after.Learn(instruction.Result.Key, step.Answer ?? (goesOn ? Known(after, instruction.Result.Key) : null));
                }
                else
                {
                    Enter(index, i + 1, after.Learn(instruction.Result.Key, step.Answer));
                }
            }

            if (next is null || instruction is Throw)
            {
                return;
            }

            state = next;
        }

        Leave(index, block, state);
    }

    private static bool? Known(PathState state, string place) => state.Truths.TryGetValue(place, out bool truth) ? truth : null;

    private static PathState Know(Instruction instruction, PathState state) => instruction switch
    {
        AssignLocal assign => state.Learn(assign.Local, Known(state, Answer(assign.Source).Key))
            .Learn(assign.Local + "?", assign.Source.Kind is ValueKind.Allocation or ValueKind.Function ? false : Known(state, assign.Source.Key + "?")),
        AssignConstant { Truth: { } truth } constant when IsLocal(constant.Place) => state.Learn(constant.Place, truth),
        AssignConstant { Truth: null } constant when IsLocal(constant.Place) => state.Learn(constant.Place + "?", true),
        _ => state,
    };

    // What is awaited for its answer gives the answer of the call.
    private static Value Answer(Value value) => value is { Kind: ValueKind.Element, Base: { Kind: ValueKind.CallResult } result } ? result : value;

    private static bool IsLocal(string place) => place.StartsWith("l@", StringComparison.Ordinal) || place[0] == 'p';

    private void Leave(int index, Block block, PathState state)
    {
        if (block.EndOfFinally is not null)
        {
            if (!state.Pending.IsEmpty)
            {
                Resume(state.Pending.Peek(), state with { Pending = state.Pending.Pop() });
            }

            return;
        }

        if (block.WhenTrue is null && block.Next is null)
        {
            if (index == _body.Blocks.Length - 1)
            {
                _ends.Add(new PathEnd(state.Marks, IsThrown: false, state.Cause));
            }

            return;
        }

        Branch(block, block.WhenTrue, isTrue: true, state);
        Branch(block, block.Next, isTrue: false, state);
    }

    private void Branch(Block block, Edge? edge, bool isTrue, PathState state)
    {
        if (edge is null)
        {
            return;
        }

        if (block.WhenTrue is not null)
        {
            if (block.Test is { } test && test.Says(isTrue))
            {
                string place = test.IsNullTest ? test.Subject.Key + "?" : test.Subject.Key;
                bool answer = isTrue ^ test.IsNegated;
                if (Known(state, place) is { } known && known != answer)
                {
                    return;
                }

                // Where a library has nothing to hand out, it hands out nothing.
                state = answer || test.IsNullTest ? state : HandedOut(block, test.Subject).Aggregate(state, static (current, place) => current.Learn(place + "?", true));

                // Two answers of a library's object, MoveNext in two turns of a loop, need not be the same.
                state = test.IsStable && test.Subject.Kind != ValueKind.Element ? state.Learn(place, answer) : state;
            }

            if (_assume(block, isTrue, state.Marks) is not { } marks)
            {
                return;
            }

            state = state with { Marks = marks };
        }

        Go(edge, state);
    }

    /// <summary>The variables that a library's member sets, and answers whether it has.</summary>
    public static IEnumerable<string> HandedOut(Block block, Value answer) => block.Instructions.OfType<AssignLocal>()
        .Where(assign => IsLocal(assign.Local) && assign.Source.Equals(answer) && block.Instructions.Any(instruction => instruction is Move && instruction.Span == assign.Span))
        .Select(static assign => assign.Local);

    private void Go(Edge edge, PathState state)
    {
        if (edge.Finallies.IsEmpty)
        {
            Enter(edge.Target, 0, state);
            return;
        }

        ImmutableStack<int> pending = state.Pending.Push(edge.Target);
        for (int i = edge.Finallies.Length - 1; i > 0; i--)
        {
            pending = pending.Push(edge.Finallies[i]);
        }

        Enter(edge.Finallies[0], 0, state with { Pending = pending });
    }

    private void Resume(int pending, PathState state)
    {
        if (pending >= 0)
        {
            Enter(pending, 0, state);
        }
        else
        {
            int rest = UnwindBase - pending;
            Unwind(rest / MaxGuards, rest % MaxGuards, state, state.Cause!);
        }
    }

    private void Unwind(int index, int first, PathState state, ThrowSource thrown)
    {
        if (!state.Pending.IsEmpty)
        {
            // An exception of a finally block takes the place of whatever the block ran for.
            if (!thrown.IsSeen || _body.Blocks[index].FinallyDepth != 1)
            {
                return;
            }

            state = state with { Pending = [] };
        }

        ImmutableArray<Guard> guards = _body.Blocks[index].Guards;
        for (int i = first; i < guards.Length && i < MaxGuards - 1; i++)
        {
            Guard guard = guards[i];
            if (guard.Kind == GuardKind.Finally)
            {
                Enter(guard.First, 0, state with { Pending = state.Pending.Push(UnwindBase - ((index * MaxGuards) + i + 1)) });
                return;
            }

            bool takes = Throwers.Takes(guard, thrown);
            if (takes || guard.Caught is null || thrown.Types.IsEmpty)
            {
                Enter(guard.First, 0, state);
            }

            if (takes)
            {
                return;
            }
        }

        _ends.Add(new PathEnd(state.Marks, IsThrown: true, thrown));
    }
}

using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// The state at the entry of each block of a body: a worklist to the least fixpoint, or until a block has been visited too
/// often, which only joins that widen without end can bring about. Cost: linear in blocks for most bodies.
/// </summary>
internal static class FlowSolver
{
    private const int MaxVisits = 12;

    /// <param name="transfer">What a block makes of a state.</param>
    /// <param name="assume">What a state is known to be where the block's condition holds, or does not.</param>
    /// <returns>By block ordinal; null for a block that is not reached.</returns>
    public static FlowState?[] Solve(
        ImmutableArray<Block> blocks, Func<Block, FlowState, FlowState> transfer, Func<Value?, FlowState, bool, FlowState> assume)
    {
        var run = new Run(blocks.Length);
        run.Flow(0, FlowState.Entry);
        while (run.Next() is { } index)
        {
            Block block = blocks[index];
            FlowState before = run.States[index]!;
            FlowState after = transfer(block, before);
            foreach (int handler in block.Handlers)
            {
                run.Flow(handler, FlowState.Join(before, after));
            }

            if (block.EndOfFinally is { } first)
            {
                run.Leave(first, after);
            }

            run.Follow(block.WhenTrue, assume(block.Condition, after, true));
            run.Follow(block.Next, block.WhenTrue is null ? after : assume(block.Condition, after, false));
        }

        return run.States;
    }

    private sealed class Run(int count)
    {
        private readonly int[] _visits = new int[count];
        private readonly Dictionary<int, Finally> _finallies = [];

        // Blocks come in source order: the least first means that most are visited once.
        private readonly SortedSet<int> _work = [];

        public FlowState?[] States { get; } = new FlowState?[count];

        public int? Next()
        {
            while (_work.Count > 0)
            {
                int index = _work.Min;
                _work.Remove(index);
                if (++_visits[index] <= MaxVisits)
                {
                    return index;
                }
            }

            return null;
        }

        public void Flow(int target, FlowState state)
        {
            if (States[target] is not { } known)
            {
                States[target] = state;
            }
            else if (!known.Covers(state))
            {
                States[target] = FlowState.Join(known, state);
            }
            else
            {
                return;
            }

            _work.Add(target);
        }

        // A finally region is entered from every edge that crosses it, and left to wherever one of those edges goes.
        public void Follow(Edge? edge, FlowState state)
        {
            if (edge is null)
            {
                return;
            }

            for (int i = 0; i < edge.Finallies.Length; i++)
            {
                int next = i + 1 < edge.Finallies.Length ? edge.Finallies[i + 1] : edge.Target;
                Finally crossed = FinallyAt(edge.Finallies[i]);
                if (crossed.Continuations.Add(next) && crossed.End is { } end)
                {
                    Flow(next, end);
                }
            }

            Flow(edge.Finallies.IsEmpty ? edge.Target : edge.Finallies[0], state);
        }

        public void Leave(int first, FlowState end)
        {
            Finally left = FinallyAt(first);
            left.End = left.End is null ? end : FlowState.Join(left.End, end);
            foreach (int next in left.Continuations)
            {
                Flow(next, end);
            }
        }

        private Finally FinallyAt(int first)
        {
            if (!_finallies.TryGetValue(first, out Finally? found))
            {
                _finallies.Add(first, found = new Finally());
            }

            return found;
        }
    }

    private sealed class Finally
    {
        public HashSet<int> Continuations { get; } = [];

        public FlowState? End { get; set; }
    }
}

using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// The state at the entry of each block of a body: a worklist to the least fixpoint, or until a block has been visited too
/// often, which only joins that widen without end can bring about. A finally region is solved once for each place that
/// control goes on to from it: what is known where a lock was left by a return is not mixed with what is known where the
/// body goes on. Cost: linear in blocks for most bodies.
/// </summary>
internal static class FlowSolver
{
    public const int MaxVisits = 12;

    /// <param name="entry">What holds where the body is entered.</param>
    /// <param name="transfer">What a block makes of a state.</param>
    /// <param name="assume">What a state is known to be where the block's condition holds, or does not; null where that cannot be.</param>
    /// <param name="giveUp">Called for a block that has been visited too often.</param>
    /// <returns>By block ordinal; null for a block that is not reached.</returns>
    public static FlowState?[] Solve(
        ImmutableArray<Block> blocks, FlowState entry, Func<Block, FlowState, FlowState> transfer, Func<Value?, FlowState, bool, FlowState?> assume, Action giveUp)
    {
        if (IsForward(blocks))
        {
            return SolveForward(blocks, entry, transfer, assume);
        }

        var run = new Run(blocks, giveUp);
        run.Flow(new Point(0, Crossing.None), entry);
        while (run.Next() is { } point)
        {
            Block block = blocks[point.Block];
            FlowState before = run.StateAt(point);
            FlowState after = transfer(block, before);
            foreach (int handler in block.Handlers.Where(handler => !IsHarmless(block) || !run.IsThrownTo(handler)))
            {
                run.Flow(run.At(handler, point.Crossing), FlowState.Join(before, after));
            }

            if (block.EndOfFinally is not null)
            {
                run.Leave(point, after);
            }

            run.Follow(point, block.WhenTrue, assume(block.Condition, after, true));
            run.Follow(point, block.Next, block.WhenTrue is null ? after : assume(block.Condition, after, false));
        }

        return run.ByBlock();
    }

    /// <summary>Whether control only goes on to later blocks, over no handler: then one visit of each block, in order, is the fixpoint.</summary>
    public static bool IsForward(ImmutableArray<Block> blocks)
    {
        for (int i = 0; i < blocks.Length; i++)
        {
            Block block = blocks[i];
            if (!block.Handlers.IsEmpty || block.FinallyDepth > 0 || !IsPlain(block.WhenTrue, i) || !IsPlain(block.Next, i))
            {
                return false;
            }
        }

        return true;

        static bool IsPlain(Edge? edge, int from) => edge is null || (edge.Finallies.IsEmpty && edge.Target > from);
    }

    // Nothing but tests, and reads of properties: what it has found out is known wherever an exception of a later block is caught.
    private static bool IsHarmless(Block block) => block.Instructions.All(static instruction => instruction switch
    {
        Test or AssignLocal or AssignConstant or Reach => true,
        Call call => call is { IsOpen: false, Arguments.IsEmpty: true } && call.Method.IndexOf(".get_", StringComparison.Ordinal) >= 0,
        _ => false,
    });

    private static FlowState?[] SolveForward(
        ImmutableArray<Block> blocks, FlowState entry, Func<Block, FlowState, FlowState> transfer, Func<Value?, FlowState, bool, FlowState?> assume)
    {
        var states = new FlowState?[blocks.Length];
        states[0] = entry;
        for (int i = 0; i < states.Length; i++)
        {
            if (states[i] is not { } before)
            {
                continue;
            }

            Block block = blocks[i];
            FlowState after = transfer(block, before);
            if (block.WhenTrue is { } whenTrue)
            {
                Flow(whenTrue.Target, assume(block.Condition, after, true));
            }

            if (block.Next is { } next)
            {
                Flow(next.Target, block.WhenTrue is null ? after : assume(block.Condition, after, false));
            }
        }

        return states;

        void Flow(int target, FlowState? state)
        {
            if (state is null)
            {
                return;
            }

            ref FlowState? known = ref states[target];
            known = known is null ? state : known.Covers(state) ? known : FlowState.Join(known, state);
        }
    }

    /// <summary>Why a finally region runs: what follows it.</summary>
    /// <param name="Finallies">The finally regions that run after it, inner to outer.</param>
    /// <param name="Target">Where control goes in the end.</param>
    /// <param name="Outer">Why the finally region runs that the edge itself is in.</param>
    private sealed record Crossing(ImmutableArray<int> Finallies, int Target, Crossing? Outer)
    {
        private readonly int _hash = (Target * 31) + Finallies.Length + (Outer is null ? 0 : Outer.GetHashCode() * 17);

        public static Crossing None { get; } = new([], -1, null);

        /// <summary>How many finally regions are being run, one inside the other.</summary>
        public int Depth { get; } = Outer is null ? 0 : Outer.Depth + 1;

        /// <summary>What remains of it in a block that is in fewer finally regions: a throw in a finally leaves it without its end.</summary>
        public Crossing Within(int depth)
        {
            Crossing crossing = this;
            while (crossing.Depth > depth)
            {
                crossing = crossing.Outer!;
            }

            return crossing;
        }

        public bool Equals(Crossing? other) =>
            ReferenceEquals(this, other)
            || (other is not null && Target == other.Target && Finallies.SequenceEqual(other.Finallies) && Equals(Outer, other.Outer));

        public override int GetHashCode() => _hash;
    }

    private readonly record struct Point(int Block, Crossing Crossing);

    private sealed class Run(ImmutableArray<Block> blocks, Action giveUp)
    {
        private readonly Dictionary<Point, (FlowState State, int Visits)> _points = [];

        // Blocks come in source order: the least first means that most are visited once.
        private readonly Queue<Point>?[] _work = new Queue<Point>?[blocks.Length];
        private readonly HashSet<Point> _queued = [];
        private int _least;

        private readonly HashSet<int> _thrownTo = [.. blocks.Where(static block => !block.Handlers.IsEmpty && !IsHarmless(block)).SelectMany(static block => block.Handlers)];

        /// <summary>Whether a block that does more than look goes on in the handler when it throws.</summary>
        public bool IsThrownTo(int handler) => _thrownTo.Contains(handler);

        public FlowState StateAt(Point point) => _points[point].State;

        public Point At(int block, Crossing crossing) => new(block, crossing.Within(blocks[block].FinallyDepth));

        public FlowState?[] ByBlock()
        {
            var states = new FlowState?[blocks.Length];
            foreach (KeyValuePair<Point, (FlowState State, int Visits)> point in _points.OrderBy(static point => point.Key.Crossing.Target))
            {
                ref FlowState? known = ref states[point.Key.Block];
                known = known is null ? point.Value.State : FlowState.Join(known, point.Value.State);
            }

            return states;
        }

        public Point? Next()
        {
            while (_least < _work.Length)
            {
                if (_work[_least] is not { Count: > 0 } points)
                {
                    _least++;
                    continue;
                }

                Point point = points.Dequeue();
                _queued.Remove(point);
                (FlowState state, int visits) = _points[point];
                _points[point] = (state, visits + 1);
                if (visits < MaxVisits)
                {
                    return point;
                }

                giveUp();
            }

            return null;
        }

        public void Flow(Point point, FlowState state)
        {
            if (!_points.TryGetValue(point, out (FlowState State, int Visits) known))
            {
                _points.Add(point, (state, 0));
            }
            else if (!known.State.Covers(state))
            {
                _points[point] = (FlowState.Join(known.State, state), known.Visits);
            }
            else
            {
                return;
            }

            if (_queued.Add(point))
            {
                (_work[point.Block] ??= new Queue<Point>()).Enqueue(point);
                _least = Math.Min(_least, point.Block);
            }
        }

        public void Follow(Point point, Edge? edge, FlowState? state)
        {
            if (edge is null || state is null)
            {
                return;
            }

            if (edge.Finallies.IsEmpty)
            {
                Flow(At(edge.Target, point.Crossing), state);
            }
            else
            {
                Enter(edge.Finallies, edge.Target, point.Crossing, state);
            }
        }

        // From the end of a finally region to the next one on the way, or to where the crossing edge goes.
        public void Leave(Point end, FlowState state)
        {
            Crossing crossing = end.Crossing;
            if (crossing.Outer is null)
            {
                return;
            }

            if (crossing.Finallies.IsEmpty)
            {
                Flow(At(crossing.Target, crossing.Outer), state);
            }
            else
            {
                Enter(crossing.Finallies, crossing.Target, crossing.Outer, state);
            }
        }

        private void Enter(ImmutableArray<int> finallies, int target, Crossing from, FlowState state)
        {
            int first = finallies[0];
            Flow(new Point(first, new Crossing(finallies.RemoveAt(0), target, from.Within(Math.Max(0, blocks[first].FinallyDepth - 1)))), state);
        }
    }
}

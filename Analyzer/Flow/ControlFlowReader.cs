using System.Collections.Immutable;
using CrossRelease.Analyzers.Graph;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace CrossRelease.Analyzers.Flow;

/// <summary>The shape of Roslyn's control-flow graph in our terms; the instructions come from an <see cref="OperationReader"/>.</summary>
internal static class ControlFlowReader
{
    public static ImmutableArray<Block> Read(ControlFlowGraph graph, OperationReader operations)
    {
        bool[] inCycle = FindCycles(graph);
        bool[]? reached = FindReached(graph, operations);
        IReadOnlyDictionary<int, PollingLoop>? polls = inCycle.Contains(true) ? operations.Polls(graph) : null;
        ImmutableArray<Block>.Builder blocks = ImmutableArray.CreateBuilder<Block>(graph.Blocks.Length);
        foreach (BasicBlock block in graph.Blocks)
        {
            if (reached is not null && !reached[block.Ordinal])
            {
                blocks.Add(new Block([], null, null, null, [], IsInCycle: false, EndOfFinally: null));
                continue;
            }

            ImmutableArray<Instruction> instructions = operations.ReadBlock(block, out Value? condition, out BranchTest? test);
            if (polls is not null && polls.TryGetValue(block.Ordinal, out PollingLoop? poll))
            {
                instructions = instructions.AddRange(operations.Poll(block.BranchValue!, condition!, poll));
            }

            (Edge? whenTrue, Edge? next) = ReadEdges(block, operations.Outcome(block));
            blocks.Add(new Block(
                instructions,
                condition,
                whenTrue,
                next,
                ReadHandlers(block),
                inCycle[block.Ordinal],
                ReadEndOfFinally(block))
            {
                FinallyDepth = CountFinallies(block),
                Guards = ReadGuards(block, operations),
                Test = test,
            });
        }

        return blocks.MoveToImmutable();
    }

    private static (Edge? WhenTrue, Edge? Next) ReadEdges(BasicBlock block, bool? outcome)
    {
        Edge? fallThrough = ReadEdge(block.FallThroughSuccessor);
        Edge? conditional = ReadEdge(block.ConditionalSuccessor);
        return block.ConditionKind switch
        {
            ControlFlowConditionKind.None => (null, fallThrough),
            ControlFlowConditionKind kind when outcome is { } known => (null, IsJump(kind, known) ? conditional : fallThrough),
            ControlFlowConditionKind.WhenTrue => (conditional, fallThrough),
            _ => (fallThrough, conditional),
        };
    }

    private static bool IsJump(ControlFlowConditionKind kind, bool outcome) => kind == ControlFlowConditionKind.WhenTrue == outcome;

    // Null where every condition may go both ways: then all blocks count, those behind a throw as well.
    private static bool[]? FindReached(ControlFlowGraph graph, OperationReader operations)
    {
        if (!graph.Blocks.Any(block => operations.Outcome(block) is not null))
        {
            return null;
        }

        bool[] reached = new bool[graph.Blocks.Length];
        var work = new Stack<int>();
        Reach(0);
        while (work.Count > 0)
        {
            BasicBlock block = graph.Blocks[work.Pop()];
            bool? outcome = block.ConditionKind == ControlFlowConditionKind.None ? null : operations.Outcome(block);
            ReachTarget(outcome is { } known && IsJump(block.ConditionKind, known) ? null : block.FallThroughSuccessor);
            ReachTarget(outcome is { } other && !IsJump(block.ConditionKind, other) ? null : block.ConditionalSuccessor);
            for (ControlFlowRegion? region = block.EnclosingRegion; region is { Kind: not ControlFlowRegionKind.Root }; region = region.EnclosingRegion)
            {
                if (region is { Kind: ControlFlowRegionKind.Try, EnclosingRegion: { } both })
                {
                    foreach (ControlFlowRegion handler in both.NestedRegions)
                    {
                        Reach(handler.FirstBlockOrdinal);
                    }
                }
            }
        }

        return reached;

        void ReachTarget(ControlFlowBranch? branch)
        {
            foreach (ControlFlowRegion region in branch?.FinallyRegions ?? [])
            {
                Reach(region.FirstBlockOrdinal);
            }

            if (branch?.Destination is { } destination)
            {
                Reach(destination.Ordinal);
            }
        }

        void Reach(int block)
        {
            if (!reached[block])
            {
                reached[block] = true;
                work.Push(block);
            }
        }
    }

    private static Edge? ReadEdge(ControlFlowBranch? branch) =>
        branch?.Destination is { } destination
            ? new Edge(destination.Ordinal, branch.FinallyRegions.Select(static region => region.FirstBlockOrdinal).ToImmutableArray())
            : null;

    private static ImmutableArray<int> ReadHandlers(BasicBlock block)
    {
        ImmutableArray<int>.Builder? handlers = null;

        // The regions around a lambda's root are those of the body that declares it.
        for (ControlFlowRegion? region = block.EnclosingRegion; region is { Kind: not ControlFlowRegionKind.Root }; region = region.EnclosingRegion)
        {
            if (region.Kind == ControlFlowRegionKind.Try && region.EnclosingRegion is { Kind: ControlFlowRegionKind.TryAndCatch } both)
            {
                handlers ??= ImmutableArray.CreateBuilder<int>();
                handlers.AddRange(both.NestedRegions.Where(nested => nested != region).Select(static nested => nested.FirstBlockOrdinal));
            }
        }

        return handlers?.ToImmutable() ?? [];
    }

    private static int CountFinallies(BasicBlock block)
    {
        int depth = 0;
        for (ControlFlowRegion? region = block.EnclosingRegion; region is { Kind: not ControlFlowRegionKind.Root }; region = region.EnclosingRegion)
        {
            depth += region.Kind == ControlFlowRegionKind.Finally ? 1 : 0;
        }

        return depth;
    }

    private static ImmutableArray<Guard> ReadGuards(BasicBlock block, OperationReader operations)
    {
        ImmutableArray<Guard>.Builder? guards = null;
        for (ControlFlowRegion? region = block.EnclosingRegion; region is { Kind: not ControlFlowRegionKind.Root }; region = region.EnclosingRegion)
        {
            if (region is { Kind: ControlFlowRegionKind.Try, EnclosingRegion: { } both })
            {
                guards ??= ImmutableArray.CreateBuilder<Guard>();
                guards.AddRange(both.NestedRegions.Where(nested => nested != region).Select(nested => ReadGuard(nested, operations)));
            }
        }

        return guards?.ToImmutable() ?? [];
    }

    private static Guard ReadGuard(ControlFlowRegion region, OperationReader operations) => region.Kind switch
    {
        ControlFlowRegionKind.Finally => new Guard(region.FirstBlockOrdinal, GuardKind.Finally, null),
        ControlFlowRegionKind.Catch when operations.IsAnyException(region.ExceptionType) => new Guard(region.FirstBlockOrdinal, GuardKind.CatchAll, null),
        ControlFlowRegionKind.Catch => new Guard(region.FirstBlockOrdinal, GuardKind.Catch, operations.TypeId(region.ExceptionType)),
        _ => new Guard(region.FirstBlockOrdinal, GuardKind.Catch, null),
    };

    private static int? ReadEndOfFinally(BasicBlock block)
    {
        if (block.FallThroughSuccessor?.Semantics != ControlFlowBranchSemantics.StructuredExceptionHandling)
        {
            return null;
        }

        ControlFlowRegion? region = block.EnclosingRegion;
        while (region is { Kind: not ControlFlowRegionKind.Finally })
        {
            region = region.EnclosingRegion;
        }

        return region?.FirstBlockOrdinal;
    }

    private static bool[] FindCycles(ControlFlowGraph graph)
    {
        bool[] inCycle = new bool[graph.Blocks.Length];
        var successors = new List<int>[graph.Blocks.Length];
        bool goesBack = false;
        foreach (BasicBlock block in graph.Blocks)
        {
            List<int> targets = successors[block.Ordinal] = [];
            AddTargets(block.FallThroughSuccessor, targets);
            AddTargets(block.ConditionalSuccessor, targets);
            goesBack |= targets.Exists(target => target <= block.Ordinal);
            targets.AddRange(ReadHandlers(block));
        }

        if (!goesBack)
        {
            return inCycle;
        }

        foreach (List<int> component in StronglyConnected.Components(successors.Length, node => successors[node]))
        {
            bool isCycle = component.Count > 1 || successors[component[0]].Contains(component[0]);
            foreach (int node in component)
            {
                inCycle[node] = isCycle;
            }
        }

        return inCycle;
    }

    private static void AddTargets(ControlFlowBranch? branch, List<int> targets)
    {
        if (branch?.Destination is { } destination)
        {
            foreach (ControlFlowRegion region in branch.FinallyRegions)
            {
                targets.Add(region.FirstBlockOrdinal);
            }

            targets.Add(destination.Ordinal);
        }
    }
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Flow;

/// <summary>
/// Loops that do nothing but ask the same question again, with pauses: waits that are written out. One that counts, looks at the
/// clock or has a second way out ends by itself, and is none.
/// </summary>
/// <param name="isOwn">Whether a type belongs to the program: what a method of its own does may be what the loop waits for.</param>
internal sealed class PollingLoops(Func<INamedTypeSymbol?, bool> isOwn)
{
    private static readonly string[] _remarks = ["Log", "Write", "Trace", "Debug", "Info", "Warn"];

    /// <summary>The loops, by the blocks that they are left from.</summary>
    public IReadOnlyDictionary<int, PollingLoop> Of(ControlFlowGraph graph)
    {
        var found = new Dictionary<int, PollingLoop>();
        foreach (BasicBlock block in graph.Blocks)
        {
            foreach (BasicBlock header in Targets(block).Where(target => target.Ordinal <= block.Ordinal))
            {
                if (LoopOf(header, block) is { } loop && ExitOf(loop) is { } exit)
                {
                    IOperation[] pauses = [.. loop.SelectMany(static inside => inside.Operations).OfType<IExpressionStatementOperation>().Select(static statement => statement.Operation).Where(IsPauseOrItsAwait)];
                    found[exit.Block] = new PollingLoop(exit.Outcome, pauses.Any(static pause => pause is IAwaitOperation), pauses.Select(static pause => (TextSpan?)pause.Syntax.Span).Min());
                }
            }
        }

        return found;
    }

    private static IEnumerable<BasicBlock> Targets(BasicBlock block) =>
        new[] { block.FallThroughSuccessor, block.ConditionalSuccessor }.Where(static branch => branch is { Destination: not null, FinallyRegions.IsEmpty: true }).Select(static branch => branch!.Destination!);

    // The blocks from which the end of the loop is reached without its head; null where one of them does more than ask and pause.
    private HashSet<BasicBlock>? LoopOf(BasicBlock header, BasicBlock end)
    {
        var loop = new HashSet<BasicBlock> { header };
        var work = new Stack<BasicBlock>([end]);
        bool isIdle = header.Operations.All(IsIdle);
        while (isIdle && work.Count > 0)
        {
            BasicBlock block = work.Pop();
            if (loop.Add(block))
            {
                isIdle = block.Ordinal > header.Ordinal && block.Operations.All(IsIdle);
                foreach (ControlFlowBranch branch in block.Predecessors)
                {
                    work.Push(branch.Source);
                }
            }
        }

        return isIdle ? loop : null;
    }

    // The only way out.
    private static (int Block, bool Outcome)? ExitOf(HashSet<BasicBlock> loop)
    {
        (int, bool)? exit = null;
        foreach (BasicBlock block in loop)
        {
            bool jumpsOut = block.ConditionalSuccessor is { } jump && !(jump.Destination is { } target && loop.Contains(target));
            bool fallsOut = !(block.FallThroughSuccessor?.Destination is { } next && loop.Contains(next));
            if (!jumpsOut && !fallsOut)
            {
                continue;
            }

            if (exit is not null || block.ConditionKind == ControlFlowConditionKind.None || jumpsOut == fallsOut)
            {
                return null;
            }

            exit = (block.Ordinal, jumpsOut == (block.ConditionKind == ControlFlowConditionKind.WhenTrue));
        }

        return exit;
    }

    private bool IsIdle(IOperation operation) => operation switch
    {
        IExpressionStatementOperation statement => IsIdle(statement.Operation),
        IAwaitOperation or IInvocationOperation when IsPauseOrItsAwait(operation) => true,
        IInvocationOperation invocation => IsRemark(invocation),
        IFlowCaptureOperation capture => IsPlain(capture.Value),
        _ => false,
    };

    private static bool IsPauseOrItsAwait(IOperation operation) => IsPause(operation is IAwaitOperation awaiting ? awaiting.Operation : operation);

    // What passes time, and nothing else.
    private static bool IsPause(IOperation? operation) => operation switch
    {
        IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "Wait" or "GetAwaiter" or "GetResult", Instance: { } task } => IsPause(task),
        IInvocationOperation { TargetMethod: { Name: var name, ContainingType: { Name: var type, ContainingNamespace.Name: "Threading" or "Tasks" } } } =>
            (type, name) is ("Thread", "Sleep" or "Yield" or "SpinWait") or ("SpinWait", "SpinOnce") or ("Task", "Delay" or "Yield"),
        IConversionOperation conversion => IsPause(conversion.Operand),
        _ => false,
    };

    // A line for a log changes nothing that the loop asks for.
    private bool IsRemark(IInvocationOperation call) => call.TargetMethod is { ReturnsVoid: true, Name: var name, ContainingType: var type }
        && !isOwn(type)
        && _remarks.Any(word => name.StartsWith(word, StringComparison.OrdinalIgnoreCase));

    private static bool IsPlain(IOperation value) => ReadContext.Unwrapped(value)
        is ILiteralOperation or ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation or IPropertyReferenceOperation
        or IInstanceReferenceOperation or IFlowCaptureReferenceOperation;
}

/// <summary>A loop that does nothing but ask and pause.</summary>
/// <param name="EndsWhenTrue">The outcome of its condition that ends it.</param>
/// <param name="IsAwaited">Whether its pauses are awaited.</param>
/// <param name="Pause">Where it waits first; null where it asks again at once.</param>
internal sealed record PollingLoop(bool EndsWhenTrue, bool IsAwaited, TextSpan? Pause);

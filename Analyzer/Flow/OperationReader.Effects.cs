using System.Collections.Immutable;
using CrossRelease.Analyzers.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Flow;

// Calls of what the models know.
internal sealed partial class OperationReader
{
    private Value Apply(
        ImmutableArray<Effect> effects,
        IOperation operation,
        ISymbol member,
        Value receiver,
        IOperation? receiverOperation,
        ImmutableArray<IArgumentOperation> arguments,
        bool isAwaited)
    {
        var values = new Dictionary<int, (IArgumentOperation Argument, Value Value)>();
        foreach (IArgumentOperation argument in arguments)
        {
            if (argument.Parameter is { Ordinal: var ordinal })
            {
                values[ordinal] = (argument, Read(argument.Value));
            }
        }

        if (effects[0].Kind is EffectKind.IsOwnContext or EffectKind.IsOtherContext)
        {
            return effects[0].Kind == EffectKind.IsOwnContext ? Value.IsOwnContext : Value.IsOtherContext;
        }

        if (effects[0].Kind is EffectKind.CreateQueue or EffectKind.Opaque)
        {
            return effects[0].Kind == EffectKind.CreateQueue ? Value.Allocation(NewSite(), Value.Queue) : Value.Unknown;
        }

        TimeLimit limit = TimeLimits.Of(member, arguments, _context.TimedWaitThreshold);
        if (!isAwaited && GivesTaskOfWait(effects, member))
        {
            // Nobody waits yet: whoever waits for the returned task waits for what it stands for.
            return limit == TimeLimit.None && effects[0].Target.IsReceiver ? receiver : Value.Unknown;
        }

        var result = Value.CallResult(NewSite());
        foreach (Effect effect in effects)
        {
            (Value Value, IOperation? Operation)? target = effect.Target.IsReceiver ? (receiver, receiverOperation)
                : values.TryGetValue(effect.Target.Parameter, out (IArgumentOperation Argument, Value Value) found) ? (found.Value, found.Argument.Value)
                : null;
            if (target is { } operand && !(limit == TimeLimit.Zero && IsBlocking(effect.Kind)))
            {
                AddEffect(effect, operation, member, operand.Value, operand.Operation, ref result, receiver, limit, isAwaited);
            }
        }

        if (ReadContext.HandsOutElements(member) && values.TryGetValue(0, out (IArgumentOperation Argument, Value Value) sequence) && IsKnown(sequence.Value))
        {
            return Value.Element(sequence.Value);
        }

        return MovesObjects(effects) && !TellsWhetherSignalled(effects, member) ? AddMove(operation.Syntax.Span, result, receiver, values, arguments, ReadContext.FindsByKey(member)) : result;
    }

    private static bool GivesTaskOfWait(ImmutableArray<Effect> effects, ISymbol member) =>
        member is IMethodSymbol { ReturnType: { Name: "Task" or "ValueTask", ContainingNamespace.Name: "Tasks" } }
        && member.Name.EndsWith("Async", StringComparison.Ordinal)
        && effects.All(static effect => effect.Kind is EffectKind.Wait or EffectKind.WaitOther);

    private static bool IsKnown(Value value) => value.Kind != ValueKind.Unknown;

    // A call that signals, waits or runs a delegate may besides hand objects over, as a collection's members do.
    private static bool MovesObjects(ImmutableArray<Effect> effects) =>
        effects.All(static effect => effect.Kind is EffectKind.Signal or EffectKind.Wait or EffectKind.Callback or EffectKind.Force);

    private Value AddMove(
        TextSpan span,
        Value result,
        Value receiver,
        Dictionary<int, (IArgumentOperation Argument, Value Value)> arguments,
        ImmutableArray<IArgumentOperation> operations,
        bool isByKey)
    {
        IEnumerable<Value> values = arguments.Values.Select(static argument => argument.Value);
        if (receiver.Kind == ValueKind.Unknown)
        {
            _instructions.Add(new Move(span, result, [.. values], []));
            return result;
        }

        _instructions.Add(new Move(span, receiver, [.. values, result], [receiver]));

        Value element = Value.Element(receiver, isByKey && arguments.TryGetValue(0, out (IArgumentOperation Argument, Value Value) key) ? key.Value : null);
        AssignByReference(operations, element, span);
        return element;
    }

    // A lock statement captures its object as object: what it was before tells the class.
    private ITypeSymbol? StaticType(IOperation? operation)
    {
        IOperation? unwrapped = ReadContext.Unwrapped(operation);
        while (unwrapped is IFlowCaptureReferenceOperation reference && _captures.TryGetValue(reference.Id, out IOperation? captured))
        {
            unwrapped = ReadContext.Unwrapped(captured);
        }

        return unwrapped?.Type;
    }

    // The task of a channel's read or write stands for the channel, not for what was put into it.
    private static bool IsTaskOfQueue(IOperation? operation)
    {
        while (ReadContext.Unwrapped(operation) is { } unwrapped)
        {
            switch (unwrapped)
            {
                case IInvocationOperation { Instance: { } instance, TargetMethod: { } method }:
                    if (ReadContext.IsQueue(method.ContainingType))
                    {
                        return method.ReturnType is { Name: "Task" or "ValueTask" };
                    }

                    operation = ReadContext.GivesReceiverItself(method) ? instance : null;
                    break;
                case IPropertyReferenceOperation property:
                    return ReadContext.IsQueue(property.Property.ContainingType) && property.Type is { Name: "Task" };
                default:
                    return false;
            }
        }

        return false;
    }

    private static string TextOf(IOperation? target, ISymbol? member = null)
    {
        string otherwise = member?.Name ?? "a task";
        string text = target is { IsImplicit: false, Syntax: ExpressionSyntax expression } ? expression.ToString() : otherwise;
        int awaiter = text.IndexOf(".GetAwaiter()", StringComparison.Ordinal);
        text = awaiter < 0 ? text : text.Substring(0, awaiter);
        return text.Length > MaxText || text.Contains('\n') ? otherwise : text;
    }

    // TryEnter(gate, ref taken): the flag is the call's answer.
    private void AssignTaken(Effect effect, IOperation operation, Value result)
    {
        if (effect.Kind is not (EffectKind.TryAcquire or EffectKind.Acquire) || operation is not IInvocationOperation { Arguments: var arguments })
        {
            return;
        }

        foreach (IArgumentOperation argument in arguments)
        {
            if (argument.Parameter is not { RefKind: RefKind.Ref or RefKind.Out })
            {
                continue;
            }

            if (effect.Kind == EffectKind.TryAcquire)
            {
                Assign(argument.Value, result, operation.Syntax.Span);
            }
            else if (PlaceOf(argument.Value) is { } place)
            {
                _instructions.Add(new AssignConstant(operation.Syntax.Span, place.Key, true));
            }
        }
    }

    private static bool IsCancellable(IOperation operation) =>
        operation is IInvocationOperation invocation && ForeignThrows.IsCancellable(invocation.Arguments);

    // The answer of a timed wait is no object that was kept in what is waited for.
    private static bool TellsWhetherSignalled(ImmutableArray<Effect> effects, ISymbol member) =>
        member is IMethodSymbol { ReturnType.SpecialType: SpecialType.System_Boolean } && StaysSignalled(member.ContainingType) && effects.All(static effect => effect.Kind == EffectKind.Wait);

    private static bool StaysSignalled(INamedTypeSymbol? type) =>
        type is { Name: "Task" or "ValueTask", ContainingNamespace.Name: "Tasks" } or { Name: "Thread" or "ManualResetEventSlim" or "CountdownEvent", ContainingNamespace.Name: "Threading" };

    private static bool IsBlocking(EffectKind kind) =>
        kind is EffectKind.Wait or EffectKind.WaitOther or EffectKind.WaitAny or EffectKind.SemaphoreWait or EffectKind.ConditionWait;

    private void AddEffect(
        Effect effect,
        IOperation operation,
        ISymbol member,
        Value target,
        IOperation? targetOperation,
        ref Value result,
        Value receiver,
        TimeLimit limit,
        bool isAwaited)
    {
        Value instructionResult = result;
        target = IsBlocking(effect.Kind) && IsTaskOfLibrary(targetOperation) ? Value.Unknown : target;
        switch (effect.Kind)
        {
            case EffectKind.AcquireScope:
                instructionResult = result = Value.Scope(target);
                break;
            case EffectKind.Spawn or EffectKind.Fork:
                if (target.Kind == ValueKind.Unknown)
                {
                    return;
                }

                // A call that takes several delegates is one context to wait for.
                instructionResult = result = operation is IObjectCreationOperation ? receiver
                    : result.Kind == ValueKind.Allocation && effect.Kind == EffectKind.Spawn ? result
                    : Value.Allocation(NewSite(), null);
                break;
            case EffectKind.EndSignals:
                _instructions.Add(new Affect(
                    operation.Syntax.Span, result, effect with { Kind = EffectKind.SignalAtEnd }, target, null, false, false, member.Name));
                return;
            case EffectKind.WaitForFinalizers:
                effect = effect with { Kind = EffectKind.Wait };
                target = Value.Finalizers;
                break;
            case EffectKind.SignalAtEnd:
                instructionResult = receiver;
                break;
            case EffectKind.Register:
                if (operation is IObjectCreationOperation creation && !KeepsOthersOut(creation))
                {
                    return;
                }

                _instructions.Add(new Register(operation.Syntax.Span, receiver, target, operation is IObjectCreationOperation));
                return;
        }

        string? type = ReadContext.IsQueue(member.ContainingType) || IsTaskOfQueue(targetOperation) ? Value.Queue
            : StaticType(targetOperation) is INamedTypeSymbol { TypeKind: TypeKind.Class } named && _context.IsSource(named)
                ? _context.Id(named)
                : null;
        _instructions.Add(new Affect(
            operation.Syntax.Span, instructionResult, effect, target, type, limit != TimeLimit.None, isAwaited, TextOf(targetOperation, member))
        {
            IsStatement = operation.IsImplicit,
            StaysSignalled = effect.Kind == EffectKind.Wait && StaysSignalled(member.ContainingType),
            IsCancellable = IsBlocking(effect.Kind) && IsCancellable(operation),
            MayThrow = IsBlocking(effect.Kind)
                && (IsCancellable(operation) || (member.ContainingType?.Name is "Task" or "TaskAwaiter" or "ConfiguredTaskAwaiter" && !TaskForms.IsAskedForFailure(targetOperation))),
        });
        AssignTaken(effect, operation, result);
    }
}

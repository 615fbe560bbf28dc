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

        if (effects[0] is { Kind: EffectKind.IsHeld, Target: var asked })
        {
            Value @lock = asked.IsReceiver ? receiver : values.TryGetValue(asked.Parameter, out (IArgumentOperation Argument, Value Value) passed) ? passed.Value : Value.Unknown;
            return IsKnown(@lock) ? Value.IsHeld(@lock) : Value.IsOwnContext;
        }

        if (effects[0].Kind is EffectKind.CreateQueue or EffectKind.Opaque)
        {
            return effects[0].Kind == EffectKind.CreateQueue ? Value.Allocation(NewSite(), KeepsWritersOut(member, arguments) ? Value.BoundedQueue : Value.Queue) : Value.Unknown;
        }

        AddStates(operation.Syntax.Span, member, receiver, values);
        TimeLimit limit = TimeLimits.Of(member, arguments, _context.TimedWaitThreshold);
        if (!isAwaited && GivesTaskOfWait(effects, member))
        {
            // Nobody waits yet: whoever waits for the returned task waits for what it stands for, and gets its exception.
            if (operation.Syntax.Parent is ReturnStatementSyntax or ArrowExpressionClauseSyntax && arguments.Any(ForeignThrows.IsCancellable))
            {
                _instructions.Add(new Move(operation.Syntax.Span, Value.Unknown, [], []) { MayThrow = true });
            }

            return limit != TimeLimit.None || !effects[0].Target.IsReceiver ? Value.Unknown
                : ReadContext.IsQueue(member.ContainingType) ? Value.TaskOfQueue(receiver, isForRoom: false, arguments.Any(ForeignThrows.IsCancellable))
                : receiver;
        }

        if (member is IMethodSymbol method)
        {
            AddEnumerations(operation.Syntax.Span, method, values.Values.Select(static given => (given.Argument.Value, given.Value)));
        }

        var terms = new CallTerms(
            limit,
            values.Values.Where(static given => ForeignThrows.IsCancellable(given.Argument)).Select(static given => given.Value).FirstOrDefault(),
            isAwaited,
            limit == TimeLimit.Finite && TimeLimits.ParameterOf(arguments) is { } length ? _context.ParameterOf(length.Parameter) : null,
            Schedulers.Takes(member) ? SchedulerOf(values.Values, receiver, receiverOperation) : Schedulers.IsContext(member) && IsKnown(receiver) ? receiver : null);
        var result = Value.CallResult(NewSite());
        foreach (Effect effect in effects)
        {
            (Value Value, IOperation? Operation)? target = effect.Target.IsReceiver ? (receiver, receiverOperation)
                : values.TryGetValue(effect.Target.Parameter, out (IArgumentOperation Argument, Value Value) found) ? (found.Value, found.Argument.Value)
                : null;
            bool isSkipped = effect.Kind switch
            {
                EffectKind.WaitForRoom => IsBegunOnly(member, isAwaited),
                EffectKind.ContinueAtOnce => !arguments.Any(RunsWhereItEnds),

                // A try that fails at once has taken a unit where it does not fail.
                EffectKind.SemaphoreWait => false,
                _ => limit == TimeLimit.Zero && IsBlocking(effect.Kind),
            };
            if (target is { } operand && !isSkipped)
            {
                if (effect.Kind is EffectKind.Callback or EffectKind.Fork && operand.Value.Kind == ValueKind.Function)
                {
                    bool isExtension = receiverOperation is null && values.ContainsKey(0);
                    AssignElements(operation.Syntax.Span, operand.Value, operand.Operation?.Type, isExtension ? values[0].Value : receiver, isExtension ? values[0].Argument.Value : receiverOperation);
                }

                AddEffect(effect, operation, member, operand.Value, operand.Operation, ref result, receiver, terms);
            }
        }

        if (ReadContext.HandsOutElements(member) && values.TryGetValue(0, out (IArgumentOperation Argument, Value Value) sequence) && IsKnown(sequence.Value))
        {
            return Value.Element(sequence.Value);
        }

        if (terms.Scheduler is { } context && Schedulers.IsContext(member))
        {
            AddGiving(operation.Syntax.Span, (IMethodSymbol)member, context, [.. values.OrderBy(static given => given.Key).Select(static given => given.Value.Value)]);
        }

        Value moved = MovesObjects(effects) && !TellsWhetherSignalled(effects, member) ? AddMove(operation.Syntax.Span, result, receiver, values, arguments, member) : result;
        return IsBegunOnly(member, isAwaited) && effects.Any(static effect => effect.Kind == EffectKind.WaitForRoom) ? Value.TaskOfQueue(receiver, isForRoom: true, terms.Token is not null) : moved;
    }

    // What goes through a sequence hands its elements to the function.
    private void AssignElements(TextSpan span, Value function, ITypeSymbol? @delegate, Value sequence, IOperation? operation)
    {
        if (!IsKnown(sequence) || ReadContext.Unwrapped(operation)?.Type is not { } type || ReadContext.ElementOf(type) is not { } element || !ReadContext.MayCarryObjects(element))
        {
            return;
        }

        foreach (IParameterSymbol parameter in (@delegate as INamedTypeSymbol)?.DelegateInvokeMethod?.Parameters ?? [])
        {
            if (SymbolEqualityComparer.Default.Equals(parameter.Type, element))
            {
                _instructions.Add(new AssignLocal(span, Value.Parameter(function.Id, parameter.Ordinal).Key, Value.Element(sequence)));
            }
        }
    }

    private static bool RunsWhereItEnds(IArgumentOperation argument) =>
        argument is { Parameter.Type.Name: "TaskContinuationOptions", Value.ConstantValue: { HasValue: true, Value: int options } } && ((TaskContinuationOptions)options & TaskContinuationOptions.ExecuteSynchronously) != 0;

    private static bool GivesTaskOfWait(ImmutableArray<Effect> effects, ISymbol member) =>
        member is IMethodSymbol { ReturnType: { Name: "Task" or "ValueTask", ContainingNamespace.Name: "Tasks" } }
        && member.Name.EndsWith("Async", StringComparison.Ordinal)
        && effects.Any(static effect => effect.Kind is EffectKind.Wait or EffectKind.WaitOther)
        && effects.All(static effect => effect.Kind is EffectKind.Wait or EffectKind.WaitOther or EffectKind.SignalRoom);

    // A full channel may drop instead, which options alone can say.
    private static bool KeepsWritersOut(ISymbol creation, ImmutableArray<IArgumentOperation> arguments) =>
        creation.Name == "CreateBounded" && arguments.FirstOrDefault()?.Value is { } capacity
        && (capacity.Type?.SpecialType == SpecialType.System_Int32
            || ReadContext.Unwrapped(capacity) is IObjectCreationOperation { Initializer: null or { Initializers.IsEmpty: true } });

    // An asynchronous wait for room is none of the thread that begins it.
    private static bool IsBegunOnly(ISymbol member, bool isAwaited) => !isAwaited && member.Name.EndsWith("Async", StringComparison.Ordinal);

    // Also one end of a channel, which stands for the channel.
    private Value? PlaceOfQueue(IOperation queue) => PlaceOf(queue)
        ?? (ReadContext.Unwrapped(queue) is IPropertyReferenceOperation { Instance: { } channel } && PlaceOf(channel) is { } whole ? Value.Element(whole) : null);

    private static bool IsKnown(Value value) => value.Kind != ValueKind.Unknown;

    // A call that signals, waits or runs a delegate may besides hand objects over, as a collection's members do.
    private static bool MovesObjects(ImmutableArray<Effect> effects) =>
        effects.All(static effect => effect.Kind is EffectKind.Signal or EffectKind.Wait or EffectKind.Callback or EffectKind.Force or EffectKind.Start or EffectKind.WaitForRoom or EffectKind.SignalRoom);

    private Value AddMove(
        TextSpan span,
        Value result,
        Value receiver,
        Dictionary<int, (IArgumentOperation Argument, Value Value)> arguments,
        ImmutableArray<IArgumentOperation> operations,
        ISymbol member)
    {
        IEnumerable<Value> values = arguments.Values.Select(static argument => Carried(argument.Value, argument.Argument.Value));
        if (receiver.Kind == ValueKind.Unknown || Containers.IsConversion(member))
        {
            _instructions.Add(new Move(span, result, [.. values], []) { Keeping = KeepingOf(member) });
            return result;
        }

        Value? constant = KeyOf(operations);
        _instructions.Add(new Move(span, receiver, [.. values, result], [receiver])
        {
            Keeping = KeepingOf(member),
            At = Containers.KeepsByKey(member) ? constant?.Id : null,
            IsKeyed = Containers.NamesKey(member),
        });

        Value element = Value.Element(
            receiver, ReadContext.FindsByKey(member) && arguments.TryGetValue(0, out (IArgumentOperation Argument, Value Value) key) ? constant ?? key.Value : null);
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
        text = IsLong(text) && target is IInvocationOperation { Syntax: InvocationExpressionSyntax { Expression: var called } } ? called + "(...)" : text;
        return IsLong(text) ? otherwise : text;
    }

    private static bool IsLong(string text) => text.Length > MaxText || text.Contains('\n');

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

    /// <summary>How a call waits, or starts what it does.</summary>
    /// <param name="Token">What ends the wait if it is cancelled; null for nothing.</param>
    /// <param name="LimitParameter"><see cref="Affect.Limit"/>.</param>
    /// <param name="Scheduler"><see cref="Affect.Scheduler"/>.</param>
    private readonly record struct CallTerms(TimeLimit Limit, Value? Token, bool IsAwaited, Value? LimitParameter, Value? Scheduler);

    private static bool IsRegistration(Effect effect, ISymbol member) =>
        effect.Kind == EffectKind.Spawn && member.ContainingType is { Name: "CancellationToken", ContainingNamespace.Name: "Threading" };

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
        CallTerms terms)
    {
        Value instructionResult = result;
        target = IsBlocking(effect.Kind) && IsTaskOfLibrary(targetOperation) ? Value.Unknown : target.AwaitedInQueue ?? target;
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
                if (operation is IInvocationOperation { Arguments: var given } && effect.IsKThread)
                {
                    AddBirth(operation, member, given, result);
                }

                break;
            case EffectKind.EndSignals:
                _instructions.Add(new Affect(
                    operation.Syntax.Span, result, effect with { Kind = EffectKind.SignalAtEnd }, target, null, false, false, member.Name));
                return;
            case EffectKind.WaitForFinalizers:
                effect = effect with { Kind = EffectKind.Wait };
                target = Value.Finalizers;
                break;
            case EffectKind.WaitForRoom or EffectKind.SignalRoom:
                effect = effect with { Kind = effect.Kind == EffectKind.WaitForRoom ? EffectKind.Wait : EffectKind.Signal };
                target = Value.Room(target);
                break;
            case EffectKind.IsUnsignalled:
                AddEffect(effect with { Kind = EffectKind.IsSignalled }, operation, member, target, targetOperation, ref result, receiver, terms);
                result = AddTest(operation, result, bool.FalseString, equalsWhenTrue: true);
                return;
            case EffectKind.SignalAtEnd:
                instructionResult = receiver;
                break;
            case EffectKind.ContinueAtOnce when Schedulers.LetsRunAnywhere(operation) && TaskForms.GoesOnAfter(operation) == TaskOutcomes.All:
                // Or where what it continues ends.
                _instructions.Add(new Register(operation.Syntax.Span, receiver, target, IsLazy: false));
                break;
            case EffectKind.Register:
                if (operation is IObjectCreationOperation creation && !KeepsOthersOut(creation))
                {
                    return;
                }

                _instructions.Add(new Register(operation.Syntax.Span, receiver, target, operation is IObjectCreationOperation));
                return;
        }

        // A queue that is waited for or signalled by a method of another class, not one that is locked.
        ITypeSymbol? own = StaticType(targetOperation);
        bool isQueue = ReadContext.IsQueue(member.ContainingType) || IsTaskOfQueue(targetOperation)
            || (effect.Kind is EffectKind.Wait or EffectKind.Signal && ReadContext.IsQueue(own as INamedTypeSymbol));
        string? type = isQueue ? Value.Queue : _context.LockType(own);
        bool isOfTask = member.ContainingType?.Name is "Task" or "TaskAwaiter" or "ConfiguredTaskAwaiter";
        bool isTimed = terms.Limit != TimeLimit.None || (effect.Kind == EffectKind.Wait && TimeLimits.OfTask(targetOperation, _context.TimedWaitThreshold) != TimeLimit.None);
        bool goesOn = effect.Kind == EffectKind.Spawn && member is { Name: "ContinueWith", ContainingType.Name: "Task" };
        _instructions.Add(new Affect(
            operation.Syntax.Span, instructionResult, effect, target, type, isTimed, terms.IsAwaited, TextOf(targetOperation, member))
        {
            IsStatement = operation.IsImplicit,
            StaysSignalled = effect.Kind == EffectKind.Wait && (StaysSignalled(member.ContainingType) || IsHandleThatStays(own)),
            Limit = isTimed && IsBlocking(effect.Kind) ? terms.LimitParameter : null,
            IsOfTask = effect.Kind == EffectKind.Wait && isOfTask,
            Token = IsBlocking(effect.Kind) || target.QueueOfRoom is not null ? terms.Token : IsRegistration(effect, member) ? receiver : null,
            Scheduler = effect is { Kind: EffectKind.Spawn or EffectKind.Fork, NeedsStart: false } or { Kind: EffectKind.Start } ? terms.Scheduler : null,
            Antecedent = goesOn ? receiver : null,
            Outcomes = goesOn ? TaskForms.GoesOnAfter(operation) : TaskOutcomes.All,
            Cancels = member is { Name: "Cancel" or "CancelAsync", ContainingType: { Name: "CancellationTokenSource", ContainingNamespace.Name: "Threading" } },
            Counter = effect.Kind == EffectKind.Signal && Countdowns.CounterOf(operation.Syntax) is { } counter ? PlaceOf(_context.Model.GetOperation(counter)) : null,
            MayThrow = IsBlocking(effect.Kind)
                && (terms.Token is not null || (isOfTask && !TaskForms.IsAskedForFailure(targetOperation))),
        });
        AssignTaken(effect, operation, result);
        AddQueueing(effect, operation.Syntax.Span, member, effect.Kind == EffectKind.Start ? target : result, terms.Scheduler);
    }
}

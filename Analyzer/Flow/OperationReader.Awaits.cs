using CrossRelease.Analyzers.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CrossRelease.Analyzers.Flow;

// What an async flow awaits.
internal sealed partial class OperationReader
{
    private Value ReadAwait(IAwaitOperation awaiting)
    {
        IOperation operand = awaiting.Operation;
        bool keepsContext = true;
        while (true)
        {
            if (operand is IConversionOperation conversion)
            {
                operand = conversion.Operand;
            }
            else if (operand is IInvocationOperation { TargetMethod.Name: "ConfigureAwait", Instance: { } configured } configuring)
            {
                keepsContext &= KeepsContext(configuring);
                operand = configured;
            }
            else
            {
                break;
            }
        }

        Value task = Read(operand, isAwaited: true);
        bool wasModelled = operand is IInvocationOperation invocation && _context.Models.Of(invocation.TargetMethod, ReceiverType(invocation.Instance))
            .Any(static effect => effect.Kind is EffectKind.SemaphoreWait or EffectKind.Wait or EffectKind.WaitForRoom or EffectKind.WaitOther);
        if (!wasModelled)
        {
            // The result of a body of this program throws where that body does.
            var call = ReadContext.Unwrapped(operand) as IInvocationOperation;
            IMethodSymbol? called = call is null ? null : Target(call.TargetMethod, ReceiverType(call.Instance));
            bool isNested = called?.MethodKind is MethodKind.LocalFunction or MethodKind.DelegateInvoke;
            bool isSource = isNested || (called is not null && _context.IsDispatched(called));
            bool isLibrary = called is not null && !isNested && !_context.IsSource(called.ContainingType);
            _instructions.Add(new Await(awaiting.Syntax.Span, IsTaskOfLibrary(operand) ? Value.Unknown : task, keepsContext, TextOf(operand))
            {
                MayThrow = call?.TargetMethod.Name == "MoveNextAsync" ? SequenceOf(call) is IInvocationOperation sequence && MayFail(sequence)
                    : !isSource && operand is not IPropertyReferenceOperation { Property.Name: "CompletedTask" } && (call is null || ForeignThrows.CountsWhenAwaited(call)),
                IsIndirect = isLibrary,
            });
        }
        else if (keepsContext && LastAwaited() is >= 0 and var last)
        {
            _instructions[last] = (Affect)_instructions[last] with { KeepsContext = true };
        }

        return task.Kind == ValueKind.Unknown ? task : Value.Element(task);
    }

    // A sequence of this program fails where its iterator does.
    private bool MayFail(IInvocationOperation sequence) =>
        _context.IsSource(sequence.TargetMethod.ContainingType) ? sequence.TargetMethod.IsAbstract : ForeignThrows.CountsWhenAwaited(sequence);

    private int LastAwaited()
    {
        int last = _instructions.Count - 1;
        while (last >= 0 && _instructions[last] is not Affect { IsAwaited: true })
        {
            last--;
        }

        return last;
    }

    // The task of a library's asynchronous member is the library's own, and none of those that the receiver may hold.
    private bool IsTaskOfLibrary(IOperation? operation)
    {
        while (ReadContext.Unwrapped(operation) is IInvocationOperation { Instance: { } viewed } view && ReadContext.GivesReceiverItself(view.TargetMethod))
        {
            operation = viewed;
        }

        return ReadContext.Unwrapped(operation) is IInvocationOperation { Instance: { } receiver, TargetMethod: { MethodKind: MethodKind.Ordinary } method }
            && TaskForms.IsTask(method.OriginalDefinition.ReturnType)
            && !TaskForms.IsTask(receiver.Type)
            && _context.Models.Of(method, ReceiverType(receiver)).All(static effect => effect.Kind == EffectKind.Signal)
            && !_context.IsSource(Target(method, ReceiverType(receiver)).ContainingType);
    }

    // ConfigureAwait(true), and options with the first bit (ContinueOnCapturedContext), keep it; a value not known may not.
    private static bool KeepsContext(IInvocationOperation configuring) =>
        configuring.Arguments.FirstOrDefault()?.Value.ConstantValue is { HasValue: true, Value: { } constant }
        && (constant is true || (constant is int options && (options & 1) != 0));
}

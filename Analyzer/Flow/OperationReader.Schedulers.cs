using System.Collections.Immutable;
using CrossRelease.Analyzers.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Flow;

// Tasks and other work that a scheduler or a context is given, which may be one of the program's own.
internal sealed partial class OperationReader
{
    // What the library does with a new task: who answers the call, the objects tell.
    private void AddQueueing(Effect effect, TextSpan span, ISymbol member, Value task, Value? scheduler)
    {
        if (effect is { Kind: EffectKind.Spawn, NeedsStart: false } or { Kind: EffectKind.Start } && scheduler is not null && !scheduler.Equals(Schedulers.Current) && Schedulers.QueueTaskOf(member) is { } queueTask)
        {
            AddGiving(span, queueTask, scheduler, [task]);
        }
    }

    private void AddGiving(TextSpan span, IMethodSymbol method, Value receiver, ImmutableArray<Value> arguments) =>
        AddCall(span, method, receiver, arguments, isAwaited: false, isCreation: false, Value.CallResult(NewSite()));

    // The scheduler that a task is started with, or the factory that keeps it; null where that is the library's own.
    private static Value? SchedulerOf(IEnumerable<(IArgumentOperation Argument, Value Value)> arguments, Value receiver, IOperation? instance)
    {
        foreach ((IArgumentOperation argument, Value value) in arguments)
        {
            if (Schedulers.IsScheduler(argument.Parameter?.Type))
            {
                return Schedulers.IsOfLibrary(argument.Value) || !IsKnown(value) ? null : value;
            }
        }

        return Schedulers.IsFactory(instance?.Type) && !Schedulers.IsOfLibrary(instance!) && IsKnown(receiver) ? Value.Element(receiver) : Schedulers.Current;
    }
}

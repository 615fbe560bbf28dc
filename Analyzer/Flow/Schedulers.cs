using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CrossRelease.Analyzers.Flow;

/// <summary>What of the library's tasks has to do with the scheduler that runs them.</summary>
internal static class Schedulers
{
    /// <summary>The scheduler of whatever task it is that runs.</summary>
    public static Value Current { get; } = Value.Static("~current scheduler");

    /// <summary>Whether the member starts tasks by a scheduler that it, or its factory, is given.</summary>
    public static bool Takes(ISymbol member) => member.ContainingType is { Name: "Task" or "TaskFactory" } type && IsOfTasks(type) && member.Name != "Run";

    /// <summary>Whether the member gives work to a synchronization context of which only the library's type is known.</summary>
    public static bool IsContext(ISymbol member) => member is IMethodSymbol { Name: "Post" or "Send", ContainingType: { Name: "SynchronizationContext", ContainingNamespace: { Name: "Threading", ContainingNamespace.Name: "System" } } };

    public static bool IsScheduler(ITypeSymbol? type) => type is { Name: "TaskScheduler" } && IsOfTasks(type);

    public static bool IsFactory(ITypeSymbol? type) => type is { Name: "TaskFactory" } && IsOfTasks(type);

    /// <summary>Whether the scheduler or factory is one that the library has.</summary>
    public static bool IsOfLibrary(IOperation operation) => ReadContext.Unwrapped(operation) switch
    {
        IPropertyReferenceOperation { Property.ContainingType: var type } => IsOfTasks(type),
        IInvocationOperation { TargetMethod.ContainingType: var type } => IsOfTasks(type),
        _ => false,
    };

    /// <summary>Whether the call leaves it to the library's own scheduler, or the current one, where its work runs.</summary>
    public static bool LetsRunAnywhere(IOperation call) => call is IInvocationOperation { Arguments: var arguments }
        && arguments.All(static argument => !IsScheduler(argument.Parameter?.Type) || (ReadContext.Unwrapped(argument.Value) is IPropertyReferenceOperation && IsOfLibrary(argument.Value)));

    /// <summary>What a scheduler is given a task by.</summary>
    public static IMethodSymbol? QueueTaskOf(ISymbol member) =>
        member.ContainingAssembly?.GetTypeByMetadataName("System.Threading.Tasks.TaskScheduler")?.GetMembers("QueueTask").OfType<IMethodSymbol>().FirstOrDefault();

    private static bool IsOfTasks(ITypeSymbol type) => type.ContainingNamespace is { Name: "Tasks", ContainingNamespace: { Name: "Threading", ContainingNamespace.Name: "System" } };
}

using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Calls of methods that return with a lock taken, and with the object that alone gives it back, where nobody gets hold of that object: the result is thrown away, or it is a task that nobody
/// awaits and a using statement disposes of instead.
/// </summary>
internal static class DroppedHandles
{
    /// <param name="lender">A method that returns what gives its lock back.</param>
    /// <param name="lock">How messages call the lock.</param>
    public static IEnumerable<Finding> Of(Contexts contexts, BodyFacts lender, string @lock)
    {
        foreach (BodyFacts caller in contexts.Program.InOrder(contexts.CallersOf(lender).Concat(contexts.StartersOf(lender))))
        {
            foreach (Call call in caller.Instructions.OfType<Call>().Where(call => contexts.Program.Targets(call, call.Receiver) is { Length: 1 } targets && targets[0] == lender && IsDropped(caller, call, lender.IsAsync)))
            {
                yield return new Finding(Fault.HandleDropped, new Site(caller, call.Span), [caller.Name, lender.Name, @lock, lender.IsAsync && !call.IsAwaited ? "Await it, and dispose" : "Dispose"], [], IsSuggestion: false);
            }
        }
    }

    // What an async method returns is in its task.
    private static bool IsDropped(BodyFacts caller, Call call, bool isAsync)
    {
        HashSet<string> names = [call.Result.Key, .. caller.Instructions.OfType<AssignLocal>().Where(assign => assign.Source.Equals(call.Result)).Select(static assign => assign.Local)];
        return caller.Instructions.All(instruction => instruction == call || !InstructionValues.Of(instruction).Any(value => names.Contains(value.Root.Key)) || IsNoUse(instruction));

        // A variable gets it, a using statement asks whether it is null, and disposes of the task.
        bool IsNoUse(Instruction instruction) => instruction switch
        {
            AssignLocal assign => assign.Source.Equals(call.Result),
            Test => true,
            Await => isAsync,
            Move move => isAsync && move.From.Concat(move.Into).All(value => names.Contains(value.Key)),
            _ => false,
        };
    }
}

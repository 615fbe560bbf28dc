namespace CrossRelease.Analyzers.Flow;

/// <summary>The values that an instruction speaks of.</summary>
internal static class InstructionValues
{
    public static IEnumerable<Value> Of(Instruction instruction) => instruction switch
    {
        AssignLocal assign => [assign.Source],
        StoreMember store => [store.Target, store.Source],
        ReturnValue returned => [returned.Source],
        Call call => [call.Result, call.Receiver, .. call.Arguments],
        Invoke invoke => [invoke.Result, invoke.Delegate, .. invoke.Arguments],
        Move move => [move.Result, .. move.From, .. move.Into],
        Affect affect => [affect.Result, affect.Target, .. new[] { affect.Token, affect.Counter, affect.Scheduler, affect.Limit, affect.Antecedent }.OfType<Value>()],
        Register register => [register.Source, register.Delegate],
        Claim claim => [claim.Result, claim.Flag],
        Take take => [take.Result, take.Place],
        Test test => [test.Result, test.Operand],
        Compare compare => [compare.Result, compare.Left, compare.Right],
        SetFlag set => [set.Flag],
        Poll poll => [poll.Answer],
        Await awaiting => [awaiting.Target],
        YieldElement yielded => [yielded.Element],
        Birth birth => birth.ClassKey is { } key ? [birth.Made, key] : [birth.Made],
        Provide provide => [provide.Maker],
        Inject inject => [inject.Result],
        LockCondition condition => [condition.Lock],
        Touch or Reach or Throw or AssignConstant => [],
        _ => throw new NotSupportedException(instruction.GetType().Name),
    };
}

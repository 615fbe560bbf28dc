namespace KThreadRuntime.Rules;

/// <content>The same graph, asked about handlers.</content>
internal sealed partial class CircularRule
{
    private HandlerRule? _handlerRule;

    private HandlerRule Handlers => _handlerRule ??= new HandlerRule(classes, policy, _graph);

    internal int ToldHandlerPairs => _handlerRule?.ToldPairs ?? 0;

    /// <summary>Takes in how a class is used with regard to handlers.</summary>
    internal void Mark(LockClass lockClass, UsageStates states, UsageEvidence evidence, Findings findings)
    {
        _gate.Enter();
        try
        {
            Handlers.Marked(lockClass, states, evidence, findings);
        }
        finally
        {
            _gate.Exit();
        }
    }
}

namespace KThreadRuntime.Context;

/// <summary>A handler that runs, and what its end restores.</summary>
/// <param name="Serial">Its number among its context's handlers, never used again.</param>
/// <param name="Level">Its kind.</param>
/// <param name="Site">Where it began.</param>
/// <param name="Floor">The boundary below it.</param>
/// <param name="HistoryStart">Where the history of the flow below it starts.</param>
/// <param name="Epoch">The epoch of the flow below it.</param>
/// <param name="Running">The kinds of handlers below it.</param>
/// <param name="Off">What was off below it.</param>
/// <param name="Limit">How one could wait below it.</param>
/// <param name="Blocked">How the flow below it is blocked: an alertable wait lets handlers in.</param>
/// <param name="Answered">How far the history went when the flow below it gave its last signal.</param>
internal readonly record struct HandlerFrame(
    long Serial, HandlerLevel Level, CodeSite Site, int Floor, long HistoryStart, int Epoch, HandlerLevels Running, HandlerLevels Off, LockWaitType Limit,
    BlockedFlow? Blocked, long Answered);

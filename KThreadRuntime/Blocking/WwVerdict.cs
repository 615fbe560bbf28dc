namespace KThreadRuntime.Blocking;

/// <summary>What came of wanting a wait/wound mutex.</summary>
internal enum WwVerdict
{
    Acquired,

    /// <summary>The context must give way.</summary>
    Refused,

    /// <summary>It is held, and may be waited for.</summary>
    Blocked,

    /// <summary>The calling thread holds it itself and would wait for ever.</summary>
    Recursion,

    TimedOut,
}

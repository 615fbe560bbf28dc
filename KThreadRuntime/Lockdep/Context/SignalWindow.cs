namespace KThreadRuntime.Context;

/// <summary>How far back a signal looks in its context's history, and what qualifies what it finds there. In generations.</summary>
/// <param name="Since">The oldest that counts.</param>
/// <param name="FirstWait">When the first of the waits in progress began.</param>
/// <param name="LastWait">When the last one did.</param>
/// <param name="Before">What qualifies whatever came before the first wait.</param>
internal readonly record struct SignalWindow(long Since, long FirstWait, long LastWait, ReportFlags Before)
{
    /// <summary>Whether the context answered for this very signal before it gave it.</summary>
    internal bool IsOwed { get; init; }

    /// <summary>The oldest ordinal that counts.</summary>
    internal long From { get; init; }

    /// <summary>What qualifies all of it.</summary>
    internal ReportFlags Always { get; init; }

    /// <summary>The context has owed the signal since then, whether or not anybody waits.</summary>
    internal static SignalWindow Owed(long since) => new(since, since, since, ReportFlags.None) { IsOwed = true };

    /// <summary>Nobody waits; somebody might have since the completion was born.</summary>
    internal static SignalWindow Predicted(long born) => new(born, long.MaxValue, long.MaxValue, ReportFlags.Predicted);

    internal ReportFlags FlagsAt(long generation) =>
        generation >= LastWait ? ReportFlags.None : generation >= FirstWait ? ReportFlags.FirstWaitOnly : Before;
}

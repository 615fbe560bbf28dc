namespace KThreadRuntime.Tests.Support;

/// <summary>How long a test waits for what must happen, before it fails.</summary>
internal static class Patience
{
    internal static TimeSpan Limit => TimeSpan.FromSeconds(60);

    /// <summary>Waits for a condition that another thread brings about.</summary>
    internal static void Until(Func<bool> condition, string what) => Assert.True(SpinWait.SpinUntil(condition, Limit), what);

    /// <summary>
    /// Waits until so many waits on a completion are in its queue: a signal from here on is a signal to a waiter, and who waits
    /// from here on waits behind them.
    /// </summary>
    internal static void UntilWaited(Completion completion, int waits = 1) => Until(() => completion.WaiterCount == waits, "The wait did not begin.");

    /// <summary>Waits until so many acquires of a semaphore are in its queue.</summary>
    internal static void UntilWaited(KSemaphore semaphore, int waits = 1) => Until(() => semaphore.WaiterCount == waits, "The wait did not begin.");
}

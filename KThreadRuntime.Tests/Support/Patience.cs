namespace KThreadRuntime.Tests.Support;

/// <summary>How long a test waits for what must happen, before it fails.</summary>
internal static class Patience
{
    internal static TimeSpan Limit => TimeSpan.FromSeconds(60);

    /// <summary>Waits for a condition that another thread brings about.</summary>
    internal static void Until(Func<bool> condition, string what) => Assert.True(SpinWait.SpinUntil(condition, Limit), what);

    /// <summary>Waits until a thread sleeps in the kernel: for tests that need somebody to be blocked already.</summary>
    internal static void UntilAsleep(Thread thread) =>
        Until(() => (thread.ThreadState & ThreadState.WaitSleepJoin) != 0, $"{thread.Name} did not block.");
}

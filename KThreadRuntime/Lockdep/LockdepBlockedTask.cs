namespace KThreadRuntime;

/// <summary>A thread that is blocked on a tracked primitive.</summary>
/// <param name="Task">Its name and number.</param>
/// <param name="Wanted">The class of what it waits for.</param>
/// <param name="Site">Where it waits.</param>
/// <param name="Since">How long it has waited.</param>
/// <param name="Held">What it holds, oldest first.</param>
public sealed record LockdepBlockedTask(string Task, LockClass Wanted, CodeSite Site, TimeSpan Since, IReadOnlyList<LockdepHeldLock> Held);

using System.Diagnostics;

namespace KThreadRuntime.Rules;

/// <summary>Who was first seen to use a class in a way, and where. For people only.</summary>
/// <param name="Task">The thread's name and number.</param>
/// <param name="Site">Where the state came about: the acquire, or where handlers were let in while the lock was held.</param>
/// <param name="Acquired">Where the lock was acquired.</param>
/// <param name="Stack">The stack at <paramref name="Site"/>; null when capture is off.</param>
internal sealed record UsageEvidence(string Task, CodeSite Site, CodeSite Acquired, StackTrace? Stack);

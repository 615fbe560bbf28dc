namespace CrossRelease.Analyzers.Models;

/// <summary>How a task may end.</summary>
[Flags]
internal enum TaskOutcomes
{
    None = 0,
    RanToCompletion = 1,
    Faulted = 2,
    Canceled = 4,
    All = RanToCompletion | Faulted | Canceled,
}

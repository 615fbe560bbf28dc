namespace KThreadRuntime.Tests.Conformance.Notation;

/// <summary>One thing that a context does.</summary>
internal abstract record Step
{
    internal sealed record Acquire(LockName Lock, string? Nest) : Step;

    internal sealed record TryAcquire(LockName Lock, bool Expected) : Step;

    internal sealed record Release(LockName Lock) : Step;

    internal sealed record Reinitialize(LockName Lock) : Step;

    /// <summary>An acquire of a wound/wait mutex, with or without a context; expects 0, EDEADLK, EALREADY or says nothing.</summary>
    internal sealed record WwAcquire(string Lock, string? Context, string? Expected, bool IsSlow) : Step;

    internal sealed record WwTryAcquire(string Lock, string? Context, bool Expected) : Step;

    internal sealed record WwRelease(string Lock) : Step;

    /// <summary>A step in the life of an acquire context: init, done or fini.</summary>
    internal sealed record WwContext(string Context, string Verb) : Step;

    /// <summary>Entry into a section that a pseudo lock stands for: one of the RCU kinds, or reclaim.</summary>
    internal sealed record EnterSection(string Section, string? Argument) : Step;

    internal sealed record LeaveSection(string Section, string? Argument) : Step;

    internal sealed record MightAllocate(string Flags) : Step;

    internal sealed record NoFsScope(bool Begins) : Step;

    /// <summary>A handler that interrupts the context: hirq, hirq_nt or sirq.</summary>
    internal sealed record Handler(string Level, IReadOnlyList<Step> Body) : Step;

    /// <summary>Handlers of a level, H or S, are let in or kept out.</summary>
    internal sealed record Toggle(char Level, bool On) : Step;

    /// <summary>All concurrent strands meet here.</summary>
    internal sealed record Meet : Step;
}

using KThreadRuntime.Tests.Conformance.Notation;

namespace KThreadRuntime.Tests.Conformance;

/// <summary>What a story is played on: bare maps, or the real primitives. Used from several threads at once.</summary>
internal interface IPlayer
{
    /// <summary>What a primitive refused with an exception instead of leaving it to the validator.</summary>
    IReadOnlyList<string> Refusals { get; }

    /// <param name="name">The lock.</param>
    /// <param name="nest">What serialises it: a lock of its kind, <c>o.base</c> for a wound/wait mutex, or null.</param>
    /// <param name="inHandler">Whether a handler asks.</param>
    void Acquire(LockName name, string? nest, bool inHandler);

    /// <summary>Tries; that it gives what the row says is checked where there is something to try.</summary>
    void TryAcquire(LockName name, bool expected);

    void Release(LockName name);

    void Reinitialize(LockName name);

    void AcquireWw(Step.WwAcquire step);

    void TryAcquireWw(Step.WwTryAcquire step);

    void ReleaseWw(string name);

    void StepContext(Step.WwContext step);
}

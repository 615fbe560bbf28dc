namespace KThreadRuntime;

/// <summary>
/// The kind of a handler: code that runs on top of whatever its thread is doing, on that thread, so that what the thread holds
/// cannot be released before it returns. The two levels and their order are the kernel's.
/// </summary>
/// <remarks>
/// <para>A .NET program has no interrupts, and many handlers all the same. <see cref="Soft"/> fits those that the thread itself
/// lets in: continuations that run inside <c>SetResult</c>, callbacks of a <c>CancellationToken</c> that run inside
/// <c>Cancel</c>, timers and messages that a UI loop pumps. <see cref="Hard"/> fits those that come without being asked for at
/// that place: an APC in an alertable wait, COM calls pumped into a single-threaded apartment, a finalizer that the program
/// forces to run.</para>
/// <para>A hard handler may interrupt a soft one; neither interrupts its own kind.</para>
/// </remarks>
public enum HandlerLevel
{
    /// <summary>As the kernel's soft interrupt: it runs while hard handlers may still come.</summary>
    Soft,

    /// <summary>As the kernel's hard interrupt: while it runs, no other handler does.</summary>
    Hard,
}

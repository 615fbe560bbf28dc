namespace KThreadRuntime.Context;

/// <summary>Whether the thread of a context still runs, for others to ask: what is owed or held when it ends, nobody gives any more.</summary>
/// <remarks>
/// A validator keeps the newest of each thread number, so there are as many as there ever were threads at once. A number is given out again
/// when its thread has gone; whoever holds a tracked lock has made a context, so the newest one is the holder's, or that of a thread which
/// has got the number of one that died with the lock.
/// </remarks>
internal sealed class ContextLife
{
    private readonly WeakReference<Thread> _thread = new(Thread.CurrentThread);
    private volatile bool _isOver;

    private ContextLife(int context, string task)
    {
        Context = context;
        Task = task;
    }

    /// <summary>The context's number.</summary>
    internal int Context { get; }

    /// <summary>The thread's name and number, as reports print it.</summary>
    internal string Task { get; }

    internal bool HasEnded => _isOver || !_thread.TryGetTarget(out Thread? thread) || !thread.IsAlive;

    /// <summary>Of a context that the calling thread makes.</summary>
    internal static ContextLife Begin(LockdepValidator validator, int context, string task)
    {
        var life = new ContextLife(context, task);
        validator.Lives[Environment.CurrentManagedThreadId] = life;
        return life;
    }

    /// <summary>The thread does nothing more that others could wait for.</summary>
    internal void End() => _isOver = true;
}

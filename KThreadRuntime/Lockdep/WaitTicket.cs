namespace KThreadRuntime;

/// <summary>A wait that <see cref="Lockdep.BeginWait"/> began; hand it to <see cref="Lockdep.EndWait"/> once.</summary>
/// <remarks>It may be ended on another thread than it began on. The default value stands for no wait.</remarks>
public readonly struct WaitTicket
{
    internal WaitTicket(LockdepMap map, long generation, Context.LockdepContext? blocked)
    {
        Map = map;
        Generation = generation;
        Blocked = blocked;
    }

    internal LockdepMap? Map { get; }

    internal long Generation { get; }

    /// <summary>The context that blocks for it; null for an asynchronous wait.</summary>
    internal Context.LockdepContext? Blocked { get; }
}

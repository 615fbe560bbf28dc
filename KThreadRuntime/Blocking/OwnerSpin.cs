namespace KThreadRuntime.Blocking;

/// <summary>A word that holds its owner's thread number, and spins: at first in place, then giving the processor away.</summary>
/// <remarks>Not fair, and not re-entrant. No step of it looks at a pending <see cref="Thread.Interrupt"/>.</remarks>
internal struct OwnerSpin
{
    private const int RoundsInPlace = 10;

    private int _owner;

    /// <summary>The owner's managed thread number; 0 while it is free.</summary>
    internal int Owner => Volatile.Read(ref _owner);

    internal bool IsMine => Owner == Environment.CurrentManagedThreadId;

    internal bool TryTake() =>
        Volatile.Read(ref _owner) == 0 && Interlocked.CompareExchange(ref _owner, Environment.CurrentManagedThreadId, 0) == 0;

    /// <summary>Spins until it is free, the time is over (false) or the token is cancelled (an exception).</summary>
    internal bool Take(int milliseconds, CancellationToken token, LockdepMap? watched)
    {
        var deadline = new Deadline(milliseconds);
        var watch = new HungWatch(watched, isEndless: milliseconds < 0);
        for (int round = 0; !TryTake(); round++)
        {
            if (round < RoundsInPlace && Environment.ProcessorCount > 1)
            {
                Thread.SpinWait(4 << round);
                continue;
            }

            token.ThrowIfCancellationRequested();
            if (deadline.IsOver)
            {
                return false;
            }

            watch.Look(Owner);
            Thread.Yield();
        }

        return true;
    }

    internal void Free() => Volatile.Write(ref _owner, 0);
}

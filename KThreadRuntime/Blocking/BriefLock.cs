namespace KThreadRuntime.Blocking;

/// <summary>
/// The lock of this library's own tables and queues. A Monitor would not do: entering one is a place where
/// <see cref="Thread.Interrupt"/> throws, and a woven program would see it.
/// </summary>
/// <remarks>Not re-entrant. Held for short, bounded work only; no user code runs under it. A field of its own, neither read-only nor copied.</remarks>
internal struct BriefLock
{
    private int _taken;

    internal void Enter()
    {
        if (Interlocked.CompareExchange(ref _taken, 1, 0) != 0)
        {
            EnterContended();
        }
    }

    internal void Exit() => Volatile.Write(ref _taken, 0);

    private void EnterContended()
    {
        for (int round = 0; ; round++)
        {
            if (Volatile.Read(ref _taken) == 0 && Interlocked.CompareExchange(ref _taken, 1, 0) == 0)
            {
                return;
            }

            // Neither call looks at a pending interrupt; Thread.Sleep would.
            if (round < 8)
            {
                Thread.SpinWait(1 << round);
            }
            else
            {
                Thread.Yield();
            }
        }
    }
}

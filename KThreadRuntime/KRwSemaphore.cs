using System.Diagnostics;
using System.Runtime.CompilerServices;
using KThreadRuntime.Blocking;

namespace KThreadRuntime;

/// <summary>
/// A lock with a read side that many may hold and a write side that excludes everybody. Who waits is served in order: a
/// queued writer holds new readers back, so a read must not nest in another read of the same semaphore.
/// </summary>
/// <remarks>
/// The semantics are the kernel's <c>rw_semaphore</c>. All members may be used from any thread; what a thread acquired it
/// releases itself. Each acquire is told to the validator before it blocks; a nested read is reported, since it hangs as soon
/// as a writer queues in between.
/// </remarks>
[DebuggerDisplay("{DebuggerText,nq}")]
public sealed partial class KRwSemaphore : IDisposable
{
    private const LockMode ReadMode = LockMode.Shared;

    private readonly ReadWriteQueue _queue = new(readersPassWriters: false);
    private readonly LockdepMap? _map;

    /// <summary>Creates a semaphore that nobody holds.</summary>
    /// <param name="key">Its lock class; by default that of the creation site.</param>
    /// <param name="name">What reports call the class; two literals on one line are two classes.</param>
    /// <param name="file">The creation site; a wrapper forwards its caller's.</param>
    /// <param name="line">The creation site; a wrapper forwards its caller's.</param>
    /// <param name="member">The creation site; a wrapper forwards its caller's.</param>
    public KRwSemaphore(
        LockClassKey? key = null, string? name = null,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (Lockdep.IsSupported)
        {
            _map = new LockdepMap(
                LockdepValidator.Current, LockdepMapKind.Lock, nameof(KRwSemaphore), "", name, key, null, new CodeSite(file, line, member));
        }
    }

    /// <summary>Whether the calling thread holds the write side.</summary>
    public bool IsWriteHeldByCurrentThread => _queue.IsWriteMine;

    /// <summary>How many threads hold the read side, at this moment.</summary>
    public int CurrentReaderCount => _queue.Readers;

    /// <summary>What the validator knows it by; null where the probes are switched off.</summary>
    public LockdepMap? Map => _map;

    private string DebuggerText => $"{_map?.Class?.DisplayName ?? nameof(KRwSemaphore)}: {_queue}";

    /// <summary>Releases the read side.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="SynchronizationLockException">Nobody holds the read side.</exception>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and the lock was pinned; it is released.</exception>
    public void ReleaseRead([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        var site = new CodeSite(file, line, member);
        if (_queue.Readers == 0)
        {
            throw TrackedLock.NotHeld(_map, "Nobody holds the read side.", site);
        }

        TrackedLock.Release(_queue, _map, ReadMode, site);
    }

    /// <summary>Releases the write side.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="SynchronizationLockException">The calling thread does not hold the write side.</exception>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and the lock was pinned; it is released.</exception>
    public void ReleaseWrite([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        var site = new CodeSite(file, line, member);
        RequireWriter(site);
        TrackedLock.Release(_queue, _map, LockMode.Exclusive, site);
    }

    /// <summary>Turns the write side into a read side. Nobody writes in between; readers at the head of the queue join.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="SynchronizationLockException">The calling thread does not hold the write side.</exception>
    public void Downgrade([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        RequireWriter(new CodeSite(file, line, member));
        if (Lockdep.IsSupported)
        {
            Lockdep.Downgrade(_map!, file, line, member);
        }

        _queue.Downgrade();
    }

    /// <summary>Ends the lock's life. It frees nothing; a lock that the calling thread still holds is reported.</summary>
    public void Dispose() => TrackedLock.Freed(_map);

    private void RequireWriter(in CodeSite site)
    {
        if (!_queue.IsWriteMine)
        {
            throw TrackedLock.NotHeld(_map, "The calling thread does not hold the write side.", site);
        }
    }
}

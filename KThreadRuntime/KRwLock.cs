using System.Diagnostics;
using System.Runtime.CompilerServices;
using KThreadRuntime.Blocking;

namespace KThreadRuntime;

/// <summary>
/// A lock with a read side that many may hold and a write side that excludes everybody, for short sections that block on
/// nothing. Whether a reader passes a writer that waits already is chosen at construction.
/// </summary>
/// <remarks>
/// The semantics are the kernel's <c>rwlock_t</c>, as far as a process has them: who waits spins for a moment and then sleeps,
/// where the kernel spins on. Its wait type is <see cref="LockWaitType.Config"/>: acquiring a lock that sleeps while it is held is
/// a fault. Waiters are served in order, but for readers under <see cref="ReadPolicy.Recursive"/>. All members may be used from
/// any thread; what a thread acquired it releases itself. Each acquire is told to the validator before it blocks.
/// </remarks>
[DebuggerDisplay("{DebuggerText,nq}")]
public sealed partial class KRwLock : IDisposable
{
    private readonly ReadWriteQueue _queue;
    private readonly LockMode _readMode;
    private readonly LockdepMap? _map;

    /// <summary>Creates a lock that nobody holds.</summary>
    /// <param name="policy">What a reader does when a writer waits already.</param>
    /// <param name="key">Its lock class; by default that of the creation site.</param>
    /// <param name="name">What reports call the class; two literals on one line are two classes.</param>
    /// <param name="file">The creation site; a wrapper forwards its caller's.</param>
    /// <param name="line">The creation site; a wrapper forwards its caller's.</param>
    /// <param name="member">The creation site; a wrapper forwards its caller's.</param>
    public KRwLock(
        ReadPolicy policy = ReadPolicy.Queued, LockClassKey? key = null, string? name = null,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        _readMode = policy == ReadPolicy.Recursive ? LockMode.SharedRecursive : LockMode.Shared;
        _queue = new ReadWriteQueue(readersPassWriters: policy == ReadPolicy.Recursive);
        if (Lockdep.IsSupported)
        {
            _map = new LockdepMap(
                LockdepValidator.Current, LockdepMapKind.Lock, nameof(KRwLock), "", name, key, null, new CodeSite(file, line, member),
                LockWaitType.Config, LockWaitType.Config);
        }
    }

    /// <summary>What a reader does when a writer waits already.</summary>
    public ReadPolicy Policy => _readMode == LockMode.SharedRecursive ? ReadPolicy.Recursive : ReadPolicy.Queued;

    /// <summary>Whether the calling thread holds the write side.</summary>
    public bool IsWriteHeldByCurrentThread => _queue.IsWriteMine;

    /// <summary>How many threads hold the read side, at this moment.</summary>
    public int CurrentReaderCount => _queue.Readers;

    /// <summary>What the validator knows it by; null where the probes are switched off.</summary>
    public LockdepMap? Map => _map;

    private string DebuggerText => $"{_map?.Class?.DisplayName ?? nameof(KRwLock)}: {_queue}";

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

        TrackedLock.Release(_queue, _map, _readMode, site);
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

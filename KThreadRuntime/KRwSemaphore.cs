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
public sealed partial class KRwSemaphore
{
    private const int Writing = -1;

    private readonly BriefLock _gate = new();
    private readonly LockdepMap? _map;
    private WaiterQueue _waiters;
    private int _state;
    private int _writer;

    /// <summary>Creates a semaphore that nobody holds.</summary>
    /// <param name="key">Its lock class; by default that of the creation site.</param>
    /// <param name="name">What reports call the class.</param>
    /// <param name="file">The creation site; a wrapper forwards its caller's.</param>
    /// <param name="line">The creation site; a wrapper forwards its caller's.</param>
    /// <param name="member">The creation site; a wrapper forwards its caller's.</param>
    public KRwSemaphore(
        LockClassKey? key = null, string? name = null,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (Lockdep.IsSupported)
        {
            _map = new LockdepMap(LockdepValidator.Current, LockdepMapKind.Lock, nameof(KRwSemaphore), "", name, key, null, new CodeSite(file, line, member));
        }
    }

    /// <summary>Whether the calling thread holds the write side.</summary>
    public bool IsWriteHeldByCurrentThread => Volatile.Read(ref _writer) == Environment.CurrentManagedThreadId;

    private string DebuggerText =>
        $"{_map?.Class?.DisplayName ?? nameof(KRwSemaphore)}: {_state switch { Writing => $"written by thread {_writer}", 0 => "free", int readers => $"{readers} readers" }}{(_waiters.IsEmpty ? "" : ", waited for")}";

    /// <summary>Acquires the read side, behind any writer that waits already.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="LockRecursionException">The calling thread holds the write side.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; nothing is held.</exception>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and a ring closed; nothing is held.</exception>
    public void AcquireRead([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        Acquire(isRead: true, file, line, member);

    /// <summary>Acquires the write side.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="LockRecursionException">The calling thread holds the write side.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; nothing is held.</exception>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and a ring closed; nothing is held.</exception>
    public void AcquireWrite([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        Acquire(isRead: false, file, line, member);

    /// <summary>Acquires the read side if that needs no waiting. Makes no dependency.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Whether it was acquired.</returns>
    public bool TryAcquireRead([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        TryAcquire(isRead: true, file, line, member);

    /// <summary>Acquires the write side if that needs no waiting. Makes no dependency.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Whether it was acquired.</returns>
    public bool TryAcquireWrite([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        TryAcquire(isRead: false, file, line, member);

    /// <summary>Releases the read side.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="SynchronizationLockException">Nobody holds the read side.</exception>
    public void ReleaseRead([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (Volatile.Read(ref _state) <= 0)
        {
            throw new SynchronizationLockException("Nobody holds the read side.");
        }

        if (Lockdep.IsSupported)
        {
            Lockdep.Release(_map!, file, line, member);
        }

        _gate.Enter();
        _state--;
        Waiter? granted = TakeGrantable();
        _gate.Exit();
        Grant(granted);
    }

    /// <summary>Releases the write side.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="SynchronizationLockException">The calling thread does not hold the write side.</exception>
    public void ReleaseWrite([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        RequireWriter();
        if (Lockdep.IsSupported)
        {
            Lockdep.Release(_map!, file, line, member);
        }

        LeaveWriting(toState: 0);
    }

    /// <summary>Turns the write side into a read side. Nobody writes in between; readers at the head of the queue join.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="SynchronizationLockException">The calling thread does not hold the write side.</exception>
    public void Downgrade([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        RequireWriter();
        if (Lockdep.IsSupported)
        {
            Lockdep.Downgrade(_map!, file, line, member);
        }

        LeaveWriting(toState: 1);
    }

    /// <summary>Acquires the read side until the scope is disposed.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>The scope.</returns>
    public ReadScope EnterReadScope([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        AcquireRead(file, line, member);
        return new ReadScope(this);
    }

    /// <summary>Acquires the write side until the scope is disposed.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>The scope.</returns>
    public WriteScope EnterWriteScope([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        AcquireWrite(file, line, member);
        return new WriteScope(this);
    }

    /// <summary>Holds the read side until it is disposed.</summary>
    public readonly ref struct ReadScope
    {
        private readonly KRwSemaphore _semaphore;

        internal ReadScope(KRwSemaphore semaphore) => _semaphore = semaphore;

        /// <summary>Releases the read side.</summary>
        public void Dispose() => _semaphore.ReleaseRead();
    }

    /// <summary>Holds the write side until it is disposed.</summary>
    public readonly ref struct WriteScope
    {
        private readonly KRwSemaphore _semaphore;

        internal WriteScope(KRwSemaphore semaphore) => _semaphore = semaphore;

        /// <summary>Releases the write side.</summary>
        public void Dispose() => _semaphore.ReleaseWrite();
    }
}

using System.Diagnostics;
using System.Runtime.CompilerServices;
using KThreadRuntime.Blocking;

namespace KThreadRuntime;

/// <summary>
/// Guards what each thread has of its own, against the thread itself: each thread has its own instance of the lock, so an
/// acquire never waits for another thread. A thread that acquires its instance again, as a handler or a callback might, is
/// refused.
/// </summary>
/// <remarks>
/// The semantics are the kernel's <c>local_lock</c>, with a thread for the processor. All instances are of one class; the wait
/// type is <see cref="LockWaitType.Config"/>. As no acquire blocks, a ring through it is no deadlock, and stays below the default
/// threshold; <see cref="LockdepPolicy.Kernel"/> counts it. All members may be used from any thread and speak of the calling
/// thread's instance, which is made at its first use and kept until the thread ends or the lock is disposed.
/// </remarks>
[DebuggerDisplay("{DebuggerText,nq}")]
public sealed class KLocalLock : IDisposable
{
    private readonly ThreadLocal<Instance> _instances;
    private bool _isDisposed;

    /// <summary>Creates a local lock that no thread holds.</summary>
    /// <param name="key">Its lock class; by default that of the creation site.</param>
    /// <param name="name">What reports call the class; two literals on one line are two classes.</param>
    /// <param name="file">The creation site; a wrapper forwards its caller's.</param>
    /// <param name="line">The creation site; a wrapper forwards its caller's.</param>
    /// <param name="member">The creation site; a wrapper forwards its caller's.</param>
    public KLocalLock(
        LockClassKey? key = null, string? name = null,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (!Lockdep.IsSupported)
        {
            _instances = new ThreadLocal<Instance>(static () => new Instance(null));
            return;
        }

        LockdepValidator validator = LockdepValidator.Current;
        var site = new CodeSite(file, line, member);
        _instances = new ThreadLocal<Instance>(() => new Instance(new LockdepMap(
            validator, LockdepMapKind.LocalLock, nameof(KLocalLock), "", name, key, null, site, LockWaitType.Config, LockWaitType.Config)));
    }

    /// <summary>Whether the calling thread holds its instance.</summary>
    /// <exception cref="ObjectDisposedException">The lock was disposed.</exception>
    public bool IsHeldByCurrentThread => Mine.IsHeld;

    /// <summary>What the validator knows the calling thread's instance by; null where the probes are switched off.</summary>
    /// <exception cref="ObjectDisposedException">The lock was disposed.</exception>
    public LockdepMap? Map => Mine.Map;

    private Instance Mine => _instances.Value!;

    private string DebuggerText => _isDisposed ? $"{nameof(KLocalLock)}: disposed" : !_instances.IsValueCreated ? nameof(KLocalLock)
        : $"{Mine.Map?.Class?.DisplayName ?? nameof(KLocalLock)}: {(Mine.IsHeld ? "held by this thread" : "free on this thread")}";

    /// <summary>Acquires the calling thread's instance. Never waits.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="LockRecursionException">The calling thread holds it already.</exception>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and got a report; the lock is not held.</exception>
    /// <exception cref="ObjectDisposedException">The lock was disposed.</exception>
    public void Acquire([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        Instance mine = Mine;
        if (mine.IsHeld)
        {
            throw TrackedLock.Recursion(
                mine.Map, LockMode.Exclusive, "The calling thread holds its instance of the local lock already.", new CodeSite(file, line, member));
        }

        if (Lockdep.IsSupported)
        {
            Lockdep.Acquire(mine.Map!, LockMode.Exclusive, 0, file, line, member);
        }

        mine.IsHeld = true;
    }

    /// <summary>Acquires the calling thread's instance unless the thread holds it.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Whether it was acquired.</returns>
    /// <exception cref="ObjectDisposedException">The lock was disposed.</exception>
    public bool TryAcquire([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        Instance mine = Mine;
        if (mine.IsHeld)
        {
            return false;
        }

        if (Lockdep.IsSupported)
        {
            Lockdep.TryAcquired(mine.Map!, LockMode.Exclusive, 0, file, line, member);
        }

        mine.IsHeld = true;
        return true;
    }

    /// <summary>Releases the calling thread's instance.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="SynchronizationLockException">The calling thread does not hold it.</exception>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and the lock was pinned; it is released.</exception>
    /// <exception cref="ObjectDisposedException">The lock was disposed.</exception>
    public void Release([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        Instance mine = Mine;
        if (!mine.IsHeld)
        {
            throw TrackedLock.NotHeld(mine.Map, "The calling thread does not hold its instance of the local lock.", new CodeSite(file, line, member));
        }

        mine.IsHeld = false;
        if (Lockdep.IsSupported)
        {
            Lockdep.Release(mine.Map!, file, line, member);
        }
    }

    /// <summary>Acquires the calling thread's instance until the scope is disposed, on the same thread.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>The scope.</returns>
    /// <exception cref="LockRecursionException">The calling thread holds it already.</exception>
    public Scope EnterScope([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        Acquire(file, line, member);
        return new Scope(this);
    }

    /// <summary>Gives the threads' instances up. An instance that the calling thread still holds is reported.</summary>
    public void Dispose()
    {
        if (Lockdep.IsSupported && !_isDisposed && _instances.IsValueCreated)
        {
            TrackedLock.Freed(Mine.Map);
        }

        _isDisposed = true;
        _instances.Dispose();
    }

    private sealed class Instance(LockdepMap? map)
    {
        internal LockdepMap? Map { get; } = map;

        internal bool IsHeld { get; set; }
    }

    /// <summary>Holds the calling thread's instance until it is disposed.</summary>
    public readonly ref struct Scope
    {
        private readonly KLocalLock _lock;

        internal Scope(KLocalLock held) => _lock = held;

        /// <summary>Releases the instance.</summary>
        public void Dispose() => _lock.Release("", 0, nameof(Dispose));
    }
}

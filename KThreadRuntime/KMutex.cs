using System.Diagnostics;
using System.Runtime.CompilerServices;
using KThreadRuntime.Blocking;

namespace KThreadRuntime;

/// <summary>A lock that one thread acquires and the same thread releases. It does not nest in itself.</summary>
/// <remarks>
/// The semantics are the kernel's <c>mutex</c>. All members may be used from any thread. Uncontended, an acquire and its
/// release cost a Monitor's plus the probes; nothing is allocated. Each acquire is told to the validator before it blocks.
/// </remarks>
[DebuggerDisplay("{DebuggerText,nq}")]
public sealed partial class KMutex : IDisposable
{
    private readonly object _monitor = new();
    private readonly LockdepMap? _map;
    private int _owner;

    /// <summary>Creates a mutex that nobody holds.</summary>
    /// <param name="key">Its lock class; by default that of the creation site.</param>
    /// <param name="name">What reports call the class; two literals on one line are two classes.</param>
    /// <param name="file">The creation site; a wrapper forwards its caller's.</param>
    /// <param name="line">The creation site; a wrapper forwards its caller's.</param>
    /// <param name="member">The creation site; a wrapper forwards its caller's.</param>
    public KMutex(
        LockClassKey? key = null, string? name = null,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (Lockdep.IsSupported)
        {
            _map = new LockdepMap(LockdepValidator.Current, LockdepMapKind.Lock, nameof(KMutex), "", name, key, null, new CodeSite(file, line, member));
        }
    }

    /// <summary>Whether the calling thread holds the mutex.</summary>
    public bool IsHeldByCurrentThread => Volatile.Read(ref _owner) == Environment.CurrentManagedThreadId;

    /// <summary>What the validator knows it by; null where the probes are switched off.</summary>
    public LockdepMap? Map => _map;

    private string DebuggerText => $"{_map?.Class?.DisplayName ?? nameof(KMutex)}: {(_owner == 0 ? "free" : $"held by thread {_owner}")}";

    /// <summary>Acquires the mutex, waiting for it as long as it takes.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="LockRecursionException">The calling thread holds it already: it would wait for itself for ever.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; the mutex is not held.</exception>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and a ring closed; the mutex is not held.</exception>
    public void Acquire([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        // Asked first, since a free mutex need not know which thread this is.
        if (Volatile.Read(ref _owner) != 0 && IsHeldByCurrentThread)
        {
            throw Recursion(new CodeSite(file, line, member));
        }

        if (!Lockdep.IsSupported)
        {
            Monitor.Enter(_monitor);
        }
        else
        {
            AcquireTracked(file, line, member);
        }

        _owner = Environment.CurrentManagedThreadId;
    }

    /// <summary>Acquires the mutex if nobody holds it. Makes no dependency, since it cannot block.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Whether it was acquired.</returns>
    public bool TryAcquire([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (IsHeldByCurrentThread || !Monitor.TryEnter(_monitor))
        {
            return false;
        }

        _owner = Environment.CurrentManagedThreadId;
        if (Lockdep.IsSupported)
        {
            Lockdep.TryAcquired(_map!, LockMode.Exclusive, 0, file, line, member);
        }

        return true;
    }

    /// <summary>Releases the mutex.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="SynchronizationLockException">The calling thread does not hold it.</exception>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and the lock was pinned; it is released.</exception>
    public void Release([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (!IsHeldByCurrentThread)
        {
            throw TrackedLock.NotHeld(_map, "The mutex is not held by the calling thread.", new CodeSite(file, line, member));
        }

        if (Lockdep.IsSupported && !Context.LockdepContext.TryReleaseFast(_map!))
        {
            TrackedLock.Release(this, _map, LockMode.Exclusive, new CodeSite(file, line, member));
            return;
        }

        _owner = 0;
        Monitor.Exit(_monitor);
    }

    /// <summary>Acquires the mutex until the scope is disposed: <c>using (mutex.EnterScope()) ...</c></summary>
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

    private void AcquireTracked(string file, int line, string member)
    {
        Lockdep.Acquire(_map!, LockMode.Exclusive, 0, file, line, member);
        try
        {
            if (!Monitor.TryEnter(_monitor))
            {
                TrackedLock.Block(this, _map!, LockMode.Exclusive, -1, default, new CodeSite(file, line, member));
            }
        }
        catch
        {
            Lockdep.Release(_map!, file, line, member);
            throw;
        }
    }

    /// <summary>Holds a mutex until it is disposed.</summary>
    public readonly ref struct Scope
    {
        private readonly KMutex _mutex;

        internal Scope(KMutex mutex) => _mutex = mutex;

        /// <summary>Releases the mutex.</summary>
        public void Dispose() => _mutex.Release("", 0, nameof(Dispose));
    }
}

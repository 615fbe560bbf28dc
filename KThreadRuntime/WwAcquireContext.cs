using System.Diagnostics;
using System.Runtime.CompilerServices;
using KThreadRuntime.Blocking;

namespace KThreadRuntime;

/// <summary>
/// One attempt of one thread to hold several <see cref="WwMutex"/>es of a class at once, acquired in any order. Its age decides
/// who gives way when it meets another.
/// </summary>
/// <remarks>
/// <para>Create it, acquire, call <see cref="Done"/> when all is acquired (optional), release every lock, dispose it. When an acquire says
/// <see cref="WwResult.Deadlock"/>, release every lock and go on with the same context, so that it grows older than its rivals.</para>
/// <para>The semantics are the kernel's <c>ww_acquire_ctx</c>, with its debug checks: misuse is reported as
/// <see cref="ReportKind.Misuse"/>, and where nothing sensible could follow refused besides. To the validator it is a lock that is
/// held from its creation to its disposal, and under which its mutexes nest. For the thread that created it only.</para>
/// </remarks>
[DebuggerDisplay("{DebuggerText,nq}")]
public sealed class WwAcquireContext : IDisposable
{
    [ThreadStatic]
    private static WwAcquireContext? _newest;

    private readonly WwAcquireContext? _outer;
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private WwWaiter? _waiting;
    private bool _isWounded;
    private bool _isDisposed;

    /// <summary>Begins an attempt. From here on it grows older.</summary>
    /// <param name="wwClass">The class of the mutexes it is for.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <remarks>A thread with two open contexts of one class is reported: they would wait for one another without giving way.</remarks>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and got a report; there is no context.</exception>
    public WwAcquireContext(
        WwClass wwClass, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        Class = wwClass ?? throw new ArgumentNullException(nameof(wwClass));
        Stamp = wwClass.NextStamp();
        _outer = Innermost();
        if (Lockdep.IsSupported)
        {
            var site = new CodeSite(file, line, member);
            Map = new LockdepMap(LockdepValidator.Current, LockdepMapKind.Lock, nameof(WwAcquireContext), "", null, wwClass.ContextKey, null, site);
            if (HasOuterOf(wwClass))
            {
                TrackedLock.Misuse(Map, "begins a second context of a class under the first.", site);
            }

            Lockdep.Acquire(Map, LockMode.Exclusive, 0, file, line, member);
        }

        _newest = this;
    }

    /// <summary>The class of the mutexes it is for.</summary>
    public WwClass Class { get; }

    /// <summary>How many mutexes it holds.</summary>
    public int AcquiredCount => Volatile.Read(ref Acquired);

    /// <summary>What the validator knows it by; null where the probes are switched off.</summary>
    public LockdepMap? Map { get; }

    /// <summary>Its age: the lower the older.</summary>
    internal long Stamp { get; set; }

    /// <summary>Written under the lock of a mutex's queue, by its own thread or for it while it waits.</summary>
    internal int Acquired;

    /// <summary>The mutex that was refused, until one is acquired.</summary>
    internal WwMutex? Contending { get; set; }

    internal bool IsDone { get; private set; }

    internal bool IsDisposed => _isDisposed;

    internal bool IsOfThisThread => _thread == Environment.CurrentManagedThreadId;

    /// <summary>What its thread waits for; published before <see cref="MustYield"/> is looked at.</summary>
    internal WwWaiter? Waiting
    {
        get => Volatile.Read(ref _waiting);
        set => Volatile.Write(ref _waiting, value);
    }

    /// <summary>Whether an older one waits for what it holds. Without a lock it is in nobody's way.</summary>
    internal bool MustYield => AcquiredCount > 0 && Volatile.Read(ref _isWounded);

    private string DebuggerText =>
        $"{Class.Name} #{Stamp}: {Acquired} acquired{(_isWounded ? ", wounded" : "")}{(_isDisposed ? ", disposed" : IsDone ? ", done" : "")}";

    /// <summary>Says that all is acquired: an acquire after this is reported.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="ObjectDisposedException">The context was disposed.</exception>
    public void Done([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        var site = new CodeSite(file, line, member);
        RequireAlive(site);
        if (IsDone)
        {
            TrackedLock.Misuse(Map, "says a second time that all is acquired.", site);
        }

        IsDone = true;
    }

    /// <summary>Ends the attempt. Locks that are still held are reported, and so is a second end; neither throws.</summary>
    public void Dispose()
    {
        var site = new CodeSite("", 0, nameof(Dispose));
        if (AcquiredCount > 0)
        {
            TrackedLock.Misuse(Map, "ends a context that still holds locks.", site);
        }

        _isDisposed = true;
        _newest = Innermost();
        if (Lockdep.IsSupported)
        {
            Lockdep.Release(Map!, site.File, site.Line, site.Member);
        }
    }

    internal bool IsYoungerThan(WwAcquireContext other) => Stamp > other.Stamp;

    /// <summary>An older context waits for a lock that this one holds. Called under the lock of that mutex's queue.</summary>
    internal void Wound() => Volatile.Write(ref _isWounded, true);

    /// <summary>Without a lock nobody waits for it, and nobody can wound it: an old wound is healed.</summary>
    internal void BeginAcquire()
    {
        if (AcquiredCount == 0)
        {
            Volatile.Write(ref _isWounded, false);
        }
    }

    internal void RequireAlive(in CodeSite site)
    {
        if (_isDisposed)
        {
            TrackedLock.Misuse(Map, "uses a context that has ended.", site);
            throw new ObjectDisposedException(nameof(WwAcquireContext));
        }

        if (!IsOfThisThread)
        {
            TrackedLock.Misuse(Map, "uses a context of another thread.", site);
            throw new InvalidOperationException("An acquire context is for the thread that created it.");
        }
    }

    private static WwAcquireContext? Innermost()
    {
        WwAcquireContext? innermost = _newest;
        while (innermost is { _isDisposed: true })
        {
            innermost = innermost._outer;
        }

        return innermost;
    }

    private bool HasOuterOf(WwClass wwClass)
    {
        WwAcquireContext? outer = _outer;
        while (outer is not null && (outer._isDisposed || outer.Class != wwClass))
        {
            outer = outer._outer;
        }

        return outer is not null;
    }
}

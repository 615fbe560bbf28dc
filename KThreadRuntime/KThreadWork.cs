using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using KThreadRuntime.Context;

namespace KThreadRuntime;

/// <summary>Something that a <see cref="KThreadWorker"/> does when it is queued: once for each time that it was.</summary>
/// <remarks>
/// The semantics are the kernel's <c>kthread_work</c>. A work is pending from the moment it is queued until it begins to run, and may be
/// queued again while it runs, by itself too. It belongs to the worker that queues it first. All members may be used from any
/// thread.
/// </remarks>
[DebuggerDisplay("{DebuggerText,nq}")]
public class KThreadWork
{
    private readonly Action<KThreadWork> _function;
    private readonly string? _name;
    private KThreadWorker? _worker;
    private ExceptionDispatchInfo? _fault;

    /// <summary>Creates a work that is not queued.</summary>
    /// <param name="function">What it does. It runs in the execution context of whoever queued it.</param>
    /// <param name="name">What reports call its class.</param>
    /// <param name="key">Its lock class; by default that of the creation site.</param>
    /// <param name="policy">
    /// How the class is found without a key. <see cref="ClassPolicy.WaitSite"/> is treated as <see cref="ClassPolicy.CreationSite"/>: whoever
    /// flushes a work waits for the same thing, from wherever.
    /// </param>
    /// <param name="file">The creation site; a wrapper forwards its caller's.</param>
    /// <param name="line">The creation site; a wrapper forwards its caller's.</param>
    /// <param name="member">The creation site; a wrapper forwards its caller's.</param>
    /// <exception cref="ArgumentNullException">There is no function.</exception>
    public KThreadWork(
        Action<KThreadWork> function, string? name = null, LockClassKey? key = null, ClassPolicy policy = ClassPolicy.CreationSite,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        _function = function ?? throw new ArgumentNullException(nameof(function));
        _name = name;
        if (Lockdep.IsSupported)
        {
            ClassPolicy kept = policy == ClassPolicy.WaitSite ? ClassPolicy.CreationSite : policy;
            Maps = new WorkMaps(LockdepValidator.Current, name, key, kept, new CodeSite(file, line, member));
        }
    }

    /// <summary>The worker that queued it first; null before.</summary>
    public KThreadWorker? Worker => Volatile.Read(ref _worker);

    /// <summary>Whether it is queued, or waits for its time, and has not begun to run for that yet. May be out of date at once.</summary>
    public bool IsPending => Volatile.Read(ref Place) is not null || IsDelayed;

    internal WorkMaps? Maps { get; }

    /// <summary>Its place in the worker's queue while it is pending. The worker's gate guards this and what follows.</summary>
    internal LinkedListNode<object>? Place;

    /// <summary>How many are cancelling it; it cannot be queued meanwhile.</summary>
    internal int Cancels { get; set; }

    private protected virtual bool IsDelayed => false;

    private string DebuggerText => $"{_name ?? "work"}: {(IsPending ? "pending" : "not pending")}";

    /// <summary>Binds the work to its first worker. False when it belongs to another.</summary>
    internal bool TryBind(KThreadWorker worker)
    {
        KThreadWorker? former = Interlocked.CompareExchange(ref _worker, worker, null);
        if (Lockdep.IsSupported && former is null && Maps is not null)
        {
            Maps.Done.OwedBy(worker.ContextId);
        }

        return former is null || ReferenceEquals(former, worker);
    }

    internal void Invoke()
    {
        Volatile.Write(ref _fault, null);
        _function(this);
    }

    internal void Fail(ExceptionDispatchInfo fault) => Volatile.Write(ref _fault, fault);

    /// <summary>Throws what the last run threw, with its stack.</summary>
    internal void ThrowFault() => Volatile.Read(ref _fault)?.Throw();
}

using System.Diagnostics;
using System.Runtime.CompilerServices;
using KThreadRuntime.Blocking;
using KThreadRuntime.Context;
using KThreadRuntime.Reports;

namespace KThreadRuntime;

/// <summary>
/// Lets one context wait for something that another one signals. Each <see cref="Complete"/> lets one wait pass, first come,
/// first served; <see cref="CompleteAll"/> lets all pass until <see cref="Reinitialize"/>, <see cref="Fail"/> and <see cref="Cancel"/> let all go with an
/// exception.
/// </summary>
/// <remarks>
/// The semantics are the kernel's <c>completion</c>, with .NET's timeouts, cancellation and tasks. All members may be used from
/// any thread. Each wait and signal is told to the validator: a wait under a lock that the signaller takes first is reported
/// when it starts, not when it hangs. A wait that need not block costs about as much as a SemaphoreSlim's.
/// </remarks>
[DebuggerDisplay("{DebuggerText,nq}")]
public sealed partial class Completion
{
    private const int All = int.MaxValue;

    private BriefLock _gate;
    private readonly LockdepMap? _map;
    private WaiterQueue _waiters;
    private int _done;

    /// <summary>Creates a completion that is not done.</summary>
    /// <param name="key">Its lock class; by default that of the creation site.</param>
    /// <param name="name">What reports call the class; two literals on one line are two classes.</param>
    /// <param name="policy">How the class is found without a key; by default as the validator's options say.</param>
    /// <param name="file">The creation site; a wrapper forwards its caller's.</param>
    /// <param name="line">The creation site; a wrapper forwards its caller's.</param>
    /// <param name="member">The creation site; a wrapper forwards its caller's.</param>
    public Completion(
        LockClassKey? key = null, string? name = null, ClassPolicy? policy = null,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (Lockdep.IsSupported)
        {
            _map = new LockdepMap(LockdepValidator.Current, LockdepMapKind.Completion, LockdepMap.CompletionName, "", name, key, policy, new CodeSite(file, line, member));
        }
    }

    internal Completion(LockdepMap? map) => _map = map;

    /// <summary>Whether a wait would pass at once. Somebody else's wait may come first.</summary>
    public bool IsDone => Volatile.Read(ref _done) != 0;

    /// <summary>What the validator knows it by; null where the probes are switched off.</summary>
    /// <remarks>For <see cref="Lockdep.MightWait"/>, classes and <see cref="LockdepMap.Validation"/>.</remarks>
    public LockdepMap? Map => _map;

    /// <summary>How many wait. For tests.</summary>
    internal int WaiterCount
    {
        get
        {
            _gate.Enter();
            int count = _done == All ? 0 : _waiters.Count;
            _gate.Exit();
            return count;
        }
    }

    private string DebuggerText => $"{_map?.Class?.DisplayName ?? "completion"}: {(_done == All ? Fault is null ? "done for all" : "failed" : $"{_done} done{(_waiters.IsEmpty ? "" : ", waited for")}")}";

    /// <summary>Lets the first waiter go, or the next wait pass. Signals are counted.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and a ring closed. The signal was given.</exception>
    public void Complete([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        List<LockdepReport>? reports = Commit(file, line, member, out LockdepContext? context);
        _gate.Enter();
        Waiter? waiter = _done == All ? null : _waiters.TakeFirst();
        if (waiter is null && _done < All - 1)
        {
            Volatile.Write(ref _done, _done + 1);
        }

        _gate.Exit();
        waiter?.Grant();
        Deliver(context, reports);
    }

    /// <summary>Lets all waiters go, and all waits pass until <see cref="Reinitialize"/>.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and a ring closed. The signal was given.</exception>
    public void CompleteAll([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        List<LockdepReport>? reports = Commit(file, line, member, out LockdepContext? context);
        ReleaseAll();
        Deliver(context, reports);
    }

    /// <summary>Takes back all signals that no wait has used, and failures too. Whoever waits goes on waiting.</summary>
    public void Reinitialize()
    {
        _gate.Enter();
        if (_done == All)
        {
            ReplaceFault(null);
        }

        Volatile.Write(ref _done, 0);
        _gate.Exit();
        if (Lockdep.IsSupported)
        {
            _map?.BeBornAgain();
        }
    }

    /// <summary>
    /// Tells the validator that the calling context is responsible for the next signal, from here on and before anybody waits:
    /// what it acquires or waits for until then stands between the completion and its waiters.
    /// </summary>
    public void Owe()
    {
        if (Lockdep.IsSupported && _map is not null)
        {
            Lockdep.Owe(_map);
        }
    }

    /// <summary>Tells the validator of the signal, sinks included, without giving it. Returns what a sink threw.</summary>
    internal Exception? AnnounceSignal(in CodeSite site)
    {
        try
        {
            List<LockdepReport>? reports = Commit(site.File, site.Line, site.Member, out LockdepContext? context);
            Deliver(context, reports);
            return null;
        }
        catch (Exception thrownBySink)
        {
            return thrownBySink;
        }
    }

    /// <summary>Lets all go without telling the validator.</summary>
    internal void ReleaseAll() => ReleaseAll(null);

    /// <summary>Lets those go who are queued now, and nobody who comes later; without telling the validator.</summary>
    internal void ReleaseWaiting()
    {
        _gate.Enter();
        Waiter? newestFirst = TakeAll(null);
        _gate.Exit();
        GrantOldestFirst(newestFirst);
    }

    private void ReleaseAll(WaitFault? fault)
    {
        _gate.Enter();
        Waiter? newestFirst = _done == All ? null : TakeAll(fault);
        Volatile.Write(ref _done, All);
        ReplaceFault(fault);
        _gate.Exit();
        GrantOldestFirst(newestFirst);
    }

    /// <summary>Lets those go who are queued now, and nobody who comes later; and tells the validator.</summary>
    internal void SignalWaiting(string file, int line, string member)
    {
        List<LockdepReport>? reports = Commit(file, line, member, out LockdepContext? context);
        ReleaseWaiting();
        Deliver(context, reports);
    }

    private static void Deliver(LockdepContext? context, List<LockdepReport>? reports)
    {
        if (Lockdep.IsSupported)
        {
            context?.Deliver(reports);
        }
    }

    private Waiter? TakeAll(WaitFault? fault)
    {
        Waiter? granted = null;
        while (_waiters.TakeFirst() is { } waiter)
        {
            // Linked up again privately: a grant wakes its thread, which must not happen under the lock.
            waiter.Fault = fault;
            waiter.Next = granted;
            granted = waiter;
        }

        return granted;
    }

    private static void GrantOldestFirst(Waiter? newestFirst)
    {
        Waiter? oldestFirst = null;
        while (newestFirst is not null)
        {
            Waiter? next = newestFirst.Next;
            newestFirst.Next = oldestFirst;
            oldestFirst = newestFirst;
            newestFirst = next;
        }

        while (oldestFirst is not null)
        {
            Waiter? next = oldestFirst.Next;
            oldestFirst.Next = null;
            oldestFirst.Grant();
            oldestFirst = next;
        }
    }

    private List<LockdepReport>? Commit(string file, int line, string member, out LockdepContext? context)
    {
        if (!Lockdep.IsSupported || _map is null || LockdepContext.TryPassSignal(_map))
        {
            context = null;
            return null;
        }

        context = LockdepContext.For(_map.Validator);
        return context.Signal(_map, new CodeSite(file, line, member));
    }
}

using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using KThreadRuntime.Blocking;

namespace KThreadRuntime;

/// <summary>
/// A thread that others stop and park by asking: its function looks at <see cref="ShouldStop"/> and <see cref="ShouldPark"/>
/// and obeys. Whoever asks waits until it has.
/// </summary>
/// <remarks>
/// <para>The semantics are the kernel's <c>kthread</c>. A thread is created stopped and starts with its first <see cref="Wake"/>; one
/// that is stopped before never runs its function. It is a background thread, and runs under the execution context of its
/// creator.</para>
/// <para>The waits of <see cref="Park(string, int, string)"/> and <see cref="Stop(string, int, string)"/> are told to the validator. Each creating call gives its threads a
/// <c>parked</c> and an <c>exited</c> class of their own, so a wrapper should forward its caller's site. All members may be
/// used from any thread, but for those that say otherwise.</para>
/// </remarks>
[DebuggerDisplay("{DebuggerText,nq}")]
public sealed partial class KThread : IDisposable, IAsyncDisposable
{
    /// <summary>What <see cref="Stop(string, int, string)"/> returns when the function never ran. The kernel's <c>-EINTR</c>.</summary>
    public const int NeverRan = -4;

    internal const string KindName = "kthread";

    [ThreadStatic]
    private static KThread? _current;

    private readonly object _gate = new();
    private readonly Func<KThread, int> _function;
    private readonly ExecutionContext? _flow = ExecutionContext.Capture();
    private readonly Completion _parked;
    private readonly Completion _exited;
    private readonly LockdepValidator? _validator;
    private readonly int _contextId;
    private readonly CodeSite _site;
    private volatile State _state;
    private int _cpu = -1;
    private long _timesParked;
    private int _result = NeverRan;
    private ExceptionDispatchInfo? _fault;
    private bool _isFaultObserved;
    private CancellationTokenSource? _stopSource;

    private KThread(Func<KThread, int> function, string? name, LockClassKey? key, ClassPolicy? policy, CodeSite site)
    {
        _function = function ?? throw new ArgumentNullException(nameof(function));
        Name = name ?? $"kthread {site.Member}";
        _site = site;
        if (Lockdep.IsSupported)
        {
            _validator = LockdepValidator.Current;
            _contextId = LockdepValidator.NextContextId();
        }

        _parked = new Completion(NewMap("parked", key, policy, site));
        _exited = new Completion(NewMap("exited", key, policy, site));
    }

    /// <summary>What others asked for, and how far the thread has come.</summary>
    [Flags]
    private enum State
    {
        Created = 0,
        Started = 1,
        StopRequested = 2,
        ParkRequested = 4,
        Parked = 8,
        WakePending = 16,
        Finished = 32,
        Woken = 64,
    }

    /// <summary>The kernel thread that is running on the calling thread; null on any other thread.</summary>
    public static KThread? Current => _current;

    /// <summary>The thread's name, as reports and debuggers show it.</summary>
    public string Name { get; }

    /// <summary>Whether somebody asked the thread to return from its function.</summary>
    public bool ShouldStop => Has(State.StopRequested);

    /// <summary>Whether somebody asked the thread to park.</summary>
    public bool ShouldPark => Has(State.ParkRequested);

    /// <summary>Whether the thread has returned from its function, or will never run it.</summary>
    public bool HasExited => Has(State.Finished);

    /// <summary>
    /// What the function threw; null if it threw nothing, or has not returned. Whoever stops the thread gets it thrown; of a thread that
    /// nobody stops it is found here only.
    /// </summary>
    public Exception? Exception => HasExited ? _fault?.SourceException : null;

    /// <summary>Cancelled when <see cref="ShouldStop"/> turns true, so that the function can wait for both.</summary>
    /// <remarks>What is registered with it runs on the thread that asks for the stop.</remarks>
    public CancellationToken StopToken => StopSource().Token;

    /// <summary>What the validator calls the thread's context.</summary>
    internal int ContextId => _contextId;

    private string DebuggerText => $"{Name}: {_state}";

    /// <summary>Creates a thread that starts with its first <see cref="Wake"/>.</summary>
    /// <param name="function">What it runs; its result is <see cref="Stop(string, int, string)"/>'s.</param>
    /// <param name="name">Its name; by default that of the creating member.</param>
    /// <param name="key">The lock class of its completions; by default that of the creation site.</param>
    /// <param name="policy">How the classes are found without a key; by default as <see cref="LockdepOptions.KThreadClasses"/> says.</param>
    /// <param name="file">The creation site; a wrapper forwards its caller's.</param>
    /// <param name="line">The creation site; a wrapper forwards its caller's.</param>
    /// <param name="member">The creation site; a wrapper forwards its caller's.</param>
    /// <returns>The thread.</returns>
    public static KThread Create(
        Func<KThread, int> function, string? name = null, LockClassKey? key = null, ClassPolicy? policy = null,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        new(function, name, key, policy, new CodeSite(file, line, member));

    /// <summary>Creates a thread and wakes it.</summary>
    /// <param name="function">What it runs; its result is <see cref="Stop(string, int, string)"/>'s.</param>
    /// <param name="name">Its name; by default that of the creating member.</param>
    /// <param name="key">The lock class of its completions; by default that of the creation site.</param>
    /// <param name="policy">How the classes are found without a key; by default as <see cref="LockdepOptions.KThreadClasses"/> says.</param>
    /// <param name="file">The creation site; a wrapper forwards its caller's.</param>
    /// <param name="line">The creation site; a wrapper forwards its caller's.</param>
    /// <param name="member">The creation site; a wrapper forwards its caller's.</param>
    /// <returns>The thread, running.</returns>
    public static KThread Run(
        Func<KThread, int> function, string? name = null, LockClassKey? key = null, ClassPolicy? policy = null,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        KThread thread = Create(function, name, key, policy, file, line, member);
        thread.Wake();
        return thread;
    }

    /// <summary>Starts the thread, or ends its <see cref="WaitForWake()"/>, or lets its next one pass. Does not unpark.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            Change(Has(State.Started) ? State.Woken | State.WakePending : State.Woken, State.Created);
            if (!Has(State.Started) && !Has(State.Finished))
            {
                Start();
            }
        }
    }

    /// <summary>Asks the thread to run on one processor. Best effort: Linux and Windows, and only where it is allowed.</summary>
    /// <param name="cpu">The processor's number, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative or above 1,023.</exception>
    /// <exception cref="InvalidOperationException">The thread has started.</exception>
    public void Bind(int cpu)
    {
        if (cpu is < 0 or > 1023)
        {
            throw new ArgumentOutOfRangeException(nameof(cpu), cpu, "A processor's number is 0 to 1,023.");
        }

        lock (_gate)
        {
            if (Has(State.Started))
            {
                throw new InvalidOperationException("A thread is bound before its first wake.");
            }

            _cpu = cpu;
        }
    }

    /// <summary>Sleeps until <see cref="Wake"/>, <see cref="Park(string, int, string)"/> or <see cref="Stop(string, int, string)"/>. Only the thread itself may call it.</summary>
    /// <exception cref="InvalidOperationException">Another thread calls it.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted.</exception>
    /// <remarks>The place where the thread's loop idles: predictions look no further back than to the last signal before it.</remarks>
    public void WaitForWake()
    {
        RequireSelf();
        Idle();
        SleepUntilWoken(new Deadline(-1), default);
    }

    private bool Has(State flag) => (_state & flag) != 0;

    /// <summary>Sets and clears flags and wakes whoever waits for a change. Call it under the gate.</summary>
    private void Change(State set, State clear)
    {
        _state = (_state | set) & ~clear;
        Monitor.PulseAll(_gate);
    }

    /// <summary>
    /// The same for a change that must not fail: an interrupt is put off. Returns whether there was one.
    /// </summary>
    private bool ChangeSurely(State set, State clear)
    {
        bool interrupted = false;
        while (true)
        {
            try
            {
                lock (_gate)
                {
                    Change(set, clear);
                }

                return interrupted;
            }
            catch (ThreadInterruptedException)
            {
                interrupted = true;
            }
        }
    }

    private void RequireSelf()
    {
        if (!ReferenceEquals(_current, this))
        {
            throw new InvalidOperationException($"Only the thread \"{Name}\" itself may call this.");
        }
    }

    private void RefuseSelf(string what)
    {
        if (ReferenceEquals(_current, this))
        {
            throw new InvalidOperationException($"The thread \"{Name}\" cannot {what} itself: it would wait for itself for ever.");
        }
    }

    private LockdepMap? NewMap(string role, LockClassKey? key, ClassPolicy? policy, CodeSite site)
    {
        if (!Lockdep.IsSupported || _validator is null)
        {
            return null;
        }

        var map = new LockdepMap(_validator, LockdepMapKind.Completion, KindName, role, null, key, policy ?? _validator.Options.KThreadClasses, site) { IsLifetime = true, IsOwedFromBirth = true };
        map.SignalledBy(_contextId);
        return map;
    }
}

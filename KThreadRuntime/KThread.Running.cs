using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using KThreadRuntime.Blocking;
using KThreadRuntime.Context;

namespace KThreadRuntime;

/// <content>The thread's life: start, run, stop, exit.</content>
public sealed partial class KThread
{
    private const string End = "the return of the thread function";

    /// <summary>A seam for tests: what the calling thread's next start throws.</summary>
    [ThreadStatic]
    internal static Action? FailingStart;

    /// <summary>
    /// Asks the thread to return from its function, unparks and wakes it, and waits until it has exited. A thread that was never
    /// woken does not run its function.
    /// </summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>The function's result, or <see cref="NeverRan"/>. The same for every call.</returns>
    /// <exception cref="InvalidOperationException">The thread asks itself.</exception>
    /// <exception cref="ThreadInterruptedException">The caller was interrupted; the request stands.</exception>
    /// <exception cref="AggregateException">What is registered with <see cref="StopToken"/> threw; the thread has exited.</exception>
    /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and a ring closed; nothing was asked for.</exception>
    /// <remarks>What the function threw is thrown again here, with its stack.</remarks>
    public int Stop([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        StopWithin(-1, default, new CodeSite(file, line, member));
        return TakeResult();
    }

    /// <summary>Stops the thread. What its function threw is thrown here unless a <see cref="Stop(string, int, string)"/> has thrown it before.</summary>
    /// <exception cref="InvalidOperationException">The thread disposes itself.</exception>
    /// <remarks>Reports call this wait the place where the thread was created.</remarks>
    public void Dispose()
    {
        if (!_isFaultObserved || !HasExited)
        {
            Stop(_site.File, _site.Line, _site.Member);
        }
    }

    /// <summary>Asks the thread to return from its function, unparks and wakes it, and does not wait.</summary>
    /// <exception cref="AggregateException">What is registered with <see cref="StopToken"/> threw; the request stands.</exception>
    /// <remarks>The thread itself may call it too.</remarks>
    public void RequestStop()
    {
        if (!StopUnstarted())
        {
            PublishStop();
            _stopSource?.Cancel();
        }
    }

    /// <summary>Lets a token ask the thread to stop, as <see cref="RequestStop"/> does.</summary>
    /// <param name="cancellationToken">The token; if it is cancelled already, the thread is asked at once.</param>
    /// <returns>The registration; dispose it to take the token's say back.</returns>
    public CancellationTokenRegistration StopWhen(CancellationToken cancellationToken) =>
        cancellationToken.Register(static self => ((KThread)self!).RequestStop(), this);

    /// <summary>Stops the thread as <see cref="Stop(string, int, string)"/> does, without blocking the caller.</summary>
    /// <param name="cancellationToken">Ends the wait; the request stands.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>
    /// A task that ends when the thread has exited, with the function's result or <see cref="NeverRan"/>, or with what the function threw.
    /// </returns>
    /// <exception cref="InvalidOperationException">The thread asks itself.</exception>
    public async Task<int> StopAsync(
        CancellationToken cancellationToken = default,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        RefuseSelf("stop");
        cancellationToken.ThrowIfCancellationRequested();
        if (!StopUnstarted())
        {
            Task exited = _exited.WaitAsync(cancellationToken, file, line, member);
            PublishStop();
            try
            {
                _stopSource?.Cancel();
            }
            finally
            {
                await exited.ConfigureAwait(false);
            }
        }

        _isFaultObserved = true;
        _fault?.Throw();
        return _result;
    }

    /// <summary>Stops the thread without blocking the caller. Throws as <see cref="Dispose"/> does.</summary>
    /// <returns>A task that ends when the thread has exited.</returns>
    /// <exception cref="InvalidOperationException">The thread disposes itself.</exception>
    public async ValueTask DisposeAsync()
    {
        if (!_isFaultObserved || !HasExited)
        {
            await StopAsync(default, _site.File, _site.Line, _site.Member).ConfigureAwait(false);
        }
    }

    /// <summary>A thread without a start has no one to wait for.</summary>
    private bool StopUnstarted()
    {
        lock (_gate)
        {
            if (Has(State.Started))
            {
                return false;
            }

            Change(State.StopRequested | State.Finished, State.ParkRequested);
        }

        _stopSource?.Cancel();
        _exited.ReleaseAll();
        return true;
    }

    /// <summary>
    /// Waits even when a registration of <see cref="StopToken"/> throws, but not when the request did not get out. False when the time was over
    /// first.
    /// </summary>
    private bool StopStarted(WaitTicket ticket, int milliseconds, CancellationToken token)
    {
        bool isAsked = false, hasExited = false;
        try
        {
            PublishStop();
            isAsked = true;
            _stopSource?.Cancel();
        }
        finally
        {
            if (isAsked)
            {
                hasExited = _exited.FinishWait(ticket, milliseconds, token);
            }
            else
            {
                Lockdep.EndWait(ticket);
            }
        }

        return hasExited;
    }

    private void PublishStop()
    {
        lock (_gate)
        {
            Change(State.StopRequested, State.ParkRequested);
        }
    }

    private CancellationTokenSource StopSource()
    {
        lock (_gate)
        {
            if (_stopSource is null)
            {
                _stopSource = new CancellationTokenSource();
                if (Has(State.StopRequested))
                {
                    _stopSource.Cancel();
                }
            }

            return _stopSource;
        }
    }

    /// <summary>A start that fails, for want of memory, leaves a thread that was not started: nobody may wait for it.</summary>
    private void Start()
    {
        Change(State.Started, State.Created);
        bool isStarted = false;
        try
        {
            FailingStart?.Invoke();
            StartThread();
            isStarted = true;
        }
        finally
        {
            if (!isStarted)
            {
                Change(State.Created, State.Started);
            }
        }
    }

    private void StartThread()
    {
        var thread = new Thread(Enter) { IsBackground = true, Name = Name };
#if NET
        thread.UnsafeStart();
#else
        using AsyncFlowControl? flow = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
        thread.Start();
#endif
    }

    private void Enter()
    {
        if (_flow is null)
        {
            Live();
        }
        else
        {
            ExecutionContext.Run(_flow, static self => ((KThread)self!).Live(), this);
        }
    }

    private void Live()
    {
        _current = this;
        if (Lockdep.IsSupported && _validator is not null)
        {
            LockdepContext.Create(_validator, _contextId, Name);
        }

        if (_cpu >= 0)
        {
            ProcessorAffinity.TryBindCurrentThread(_cpu);
        }

        try
        {
            ParkMe(_site.File, _site.Line, _site.Member);
            if (Has(State.Woken) || !ShouldStop)
            {
                _result = _function(this);
            }
        }
        catch (Exception thrown)
        {
            _fault = ExceptionDispatchInfo.Capture(thrown);
        }

        ReportLeftovers();
        Exit();
    }

    /// <summary>From here on nothing is given back any more. What a throwing sink makes of it is the function's own fault, unless that has one already.</summary>
    private void ReportLeftovers()
    {
        try
        {
            if (Lockdep.IsSupported && _validator is not null)
            {
                LockdepContext? context = LockdepContext.Existing(_validator);
                context?.End();
                context?.ReportLeftovers(End, _site);
                context?.ReportDebts(End, _site);
            }
        }
        catch (Exception thrownBySink)
        {
            _fault ??= ExceptionDispatchInfo.Capture(thrownBySink);
        }
    }

    /// <summary>The last thing the thread does, which reports place where it was created: whoever waits for it, to park or to exit, is let go.</summary>
    private void Exit()
    {
        bool isParkAwaited = ShouldPark;
        ChangeSurely(State.Finished, State.ParkRequested);
        Exception? thrownBySink = isParkAwaited ? _parked.AnnounceSignal(_site) : null;
        _parked.ReleaseWaiting();
        thrownBySink ??= _exited.AnnounceSignal(_site);
        if (thrownBySink is not null)
        {
            _fault ??= ExceptionDispatchInfo.Capture(thrownBySink);
        }

        _current = null;
        _exited.ReleaseAll();
    }
}

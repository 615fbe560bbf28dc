using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using KThreadRuntime.Blocking;
using KThreadRuntime.Context;

namespace KThreadRuntime;

/// <content>The worker's thread: it takes what is first, runs it, and ends.</content>
public sealed partial class KThreadWorker
{
    private const int MaxFaults = 16;

    private readonly List<ExceptionDispatchInfo> _faults = [];

    /// <summary>Flushes the worker, then stops its thread. Works that wait for their time are forgotten and never run.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="InvalidOperationException">A work destroys its own worker.</exception>
    /// <exception cref="AggregateException">Several works threw something that nobody was told; the first sixteen of it.</exception>
    /// <exception cref="ThreadInterruptedException">The caller was interrupted; the worker takes no more works.</exception>
    /// <remarks>What a single work threw that nobody was told is thrown again, with its stack. A second call does nothing.</remarks>
    public void Destroy([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "") =>
        DestroyWithin(-1, default, new CodeSite(file, line, member));

    /// <summary>Does what <see cref="Destroy(string, int, string)"/> does, and throws what it throws.</summary>
    /// <remarks>Reports call this wait the place where the worker was created.</remarks>
    public void Dispose() => Destroy(_site.File, _site.Line, _site.Member);

    /// <summary>Does what <see cref="Destroy(string, int, string)"/> does without blocking the caller, and throws what it throws.</summary>
    /// <returns>A task that ends when the thread has exited.</returns>
    /// <remarks>Reports call this wait the place where the worker was created.</remarks>
    public async ValueTask DisposeAsync() => await DestroyAsync(default, _site.File, _site.Line, _site.Member).ConfigureAwait(false);

    /// <summary>False when the time was over first: the worker takes no more works, and its thread lives on.</summary>
    private bool DestroyWithin(int milliseconds, CancellationToken token, in CodeSite site)
    {
        RefuseOwn(_turn, site, "destroy its own worker");
        token.ThrowIfCancellationRequested();
        Close();
        var deadline = new Deadline(milliseconds);
        if (FlushWithin(milliseconds, token, site) == Flushed.TimedOut || !_thread.StopWithin(deadline.Left, token, site))
        {
            return false;
        }

        ThrowFaults();
        return true;
    }

    private void Close()
    {
        _gate.Enter();
        _isClosed = true;
        foreach (KThreadDelayedWork work in _delayed)
        {
            work.TryStopAlarm();
        }

        _delayed.Clear();
        _gate.Exit();
    }

    private int Serve(KThread self)
    {
        while (true)
        {
            if (TakeFirst() is { } first)
            {
                Do(first);
            }
            else if (self.ShouldStop)
            {
                return 0;
            }
            else
            {
                Sleep(self);
            }
        }
    }

    private static void Sleep(KThread self)
    {
        try
        {
            self.WaitForWake();
        }
        catch (ThreadInterruptedException)
        {
            // Meant for a work that is over, and used up by this: the worker has to serve those who come after it.
        }
    }

    private object? TakeFirst()
    {
        _gate.Enter();
        object? first = _queue.First?.Value;
        if (first is not null)
        {
            _queue.RemoveFirst();
            if (first is Item item)
            {
                Volatile.Write(ref _running, item.Work);
                item.Work.Place = null;
            }
        }

        _gate.Exit();
        return first;
    }

    private void Do(object first)
    {
        if (first is Completion barrier)
        {
            barrier.ReleaseAll();
            return;
        }

        var item = (Item)first;
        KThreadWork work = item.Work;
        LockdepContext? context = ContextFor(work);
        try
        {
            if (Lockdep.IsSupported)
            {
                context?.BeginItem(_turn!, work.Maps!, item.InFront, _site);
            }

            Run(item);
        }
        catch (Exception thrown)
        {
            Report(work, ExceptionDispatchInfo.Capture(thrown));
        }

        if (Lockdep.IsSupported)
        {
            context?.EndItem(_turn!, work.Maps!);
            ReportLeftovers(context, work);
        }

        Volatile.Write(ref _running, null);
    }

    /// <summary>What a throwing sink makes of it is the work's own fault.</summary>
    private void ReportLeftovers(LockdepContext? context, KThreadWork work)
    {
        try
        {
            context?.ReportLeftovers("the end of its work item", work.Maps!.Done.CreationSite);
        }
        catch (Exception thrownBySink)
        {
            Report(work, ExceptionDispatchInfo.Capture(thrownBySink));
        }
    }

    private LockdepContext? ContextFor(KThreadWork work) => Lockdep.IsSupported && IsTracked(work) ? LockdepContext.For(_turn!.Validator) : null;

    private static void Run(Item item)
    {
        if (item.Flow is { } flow)
        {
            ExecutionContext.Run(flow, static w => ((KThreadWork)w!).Invoke(), item.Work);
        }
        else
        {
            item.Work.Invoke();
        }
    }

    private void Report(KThreadWork work, ExceptionDispatchInfo fault)
    {
        work.Fail(fault);
        try
        {
            if (WorkFailed is { } handlers)
            {
                handlers(this, new KThreadWorkFailedEventArgs(work, fault.SourceException));
                return;
            }
        }
        catch (Exception thrownByHandler)
        {
            fault = ExceptionDispatchInfo.Capture(thrownByHandler);
        }

        _gate.Enter();
        if (_faults.Count < MaxFaults)
        {
            _faults.Add(fault);
        }

        _gate.Exit();
    }

    private void ThrowFaults()
    {
        _gate.Enter();
        ExceptionDispatchInfo[] faults = [.. _faults];
        _faults.Clear();
        _gate.Exit();
        if (faults.Length == 1)
        {
            faults[0].Throw();
        }
        else if (faults.Length > 1)
        {
            throw new AggregateException(faults.Select(f => f.SourceException));
        }
    }
}

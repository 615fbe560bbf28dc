using System.Runtime.CompilerServices;

namespace KThreadRuntime;

/// <summary>A work that can also be queued when a time is over.</summary>
/// <remarks>The semantics are the kernel's <c>kthread_delayed_work</c>.</remarks>
public sealed class KThreadDelayedWork : KThreadWork
{
    private Alarm? _alarm;

    /// <inheritdoc/>
    public KThreadDelayedWork(
        Action<KThreadWork> function, string? name = null, LockClassKey? key = null, ClassPolicy policy = ClassPolicy.CreationSite,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        : base(function, name, key, policy, file, line, member)
    {
    }

    private protected override bool IsDelayed => Volatile.Read(ref _alarm) is not null;

    /// <summary>Lets it wait for its time. Call it under the worker's gate.</summary>
    internal void SetAlarm(Alarm alarm, int milliseconds)
    {
        Volatile.Write(ref _alarm, alarm);
        alarm.Start(milliseconds);
    }

    /// <summary>Ends the wait for its time, if it waits. Call it under the worker's gate.</summary>
    internal bool TryStopAlarm()
    {
        Alarm? stopped = _alarm;
        Volatile.Write(ref _alarm, null);
        stopped?.Dispose();
        return stopped is not null;
    }

    /// <summary>Whether the alarm that went off is the one last set. Call it under the worker's gate.</summary>
    internal bool IsWaitingFor(Alarm alarm) => ReferenceEquals(_alarm, alarm);

    /// <summary>One wait for one time: a timer that goes off late, after it was set anew, is another one.</summary>
    internal sealed class Alarm : IDisposable
    {
        private readonly KThreadDelayedWork _work;
        private readonly Timer _timer;

        internal Alarm(KThreadDelayedWork work)
        {
            _work = work;
            Flow = ExecutionContext.Capture();

            // The work runs in its queuer's context; the timer must not keep another one.
            using AsyncFlowControl? flow = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
            _timer = new Timer(static self => ((Alarm)self!).GoOff(), this, Timeout.Infinite, Timeout.Infinite);
        }

        /// <summary>The context of whoever set it, in which the work will run.</summary>
        internal ExecutionContext? Flow { get; }

        public void Dispose() => _timer.Dispose();

        internal void Start(int milliseconds) => _timer.Change(milliseconds, Timeout.Infinite);

        private void GoOff() => _work.Worker!.QueueDue(_work, this);
    }
}

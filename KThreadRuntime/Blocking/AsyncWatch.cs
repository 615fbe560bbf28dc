using KThreadRuntime.Context;

namespace KThreadRuntime.Blocking;

/// <summary>Tells the validator, once, of a wait without a thread that has lasted beyond the threshold of its watchdog.</summary>
internal sealed class AsyncWatch : IDisposable
{
    private readonly Task _wait;
    private readonly LockdepMap _map;
    private readonly CodeSite _site;
    private readonly string _beganBy;
    private readonly Timer _timer;

    private AsyncWatch(Task wait, LockdepMap map, in CodeSite site, int milliseconds)
    {
        _wait = wait;
        _map = map;
        _site = site;
        _beganBy = LockdepContext.For(map.Validator).LifeName;

        // A timer would keep what the flow carries for as long as it runs.
        using AsyncFlowControl? flow = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
        _timer = new Timer(static watch => ((AsyncWatch)watch!).Look(), this, milliseconds, Timeout.Infinite);
    }

    /// <summary>Watches a wait that has begun; null where nothing is watched, and where its time is over before.</summary>
    /// <param name="wait">The wait.</param>
    /// <param name="map">What is waited for; null for what the validator does not know.</param>
    /// <param name="site">Where the wait began.</param>
    /// <param name="milliseconds">Its own limit; -1 for none.</param>
    internal static AsyncWatch? Start(Task wait, LockdepMap? map, in CodeSite site, int milliseconds)
    {
        if (!Lockdep.IsSupported || map is not { Validation: LockValidation.Full })
        {
            return null;
        }

        int threshold = map.Validator.Options.HungWaitMilliseconds;
        return threshold < 0 || (milliseconds >= 0 && milliseconds <= threshold) ? null : new AsyncWatch(wait, map, site, threshold);
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        Dispose();
        if (Lockdep.IsSupported && !_wait.IsCompleted)
        {
            LockdepContext.For(_map.Validator).ReportHung(_map, _site, _beganBy);
        }
    }
}

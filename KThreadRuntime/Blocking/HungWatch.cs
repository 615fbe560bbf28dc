namespace KThreadRuntime.Blocking;

/// <summary>Tells the validator, once, of a thread that has spun or polled beyond the threshold of its watchdog.</summary>
internal struct HungWatch
{
    private readonly Deadline _threshold;
    private LockdepMap? _watched;

    /// <summary>Starts the time.</summary>
    /// <param name="watched">What the thread waits for, told to the validator already; null for none.</param>
    internal HungWatch(LockdepMap? watched)
    {
        int milliseconds = watched is not null && Lockdep.IsSupported ? watched.Validator.Options.HungWaitMilliseconds : -1;
        _threshold = new Deadline(milliseconds);
        _watched = milliseconds < 0 ? null : watched;
    }

    /// <summary>The threshold; -1 for none.</summary>
    internal readonly int Milliseconds => _threshold.Milliseconds;

    internal void Look()
    {
        if (_watched is not null && _threshold.IsOver)
        {
            Lockdep.StillBlocked(_watched);
            _watched = null;
        }
    }
}

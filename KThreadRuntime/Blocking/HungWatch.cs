namespace KThreadRuntime.Blocking;

/// <summary>
/// What a blocked thread looks at from time to time: whether it has been blocked beyond the threshold of the watchdog, which it tells
/// once, and whether who holds what it wants still lives, which it asks after a quarter of a second and ever more seldom from then on.
/// </summary>
internal struct HungWatch
{
    private const int FirstLook = 250;
    private const int LongestPause = int.MaxValue / 4;

    private readonly LockdepMap? _watched;
    private Deadline _threshold;
    private Deadline _look;

    /// <summary>Starts the time.</summary>
    /// <param name="watched">What the thread waits for, told to the validator already; null for none.</param>
    /// <param name="isEndless">Whether the wait does not end by itself.</param>
    internal HungWatch(LockdepMap? watched, bool isEndless)
    {
        _watched = Lockdep.IsSupported ? watched : null;
        _threshold = new Deadline(_watched?.Validator.Options.HungWaitMilliseconds ?? -1);
        _look = new Deadline(_watched is not null && isEndless ? FirstLook : -1);
    }

    /// <summary>The time until there is something to look at, in milliseconds; -1 for ever.</summary>
    internal readonly int Left => Sooner(_threshold.Left, _look.Left);

    /// <summary>The shorter of two times, of which -1 has no end.</summary>
    internal static int Sooner(int a, int b) => a < 0 ? b : b < 0 ? a : Math.Min(a, b);

    /// <summary>Looks at what it is time for.</summary>
    /// <param name="holder">The number of the thread that holds what is wanted; 0 when that is not known.</param>
    internal void Look(int holder)
    {
        if (_threshold.IsOver)
        {
            _threshold = new Deadline(-1);
            Lockdep.StillBlocked(_watched!);
        }

        if (_look.IsOver)
        {
            _look = new Deadline(Math.Min(_look.Milliseconds * 2, LongestPause));
            Lockdep.LookForHolder(_watched!, holder);
        }
    }
}

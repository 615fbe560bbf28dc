namespace KThreadRuntime;

/// <summary>How a <see cref="LockdepValidator"/> judges and what it keeps. Immutable once the validator has it.</summary>
public sealed class LockdepOptions
{
    private readonly int _historyCapacity = 64;
    private readonly int _maxClasses = 1_000_000;
    private readonly int _maxDependencies = 4_000_000;
    private readonly int _maxChains = 65_536;
    private readonly int _hungWaitMilliseconds = 120_000;

    /// <summary>The least confidence that reaches the sinks; what is below is counted.</summary>
    public Confidence Threshold { get; init; } = Confidence.Possible;

    /// <summary>Which rings count.</summary>
    public LockdepPolicy Policy { get; init; }

    /// <summary>
    /// Whether a signal that came before its wait is learned from, as another schedule. Meant for tests; production sampling
    /// turns it off. <see cref="LockdepPolicy.Kernel"/> never predicts.
    /// </summary>
    public bool Prediction { get; init; } = true;

    /// <summary>How a <see cref="Completion"/> without a key or policy of its own finds its class.</summary>
    public ClassPolicy CompletionClasses { get; init; }

    /// <summary>
    /// How the <c>parked</c> and <c>exited</c> completions of a <see cref="KThread"/> without a key find theirs.
    /// <see cref="ClassPolicy.Kind"/> is the kernel before threads were told apart by creation site.
    /// </summary>
    public ClassPolicy KThreadClasses { get; init; }

    /// <summary>Whether the stack is captured where a thread first makes a chain. Some ten microseconds, once for each.</summary>
    public bool CaptureStacks { get; init; } = true;

    /// <summary>
    /// How many acquires and waits of a context are remembered for the signals to come; rounded up to a power of two,
    /// 8 to 65,536. More that happens between a wait and its signal is lost, and counted.
    /// </summary>
    public int HistoryCapacity
    {
        get => _historyCapacity;
        init
        {
            if (value is < 1 or > 65_536)
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, "The history holds 1 to 65,536 entries.");
            }

            _historyCapacity = 8;
            while (_historyCapacity < value)
            {
                _historyCapacity *= 2;
            }
        }
    }

    /// <summary>
    /// How long a thread may be blocked on a tracked primitive before that is reported as <see cref="ReportKind.HungWait"/>;
    /// <see cref="Timeout.InfiniteTimeSpan"/> for never. Two minutes, as the kernel's hung-task detector, by default.
    /// </summary>
    public TimeSpan HungWaitThreshold
    {
        get => _hungWaitMilliseconds < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(_hungWaitMilliseconds);
        init => _hungWaitMilliseconds = Blocking.Timeouts.ToMilliseconds(value, nameof(value));
    }

    internal int HungWaitMilliseconds => _hungWaitMilliseconds;

    /// <summary>
    /// How many classes there may be at a time. Instances of one more are tracked as held and nothing is learned about them, until some
    /// of the others make room: a sample, counted in <see cref="LockdepStatistics.EvictedClasses"/>. 2^26 is the most.
    /// </summary>
    public int MaxClasses { get => _maxClasses; init => _maxClasses = Within(value, 67_108_863, nameof(MaxClasses)); }

    /// <summary>
    /// How many pairs of classes may have a dependency at a time. One more is not kept, until some of the others make room: a sample,
    /// counted in <see cref="LockdepStatistics.EvictedDependencies"/>.
    /// </summary>
    public int MaxDependencies { get => _maxDependencies; init => _maxDependencies = Within(value, int.MaxValue, nameof(MaxDependencies)); }

    /// <summary>
    /// How many chains a thread knows at a time. At the limit it forgets them and learns them again: a cost, not a loss.
    /// </summary>
    public int MaxChainsPerThread { get => _maxChains; init => _maxChains = Within(value, int.MaxValue, nameof(MaxChainsPerThread)); }

    /// <summary>
    /// Whether <see cref="LockClass.Holds"/> counts how long locks are held, from the end of the wait for each. Off by default: on, every
    /// acquire and release reads the clock and leaves the warm path, some 100 ns for the two. The kernel's <c>CONFIG_LOCK_STAT</c>.
    /// </summary>
    /// <remarks>
    /// A primitive that does not tell <see cref="Lockdep.Acquired"/> seems to hold from the moment it wants. Re-entrant acquires are
    /// one hold.
    /// </remarks>
    public bool HoldTimes { get; init; }

    /// <summary>Where reports go, in order, beside the validator's own <see cref="LockdepValidator.Reports"/>.</summary>
    public IReadOnlyList<ILockdepSink> Sinks { get; init; } = [];

    /// <summary>Reports that are known: muted, and counted. Null for none.</summary>
    public LockdepBaseline? Baseline { get; init; }

    internal bool Predicts => Prediction && Policy != LockdepPolicy.Kernel;

    private static int Within(int value, int most, string name) =>
        value >= 1 && value <= most ? value : throw new ArgumentOutOfRangeException(name, value, $"1 to {most}.");
}

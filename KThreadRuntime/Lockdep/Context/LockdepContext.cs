using KThreadRuntime.Blocking;
using KThreadRuntime.Reports;
using KThreadRuntime.Rules;

namespace KThreadRuntime.Context;

/// <summary>
/// What one thread holds and has done, as one validator sees it. Only its own thread touches it, so nothing in it is locked.
/// </summary>
/// <remarks>
/// The warm path reads the generation, compares one <see cref="HeldLock"/> and steps to it.
/// </remarks>
internal sealed partial class LockdepContext
{
    [ThreadStatic]
    private static LockdepContext? _current;

    private readonly GenerationClock _clock;
    private readonly int _validatorNumber;
    private readonly string? _givenName;
    private readonly LockdepContext? _next;
    private int _busy;

    /// <summary>Whether faults wait until a signal was given, and those that do.</summary>
    private bool _withholds;
    private List<LockdepReport>? _withheld;
    private bool _isScoped;

    private LockdepContext(LockdepValidator validator, int id, string? name, LockdepContext? next)
    {
        Validator = validator;
        Id = id;
        _clock = validator.Clock;
        _timesHolds = validator.Options.HoldTimes;
        _validatorNumber = validator.Number;
        _givenName = name;
        _life = ContextLife.Begin(validator, id, TaskName);
        _next = next;
        _history = new HistoryRing(validator.Options.HistoryCapacity);
    }

    internal LockdepValidator Validator { get; }

    /// <summary>Unique among the contexts of all validators; never 0 or <see cref="Dependency.Several"/>.</summary>
    internal int Id { get; }

    /// <summary>The thread's name and number, as reports print it.</summary>
    internal string TaskName => $"{_givenName ?? NameOfThread()}/{Environment.CurrentManagedThreadId}";

    /// <summary>This thread's context under a validator, made at first use.</summary>
    internal static LockdepContext For(LockdepValidator validator)
    {
        LockdepContext? front = _current;
        return front is not null && ReferenceEquals(front.Validator, validator) ? front : Find(validator) ?? Create(validator, LockdepValidator.NextContextId(), null);
    }

    /// <summary>This thread's context under a validator; null while it has none.</summary>
    internal static LockdepContext? Existing(LockdepValidator validator) =>
        _current is { } front && ReferenceEquals(front.Validator, validator) ? front : Find(validator);

    /// <summary>Starts a context whose number was given out before its thread existed.</summary>
    internal static LockdepContext Create(LockdepValidator validator, int id, string? name)
    {
        using PutOffInterrupt putOff = PutOffInterrupt.Begin();
        LockdepContext? others = _current;
        while (others is not null && others.Validator.IsDisposed)
        {
            others = others._next;
        }

        var context = new LockdepContext(validator, id, name, others);
        context.ComeToFront();
        context.Follow(AsyncFlow.Here);
        return context;
    }

    /// <summary>Cuts the history: what was done so far says nothing about what is signalled from here on.</summary>
    internal void Cut()
    {
        _epoch++;
        ForgetRecent();
        Validator.Statistics.CountIndependencePoint();
    }

    /// <summary>
    /// Hands reports to the sinks. Probes that a sink triggers track what is held and check nothing. What a sink throws goes on
    /// to the program when all sinks have been told of all reports; of several the first.
    /// </summary>
    internal void Deliver(List<LockdepReport>? reports)
    {
        if (reports is null)
        {
            return;
        }

        _busy++;
        try
        {
            Validator.Deliver(reports);
        }
        finally
        {
            _busy--;
        }
    }

    /// <summary>Reports a fault, unless a sink's own doing caused it.</summary>
    internal void Issue(Fault fault)
    {
        if (_busy != 0)
        {
            return;
        }

        List<LockdepReport>? reports = Validator.Issuer.Issue(this, fault);
        if (!_withholds)
        {
            Deliver(reports);
        }
        else if (reports is not null)
        {
            (_withheld ??= []).AddRange(reports);
        }
    }

    private static LockdepContext? Find(LockdepValidator validator)
    {
        for (LockdepContext? context = _current?._next; context is not null; context = context._next)
        {
            if (ReferenceEquals(context.Validator, validator))
            {
                return context;
            }
        }

        return null;
    }

    /// <summary>What this thread holds under another validator is nobody's business here; that it does is counted.</summary>
    private void CountForeign()
    {
        for (LockdepContext? context = _current; context is not null; context = context._next)
        {
            if (context.HeldCount > 0 && !ReferenceEquals(context, this) && !context.Validator.IsDisposed)
            {
                Validator.Statistics.CountUnderForeignLock();
                return;
            }
        }
    }

    private static string NameOfThread()
    {
        Thread thread = Thread.CurrentThread;
        return !string.IsNullOrEmpty(thread.Name) ? thread.Name! : thread.IsThreadPoolThread ? "pool" : "thread";
    }

    /// <summary>Flags for what is learned from this context's past.</summary>
    private ReportFlags HistoryFlags() =>
        !_isScoped && _givenName is null && Thread.CurrentThread.IsThreadPoolThread ? ReportFlags.Unscoped : ReportFlags.None;
}

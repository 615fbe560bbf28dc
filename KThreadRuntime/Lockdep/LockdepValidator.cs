using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using KThreadRuntime.Blocking;
using KThreadRuntime.Context;
using KThreadRuntime.Reports;
using KThreadRuntime.Rules;

namespace KThreadRuntime;

/// <summary>
/// Learns from what locks and completions do, and reports what could deadlock in another schedule. Never switches off.
/// </summary>
/// <remarks>
/// <para>A primitive belongs to the validator that is current where it is built: the process's <see cref="Default"/>, or one that
/// <see cref="Enter"/> made current for the flow of execution. So two tests with a validator each do not disturb one another.
/// All members may be used from any thread.</para>
/// <para>Validators know nothing of one another. A ring that needs locks or completions of two of them is found by neither; where a thread
/// mixes them, <see cref="LockdepStatistics.AcquiresUnderForeignLocks"/> says so.</para>
/// </remarks>
public sealed partial class LockdepValidator : IDisposable
{
    private const int MaxKeptReports = 1000;

    private static readonly AsyncLocal<LockdepValidator?> _ambient = new();
    private static int _lastContextId;
    private static int _lastNumber;
    private static volatile bool _anyEntered;

    private readonly CircularRule _circular;
    private readonly RecursiveRule _recursive;
    private readonly CollectingSink _kept = new();

    /// <summary>Creates a validator that knows nothing yet.</summary>
    /// <param name="options">How it judges; null for the defaults.</param>
    public LockdepValidator(LockdepOptions? options = null)
    {
        Options = options ?? new LockdepOptions();
        Classes = new ClassTable(Options.MaxClasses);
        _circular = new CircularRule(Classes, Options.Policy, Options.MaxDependencies);
        Statistics = new LockdepStatistics(
            () => new(Classes.Count, _circular.EdgeCount, _circular.TruncatedSearches, Classes.Refused, _circular.Refused, Classes.Evicted, _circular.Evicted), Chains);
        _recursive = new RecursiveRule(Options.Policy, Statistics);
        Issuer = new ReportIssuer(this);
    }

    /// <summary>The validator of primitives built here and now.</summary>
    public static LockdepValidator Current => (_anyEntered ? _ambient.Value : null) ?? Default;

    /// <summary>How it judges.</summary>
    public LockdepOptions Options { get; }

    /// <summary>What it counts.</summary>
    public LockdepStatistics Statistics { get; }

    /// <summary>The first 1,000 reports at or above the threshold, oldest first. A snapshot.</summary>
    public IReadOnlyList<LockdepReport> Reports => _kept.Reports;

    /// <summary>The classes known so far, in the order of their first use. A snapshot.</summary>
    public IReadOnlyList<LockClass> LockClasses => Classes.Snapshot();

    /// <summary>
    /// The entries of <see cref="LockdepOptions.Baseline"/> that have muted nothing so far: stale, once all that can happen has.
    /// </summary>
    public IReadOnlyList<LockdepBaselineEntry> StaleBaselineEntries =>
        Options.Baseline is { } baseline ? [.. baseline.Entries.Where(e => !Issuer.HasMuted(e.Fingerprint))] : [];

    /// <summary>Unique among the process's validators.</summary>
    internal int Number { get; } = Interlocked.Increment(ref _lastNumber);

    internal ClassTable Classes { get; }

    internal ChainTable Chains { get; } = new();

    /// <summary>Threads that are blocked on a tracked primitive right now, in no order. A snapshot.</summary>
    public IReadOnlyList<LockdepBlockedTask> BlockedTasks => Blocked.Snapshot();

    internal BlockedFlows Blocked { get; } = new();

    /// <summary>The newest context of each thread number.</summary>
    internal ConcurrentDictionary<int, ContextLife> Lives { get; } = new();

    internal GenerationClock Clock { get; } = new();

    internal ReportIssuer Issuer { get; }

    internal bool IsDisposed { get; private set; }

    /// <summary>
    /// Makes this validator current for the calling flow, and for what it starts from here on, until the scope is disposed.
    /// </summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>
    /// The scope; dispose it in the same flow. If that is on the same thread, what was acquired since and is still held is reported.
    /// </returns>
    public Scope Enter([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        _anyEntered = true;
        var scope = new Scope(_ambient.Value, this, new CodeSite(file, line, member));
        _ambient.Value = this;
        return scope;
    }

    /// <summary>
    /// Lets threads forget what they know under this validator, when they next begin a context. Primitives built under it go
    /// on to work and to be tracked.
    /// </summary>
    public void Dispose() => IsDisposed = true;

    internal static int NextContextId() => Interlocked.Increment(ref _lastContextId);

    /// <summary>The generation of a completion's birth. Prediction needs one that no earlier acquire shares.</summary>
    internal long StampBirth() => Options.Predicts ? Clock.Advance() : Clock.Now;

    /// <summary>
    /// Makes a class finer from now on, as a report advises: its instances find new classes, and what was learned about the
    /// coarse one is forgotten. A class that was split already is left alone.
    /// </summary>
    /// <param name="split">The class and what is to tell its instances apart.</param>
    /// <exception cref="ArgumentException">The class is another validator's, or the policy splits nothing.</exception>
    /// <remarks>May be called at any time, from a sink too. What is held stays held under the coarse class, unchecked.</remarks>
    public void Apply(SplitSuggestion split)
    {
        if (split is null)
        {
            throw new ArgumentNullException(nameof(split));
        }

        if (split.By == ClassPolicy.Kind)
        {
            throw new ArgumentException("One class for all of a kind is no split.", nameof(split));
        }

        if (!split.Class.IsRetired && !ReferenceEquals(Classes[Math.Min(split.Class.Index, Classes.Highest)], split.Class))
        {
            throw new ArgumentException("The class belongs to another validator.", nameof(split));
        }

        Retire(Classes.Split(split.Class, split.By));
    }

    /// <summary>Takes a dependency in; returns the label that now stands for it, or null when the class is its own neighbour.</summary>
    internal Dependency? Learn(LockClass from, LockClass to, Dependency label, Findings findings)
    {
        if (from.IsRetired || to.IsRetired)
        {
            return null;
        }

        if (!ReferenceEquals(from, to))
        {
            Dependency? known = _circular.Observe(from, to, label, findings);
            if (_circular.TakeEra())
            {
                Classes.BeginEra();
                Clock.Advance();
            }

            return known;
        }

        _recursive.Observe(from, label, findings);
        return null;
    }

    /// <summary>Ends classes: what was learned and told of them is forgotten, and threads look again at what they took for known.</summary>
    internal void Retire(IReadOnlyList<LockClass> gone)
    {
        if (gone.Count == 0)
        {
            return;
        }

        using PutOffInterrupt putOff = PutOffInterrupt.Begin();
        foreach (LockClass lockClass in gone)
        {
            _circular.Forget(lockClass);
            _recursive.Forget(lockClass);
        }

        Issuer.Forget(gone);
        Chains.Forget(gone);

        // Before an index can be used again, nobody takes a chain for known any more.
        Clock.Advance();
        Classes.Remove(gone);
        Statistics.CountRetired(gone.Count);
    }

    /// <summary>Ends the classes whose only instance is no more, if they have become many.</summary>
    internal void SweepIfDue()
    {
        if (Classes.IsSweepDue)
        {
            Retire(Classes.Orphans());
        }
    }

    /// <summary>Lets some classes make room, if the table is full and others have waited for it long enough.</summary>
    internal void SampleIfDue()
    {
        if (Classes.IsSampleDue && Classes.TakeSample() is { Count: > 0 } sample)
        {
            // They come back as other classes; what was told of them is not to be told again.
            Issuer.RemembersFingerprints = true;
            Retire(sample);
        }
    }

    /// <summary>Dependencies that found the graph full so far.</summary>
    internal long RefusedDependencies => _circular.Refused;

    /// <summary>The labels that stand for what was learned from one class to another; a copy.</summary>
    internal IReadOnlyList<Dependency> LabelsBetween(LockClass from, LockClass to) => _circular.Labels(from, to);

    /// <summary>What it has learned: the pairs of classes with a dependency, and the classes whose instances nest. In no order.</summary>
    internal IReadOnlyList<(LockClass From, LockClass To)> SnapshotDependencies() =>
        [.. _circular.Snapshot().Select(d => (d.From, d.To)), .. _recursive.Nested().Select(c => (Classes[c], Classes[c]))];

    /// <summary>Takes in how a class is used with regard to handlers.</summary>
    internal void Mark(LockClass lockClass, UsageStates states, UsageEvidence evidence, Findings findings) =>
        _circular.Mark(lockClass, states, evidence, findings);

    /// <summary>
    /// Serves every sink with every report; then the first exception that a sink threw goes on. Else the others would lose what
    /// is told once.
    /// </summary>
    internal void Deliver(List<LockdepReport> reports)
    {
        ExceptionDispatchInfo? first = null;
        IReadOnlyList<ILockdepSink> sinks = Options.Sinks;
        foreach (LockdepReport report in reports)
        {
            Keep(report);
            for (int i = 0; i < sinks.Count; i++)
            {
                try
                {
                    sinks[i].Report(report);
                }
#pragma warning disable CA1031 // It is thrown on, below.
                catch (Exception thrown)
#pragma warning restore CA1031
                {
                    first ??= ExceptionDispatchInfo.Capture(thrown);
                }
            }
        }

        first?.Throw();
    }

    /// <summary>Writes all that is known as a graph in the DOT language: classes and the dependencies between them.</summary>
    /// <param name="writer">Where to; what it throws is thrown.</param>
    /// <remarks>Copies the dependencies first, during which no other thread learns a new one.</remarks>
    public void WriteDot(TextWriter writer)
    {
        _ = writer ?? throw new ArgumentNullException(nameof(writer));
        IReadOnlyList<ClassDependency> dependencies = Dependencies();
        DotText.WriteGraph(writer, LockClasses, dependencies);
    }

    /// <summary>All dependencies, in the order they were first seen. A copy.</summary>
    internal IReadOnlyList<ClassDependency> Dependencies() => _circular.Snapshot();

    private void Keep(LockdepReport report)
    {
        Statistics.CountReport(report.Kind);
        if (_kept.Reports.Count < MaxKeptReports)
        {
            _kept.Report(report);
        }
        else
        {
            Statistics.CountDroppedReport();
        }
    }

    /// <summary>Restores the validator that was current before <see cref="Enter"/>.</summary>
    public readonly struct Scope : IDisposable
    {
        private readonly LockdepValidator? _previous;
        private readonly LockdepValidator? _validator;
        private readonly int _thread;
        private readonly int _heldBefore;
        private readonly CodeSite _site;

        internal Scope(LockdepValidator? previous, LockdepValidator validator, CodeSite site)
        {
            _previous = previous;
            _validator = validator;
            _thread = Environment.CurrentManagedThreadId;
            _heldBefore = LockdepContext.Existing(validator)?.HeldCount ?? 0;
            _site = site;
        }

        /// <summary>Ends the scope.</summary>
        /// <exception cref="LockdepException">A <see cref="ThrowingSink"/> is in use and something is still held.</exception>
        public void Dispose()
        {
            _ambient.Value = _previous;
            if (_validator is not null && _thread == Environment.CurrentManagedThreadId)
            {
                LockdepContext.Existing(_validator)?.ReportLeftovers("the end of the validator's scope", _site, _heldBefore);
            }
        }
    }
}

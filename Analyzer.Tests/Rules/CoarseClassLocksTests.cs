using Microsoft.CodeAnalysis;
using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CoarseClassAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR3001 by what is held: which locks make the class close a ring, and which locks of one line nest.</summary>
public class CoarseClassLocksTests
{
    private const string ReadLock = "_rw.EnterReadLock(); INNER _rw.ExitReadLock();";
    private const string WriteLock = "_rw.EnterWriteLock(); INNER _rw.ExitWriteLock();";

    [Theory]
    [InlineData("lock (_gate) { INNER }", "lock (_gate) { }", true)]
    [InlineData("lock (_outer) { lock (_gate) { INNER } }", "lock (_outer) { }", true)]
    [InlineData("lock (_gate) { INNER }", "lock (_outer) { }", false)]
    [InlineData("lock (_gate) { INNER }", "if (Monitor.TryEnter(_gate, 10)) { Monitor.Exit(_gate); }", false)]
    [InlineData(ReadLock, "_rw.EnterReadLock(); _rw.ExitReadLock();", false)]
    [InlineData("if (_once > 3) { _rw.EnterWriteLock(); _rw.ExitWriteLock(); } " + ReadLock, "_rw.EnterReadLock(); _rw.ExitReadLock();", true)]
    [InlineData(ReadLock, "_rw.EnterWriteLock(); _rw.ExitWriteLock();", true)]
    [InlineData(WriteLock, "_rw.EnterReadLock(); _rw.ExitReadLock();", true)]
    [InlineData("if (Interlocked.Exchange(ref _once, 1) == 0) { lock (_gate) { INNER } }", "if (Interlocked.Exchange(ref _once, 1) == 0) { lock (_gate) { } }", false)]
    [InlineData("if (Interlocked.Exchange(ref _once, 1) == 0) { lock (_gate) { INNER } }", "if (Interlocked.Exchange(ref _twice, 1) == 0) { lock (_gate) { } }", true)]
    public Task LockOfTheWaiter_ReportsWhereTheOtherSignallerNeedsIt(string reset, string save, bool reports) => RunAsync(reports, Disk(reset, save));

    // The signaller takes the gate with a limit, so the gate itself closes no ring.
    [Theory]
    [InlineData("lock (_outer) { lock (_gate) { INNER } }", "Monitor.TryEnter(_outer)", "Monitor.Exit(_outer)", false)]
    [InlineData("lock (_outer) { lock (_gate) { INNER } }", "_rw.TryEnterWriteLock(10)", "_rw.ExitWriteLock()", true)]
    [InlineData("_rw.EnterReadLock(); lock (_gate) { INNER } _rw.ExitReadLock();", "_rw.TryEnterReadLock(10)", "_rw.ExitReadLock()", true)]
    [InlineData("_rw.EnterReadLock(); lock (_gate) { INNER } _rw.ExitReadLock();", "_rw.TryEnterWriteLock(10)", "_rw.ExitWriteLock()", false)]
    public Task LockAroundBoth_KeepsThemApartWhereTheyExclude(string reset, string enter, string exit, bool reports) => RunAsync(
        reports, Disk(reset, $"if ({enter}) {{ lock (_gate) {{ }} {exit}; }}"));

    [Theory]
    [InlineData("lock (_outer) { _save.Done.Wait(); }", "_save", true)]
    [InlineData("_save.Done.Wait();", "_save", true)]
    [InlineData("lock (_gate) { _save.Done.Wait(); }", "_save", false)]
    [InlineData("lock (_outer) { _save.Done.Wait(); }", "_load", false)]
    [InlineData("lock (_outer) { _load.Done.Wait(); }", "_save", false)]
    public Task WaitsWithAndWithoutALock_AreASuggestionWhereEachHasSignallers(string flush, string signalled, bool reports) => Verify.VerifyAnalyzerAsync(
        Program(
            reports,
            $$"""
            public void Reset() { lock (_gate) { _load.Done.Wait(); } }
            public void Flush() { {{flush}} }
            private void Load() { _load.Done.Complete(); }
            private void Save() { {{signalled}}.Done.Complete(); }
            """),
        reports ? [Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR3001_ClassIsShared).WithLocation(0).WithSeverity(DiagnosticSeverity.Info).WithOptions(Support.DiagnosticOptions.IgnoreAdditionalLocations)] : []);

    [Theory]
    [InlineData("_one.Lock.AcquireWrite(); _two.Lock.AcquireWrite();", true)]
    [InlineData("_one.Lock.AcquireRead(); _two.Lock.AcquireWrite();", true)]
    [InlineData("_one.Lock.AcquireWrite(); _two.Lock.AcquireRead();", true)]
    [InlineData("_one.Lock.AcquireRead(); _two.Lock.AcquireRead();", false)]
    [InlineData("_one.Lock.AcquireWrite(); lock (_gate) { _two.Lock.AcquireWrite(); }", true)]
    [InlineData("_one.Lock.AcquireWrite(); _apart.Lock.AcquireWrite();", false)]
    public Task LocksOfOneLineThatNest_AreASuggestionUnlessBothRead(string body, bool reports) => NestAsync(reports, $"public void A() {{ {body} }}");

    [Fact]
    public Task OwnerThatNoMemberKeeps_GoesByItsType() => Verify.VerifyAnalyzerAsync(
        Program(
            reports: true,
            """
            public void Reset() { var job = new Job(); lock (_gate) { Use(job); } }
            private static void Use(Job job) => job.Done.Wait();
            private void Load() { _load.Done.Complete(); }
            private void Save() { lock (_gate) { } _save.Done.Complete(); }
            """),
        Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR3001_ClassClosesRing).WithLocation(0).WithOptions(Support.DiagnosticOptions.IgnoreAdditionalLocations).WithMessage(
            "All that this line creates is one lock class: 'C.Use' waits for 'Job.Done' while holding '_gate', and 'C.Save', which signals '_save.Done', acquires '_gate' first, "
            + "so the class closes a ring that no objects can. Let the constructor of 'Job' take its caller's file, line and member and pass them on, so that each line that calls it has a class of its own."));

    // A deadlock of a wait is another matter: the locks nest all the same.
    [Fact]
    public Task LocksOfOneLineAroundAWait_AreASuggestionAsWell() => NestAsync(
        reports: true,
        "private readonly ManualResetEventSlim _done = new(); public void A() { _one.Lock.AcquireWrite(); _two.Lock.AcquireWrite(); _done.Wait(); } public void Start() => new Thread(Work).Start(); private void Work() { _two.Lock.AcquireWrite(); _two.Lock.ReleaseWrite(); _done.Set(); }");

    [Theory]
    [InlineData("A() { _one.Lock.AcquireWrite(); Middle(); }", "B() { {|#1:_one.Lock.AcquireWrite()|}; {|#2:In()|}; }")]
    [InlineData("C1() { _one.Lock.AcquireWrite(); Middle(); }", "A() { {|#1:_one.Lock.AcquireWrite()|}; {|#2:In()|}; }")]
    public Task TwoWaysInWhichTheyNest_TellTheShorter(string longer, string shorter) => Verify.VerifyAnalyzerAsync(
        Nesting(reports: true, $"public void {longer} public void {shorter} private void Middle() => In(); private void In() {{ {{|#3:_two.Lock.AcquireWrite()|}}; }}"),
        Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR3001_ClassNests).WithLocation(0).WithLocation(1).WithLocation(2).WithLocation(3).WithSeverity(DiagnosticSeverity.Info));

    // Elements that a loop puts where they stay: each turn makes one of its own.
    [Theory]
    [InlineData("for (var i = 0; i < 2; i++) { var job = new Job(); if (i > 3) { job.Number = 3; } _jobs[i] = job; }", true)]
    [InlineData("for (var i = 0; i < 2; i++) { var job = new Job(); try { _jobs[i] = job; } finally { job.Number = 3; } }", false)]
    [InlineData("var job = new Job(); for (var i = 0; i < 2; i++) { _jobs[i] = job; }", false)]
    [InlineData("Job? job = null; for (var i = 0; i < 2; i++) { if (i == 0) { job = new Job(); } _jobs[i] = job!; }", false)]
    public Task ElementsOfALoop_ReportWhereEachIsOfItsOwnTurn(string made, bool reports) => RunAsync(
        reports,
        Program(
            reports,
            $$"""
            private readonly Job[] _jobs = new Job[2];
            public C() { {{made}} }
            public void Reset() { lock (_gate) { _jobs[0].Done.Wait(); } }
            private void Load() { _jobs[0].Done.Complete(); }
            private void Save() { lock (_gate) { } _jobs[1].Done.Complete(); }
            """));

    private static Task RunAsync(bool reports, string source) => Verify.VerifyAnalyzerAsync(
        reports ? source : source.Replace("{|#0:new()|}", "new()", StringComparison.Ordinal),
        reports ? [Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR3001_ClassClosesRing).WithLocation(0).WithOptions(Support.DiagnosticOptions.IgnoreAdditionalLocations)] : []);

    private static Task NestAsync(bool reports, string members) => Verify.VerifyAnalyzerAsync(
        Nesting(reports, members),
        reports ? [Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR3001_ClassNests).WithLocation(0).WithSeverity(DiagnosticSeverity.Info).WithOptions(Support.DiagnosticOptions.IgnoreAdditionalLocations)] : []);

    private static string Nesting(bool reports, string members) => $$"""
        using KThreadRuntime;
        public sealed class Table { public readonly KRwSemaphore Lock = {{(reports ? "{|#0:new()|}" : "new()")}}; }
        public sealed class Apart { public readonly KRwSemaphore Lock = new(); }
        public sealed class C
        {
            private readonly object _gate = new(); private readonly Table _one = new Table(); private readonly Table _two = new Table(); private readonly Apart _apart = new Apart();
            {{members}}
        }
        """;

    private static string Disk(string reset, string save) => Program(
        reports: true,
        $"public void Reset() {{ {reset.Replace("INNER", "_load.Done.Wait();", StringComparison.Ordinal)} }} private void Load() {{ _load.Done.Complete(); }} private void Save() {{ {save} _save.Done.Complete(); }}");

    private static string Program(bool reports, string members) => $$"""
        using KThreadRuntime;
        public sealed class Job { public readonly Completion Done = {{(reports ? "{|#0:new()|}" : "new()")}}; public int Number; }
        public sealed class C
        {
            private readonly object _outer = new(); private readonly object _gate = new(); private readonly ReaderWriterLockSlim _rw = new();
            private readonly Job _load = new Job(); private readonly Job _save = new Job(); private int _once; private int _twice;
            public void Start() { new Thread(Load).Start(); new Thread(Save).Start(); }
            {{members}}
        }
        """;
}

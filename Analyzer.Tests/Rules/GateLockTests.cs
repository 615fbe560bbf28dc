using CrossRelease.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis;
using Ring = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;
using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockOrderCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1002 and XR1001 for a lock around all the others: it keeps two contexts apart where they hold it in ways that exclude each other.</summary>
public class GateLockTests
{
    private const string Read = "_rw.EnterReadLock(); INNER _rw.ExitReadLock();";
    private const string Write = "_rw.EnterWriteLock(); INNER _rw.ExitWriteLock();";
    private const string Upgradeable = "_rw.EnterUpgradeableReadLock(); INNER _rw.ExitUpgradeableReadLock();";
    private const string Other = "lock (_outer) { INNER }";

    public static TheoryData<string, string, bool> Gates => new()
    {
        { Write, Write, false },
        { Write, Read, false },
        { Read, Write, false },
        { Read, Read, true },
        { Upgradeable, Upgradeable, false },
        { Upgradeable, Read, true },
        { Read, Upgradeable, true },
        { Upgradeable, Write, false },
        { Write, Other, true },
    };

    [Theory]
    [MemberData(nameof(Gates))]
    public Task RingOfLocks_ReportsUnlessTheGateExcludes(string left, string right, bool reports) => Verify.VerifyAnalyzerAsync(InClass(
        $$"""
        public void Left() { {{left.Replace("INNER", reports ? "lock (_gate) { lock ([|_second|]) { } }" : "lock (_gate) { lock (_second) { } }", StringComparison.Ordinal)}} }
        public void Right() { {{right.Replace("INNER", "lock (_second) { lock (_gate) { } }", StringComparison.Ordinal)}} }
        """));

    [Theory]
    [MemberData(nameof(Gates))]
    public Task ThirdContextBetween_ReportsUnlessTheGateExcludes(string waiter, string third, bool reports) => Ring.VerifyAnalyzerAsync(InClass(
        $$"""
        public void Start() => new Thread(Work).Start();
        public void Stop() { {{waiter.Replace("INNER", $"lock (_gate) {{ {Wait("_done", reports)}; }}", StringComparison.Ordinal)}} }
        private void Work() { lock (_second) { } _done.Set(); }
        public void Third() { {{third.Replace("INNER", "lock (_second) { lock (_gate) { } }", StringComparison.Ordinal)}} }
        """));

    // The second takes the gate with a limit, so the gate alone makes no ring of the first wait.
    [Theory]
    [InlineData("Monitor.TryEnter(_gate)", "Monitor.Exit(_gate)", "lock (_gate) { WAIT }", false)]
    [InlineData("Monitor.TryEnter(_second)", "Monitor.Exit(_second)", "lock (_gate) { WAIT }", true)]
    [InlineData("_rw.TryEnterReadLock(10)", "_rw.ExitReadLock()", "_rw.EnterWriteLock(); WAIT _rw.ExitWriteLock();", false)]
    [InlineData("_rw.TryEnterReadLock(10)", "_rw.ExitReadLock()", "_rw.EnterReadLock(); WAIT _rw.ExitReadLock();", true)]
    public Task CompletionsThatWaitForEachOther_ReportUnlessTheGateExcludes(string enter, string exit, string first, bool reports) => Ring.VerifyAnalyzerAsync(InClass(
        $$"""
        public void Start() { new Thread(First).Start(); new Thread(Second).Start(); }
        private void First() { {{first.Replace("WAIT", $"{Wait("_done", reports)};", StringComparison.Ordinal)}} _ready.Set(); }
        private void Second() { if ({{enter}}) { {{Wait("_ready", !reports)}}; {{exit}}; } _done.Set(); }
        """));

    // The signaller takes a gate that the waiter holds: where it does not wait for it, it never gets to the other lock meanwhile.
    [Theory]
    [InlineData("if (Monitor.TryEnter(_second)) { lock (_gate) { } Monitor.Exit(_second); }", "lock (_second) { lock (_gate) { WAIT; } }", false)]
    [InlineData("if (Monitor.TryEnter(_second)) { lock (_gate) { } Monitor.Exit(_second); }", "lock (_gate) { WAIT; }", true)]
    [InlineData("lock (_second) { lock (_gate) { } }", "lock (_second) { lock (_gate) { WAIT; } }", true)]
    public Task SignallerThatTriesTheGate(string work, string stop, bool reports) => Ring.VerifyAnalyzerAsync(InClass(
        $$"""
        public void Start() => new Thread(Work).Start();
        public void Stop() { {{stop.Replace("WAIT", Wait("_done", reports), StringComparison.Ordinal)}} }
        private void Work() { {{work}} _done.Set(); }
        """));

    // Who may become the writer lets readers in: they wait for it only behind a writer that needs no such leave.
    [Theory]
    [InlineData("lock (_gate) { }", "", false)]
    [InlineData("_rw.EnterWriteLock(); _rw.ExitWriteLock(); lock (_gate) { }", "", false)]
    [InlineData("_rw.EnterWriteLock(); lock (_gate) { } _rw.ExitWriteLock();", "", true)]
    [InlineData("lock (_gate) { }", "public void Put() { _rw.EnterWriteLock(); _rw.ExitWriteLock(); }", true)]
    [InlineData("lock (_gate) { }", "public void Look() { _rw.EnterUpgradeableReadLock(); _rw.ExitUpgradeableReadLock(); }", false)]
    public Task ReaderUnderWhoMayBecomeTheWriter(string inner, string members, bool reports) => Verify.VerifyAnalyzerAsync(InClass(
        $$"""
        public void Left() { _rw.EnterUpgradeableReadLock(); {{(reports ? inner.Replace("_gate", "[|_gate|]", StringComparison.Ordinal) : inner)}} _rw.ExitUpgradeableReadLock(); }
        public void Right() { lock (_gate) { _rw.EnterReadLock(); _rw.ExitReadLock(); } }
        {{members}}
        """));

    [Fact]
    public async Task ThirdContextThatAOneShotFlagKeepsAway_IsQuiet()
    {
        const string members = """
            private int _once; private int _twice;
            public void Start() => new Thread(Work).Start();
            public void Stop() { if (Interlocked.Exchange(ref _once, 1) != 0) { return; } lock (_gate) { WAIT; } }
            private void Work() { lock (_second) { } _done.Set(); }
            public void Third() { if (Interlocked.Exchange(ref FLAG, 1) != 0) { return; } lock (_second) { lock (_gate) { } } }
            """;
        await Ring.VerifyAnalyzerAsync(InClass(members.Replace("WAIT", "[|_done.Wait()|]", StringComparison.Ordinal).Replace("FLAG", "_twice", StringComparison.Ordinal)));
        await Ring.VerifyAnalyzerAsync(InClass(members.Replace("WAIT", "_done.Wait()", StringComparison.Ordinal).Replace("FLAG", "_once", StringComparison.Ordinal)));
    }

    // Readers let the waiter's read lock be; what the third context needs must be what the waiter keeps from it.
    [Theory]
    [InlineData("_rw.EnterReadLock(); _rw.ExitReadLock();", false)]
    [InlineData("_rw.EnterWriteLock(); _rw.ExitWriteLock();", true)]
    public Task ThirdContextThatNeedsTheReadersLock_ReportsWhereItWrites(string inner, bool reports) => Ring.VerifyAnalyzerAsync(InClass(
        $$"""
        public void Start() => new Thread(Work).Start();
        public void Stop() { _rw.EnterReadLock(); {{Wait("_done", reports)}}; _rw.ExitReadLock(); }
        private void Work() { lock (_second) { } _done.Set(); }
        public void Third() { lock (_second) { {{inner}} } }
        """));

    [Theory]
    [InlineData("Finish(true);", true)]
    [InlineData("Finish(false);", false)]
    public Task SignallerWhoseLockAParameterLeavesOut_IsQuiet(string work, bool reports) => Ring.VerifyAnalyzerAsync(InClass(
        $$"""
        public void Start() => new Thread(Work).Start();
        public void Stop() { lock (_gate) { {{Wait("_done", reports)}}; } }
        private void Work() { {{work}} }
        private void Finish(bool locks) { if (locks) { lock (_gate) { } } _done.Set(); }
        """));

    // ---- a semaphore that others give back ----

    [Fact]
    public Task SemaphoreThatOthersGiveBack_TellsWhoNeedsTheLock() => Ring.VerifyAnalyzerAsync(
        InClass("""
            public void Take() { lock ({|#1:_gate|}) { {|#0:_slots.Wait()|}; } }
            public void Both() { {|#2:_slots.Wait()|}; lock ({|#3:_gate|}) { } _slots.Release(); }
            public void Give() { _slots.Release(); }
            """),
        Ring.Diagnostic(CrossRelease.Analyzers.Rules.XR1001_CrossReleaseCycle).WithLocation(0).WithLocation(1).WithLocation(2).WithLocation(3).WithMessage(
            "'C.Take' waits for '_slots' while holding '_gate', but 'C.Both', which signals it, needs '_gate' first. Wait after releasing '_gate'."));

    [Fact]
    public Task SemaphoreThatOthersGiveBack_TellsTheLocksBetween() => Ring.VerifyAnalyzerAsync(
        InClass("""
            public void Take() { lock ({|#1:_gate|}) { {|#0:_slots.Wait()|}; } }
            public void Both() { {|#2:_slots.Wait()|}; lock ({|#3:_second|}) { } _slots.Release(); }
            public void Third() { lock ({|#4:_second|}) { lock ({|#5:_gate|}) { } } }
            public void Give() { _slots.Release(); }
            """),
        Ring.Diagnostic(CrossRelease.Analyzers.Rules.XR1001_CrossReleaseCycle)
            .WithLocation(0).WithLocation(1).WithLocation(2).WithLocation(3).WithLocation(4).WithLocation(5).WithMessage(
            "'C.Take' waits for '_slots' while holding '_gate', but 'C.Both', which signals it, needs '_gate' first "
            + "('C.Both' acquires '_second' while holding '_slots', 'C.Third' acquires '_gate' while holding '_second'). Wait after releasing '_gate'."));

    [Fact]
    public Task SemaphoreThatItsTakerGivesBack_IsALock() => Ring.VerifyAnalyzerAsync(
        InClass("public void Take() { lock (_gate) { _slots.Wait(); _slots.Release(); } } public void Both() { _slots.Wait(); lock (_gate) { } _slots.Release(); }"));

    [Fact]
    public Task ThreeContextsThatWaitInARing_AreToldOnce() => Ring.VerifyAnalyzerAsync(
        InClass("""
            private readonly ManualResetEventSlim _last = new();
            public void Start() { new Thread(A).Start(); new Thread(B).Start(); new Thread(C1).Start(); }
            private void A() { {|#0:_done.Wait()|}; _ready.Set(); }
            private void B() { {|#1:_ready.Wait()|}; _last.Set(); }
            private void C1() { {|#2:_last.Wait()|}; {|#3:_done.Set()|}; }
            """),
        Ring.Diagnostic(CrossRelease.Analyzers.Rules.XR1001_CompletionRing).WithLocation(0).WithLocation(2).WithLocation(1).WithLocation(3).WithMessage(
            "'C.A' waits for '_done', but 'C.C1', which signals it, waits for '_ready' first, which only 'C.A' signals, and not before this wait. Signal before waiting, or let only one of them wait."));

    private static string Wait(string completion, bool reports) => reports ? $"[|{completion}.Wait()|]" : $"{completion}.Wait()";

    private static string InClass(string members) => $$"""
        public sealed class C
        {
            private readonly object _outer = new();
            private readonly object _gate = new();
            private readonly object _second = new();
            private readonly ReaderWriterLockSlim _rw = new();
            private readonly SemaphoreSlim _slots = new(1, 1);
            private readonly ManualResetEventSlim _done = new();
            private readonly ManualResetEventSlim _ready = new();
            {{members}}
        }
        """;

    // One of many, under the lock of another one of them: that other one keeps nobody out who holds the first.
    [Theory]
    [InlineData("foreach (var other in _servers.Values) other.Reset();", true)]
    [InlineData("_first?.Reset();", false)]
    public Task LockOfAnotherOfMany_IsNoGate(string reset, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Server
        {
            private readonly object _own = new();
            public event Action<Server>? Changed;
            public void Beat() { lock ({{(reports ? "[|_own|]" : "_own")}}) { Changed?.Invoke(this); } }
            public void Reset() => Beat();
        }
        public sealed class Cluster
        {
            private readonly object _all = new();
            private readonly Dictionary<int, Server> _servers = new();
            private Server? _first;
            public void Add(int id, Server server) { lock (_all) { _servers.Add(id, server); _first ??= server; server.Changed += OnChanged; } }
            private void OnChanged(Server server) { lock (_all) { {{reset}} } }
        }
        """);

    // The owner's lock that a part asks for by way of its owner is held already.
    [Theory]
    [InlineData("_parts.Add(part);", "foreach (var part in _parts) part.Touch();", "this", false)]
    [InlineData("_part = part;", "_part?.Touch();", "this", false)]
    [InlineData("_parts.Add(part);", "foreach (var part in _parts) part.Touch();", "new Owner()", true)]
    public Task PartThatAsksForItsOwnersLock_HasIt(string keep, string touch, string owner, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Owner
        {
            internal readonly object Sync = new();
            private readonly List<Part> _parts = new();
            private Part? _part;
            public void Make() { lock (Sync) { var part = new Part({{owner}}); {{keep}} } }
            public void Receive() { lock (Sync) { {{touch}} } }
            public void Send() { lock ({{(reports ? "[|Sync|]" : "Sync")}}) { } }
        }
        public sealed class Part
        {
            private readonly object _lock = new();
            private readonly Owner _owner;
            public Part(Owner owner) => _owner = owner;
            internal void Touch() { lock (_lock) { _owner.Send(); } }
            public void Use() { lock (_owner.Sync) { lock (_lock) { } } }
        }
        """);

    // That somebody whom nobody sees calls the public method without the lock that all others hold is worth a suggestion.
    [Theory]
    [InlineData("public", "", "Info")]
    [InlineData("public", "public void Other(Session session) => session.Handle();", "Warning")]
    [InlineData("public", "public void Other(Session session) { lock (_other) { session.Handle(); } }", "Warning")]
    [InlineData("public", "public void Other(Session session) { lock (All) { Forward(session); } } private static void Forward(Session session) => session.Handle();", "Info")]
    [InlineData("public", "public void Start(Session session) => new Thread(session.Handle).Start();", "Warning")]
    [InlineData("internal", "", "")]
    public Task MethodThatIsOnlyCalledUnderALock_IsASuggestion(string access, string caller, string severity) => Verify.VerifyAnalyzerAsync(
        $$"""
        public sealed class Connection
        {
            internal readonly object All = new();
            private readonly object _other = new();
            public void Send() { lock ({{(severity.Length > 0 ? "{|#0:All|}" : "All")}}) { } }
            public void Receive(Session session) { lock (All) { session.Handle(); } }
            {{caller}}
        }
        public sealed class Session(Connection connection)
        {
            private readonly object _own = new();
            public void Use() { lock (connection.All) { lock (_own) { } } }
            {{access}} void Handle() { lock (_own) { connection.Send(); } }
        }
        """,
        [.. severity.Length > 0 ? [Verify.Diagnostic().WithLocation(0).WithSeverity(Enum.Parse<DiagnosticSeverity>(severity)).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations)] : Array.Empty<DiagnosticResult>()]);
}

using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockOrderCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1002 within one class: the message, the kinds of locks, and what makes a ring of them harmless.</summary>
public class LockOrderCycleTests
{
    // A method that is under a lock as a whole has no statement to point at.
    [Fact]
    public Task RingThroughASynchronizedMethod_IsToldAtAStatement() => Verify.VerifyAnalyzerAsync("""
        using System.Runtime.CompilerServices;
        public sealed class C
        {
            private readonly object _gate = new();
            private int _count;
            public void One() { lock (_gate) { Merge(); } }
            [MethodImpl(MethodImplOptions.Synchronized)]
            public void Merge() { lock ([|_gate|]) { _count++; } }
        }
        """);

    [Fact]
    public Task OppositeOrders_TellBothSides() => Verify.VerifyAnalyzerAsync(
        """
        public sealed class Bank
        {
            private readonly object _accounts = new();
            private readonly object _journal = new();

            public void Transfer()
            {
                lock ({|#1:_accounts|})
                {
                    lock ({|#0:_journal|})
                    {
                    }
                }
            }

            public void Audit()
            {
                lock ({|#2:_journal|})
                {
                    lock ({|#3:_accounts|})
                    {
                    }
                }
            }
        }
        """,
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithLocation(2).WithLocation(3).WithMessage(
            "'Bank.Transfer' acquires '_journal' while holding '_accounts', but 'Bank.Audit' acquires '_accounts' while holding '_journal'. "
            + "Acquire them in one order everywhere."));

    [Fact]
    public Task RingOfThree_TellsAllSides() => Verify.VerifyAnalyzerAsync(
        InClass("""
            public void First() { lock ({|#1:_a|}) { lock ({|#0:_b|}) { } } }
            public void Second() { lock ({|#2:_b|}) { lock ({|#3:_c|}) { } } }
            public void Third() { lock ({|#4:_c|}) { lock ({|#5:_a|}) { } } }
            """),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithLocation(2).WithLocation(3).WithLocation(4).WithLocation(5).WithMessage(
            "'C.First' acquires '_b' while holding '_a', but 'C.Second' acquires '_c' while holding '_b', and 'C.Third' acquires '_a' while holding '_c'. "
            + "Acquire them in one order everywhere."));

    [Fact]
    public Task ThreeLocksInOneOrder_IsQuiet() => BodyAsync("""
        public void First() { lock (_a) { lock (_b) { } } }
        public void Second() { lock (_b) { lock (_c) { } } }
        public void Third() { lock (_a) { lock (_c) { } } }
        """);

    [Fact]
    public Task RingOfFour_Reports() => BodyAsync("""
        public void First() { lock (_a) { lock ([|_b|]) { } } }
        public void Second() { lock (_b) { lock (_c) { } } }
        public void Third() { lock (_c) { lock (_d) { } } }
        public void Fourth() { lock (_d) { lock (_a) { } } }
        """);

    [Fact]
    public Task SameOrder_IsQuiet() => BodyAsync("""
        public void First() { lock (_a) { lock (_b) { } } }
        public void Second() { lock (_a) { lock (_b) { } } }
        """);

    [Fact]
    public Task OneAfterTheOther_IsQuiet() => BodyAsync("""
        public void First() { lock (_a) { lock (_b) { } } }
        public void Second() { lock (_b) { } lock (_a) { } }
        """);

    [Fact]
    public Task TwoRingsOfTwo_ReportsEach() => BodyAsync("""
        public void First() { lock (_a) { lock ([|_b|]) { } } lock (_c) { lock ([|_d|]) { } } }
        public void Second() { lock (_b) { lock (_a) { } } lock (_d) { lock (_c) { } } }
        """);

    public static TheoryData<string, string, string> Locks => new()
    {
        { "object _x = new()", "Monitor.Enter(_x)", "Monitor.Exit(_x)" },
        { "Lock _x = new()", "_x.Enter()", "_x.Exit()" },
        { "SemaphoreSlim _x = new(1)", "_x.Wait()", "_x.Release()" },
        { "Mutex _x = new()", "_x.WaitOne()", "_x.ReleaseMutex()" },
        { "ReaderWriterLockSlim _x = new()", "_x.EnterWriteLock()", "_x.ExitWriteLock()" },
        { "ReaderWriterLock _x = new()", "_x.AcquireWriterLock(-1)", "_x.ReleaseWriterLock()" },
        { "KMutex _x = new()", "_x.Acquire()", "_x.Release()" },
        { "KRwSemaphore _x = new()", "_x.AcquireWrite()", "_x.ReleaseWrite()" },
    };

    [Theory]
    [MemberData(nameof(Locks))]
    public async Task OppositeOrdersOfMixedKinds_Report(string field, string enter, string exit)
    {
        await BodyAsync($$"""
            private readonly {{field}};
            public void First() { {{enter}}; try { lock ([|_a|]) { } } finally { {{exit}}; } }
            public void Second() { lock (_a) { {{enter}}; {{exit}}; } }
            """);
        await BodyAsync($$"""
            private readonly {{field}};
            public void First() { {{enter}}; try { Console.WriteLine(); } finally { {{exit}}; } lock (_a) { } }
            public void Second() { lock (_a) { {{enter}}; {{exit}}; } }
            """);
    }

    [Fact]
    public Task AsyncSemaphores_Report() => BodyAsync("""
        private readonly SemaphoreSlim _x = new(1, 1);
        private readonly SemaphoreSlim _y = new(1, 1);
        public async Task First() { await _x.WaitAsync(); await [|_y.WaitAsync()|]; _y.Release(); _x.Release(); }
        public async Task Second() { await _y.WaitAsync(); await _x.WaitAsync(); _x.Release(); _y.Release(); }
        """);

    [Fact]
    public Task AsyncSemaphoresOneAfterTheOther_IsQuiet() => BodyAsync("""
        private readonly SemaphoreSlim _x = new(1, 1);
        private readonly SemaphoreSlim _y = new(1, 1);
        public async Task First() { await _x.WaitAsync(); await _y.WaitAsync(); _y.Release(); _x.Release(); }
        public async Task Second() { await _y.WaitAsync(); _y.Release(); await _x.WaitAsync(); _x.Release(); }
        """);

    /// <summary>How First holds y and acquires x, how Second holds x and acquires y, and who else writes.</summary>
    [Theory]
    [InlineData("Write", "Write", "Write", "Write", "", true)]
    [InlineData("Read", "Write", "Read", "Write", "", true)]
    [InlineData("Write", "Read", "Write", "Read", "", true)]
    [InlineData("Read", "Read", "Read", "Read", "_x _y", true)]
    [InlineData("Read", "Read", "Read", "Read", "", false)]
    [InlineData("Read", "Read", "Read", "Read", "_x", false)]
    [InlineData("Read", "Read", "Write", "Read", "", false)]
    public Task Readers_ReportWhereAWriterCanKeepThemOut(string yHeld, string xAcquired, string xHeld, string yAcquired, string written, bool isReported)
    {
        string acquire = $"_x.Enter{xAcquired}Lock()";
        string writers = string.Join(' ', written.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => $"{name}.EnterWriteLock(); {name}.ExitWriteLock();"));
        return BodyAsync($$"""
            private readonly ReaderWriterLockSlim _x = new();
            private readonly ReaderWriterLockSlim _y = new();
            public void First() { _y.Enter{{yHeld}}Lock(); {{(isReported ? "[|" + acquire + "|]" : acquire)}}; _x.Exit{{xAcquired}}Lock(); _y.Exit{{yHeld}}Lock(); }
            public void Second() { _x.Enter{{xHeld}}Lock(); _y.Enter{{yAcquired}}Lock(); _y.Exit{{yAcquired}}Lock(); _x.Exit{{xHeld}}Lock(); }
            public void Third() { {{writers}} }
            """);
    }

    [Fact]
    public Task GateAroundBothOrders_IsQuiet() => BodyAsync("""
        public void First() { lock (_c) { lock (_a) { lock (_b) { } } } }
        public void Second() { lock (_c) { lock (_b) { lock (_a) { } } } }
        """);

    [Fact]
    public Task GateAroundOneOrder_Reports() => BodyAsync("""
        public void First() { lock (_c) { lock (_a) { lock ([|_b|]) { } } } }
        public void Second() { lock (_b) { lock (_a) { } } }
        """);

    [Theory]
    [InlineData("_gate.EnterWriteLock(); ", "_gate.ExitWriteLock();", "_b")]
    [InlineData("_gate.EnterReadLock(); ", "_gate.ExitReadLock();", "[|_b|]")]
    public Task GateHeldByReaders_IsNoGate(string enter, string exit, string acquired) => BodyAsync($$"""
        private readonly ReaderWriterLockSlim _gate = new();
        public void First() { {{enter}} lock (_a) { lock ({{acquired}}) { } } {{exit}} }
        public void Second() { {{enter}} lock (_b) { lock (_a) { } } {{exit}} }
        """);

    [Theory]
    [InlineData("Monitor.Enter(_a); Monitor.Exit(_a);", "[|_b|]")]
    [InlineData("if (Monitor.TryEnter(_a)) { Monitor.Exit(_a); }", "_b")]
    [InlineData("if (Monitor.TryEnter(_a, 100)) { Monitor.Exit(_a); }", "_b")]
    [InlineData("if (Monitor.TryEnter(_a, TimeSpan.FromSeconds(1))) { Monitor.Exit(_a); }", "_b")]
    public Task OneSideOnlyTries_IsQuiet(string inner, string acquired) => BodyAsync($$"""
        public void First() { lock (_a) { lock ({{acquired}}) { } } }
        public void Second() { lock (_b) { {{inner}} } }
        """);

    [Theory]
    [InlineData("Monitor.TryEnter(_b)", "[|_a|]")]
    [InlineData("!Monitor.TryEnter(_b)", "_a")]
    public Task LockHeldAfterSuccessfulTry_Reports(string condition, string acquired) => BodyAsync($$"""
        public void First() { if ({{condition}}) { lock ({{acquired}}) { } } }
        public void Second() { lock (_a) { lock (_b) { } } }
        """);

    [Fact]
    public Task ReentrantAcquire_IsQuiet() => BodyAsync("""
        public void First() { lock (_a) { lock (_b) { Second(); } } }
        private void Second() { lock (_a) { } }
        """);

    [Fact]
    public Task ConstructorTakesItsOwnLocks_IsQuiet() => BodyAsync("""
        public C() { lock (_b) { lock (_a) { } } }
        public void First() { lock (_a) { lock (_b) { } } }
        """);

    [Fact]
    public Task ConstructorTakesSharedLocks_Reports() => BodyAsync("""
        private static readonly object _s = new();
        private static readonly object _t = new();
        public C() { lock (_t) { lock ([|_s|]) { } } }
        public void First() { lock (_s) { lock (_t) { } } }
        """);

    [Theory]
    [InlineData("_b", "")]
    [InlineData("[|_b|]", "_shared = made; ")]
    public Task LockOfUnsharedNewObject_IsQuiet(string acquired, string publish) => BodyAsync($$"""
        private static C? _shared;
        private C() => Console.WriteLine(_shared);
        public void First() { lock (_a) { lock ({{acquired}}) { } } }
        public static C Create() { var made = new C(); {{publish}}lock (made._b) { lock (made._a) { } } return made; }
        """);

    [Theory]
    [InlineData("_b", "Look(made);", "made._count++;")]
    [InlineData("[|_b|]", "Look(made);", "_shared = made;")]
    [InlineData("_b", "Look(made);", "var local = made; Deeper(local);")]
    [InlineData("[|_b|]", "Look(made);", "var local = made; _all.Add(local);")]
    [InlineData("[|_b|]", "Look(made);", "System.Threading.Tasks.Task.Run(() => made._count++);")]
    [InlineData("_b", "var part = new Part(made);", "")]
    [InlineData("[|_b|]", "var part = new Part(made); _part = part;", "")]
    public Task LockOfNewObjectThatOthersLookAt_IsQuietUntilTheyShareIt(string acquired, string use, string look) => BodyAsync($$"""
        private static C? _shared;
        private static Part? _part;
        private static readonly System.Collections.Generic.List<C> _all = new();
        private int _count;
        private C() => Console.WriteLine(_shared);
        public void First() { lock (_a) { lock ({{acquired}}) { } } }
        public static C Create() { var made = new C(); {{use}} lock (made._b) { lock (made._a) { } } return made; }
        private static void Look(C made) { {{look}} }
        private static void Deeper(C made) => made._count++;
        private sealed class Part { private readonly C _owner; public Part(C owner) => _owner = owner; public override string ToString() => _owner + ""; }
        """);

    [Fact]
    public Task LockOfUnsharedNewObjectWithoutConstructor_IsQuiet() => BodyAsync("""
        public void First() { lock (_a) { lock (_b) { } } }
        public static C Create() { var made = new C(); lock (made._b) { lock (made._a) { } } return made; }
        """);

    private static Task BodyAsync(string members) => Verify.VerifyAnalyzerAsync(InClass(members));

    // The order that most places take is what was meant.
    [Theory]
    [InlineData("lock (_a) { lock (_b) { } }", "lock (_a) { lock (_b) { } }", "lock (_b) { lock ([|_a|]) { } }")]
    [InlineData("lock (_a) { lock ([|_b|]) { } }", "lock (_b) { lock (_a) { } }", "lock (_b) { lock (_a) { } }")]
    [InlineData("lock (_a) { lock ([|_b|]) { } }", "lock (_b) { lock (_a) { } }", "")]
    public Task PlaceThatIsTheOddOne_IsReported(string first, string second, string third) => Verify.VerifyAnalyzerAsync(InClass(
        $"public void M1() {{ {first} }} public void M2() {{ {second} }} public void M3() {{ {third} }}"));

    private static string InClass(string members) => $$"""
        using KThreadRuntime;
        public sealed class C
        {
            private readonly object _a = new();
            private readonly object _b = new();
            private readonly object _c = new();
            private readonly object _d = new();
            public void Use() { lock (_c) { } lock (_d) { } }
        {{members}}
        }
        """;
}

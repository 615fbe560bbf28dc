using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockOrderCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1002: locks inside wrappers, locks that objects share, and releases by scopes and delegates.</summary>
public class LockOrderCycleWrapperTests
{
    private const string Scope = """
        public sealed class AsyncLock
        {
            private readonly SemaphoreSlim _semaphore = new(1, 1);
            private readonly Releaser _releaser;
            public AsyncLock() => _releaser = new Releaser(_semaphore);
            public async ValueTask<IDisposable> LockAsync() { await LEAF.ConfigureAwait(false); return _releaser; }
            private sealed class Releaser(SemaphoreSlim semaphore) : IDisposable { public void Dispose() => semaphore.Release(); }
        }
        """;

    private const string Pair = """
        public sealed class AsyncLock
        {
            private readonly SemaphoreSlim _semaphore = new(1, 1);
            public Task EnterAsync() => LEAF;
            public void Exit() => _semaphore.Release();
        }
        """;

    private const string Runner = """
        public sealed class Guarded
        {
            private readonly object _gate = new();
            public void Run(Action work) { lock (LEAF) { work(); } }
        }
        """;

    [Theory]
    [InlineData(Scope, "using (await FIRST.LockAsync()) { using (await SECOND.LockAsync()) { _count++; } }")]
    [InlineData(Scope, "using var first = await FIRST.LockAsync(); using var second = await SECOND.LockAsync(); _count++;")]
    [InlineData(Pair, "await FIRST.EnterAsync(); try { await SECOND.EnterAsync(); try { _count++; } finally { SECOND.Exit(); } } finally { FIRST.Exit(); }")]
    public async Task TwoAsyncLocks_AreTwoLocks(string wrapper, string nested)
    {
        const string Fields = "private readonly AsyncLock _a = new(); private readonly AsyncLock _b = new(); private readonly AsyncLock _c = new(); private int _count;";
        await Verify.VerifyAnalyzerAsync(wrapper.Replace("LEAF", "[|_semaphore.WaitAsync()|]") + Class(Fields, Nest(nested, "_a", "_b"), Nest(nested, "_b", "_a")));
        await Verify.VerifyAnalyzerAsync(wrapper.Replace("LEAF", "_semaphore.WaitAsync()") + Class(Fields, Nest(nested, "_a", "_b"), Nest(nested, "_a", "_b")));
        await Verify.VerifyAnalyzerAsync(wrapper.Replace("LEAF", "_semaphore.WaitAsync()") + Class(Fields, Nest(nested, "_a", "_b"), Nest(nested, "_b", "_c")));
    }

    // A wrapper of several locks: its two are no more one than those of two wrappers.
    [Theory]
    [InlineData("A", "B", "B", "A", true)]
    [InlineData("A", "B", "A", "B", false)]
    [InlineData("A", "A", "A", "A", false)]
    public Task TwoLocksOfOneWrapper_AreTwoLocks(string first, string second, string third, string fourth, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Locks
        {
            private readonly ReaderWriterLockSlim _a = new(LockRecursionPolicy.SupportsRecursion), _b = new(LockRecursionPolicy.SupportsRecursion);
            public void EnterA() => {{(reports ? "[|_a.EnterWriteLock()|]" : "_a.EnterWriteLock()")}};
            public void ExitA() => _a.ExitWriteLock();
            public void EnterB() => _b.EnterWriteLock();
            public void ExitB() => _b.ExitWriteLock();
        }
        public sealed class C
        {
            private readonly Locks _locks = new();
            private int _count;
            public void One() { _locks.Enter{{first}}(); _locks.Enter{{second}}(); _count++; _locks.Exit{{second}}(); _locks.Exit{{first}}(); }
            public void Two() { _locks.Enter{{third}}(); _locks.Enter{{fourth}}(); _count++; _locks.Exit{{fourth}}(); _locks.Exit{{third}}(); }
        }
        """);

    [Fact]
    public async Task TwoObjectsThatRunDelegatesUnderTheirLock_AreTwoLocks()
    {
        const string Fields = "private readonly Guarded _a = new(); private readonly Guarded _b = new(); private int _count;";
        const string Nested = "await Task.Yield(); FIRST.Run(() => SECOND.Run(() => _count++));";
        await Verify.VerifyAnalyzerAsync(Runner.Replace("LEAF", "[|_gate|]") + Class(Fields, Nest(Nested, "_a", "_b"), Nest(Nested, "_b", "_a")));
        await Verify.VerifyAnalyzerAsync(Runner.Replace("LEAF", "_gate") + Class(Fields, Nest(Nested, "_a", "_b"), Nest(Nested, "_a", "_b")));
    }

    // What a body makes for one call of its own has no other name; what another member keeps has.
    [Theory]
    [InlineData("public static User Alone() { var own = new Guarded(); return new User(own); }", true)]
    [InlineData("public static User Alone() => new User(new Guarded());", true)]
    [InlineData("private readonly Guarded _other = new(); public User Alone() => new User(_other);", false)]
    public Task WrapperThatIsHandedOn_KeepsItsName(string other, bool reports) => Verify.VerifyAnalyzerAsync(Runner.Replace("LEAF", reports ? "[|_gate|]" : "_gate") + $$"""
        public sealed class User { private readonly Guarded _guarded; private readonly object _own = new(); private int _count;
            public User(Guarded guarded) => _guarded = guarded;
            public void Run() { lock (_own) { _guarded.Run(() => _count++); } } public void Step() { lock (_own) { _count++; } } }
        public sealed class Home
        {
            private readonly Guarded _kept = new(); private readonly User _user;
            public Home() => _user = new User(_kept);
            public void Go() => _kept.Run(() => _user.Step());
            {{other}}
        }
        """);

    [Fact]
    public Task WrappedLocks_GoByTheMembersThatKeepThem() => Verify.VerifyAnalyzerAsync(
        Pair.Replace("LEAF", "{|#0:_semaphore.WaitAsync()|}") + """
        public sealed class C
        {
            private readonly AsyncLock _cache = new();
            private readonly AsyncLock _table = new();
            public async Task Read() { await {|#1:_cache.EnterAsync()|}; await {|#2:_table.EnterAsync()|}; _table.Exit(); _cache.Exit(); }
            public async Task Write() { await {|#3:_table.EnterAsync()|}; await {|#4:_cache.EnterAsync()|}; _cache.Exit(); _table.Exit(); }
        }
        """,
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithLocation(2).WithLocation(3).WithLocation(4).WithMessage(
            "'C.Read' acquires '_table' while holding '_cache', but 'C.Write' acquires '_cache' while holding '_table'. Acquire them in one order everywhere."));

    [Fact]
    public async Task LockHandedToAPart_IsTheOwners()
    {
        await Verify.VerifyAnalyzerAsync(Shared("_gate", "[|_sync|]"));
        await Verify.VerifyAnalyzerAsync(Shared("new object()", "_sync"));

        static string Shared(string handed, string taken) => $$"""
            public sealed class Part
            {
                private readonly object _sync;
                public Part(object sync) => _sync = sync;
                public void Touch() { lock ({{taken}}) { } }
            }

            public sealed class C
            {
                private readonly object _gate = new();
                private readonly object _other = new();
                private readonly Part _part;
                public C() => _part = new Part({{handed}});
                public void One() { lock (_other) { _part.Touch(); } }
                public void Two() { lock (_gate) { lock (_other) { } } }
            }
            """;
    }

    [Theory]
    [InlineData("public readonly struct Scope(Action exit) : IDisposable { public void Dispose() => exit(); }", "new Scope(_rw.ExitReadLock)")]
    [InlineData("public sealed class Scope : IDisposable { private Action? _exit; public Scope(Action exit) => _exit = exit; public void Dispose() => Interlocked.Exchange(ref _exit, null)?.Invoke(); }", "new Scope(() => _rw.ExitReadLock())")]
    public async Task ScopeThatRunsADelegate_HoldsUntilItsEnd(string scope, string make)
    {
        await Verify.VerifyAnalyzerAsync(Code("using (Read()) { lock ([|_b|]) { } }"));
        await Verify.VerifyAnalyzerAsync(Code("using (Read()) { } lock (_b) { }"));

        string Code(string run) => $$"""
            public sealed class C
            {
                private readonly ReaderWriterLockSlim _rw = new();
                private readonly object _b = new();
                private Scope Read() { _rw.EnterReadLock(); return {{make}}; }
                public void One() { {{run}} }
                public void Two() { lock (_b) { _rw.EnterWriteLock(); try { } finally { _rw.ExitWriteLock(); } } }
                {{scope}}
            }
            """;
    }

    [Fact]
    public async Task IteratorThatKeepsALock_HoldsItInItsConsumersLoop()
    {
        await Verify.VerifyAnalyzerAsync(Code("lock (_a) { foreach (int item in _items) { yield return item; } }", "[|_b|]"));
        await Verify.VerifyAnalyzerAsync(Code("int[] copy; lock (_a) { copy = _items.ToArray(); } foreach (int item in copy) { yield return item; }", "_b"));

        static string Code(string walk, string taken) => $$"""
            public sealed class C
            {
                private readonly object _a = new();
                private readonly object _b = new();
                private readonly List<int> _items = new();
                private int _count;
                private IEnumerable<int> Items() { {{walk}} }
                public void One() { foreach (int item in Items()) { lock ({{taken}}) { _count += item; } } }
                public void Two() { lock (_b) { lock (_a) { } } }
            }
            """;
    }

    [Fact]
    public async Task LoopOverAnIterator_HoldsNothingAfterwards() => await Verify.VerifyAnalyzerAsync("""
        public sealed class C
        {
            private readonly object _a = new();
            private readonly object _b = new();
            private readonly List<int> _items = new();
            private int _count;
            private IEnumerable<int> Items() { lock (_a) { foreach (int item in _items) { yield return item; } } }
            public void One() { foreach (int item in Items()) { _count += item; } lock (_b) { } }
            public void Two() { lock (_b) { lock (_a) { } } }
        }
        """);

    private static string Nest(string nested, string first, string second) => nested.Replace("FIRST", first).Replace("SECOND", second);

    private static string Class(string fields, string one, string two) => $$"""
        public sealed class C
        {
            {{fields}}
            public async Task One() { {{one}} }
            public async Task Two() { {{two}} }
        }
        """;
}

using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.SelfDeadlockAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1003 for locks that a flow takes again while it holds them.</summary>
public class SelfDeadlockReentryTests
{
    [Fact]
    public Task SemaphoreTakenAgainInACallee_TellsBothMethods() => Verify.VerifyAnalyzerAsync(
        """
        public sealed class Cache
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            public async Task LoadAsync()
            {
                await {|#1:_gate.WaitAsync()|};
                try { await {|#2:TrimAsync()|}; } finally { _gate.Release(); }
            }
            public async Task TrimAsync()
            {
                await {|#0:_gate.WaitAsync()|};
                try { } finally { _gate.Release(); }
            }
        }
        """,
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithLocation(2).WithMessage(
            "'Cache.TrimAsync' waits for '_gate', which only the waiting flow itself can let go: 'Cache.LoadAsync' has taken it already, in the same flow, "
            + "and it lets nobody in twice. Do this after releasing '_gate', or let the caller's acquire do for both."));

    [Theory]
    [InlineData("new SemaphoreSlim(1)", "SemaphoreSlim", "Wait()", "Release()")]
    [InlineData("new SemaphoreSlim(1, 1)", "SemaphoreSlim", "Wait()", "Release()")]
    [InlineData("new Semaphore(1, 1)", "Semaphore", "WaitOne()", "Release()")]
    [InlineData("new ReaderWriterLockSlim()", "ReaderWriterLockSlim", "EnterWriteLock()", "ExitWriteLock()")]
    [InlineData("new ReaderWriterLockSlim(LockRecursionPolicy.NoRecursion)", "ReaderWriterLockSlim", "EnterWriteLock()", "ExitWriteLock()")]
    [InlineData("new ReaderWriterLockSlim()", "ReaderWriterLockSlim", "EnterUpgradeableReadLock()", "ExitUpgradeableReadLock()")]
    [InlineData("new KMutex()", "KMutex", "Acquire()", "Release()")]
    [InlineData("new KSpinLock()", "KSpinLock", "Acquire()", "Release()")]
    [InlineData("new KRtMutex()", "KRtMutex", "Acquire()", "Release()")]
    [InlineData("new KSemaphore(1)", "KSemaphore", "Acquire()", "Release()")]
    [InlineData("new KRwSemaphore()", "KRwSemaphore", "AcquireWrite()", "ReleaseWrite()")]
    [InlineData("new KRwLock()", "KRwLock", "AcquireWrite()", "ReleaseWrite()")]
    public async Task LockThatLetsNobodyInTwice_Reports(string creation, string type, string acquire, string release)
    {
        await Verify.VerifyAnalyzerAsync(Nested(creation, type, $"[|_lock.{acquire}|]", $"_lock.{acquire}", $"_lock.{release}"));
        await Verify.VerifyAnalyzerAsync(Nested(creation, type, $"_lock.{acquire}", $"_lock.{acquire}; _lock.{release}", ""));
    }

    [Theory]
    [InlineData("new object()", "object", "Monitor.Enter(_lock)", "Monitor.Exit(_lock)")]
    [InlineData("new Lock()", "Lock", "_lock.Enter()", "_lock.Exit()")]
    [InlineData("new Mutex()", "Mutex", "_lock.WaitOne()", "_lock.ReleaseMutex()")]
    [InlineData("new ReaderWriterLockSlim(LockRecursionPolicy.SupportsRecursion)", "ReaderWriterLockSlim", "_lock.EnterWriteLock()", "_lock.ExitWriteLock()")]
    [InlineData("new ReaderWriterLock()", "ReaderWriterLock", "_lock.AcquireWriterLock(-1)", "_lock.ReleaseWriterLock()")]
    [InlineData("new SemaphoreSlim(2)", "SemaphoreSlim", "_lock.Wait()", "_lock.Release()")]
    [InlineData("new SemaphoreSlim(Environment.ProcessorCount)", "SemaphoreSlim", "_lock.Wait()", "_lock.Release()")]
    public Task LockThatLetsItsHolderIn_IsQuiet(string creation, string type, string acquire, string release) =>
        Verify.VerifyAnalyzerAsync(Nested(creation, type, acquire, acquire, release));

    [Fact]
    public Task SpinLockTakenTwice_Reports() => Verify.VerifyAnalyzerAsync("""
        public sealed class C
        {
            private SpinLock _lock = new(false);
            public void Outer() { bool taken = false; _lock.Enter(ref taken); Inner(); _lock.Exit(); }
            private void Inner() { bool taken = false; [|_lock.Enter(ref taken)|]; _lock.Exit(); }
        }
        """);

    [Fact]
    public Task ReadUnderTheWriteSide_Reports() => Verify.VerifyAnalyzerAsync("""
        public sealed class C
        {
            private readonly ReaderWriterLockSlim _lock = new();
            public void Set() { _lock.EnterWriteLock(); try { Count(); } finally { _lock.ExitWriteLock(); } }
            public int Count() { [|_lock.EnterReadLock()|]; try { return 1; } finally { _lock.ExitReadLock(); } }
        }
        """);

    [Theory]
    [InlineData("EnterUpgradeableReadLock", "EnterWriteLock", "ExitWriteLock", "ExitUpgradeableReadLock")]
    [InlineData("EnterUpgradeableReadLock", "EnterReadLock", "ExitReadLock", "ExitUpgradeableReadLock")]
    public Task UseOfTheUpgradeableSide_IsQuiet(string outer, string inner, string exitInner, string exitOuter) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class C
        {
            private readonly ReaderWriterLockSlim _lock = new();
            public void Set() { _lock.{{outer}}(); try { Core(); } finally { _lock.{{exitOuter}}(); } }
            private void Core() { _lock.{{inner}}(); try { } finally { _lock.{{exitInner}}(); } }
        }
        """);

    [Theory]
    [InlineData("await [|_gate.WaitAsync()|];")]
    [InlineData("await [|_gate.WaitAsync()|].ConfigureAwait(false);")]
    [InlineData("[|_gate.Wait()|];")]
    [InlineData("await [|_gate.WaitAsync(CancellationToken.None)|];")]
    public Task AsyncAndBlockingMix_Reports(string inner) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class C
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            public async Task OuterAsync() { await _gate.WaitAsync(); try { await InnerAsync(); } finally { _gate.Release(); } }
            private async Task InnerAsync() { {{inner}} await Task.Yield(); _gate.Release(); }
        }
        """);

    [Theory]
    [InlineData("await _gate.WaitAsync(1000);")]
    [InlineData("if (!await _gate.WaitAsync(0)) return;")]
    [InlineData("if (!_gate.Wait(TimeSpan.FromSeconds(1))) return;")]
    public Task BoundedSecondWait_IsQuiet(string inner) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class C
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            public async Task OuterAsync() { await _gate.WaitAsync(); try { await InnerAsync(); } finally { _gate.Release(); } }
            private async Task InnerAsync() { {{inner}} await Task.Yield(); _gate.Release(); }
        }
        """);

    [Fact]
    public Task TaskStartedUnderTheLockAndAwaitedThere_Reports() => Verify.VerifyAnalyzerAsync("""
        public sealed class C
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            public async Task OuterAsync() { await _gate.WaitAsync(); var inner = InnerAsync(); await inner; _gate.Release(); }
            private async Task InnerAsync() { await [|_gate.WaitAsync()|]; _gate.Release(); }
        }
        """);

    [Fact]
    public Task TaskStartedUnderTheLockAndAwaitedAfterIt_IsQuiet() => Verify.VerifyAnalyzerAsync("""
        public sealed class C
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            public async Task OuterAsync() { await _gate.WaitAsync(); var inner = InnerAsync(); _gate.Release(); await inner; }
            private async Task InnerAsync() { await _gate.WaitAsync(); _gate.Release(); }
        }
        """);

    [Fact]
    public Task TaskStartedUnderTheLockAndForgotten_IsQuiet() => Verify.VerifyAnalyzerAsync("""
        public sealed class C
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            public async Task OuterAsync() { await _gate.WaitAsync(); _ = InnerAsync(); _gate.Release(); }
            private async Task InnerAsync() { await _gate.WaitAsync(); _gate.Release(); }
        }
        """);

    [Fact]
    public Task BlockingOnTheTaskThatNeedsTheLock_Reports() => Verify.VerifyAnalyzerAsync("""
        public sealed class C
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            public void Outer() { _gate.Wait(); InnerAsync().GetAwaiter().GetResult(); _gate.Release(); }
            private async Task InnerAsync() { await [|_gate.WaitAsync()|]; _gate.Release(); }
        }
        """);

    [Theory]
    [InlineData("using (await _gate.LockAsync()) { await FlushAsync(); }", true)]
    [InlineData("using (await _gate.LockAsync()) { } await FlushAsync();", false)]
    [InlineData("using (await _gate.LockAsync().ConfigureAwait(false)) { } using (await _gate.LockAsync().ConfigureAwait(false)) { }", false)]
    [InlineData("using var held = await _gate.LockAsync(); await FlushAsync();", true)]
    [InlineData("{ using var held = await _gate.LockAsync(); } await FlushAsync();", false)]
    [InlineData("var held = await _gate.LockAsync(); held.Dispose(); await FlushAsync();", false)]
    public async Task AsyncLockOfOnesOwn_IsFollowed(string body, bool reports)
    {
        foreach (string result in (string[])["IDisposable", "Releaser"])
        {
            await Verify.VerifyAnalyzerAsync($$"""
                public sealed class AsyncLock
                {
                    private readonly SemaphoreSlim _semaphore = new(1, 1);
                    public async Task<{{result}}> LockAsync()
                    {
                        await _semaphore.WaitAsync().ConfigureAwait(false);
                        return new Releaser(_semaphore);
                    }
                    public sealed class Releaser(SemaphoreSlim semaphore) : IDisposable
                    {
                        public void Dispose() => semaphore.Release();
                    }
                }
                public sealed class Store
                {
                    private readonly AsyncLock _gate = new();
                    public async Task SaveAsync() { {{body}} }
                    public async Task FlushAsync() { using (await {{(reports ? "[|_gate.LockAsync()|]" : "_gate.LockAsync()")}}) { await Task.Yield(); } }
                }
                """);
        }
    }

    [Fact]
    public Task TwoLocksOfOneWrapperClass_AreQuiet() => Verify.VerifyAnalyzerAsync("""
        public sealed class AsyncLock
        {
            private readonly SemaphoreSlim _semaphore = new(1, 1);
            public Task EnterAsync() => _semaphore.WaitAsync();
            public void Exit() => _semaphore.Release();
        }
        public sealed class Store
        {
            private readonly AsyncLock _reads = new();
            private readonly AsyncLock _writes = new();
            public async Task SaveAsync() { await _writes.EnterAsync(); try { await _reads.EnterAsync(); _reads.Exit(); } finally { _writes.Exit(); } }
        }
        """);

    [Fact]
    public Task LockMethodsOfAWrapper_Report() => Verify.VerifyAnalyzerAsync("""
        public sealed class Gate
        {
            private readonly SemaphoreSlim _semaphore = new(1, 1);
            public void Enter() => _semaphore.Wait();
            public void Exit() => _semaphore.Release();
        }
        public sealed class Store
        {
            private readonly Gate _writes = new();
            public void Save() { _writes.Enter(); try { Flush(); } finally { _writes.Exit(); } }
            public void Flush() { [|_writes.Enter()|]; try { } finally { _writes.Exit(); } }
        }
        """);

    [Theory]
    [InlineData("Changed?.Invoke();", "", true)]
    [InlineData("", "Changed?.Invoke();", false)]
    public Task EventRaisedUnderTheLock_IsFollowed(string inside, string after, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Model
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            public event Action? Changed;
            public void Set() { _gate.Wait(); try { {{inside}} } finally { _gate.Release(); } {{after}} }
            public int Get() { {{(reports ? "[|_gate.Wait()|]" : "_gate.Wait()")}}; try { return 1; } finally { _gate.Release(); } }
        }
        public sealed class View
        {
            private readonly Model _model;
            public View(Model model) { _model = model; _model.Changed += Refresh; }
            private void Refresh() => _model.Get();
        }
        """);

    [Fact]
    public Task HandlerThatUsesAnotherInstance_IsQuiet() => Verify.VerifyAnalyzerAsync("""
        public sealed class Model
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            public event Action? Changed;
            public void Set() { _gate.Wait(); try { Changed?.Invoke(); } finally { _gate.Release(); } }
            public int Get() { _gate.Wait(); try { return 1; } finally { _gate.Release(); } }
        }
        public sealed class View
        {
            private readonly Model _source;
            private readonly Model _copy = new();
            public View(Model source) { _source = source; _source.Changed += Refresh; }
            private void Refresh() => _copy.Get();
        }
        """);

    [Theory]
    [InlineData("_work(1)", true)]
    [InlineData("Task.Run(() => _work(1))", false)]
    public Task CallbackToTheOwner_IsFollowed(string call, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Session
        {
            private readonly Action<int> _work;
            public Session(Action<int> work) => _work = work;
            public void Close() => {{call}};
        }
        public sealed class Server
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            private readonly Dictionary<int, Session> _sessions = new();
            public void Open(int id) { _gate.Wait(); try { _sessions[id] = new Session(Handle); } finally { _gate.Release(); } }
            public void Replace(int id) { _gate.Wait(); try { if (_sessions.TryGetValue(id, out var old)) old.Close(); } finally { _gate.Release(); } }
            private void Handle(int id) { {{(reports ? "[|_gate.Wait()|]" : "_gate.Wait()")}}; try { } finally { _gate.Release(); } }
        }
        """);

    [Fact]
    public Task InterfaceOfTheOwner_Reports() => Verify.VerifyAnalyzerAsync("""
        public interface IOwner { void Forget(Part part); }
        public sealed class Part(IOwner owner)
        {
            public void Retire() => owner.Forget(this);
        }
        public sealed class Whole : IOwner
        {
            private readonly SemaphoreSlim _gate = new(1);
            private readonly List<Part> _parts = new();
            public void Add() { _gate.Wait(); try { _parts.Add(new Part(this)); } finally { _gate.Release(); } }
            public void Sweep() { _gate.Wait(); try { foreach (var part in _parts.ToList()) part.Retire(); } finally { _gate.Release(); } }
            public void Forget(Part part) { [|_gate.Wait()|]; try { _parts.Remove(part); } finally { _gate.Release(); } }
        }
        """);

    [Fact]
    public Task PartsLockUnderThatOfTheNext_IsQuiet() => Verify.VerifyAnalyzerAsync("""
        public sealed class Node
        {
            private readonly SemaphoreSlim _gate = new(1);
            private Node? _next;
            public void Add() { _gate.Wait(); try { _next = new Node(); } finally { _gate.Release(); } }
            public int Count() { _gate.Wait(); try { return 1 + (_next?.Count() ?? 0); } finally { _gate.Release(); } }
        }
        """);

    [Fact]
    public Task LocksOutOfACollection_AreQuiet() => Verify.VerifyAnalyzerAsync("""
        public sealed class Keyed
        {
            private readonly System.Collections.Concurrent.ConcurrentDictionary<string, SemaphoreSlim> _locks = new();
            public void Move(string from, string to) { Of(from).Wait(); Of(to).Wait(); Of(to).Release(); Of(from).Release(); }
            private SemaphoreSlim Of(string key) => _locks.GetOrAdd(key, _ => new SemaphoreSlim(1));
        }
        """);

    [Theory]
    [InlineData("for (int i = 0; i < 9; i++) { _slots.Wait(); Task.Run(() => { Console.WriteLine(); _slots.Release(); }); }")]
    [InlineData("_slots.Wait(); Task.Run(() => { Console.WriteLine(); _slots.Release(); }); _slots.Wait(); _slots.Release();")]
    public Task SemaphoreThatTasksGiveBack_IsQuiet(string body) => Verify.VerifyAnalyzerAsync(
        "public sealed class C { private readonly SemaphoreSlim _slots = new(1); public void Run() { " + body + " } }");

    [Fact]
    public Task SemaphoreUsedAsASignal_IsQuiet() => Verify.VerifyAnalyzerAsync("""
        public sealed class C
        {
            private readonly SemaphoreSlim _ready = new(1);
            public void Next() { _ready.Wait(); Console.WriteLine(); _ready.Wait(); Console.WriteLine(); }
            public void Ready() => _ready.Release();
        }
        """);

    [Theory]
    [InlineData("if (_lock.IsWriteLockHeld) return;")]
    [InlineData("if (Depth.Value > 0) return;")]
    [InlineData("if (Inside.Value) return;")]
    [InlineData("if (s_inside) return;")]
    [InlineData("if (Thread.CurrentThread == _owner) return;")]
    [InlineData("if (_ownerThreadId == Environment.CurrentManagedThreadId) return;")]
    [InlineData("if (IsOwner) return;")]
    public async Task GuardedSecondAcquire_IsQuiet(string guard)
    {
        await Verify.VerifyAnalyzerAsync(Source(guard, "_lock.EnterWriteLock()"));
        await Verify.VerifyAnalyzerAsync(Source("Console.WriteLine();", "[|_lock.EnterWriteLock()|]"));

        static string Source(string guard, string acquire) => $$"""
            public sealed class C
            {
                private static readonly AsyncLocal<int> Depth = new();
                private static readonly ThreadLocal<bool> Inside = new();
                [ThreadStatic] private static bool s_inside;
                private readonly ReaderWriterLockSlim _lock = new();
                private Thread? _owner;
                private int _ownerThreadId;
                private bool IsOwner => _owner != null && _owner == Thread.CurrentThread;
                public void Outer()
                {
                    _lock.EnterWriteLock();
                    _owner = Thread.CurrentThread;
                    _ownerThreadId = Environment.CurrentManagedThreadId;
                    s_inside = true;
                    Inner();
                    _lock.ExitWriteLock();
                }
                public void Inner() { {{guard}} {{acquire}}; _lock.ExitWriteLock(); }
            }
            """;
    }

    [Fact]
    public Task ReleaseBeforeTheCall_IsQuiet() => Verify.VerifyAnalyzerAsync("""
        public sealed class C
        {
            private readonly SemaphoreSlim _gate = new(1);
            public async Task LoadAsync(bool deep)
            {
                await _gate.WaitAsync();
                if (deep) { _gate.Release(); await TrimAsync(); return; }
                _gate.Release();
            }
            private async Task TrimAsync() { await _gate.WaitAsync(); _gate.Release(); }
        }
        """);

    [Fact]
    public Task RecursionUnderTheLock_Reports() => Verify.VerifyAnalyzerAsync("""
        public sealed class C
        {
            private readonly SemaphoreSlim _gate = new(1);
            public void Walk(int depth) { [|_gate.Wait()|]; try { if (depth > 0) Walk(depth - 1); } finally { _gate.Release(); } }
        }
        """);

    [Fact]
    public Task FreshLockInEachRound_IsQuiet() => Verify.VerifyAnalyzerAsync("""
        public sealed class C
        {
            public void Run() { while (true) { var gate = new SemaphoreSlim(1); gate.Wait(); Console.WriteLine(gate); } }
        }
        """);

    [Theory]
    [InlineData("isHeld: true", "_gate.Wait()")]
    [InlineData("isHeld: false", "[|_gate.Wait()|]")]
    [InlineData("isHeld: _held", "[|_gate.Wait()|]")]
    public Task ArgumentThatSaysTheLockIsHeld_IsFollowed(string argument, string wait) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class C
        {
            private readonly SemaphoreSlim _gate = new(1);
            private bool _held;
            public void Hold() => _held = true;
            public void Outer() { _gate.Wait(); try { Inner({{argument}}); } finally { _gate.Release(); } }
            private void Inner(bool isHeld) { Innermost(isHeld); }
            private void Innermost(bool isHeld) { if (!isHeld) { {{wait}}; _gate.Release(); } }
            public override string ToString() => _held.ToString();
        }
        """);

    [Theory]
    [InlineData("user.Id", true)]
    [InlineData("user.Group", false)]
    public Task KeyedLocks_AreToldApartByTheirKeys(string key, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class User { public int Id { get; } public int Group { get; } }
        public sealed class Users
        {
            private readonly System.Collections.Concurrent.ConcurrentDictionary<int, SemaphoreSlim> _locks = new();
            public void Login(User user) { var held = Of(user.Id); held.Wait(); try { Update(user); } finally { held.Release(); } }
            public void Update(User user) { var held = Of({{key}}); {{(reports ? "[|held.Wait()|]" : "held.Wait()")}}; try { } finally { held.Release(); } }
            private SemaphoreSlim Of(int key) => _locks.GetOrAdd(key, _ => new SemaphoreSlim(1, 1));
        }
        """);

    [Theory]
    [InlineData("new Client(chain)")]
    [InlineData("new Client(end)")]
    public Task KnownNoise_HandlerThatIsNotInTheChain(string client) => Verify.VerifyAnalyzerAsync($$"""
        public abstract class Handler { public abstract Task<string> SendAsync(string path); }
        public sealed class End : Handler { public override async Task<string> SendAsync(string path) { await Task.Yield(); return path; } }
        public sealed class WithToken(Handler inner, Tokens tokens) : Handler
        {
            public override async Task<string> SendAsync(string path) => await inner.SendAsync(path + await tokens.GetAsync());
        }
        public sealed class Client(Handler handler) { public Task<string> GetAsync(string path) => handler.SendAsync(path); }
        public sealed class Tokens
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            public Client? Client { get; set; }
            public async Task<string> GetAsync() { await [|_gate.WaitAsync()|]; try { return await Client!.GetAsync("/token"); } finally { _gate.Release(); } }
        }
        public static class Pipeline
        {
            public static Client Create(Tokens tokens) { var end = new End(); var chain = new WithToken(end, tokens); tokens.Client = {{client}}; return new Client(chain); }
        }
        """);

    [Theory]
    [InlineData("private Task FlushAsync() => WriteAsync();", true)]
    [InlineData("private Task FlushAsync() { return WriteAsync(); }", true)]
    [InlineData("private Task FlushAsync() { _ = WriteAsync(); return Task.CompletedTask; }", false)]
    [InlineData("private Task FlushAsync() => Task.Run(() => { _ = WriteAsync(); });", false)]
    public Task TaskOfACallThatIsHandedOn_ReportsWhereItIsAwaited(string flush, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Store
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            private int _count;
            public async Task SaveAsync() { await _gate.WaitAsync(); try { await FlushAsync(); } finally { _gate.Release(); } }
            public async Task CloseAsync() { await _gate.WaitAsync(); Task flushed; try { flushed = FlushAsync(); } finally { _gate.Release(); } await flushed; }
            {{flush}}
            private async Task WriteAsync() { await Task.Yield(); await {{(reports ? "[|_gate.WaitAsync()|]" : "_gate.WaitAsync()")}}; try { _count++; } finally { _gate.Release(); } }
        }
        """);

    private static string Nested(string creation, string type, string second, string first, string release) => $$"""
        using KThreadRuntime;
        public sealed class C
        {
            private readonly {{type}} _lock = {{creation}};
            public void Outer() { {{first}}; try { Inner(); } finally { {{release}}; } }
            private void Inner() { {{second}}; try { } finally { {{(release.Length > 0 ? release : "Console.WriteLine()")}}; } }
        }
        """;
}

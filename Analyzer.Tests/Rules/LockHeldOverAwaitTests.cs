using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockHeldOverAwaitAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

public class LockHeldOverAwaitTests
{
    [Fact]
    public Task MonitorOverAwait_Reports() => Verify.VerifyAnalyzerAsync(
        InClass("public async Task RunAsync(Task work) { {|#1:Monitor.Enter(_gate)|}; try { {|#0:await work|}; } finally { Monitor.Exit(_gate); } }"),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithMessage(
            "'C.RunAsync' awaits while holding '_gate', which only the thread that acquired it can release. Release it before, or use a semaphore."));

    [Theory]
    [InlineData("_rw.EnterReadLock()", "_rw.ExitReadLock()")]
    [InlineData("_rw.EnterWriteLock()", "_rw.ExitWriteLock()")]
    [InlineData("_mutex.WaitOne()", "_mutex.ReleaseMutex()")]
    [InlineData("_lock.Enter()", "_lock.Exit()")]
    [InlineData("_kmutex.Acquire()", "_kmutex.Release()")]
    [InlineData("Monitor.Enter(s_gate)", "Monitor.Exit(s_gate)")]
    public async Task LockOfAThread_ReportsUnlessReleasedBefore(string acquire, string release)
    {
        await Verify.VerifyAnalyzerAsync(InClass($"public async Task RunAsync(Task work) {{ {acquire}; try {{ [|await work|]; }} finally {{ {release}; }} }}"));
        await Verify.VerifyAnalyzerAsync(InClass($"public async Task RunAsync(Task work) {{ {acquire}; try {{ _count++; }} finally {{ {release}; }} await work; }}"));
    }

    [Theory]
    [InlineData("if (_rw.TryEnterReadLock(100)) { try { [|await work|]; } finally { _rw.ExitReadLock(); } }")]
    [InlineData("_rw.EnterReadLock(); foreach (int item in _items) { [|await Task.Delay(item)|]; } _rw.ExitReadLock();")]
    [InlineData("_rw.EnterReadLock(); await [|_sem.WaitAsync()|]; _rw.ExitReadLock(); _sem.Release();")]
    [InlineData("Enter(); try { [|await work.ConfigureAwait(false)|]; } finally { Exit(); }")]
    [InlineData("_rw.EnterReadLock(); [|await foreach (int item in Items()) { _count += item; }|] _rw.ExitReadLock();")]
    [InlineData("bool taken = false; try { Monitor.Enter(_gate, ref taken); [|await work|]; } finally { if (taken) Monitor.Exit(_gate); }")]
    public Task AwaitOnSomeWayUnderTheLock_Reports(string body) => Verify.VerifyAnalyzerAsync(InClass($"public async Task RunAsync(Task work) {{ {body} }}"));

    [Theory]
    [InlineData("if (_rw.TryEnterReadLock(100)) { _rw.ExitReadLock(); } else { await work; }")]
    [InlineData("await _sem.WaitAsync(); try { await work; } finally { _sem.Release(); }")]
    [InlineData("_rw.EnterReadLock(); Task late = work; _rw.ExitReadLock(); await late;")]
    [InlineData("_rw.EnterReadLock(); _ = Task.Run(async () => await work); _rw.ExitReadLock(); await Task.Yield();")]
    [InlineData("lock (_gate) { _count++; } await work;")]
    [InlineData("bool taken = false; try { Monitor.TryEnter(_gate, ref taken); if (!taken) { await work; } } finally { if (taken) Monitor.Exit(_gate); }")]
    public Task NothingOfTheThreadIsHeld_IsQuiet(string body) => Verify.VerifyAnalyzerAsync(InClass($"public async Task RunAsync(Task work) {{ {body} }}"));

    [Fact]
    public async Task LockOverYield_ReportsUnlessOnACopy()
    {
        await Verify.VerifyAnalyzerAsync(InClass("public IEnumerable<int> All() { lock (_gate) { foreach (int item in _items) { [|yield return item;|] } } }"));
        await Verify.VerifyAnalyzerAsync(InClass("public IEnumerable<int> All() { int[] copy; lock (_gate) { copy = _items.ToArray(); } foreach (int item in copy) { yield return item; } }"));
        await Verify.VerifyAnalyzerAsync(InClass("public IEnumerable<int> All() { _rw.EnterReadLock(); try { [|yield return 1;|] } finally { _rw.ExitReadLock(); } }"));
    }

    private static string InClass(string members) => $$"""
        using KThreadRuntime;

        public class C
        {
            private static readonly object s_gate = new();
            private readonly object _gate = new();
            private readonly Lock _lock = new();
            private readonly ReaderWriterLockSlim _rw = new();
            private readonly Mutex _mutex = new();
            private readonly SemaphoreSlim _sem = new(1, 1);
            private readonly KMutex _kmutex = new();
            private readonly List<int> _items = new();
            private int _count;
            private void Enter() => Monitor.Enter(_gate);
            private void Exit() => Monitor.Exit(_gate);
            private static async IAsyncEnumerable<int> Items() { await Task.Yield(); yield return 1; }
            {{members}}
        }
        """;
}

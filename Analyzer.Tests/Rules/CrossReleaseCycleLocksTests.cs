using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1001 over every kind of lock: one thread waits under it, the other takes it before it signals.</summary>
public class CrossReleaseCycleLocksTests
{
    // What a collection has to be locked by is one object.
    [Theory]
    [InlineData("_items.SyncRoot", "_items.SyncRoot", true)]
    [InlineData("((System.Collections.ICollection)_list).SyncRoot", "((System.Collections.ICollection)_list).SyncRoot", true)]
    [InlineData("_items.SyncRoot", "((System.Collections.ICollection)_list).SyncRoot", false)]
    [InlineData("_table[\"a\"]", "_table[\"a\"]", true)]
    [InlineData("_table[\"a\"]", "_table[\"b\"]", false)]
    [InlineData("_rows[Next()].Gates[\"a\"]", "_rows[Next()].Gates[\"a\"]", false)]
    [InlineData("_rows[0].Gates[\"a\"]", "_rows[0].Gates[\"a\"]", true)]
    public Task LockOfACollection(string held, string needed, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class C
        {
            private readonly System.Collections.ArrayList _items = new(); private readonly List<int> _list = new(); private readonly Dictionary<string, object> _table = new() { ["a"] = new object(), ["b"] = new object() };
            private readonly Row[] _rows = [new(), new()]; private int _next;
            private sealed class Row { public Dictionary<string, object> Gates { get; } = new() { ["a"] = new object() }; }
            private int Next() => _next = 1 - _next;
            public void Flush() { lock ({{held}}) { var work = Task.Run(Work); {{(reports ? "[|work.Wait()|]" : "work.Wait()")}}; } }
            private void Work() { lock ({{needed}}) { } }
        }
        """);

    // One loop comes to the messages of all keys; work of its own for each message has its own key.
    [Theory]
    [InlineData("foreach (Action action in _queue.GetConsumingEnumerable()) { action(); }", true)]
    [InlineData("foreach (Action action in _queue.GetConsumingEnumerable()) { Task.Run(action); }", false)]
    public Task LockAtSomeKey_IsNeededByALoopForAll(string loop, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Shell
        {
            private readonly System.Collections.Concurrent.BlockingCollection<Action> _queue = new(); private readonly Dictionary<string, object> _formats = new();
            public Shell() => new Thread(Loop).Start();
            private void Loop() { {{loop}} }
            private void Invoke(Action action) { var done = new ManualResetEventSlim(); _queue.Add(() => { action(); done.Set(); }); {{(reports ? "[|done.Wait()|]" : "done.Wait()")}}; }
            public void Load(string key) { lock (_formats[key]) { Invoke(() => { }); } }
            public void Show(string key) => _queue.Add(() => { lock (_formats[key]) { } });
        }
        """);

    // The callee gives the caller's lock back, and takes it again before it ends.
    [Theory]
    [InlineData("_gate.Release(); try { await read(); } finally { await _gate.WaitAsync(); }")]
    [InlineData("while (_count-- > 0) { _gate.Release(); await read(); await _gate.WaitAsync(); }")]
    public Task LockThatTheAwaitedCallGivesBackMeanwhile_IsQuiet(string copy) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Copy
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            private int _count;
            public async Task WriteAsync(Func<Task> read) { await _gate.WaitAsync(); try { await CopyAsync(read).ConfigureAwait(false); } finally { _gate.Release(); } }
            private async Task CopyAsync(Func<Task> read) { {{copy}} }
        }
        """);

    public static TheoryData<string, string, string> Locks => new()
    {
        { "private readonly object _gate = new();", "lock (_gate) {", "}" },
        { "private readonly object _gate = new();", "Monitor.Enter(_gate);", "Monitor.Exit(_gate);" },
        { "private readonly object _gate = new();", "bool taken = false; try { Monitor.Enter(_gate, ref taken);", "} finally { if (taken) Monitor.Exit(_gate); }" },
        { "private readonly Lock _gate = new();", "lock (_gate) {", "}" },
        { "private readonly Lock _gate = new();", "using (_gate.EnterScope()) {", "}" },
        { "private readonly Lock _gate = new();", "_gate.Enter(); try {", "} finally { _gate.Exit(); }" },
        { "private readonly SemaphoreSlim _gate = new(1, 1);", "_gate.Wait(); try {", "} finally { _gate.Release(); }" },
        { "private readonly ReaderWriterLockSlim _gate = new();", "_gate.EnterWriteLock();", "_gate.ExitWriteLock();" },
        { "private readonly Mutex _gate = new();", "_gate.WaitOne();", "_gate.ReleaseMutex();" },
        { "private SpinLock _gate = new(false);", "bool taken = false; _gate.Enter(ref taken);", "_gate.Exit();" },
        { "private readonly KMutex _gate = new();", "_gate.Acquire();", "_gate.Release();" },
        { "private readonly KMutex _gate = new();", "using (_gate.EnterScope()) {", "}" },
        { "private readonly KRwSemaphore _gate = new();", "_gate.AcquireWrite();", "_gate.ReleaseWrite();" },
        { "private readonly KRwSemaphore _gate = new();", "using (_gate.EnterWriteScope()) {", "}" },
    };

    [Theory]
    [MemberData(nameof(Locks))]
    public Task WaitUnderLockThatSignallerTakes_Reports(string field, string enter, string exit) => Verify.VerifyAnalyzerAsync($$"""
        using KThreadRuntime;
        public sealed class C
        {
            {{field}}
            private readonly ManualResetEventSlim _done = new();

            public void Start() => new Thread(Work).Start();

            public void Stop()
            {
                {{enter}}
                [|_done.Wait()|];
                {{exit}}
            }

            private void Work()
            {
                {{enter}}
                Console.WriteLine();
                {{exit}}
                _done.Set();
            }
        }
        """);

    [Theory]
    [MemberData(nameof(Locks))]
    public Task WaitAfterLockThatSignallerTakes_IsQuiet(string field, string enter, string exit) => Verify.VerifyAnalyzerAsync($$"""
        using KThreadRuntime;
        public sealed class C
        {
            {{field}}
            private readonly ManualResetEventSlim _done = new();

            public void Start() => new Thread(Work).Start();

            public void Stop()
            {
                {{enter}}
                Console.WriteLine();
                {{exit}}
                _done.Wait();
            }

            private void Work()
            {
                {{enter}}
                Console.WriteLine();
                {{exit}}
                _done.Set();
            }
        }
        """);

    [Fact]
    public Task ReaderWaitsForWriter_Reports() => ReadersAsync("_gate.EnterReadLock();", "[|_done.Wait()|];", "_gate.ExitReadLock();", "_gate.EnterWriteLock();", "_gate.ExitWriteLock();");

    [Fact]
    public Task ReaderWaitsForReaderWithoutWriter_IsQuiet() => ReadersAsync("_gate.EnterReadLock();", "_done.Wait();", "_gate.ExitReadLock();", "_gate.EnterReadLock();", "_gate.ExitReadLock();");

    [Fact]
    public Task WriterWaitsForReader_Reports() => ReadersAsync("_gate.EnterWriteLock();", "[|_done.Wait()|];", "_gate.ExitWriteLock();", "_gate.EnterReadLock();", "_gate.ExitReadLock();");

    [Fact]
    public Task ReaderWaitsForReaderBesideWriter_Reports() => ReadersAsync(
        "_gate.EnterReadLock();",
        "[|_done.Wait()|];",
        "_gate.ExitReadLock();",
        "_gate.EnterReadLock();",
        "_gate.ExitReadLock();",
        "public void Write() { _gate.EnterWriteLock(); _gate.ExitWriteLock(); }");

    [Fact]
    public Task SignallerTriesTheLock_IsQuiet() => SignallerAsync("if (Monitor.TryEnter(_gate)) { Monitor.Exit(_gate); } _done.Set();", "_done.Wait();");

    [Fact]
    public Task SignallerTakesTheLock_Reports() => SignallerAsync("Monitor.Enter(_gate); Monitor.Exit(_gate); _done.Set();", "[|_done.Wait()|];");

    [Fact]
    public Task SignallerTriesTheLockForATime_IsQuiet() => SignallerAsync("if (Monitor.TryEnter(_gate, 100)) { Monitor.Exit(_gate); } _done.Set();", "_done.Wait();");

    [Fact]
    public Task SignallerTakesAnotherLock_IsQuiet() => SignallerAsync("lock (_other) { } _done.Set();", "_done.Wait();");

    [Fact]
    public Task SignallerTakesTheLockAfterItsSignal_IsQuiet() => SignallerAsync("_done.Set(); lock (_gate) { }", "_done.Wait();");

    [Fact]
    public Task SignallerTakesTheLockOnOnePath_Reports() => SignallerAsync("if (_open) { lock (_gate) { } } _done.Set();", "[|_done.Wait()|];");

    [Fact]
    public Task WaiterHoldsTheLockOnNoPathThatWaits_IsQuiet() => SignallerAsync(
        "lock (_gate) { } _done.Set();",
        "Monitor.Exit(_gate); _done.Wait(); Monitor.Enter(_gate);");

    private static Task SignallerAsync(string work, string wait) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class C
        {
            private readonly object _gate = new();
            private readonly object _other = new();
            private readonly ManualResetEventSlim _done = new();
            private volatile bool _open;

            public void Open() { _open = true; lock (_other) { } }
            public void Start() => new Thread(Work).Start();
            public void Stop() { lock (_gate) { {{wait}} } }
            private void Work() { {{work}} }
        }
        """);

    private static Task ReadersAsync(string enter, string wait, string exit, string otherEnter, string otherExit, string more = "") => Verify.VerifyAnalyzerAsync($$"""
        public sealed class C
        {
            private readonly ReaderWriterLockSlim _gate = new();
            private readonly ManualResetEventSlim _done = new();

            public void Start() => new Thread(Work).Start();
            public void Stop() { {{enter}} {{wait}} {{exit}} }
            private void Work() { {{otherEnter}} {{otherExit}} _done.Set(); }
            {{more}}
        }
        """);

    // The thread of one object needs the lock of the next one in a row; where that may be the object itself, it hangs.
    [Theory]
    [InlineData("_parent?.Report()", "_thread?.Join()")]
    [InlineData("Report()", "_thread?[|.Join()|]")]
    public Task LockOfTheParent(string call, string join) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Group(Group? parent)
        {
            private readonly object _gate = new(); private readonly Group? _parent = parent; private Thread? _thread; private int _count;
            public void Start() { _thread = new Thread(() => {{call}}); _thread.Start(); }
            private void Report() { lock (_gate) { _count++; } }
            public void Stop() { lock (_gate) { {{join}}; } }
        }
        """);

    // What a queue is filled with when it is made, is all taken when it blocks.
    [Theory]
    [InlineData("new() { new object() }", "lock (_gate) { _free.Add(item); }", "[|_free.Take()|]")]
    [InlineData("new() { new object() }", "_free.Add(item);", "_free.Take()")]
    public Task QueueThatIsFilledWhenItIsMade(string queue, string giveBack, string take) => Verify.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public sealed class Pool
        {
            private readonly object _gate = new(); private readonly BlockingCollection<object> _free = {{queue}};
            public object Rent() { lock (_gate) { return {{take}}; } }
            public void Return(object item) { {{giveBack}} }
        }
        """);
}

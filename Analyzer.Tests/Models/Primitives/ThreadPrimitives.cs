using System.Collections.Immutable;

namespace CrossRelease.Analyzers.Tests.Models.Primitives;

/// <summary>Threads, the pool, timers, parallel loops and queries, processes, finalizers.</summary>
internal static class ThreadPrimitives
{
    private const string Done = "private readonly ManualResetEventSlim _done = new(); private void Ran() { Work(); _done.Set(); }";

    public static ImmutableArray<Primitive> All { get; } =
    [
        Primitive.End("Thread", "Thread", "new Thread(Work); _work.Start()", "_work!.Join()"),
        Primitive.End("Thread with a parameter", "Thread", "new Thread((object? state) => Work()); _work.Start(null)", "_work!.Join()"),
        Started("Thread.UnsafeStart", "public void Start() => new Thread(Ran).UnsafeStart();"),
        Started("ThreadPool.QueueUserWorkItem", "public void Start() => ThreadPool.QueueUserWorkItem(_ => Ran());"),
        Started("ThreadPool.UnsafeQueueUserWorkItem", "public void Start() => ThreadPool.UnsafeQueueUserWorkItem(_ => Ran(), null);"),
        Started("IThreadPoolWorkItem", "public void Start() => ThreadPool.UnsafeQueueUserWorkItem(new Item(this), false); private sealed class Item(C owner) : IThreadPoolWorkItem { public void Execute() => owner.Ran(); }"),
        Started("ThreadPool.RegisterWaitForSingleObject", "public void Start(WaitHandle handle) => ThreadPool.RegisterWaitForSingleObject(handle, (_, _) => Ran(), null, -1, true);"),
        Started("Threading.Timer", "private Timer? _timer; public void Start() => _timer = new Timer(_ => Ran());"),
        Started("Timers.Timer", "private readonly System.Timers.Timer _timer = new(10); public void Start() { _timer.Elapsed += (_, _) => Ran(); _timer.Start(); }"),
        Started("PeriodicTimer", "public async Task Start() { using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1)); while (await timer.WaitForNextTickAsync()) { Ran(); } }"),
        Started("SynchronizationContext.Post", "public void Start(SynchronizationContext context) => context.Post(_ => Ran(), null);"),
        new(
            "Threading.Timer.Dispose(WaitHandle)",
            "XR1001",
            """
            private Timer? _timer;
            public void Start() => _timer = new Timer(_ => Work());
            public void Stop() { using var stopped = new ManualResetEvent(false); lock (_gate) { _timer!.Dispose(stopped); [|stopped.WaitOne()|]; } }
            private void Work() { lock (_gate) { } }
            """,
            "Work() { lock (_gate)",
            "Work() { lock (_other)"),
        new(
            "Threading.Timer.DisposeAsync",
            "XR1001",
            """
            private Timer? _timer;
            public void Start() => _timer = new Timer(_ => Work());
            public void Stop() { lock (_gate) { [|_timer!.DisposeAsync().AsTask().Wait()|]; } }
            private void Work() { lock (_gate) { } }
            """,
            "Work() { lock (_gate)",
            "Work() { lock (_other)"),
        Primitive.Run("Parallel.For", "", "Parallel.For(0, 4, _ => Work())"),
        Primitive.Run("Parallel.For with a state", "", "Parallel.For(0, 4, new ParallelOptions(), (_, _) => Work())"),
        Primitive.Run("Parallel.For with locals", "", "Parallel.For(0, 4, () => 0, (_, _, sum) => { Work(); return sum; }, _ => { })"),
        Primitive.Run("Parallel.ForEach", "private readonly List<int> _items = [];", "Parallel.ForEach(_items, _ => Work())"),
        Primitive.Run("Parallel.ForEach with options", "private readonly List<int> _items = [];", "Parallel.ForEach(_items, new ParallelOptions(), _ => Work())"),
        Primitive.Run("Parallel.Invoke", "", "Parallel.Invoke(() => Work(), () => { })"),
        Primitive.Run("Parallel.Invoke with options", "", "Parallel.Invoke(new ParallelOptions(), () => Work())"),
        Primitive.Run("Parallel.ForEachAsync", "private readonly List<int> _items = [];", "Parallel.ForEachAsync(_items, (_, _) => { Work(); return default; }).Wait()"),
        Primitive.Run("Parallel.ForAsync", "", "Parallel.ForAsync(0, 4, (_, _) => { Work(); return default; }).Wait()"),
        Primitive.Run("ParallelEnumerable.ForAll", "private readonly List<int> _items = [];", "_items.AsParallel().ForAll(_ => Work())"),
        Primitive.Run("ParallelEnumerable.Select", "private readonly List<int> _items = []; private int Map(int item) { Work(); return item; }", "_items.AsParallel().Select(Map)"),
        Primitive.Run("ParallelEnumerable.Where", "private readonly List<int> _items = []; private bool Test(int item) { Work(); return true; }", "_items.AsParallel().Where(Test)"),
        new(
            "Parallel.ForEachAsync awaited under a semaphore",
            "XR1001",
            """
            private readonly SemaphoreSlim _a = new(1, 1);
            public async Task Stop(int[] items) { await _a.WaitAsync(); try { [|await Parallel.ForEachAsync(items, (_, _) => { Work(); return default; })|]; } finally { _a.Release(); } }
            private void Work() { _a.Wait(); _a.Release(); }
            """,
            "Work() { _a.Wait(); _a.Release(); }",
            "Work() { lock (_other) { } }"),
        new(
            "Process.WaitForExit and its output handler",
            "XR1001",
            """
            private readonly Process _process = new();
            public void Start() { _process.OutputDataReceived += (_, _) => Work(); _process.Start(); _process.BeginOutputReadLine(); }
            public void Stop() { lock (_gate) { [|_process.WaitForExit()|]; } }
            private void Work() { lock (_gate) { } }
            """,
            "Work() { lock (_gate)",
            "Work() { lock (_other)"),
        new(
            "Process.WaitForExit with a limit",
            "XR1001",
            """
            private readonly Process _process = new();
            public void Start() { _process.ErrorDataReceived += (_, _) => Work(); _process.Start(); _process.BeginErrorReadLine(); }
            public void Stop() { lock (_gate) { [|_process.WaitForExit()|]; } }
            private void Work() { lock (_gate) { } }
            """,
            "[|_process.WaitForExit()|]",
            "_process.WaitForExit(1000)"),
        new(
            "GC.WaitForPendingFinalizers",
            "XR1001",
            """
            public void Stop() { lock (_gate) { lock (Global.Gate) { [|GC.WaitForPendingFinalizers()|]; } } }
            ~C() { lock (Global.Gate) { } }
            """,
            "~C() { lock (Global.Gate) { } }",
            "~C() { lock (_gate) { } }")
        {
            Types = "public static class Global { public static readonly object Gate = new(); }",
        },
        new(
            "finalizer",
            "XR2006",
            """
            private readonly ManualResetEvent _done = new(false);
            public void Set() { lock (_gate) { } _done.Set(); }
            ~C() { [|_done.WaitOne()|]; }
            """,
            "[|_done.WaitOne()|]",
            "_done.WaitOne(100)"),
        new(
            "static constructor that waits",
            "XR2006",
            "public static int Value; static C() { Thread worker = new(() => Value = 1); worker.Start(); [|worker.Join()|]; }",
            "[|worker.Join()|]",
            "worker.Join(100)"),
        new(
            "iterator",
            "XR2004",
            "public IEnumerable<int> Items() { lock (_gate) { [|yield return 1;|] } }",
            "[|yield return 1;|]",
            "} { yield return 1;"),
        new(
            "async method",
            "XR2004",
            "public async Task Run() { Monitor.Enter(_gate); try { [|await Task.Delay(1)|]; } finally { Monitor.Exit(_gate); } }",
            "[|await Task.Delay(1)|];",
            "Thread.Sleep(1);"),
    ];

    private static Primitive Started(string name, string start) => new(
        name,
        "XR1001",
        $$"""
        {{Done}}
        {{start}}
        public void Stop() { lock (_gate) { [|_done.Wait()|]; } }
        private void Work() { lock (_gate) { } }
        """,
        "Work() { lock (_gate)",
        "Work() { lock (_other)");
}

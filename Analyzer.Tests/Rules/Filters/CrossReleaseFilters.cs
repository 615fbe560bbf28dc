using System.Collections.Immutable;
using CrossRelease.Analyzers.Tests.Models.Primitives;

namespace CrossRelease.Analyzers.Tests.Rules.Filters;

/// <summary>What keeps a wait under a lock back (XR1001): each with a program in which it does, and the program one edit away in which nothing does.</summary>
internal static class CrossReleaseFilters
{
    private const string Box = "public sealed class Box { public readonly object Gate = new(); public int Id; }";

    public static ImmutableArray<Primitive> All { get; } =
    [
        Third("gate lock around a third context", "lock (_other) { lock (_gate) { } }", "lock (_outer) { lock (_other) { lock (_gate) { } } }"),
        Third("gate lock around a private method", "Inner();", "lock (_outer) { Inner(); }"),
        Waiter("wait after the lock", "lock (_gate) { [|_done.Wait()|]; }", "lock (_gate) { } _done.Wait();"),
        Waiter("limited wait", "lock (_gate) { [|_done.Wait()|]; }", "lock (_gate) { _done.Wait(100); }"),
        Waiter("event that is set", "lock (_gate) { if (!_done.IsSet) { [|_done.Wait()|]; } }", "lock (_gate) { if (_done.IsSet) { _done.Wait(); } }"),
        Waiter("event that is set, early return", "lock (_gate) { if (_done.IsSet) { return; } [|_done.Wait()|]; }", "lock (_gate) { if (!_done.IsSet) { return; } _done.Wait(); }"),
        Waiter("holder asked by IsEntered", "lock (_gate) { if (Monitor.IsEntered(_gate)) { [|_done.Wait()|]; } }", "lock (_gate) { if (!Monitor.IsEntered(_gate)) { _done.Wait(); } }"),
        Waiter("constant", "if (On) { lock (_gate) { [|_done.Wait()|]; } }", "if (Off) { lock (_gate) { _done.Wait(); } }"),
        Waiter("read-only flag", "if (!_off) { lock (_gate) { [|_done.Wait()|]; } }", "if (_off) { lock (_gate) { _done.Wait(); } }"),
        Waiter("one-shot flag", "if (Interlocked.Exchange(ref _twice, 1) != 0) { return; } lock (_gate) { [|_done.Wait()|]; }", "if (Interlocked.Exchange(ref _once, 1) != 0) { return; } lock (_gate) { _done.Wait(); }"),
        Waiter("double-checked flag", "if (!_begun) { lock (_flags) { if (_begun) { return; } _begun = true; } lock (_gate) { [|_done.Wait()|]; } }", "if (!_ended) { lock (_flags) { if (_ended) { return; } _ended = true; } lock (_gate) { _done.Wait(); } }"),
        Signaller("signal before the lock", "lock (_gate) { } _done.Set();", "_done.Set(); lock (_gate) { }"),
        Signaller("try", "lock (_gate) { } _done.Set();", "if (Monitor.TryEnter(_gate)) { Monitor.Exit(_gate); } _done.Set();"),
        Signaller("limited acquire", "lock (_gate) { } _done.Set();", "if (Monitor.TryEnter(_gate, 100)) { Monitor.Exit(_gate); } _done.Set();"),
        Signaller("lock that a limited acquire has taken", "if (Monitor.TryEnter(_gate, 10)) { Monitor.Exit(_gate); } lock (_gate) { } _done.Set();", "if (Monitor.TryEnter(_gate, 10)) { lock (_gate) { } Monitor.Exit(_gate); } _done.Set();"),
        Signaller("constant, in the signaller", "if (On) { lock (_gate) { } } _done.Set();", "if (Off) { lock (_gate) { } } _done.Set();"),
        Signaller("holder asked by IsEntered, in the signaller", "if (!Monitor.IsEntered(_gate)) { lock (_gate) { } } _done.Set();", "if (Monitor.IsEntered(_gate)) { lock (_gate) { } } _done.Set();"),
        Held("holder asked by IsEntered, by the callee", "if (!Monitor.IsEntered(_gate)) { return; }", "if (Monitor.IsEntered(_gate)) { return; }"),
        Held("holder asked by a property, by the callee", "if (!IsHeld) { return; }", "if (IsHeld) { return; }"),
        new(
            "other instance",
            "XR1001",
            """
            private readonly Box _left = new(); private readonly Box _right = new(); private readonly ManualResetEventSlim _done = new();
            public void Start() => new Thread(Work).Start();
            public void Stop() { lock (_left.Gate) { [|_done.Wait()|]; } }
            private void Work() { lock (_left.Gate) { } _done.Set(); }
            """,
            "Work() { lock (_left.Gate)",
            "Work() { lock (_right.Gate)")
        {
            Types = Box,
        },
        new(
            "constructor",
            "XR1001",
            """
            private static readonly ManualResetEventSlim _ready = new(); private static C? _current;
            public void Init() { lock (_gate) { [|_ready.Wait()|]; } }
            public static void Start() => new Thread(Work).Start();
            private static void Work() { lock (_current!._gate) { } _ready.Set(); }
            """,
            "public void Init() { lock (_gate) { [|_ready.Wait()|]; } }",
            "public C() { lock (_gate) { _ready.Wait(); } }"),
        new(
            "object that is not published yet",
            "XR1001",
            """
            private readonly Box _box = new(); private readonly ManualResetEventSlim _done = new();
            public void Start() => new Thread(Work).Start();
            public void Stop() { Box box = _box; lock (box.Gate) { [|_done.Wait()|]; } }
            private void Work() { lock (_box.Gate) { } _done.Set(); }
            """,
            "Box box = _box;",
            "Box box = new();")
        {
            Types = Box,
        },
        new(
            "async call on an object that the flow has made",
            "XR1001",
            """
            public void Cancel() { lock (_gate) { C link = this; [|link.OpenAsync().Wait()|]; } }
            public async Task OpenAsync() { await Task.Yield(); lock (_gate) { } }
            """,
            "C link = this;",
            "C link = new();"),
        new(
            "lock of a loop that comes only after its signal",
            "XR1001",
            """
            private readonly ManualResetEventSlim _done = new();
            public void Start() => new Thread(Loop).Start();
            public void Stop() { lock (_gate) { [|_done.Wait()|]; } }
            private void Loop() { while (true) { lock (_gate) { } _done.Set(); } }
            """,
            "lock (_gate) { } _done.Set();",
            "_done.Set(); lock (_gate) { }"),
        new(
            "readers",
            "XR1001",
            """
            private readonly ReaderWriterLockSlim _rw = new(); private readonly ManualResetEventSlim _done = new();
            public void Start() => new Thread(Work).Start();
            public void Stop() { _rw.EnterReadLock(); [|_done.Wait()|]; _rw.ExitReadLock(); }
            private void Work() { _rw.EnterReadLock(); _rw.ExitReadLock(); _done.Set(); }
            public void Write() { _rw.EnterWriteLock(); _rw.ExitWriteLock(); }
            """,
            "_rw.EnterWriteLock(); _rw.ExitWriteLock();",
            "_rw.EnterReadLock(); _rw.ExitReadLock();"),
        Ended("thread that was joined before", "Thread worker = new(Work); worker.Start();", "lock (_gate) { [|worker.Join()|]; }", "worker.Join(); lock (_gate) { worker.Join(); }"),
        Ended("task that was waited for before", "Task worker = Task.Run(Work);", "lock (_gate) { [|worker.Wait()|]; }", "worker.Wait(); lock (_gate) { worker.Wait(); }"),
        Ended("task that has completed", "Task worker = Task.Run(Work);", "lock (_gate) { if (!worker.IsCompleted) { [|worker.Wait()|]; } }", "lock (_gate) { if (worker.IsCompleted) { worker.Wait(); } }"),
        Ended("worker that is never started", "Thread worker = new(Work);", "worker.Start(); lock (_gate) { [|worker.Join()|]; }", "lock (_gate) { worker.Join(); }"),
        Kept("completed task", "Task", "[|_work!.Wait()|]", "_work = Task.Run(Work);", "_work = Task.CompletedTask;"),
        Kept("task of a result", "Task", "[|_work!.Wait()|]", "_work = Task.Run(Work);", "_work = Task.FromResult(1);"),
        Kept("worker that is always null", "Thread", "_work?[|.Join()|]", "_work = new Thread(Work); _work.Start();", "_work = null;"),
        Kept("worker of a member that is never started", "Thread", "[|_work!.Join()|]", "_work = new Thread(Work); _work.Start();", "_work = new Thread(Work);"),
    ];

    private static Primitive Waiter(string name, string fault, string repair) => Parts(name, fault, "Once(); _done.Set();", fault, repair);

    private static Primitive Signaller(string name, string fault, string repair) => Parts(name, "lock (_gate) { [|_done.Wait()|]; }", fault, fault, repair);

    private static Primitive Parts(string name, string stop, string work, string fault, string repair) => new(
        name,
        "XR1001",
        $$"""
        private const bool On = true; private const bool Off = false;
        private static readonly bool _off = false;
        private readonly ManualResetEventSlim _done = new(); private readonly object _flags = new();
        private int _once; private int _twice; private bool _begun; private bool _ended;
        public void Start() => new Thread(Work).Start();
        public void Stop() { {{stop}} }
        private void Work() { {{work}} }
        private void Once()
        {
            if (Interlocked.Exchange(ref _once, 1) != 0) { return; }
            lock (_flags) { if (_ended) { return; } _ended = true; }
            lock (_gate) { }
        }
        """,
        fault,
        repair);

    // What the flow holds is asked by a method that its holder calls.
    private static Primitive Held(string name, string fault, string repair) => new(
        name,
        "XR1001",
        $$"""
        private readonly ManualResetEventSlim _done = new();
        private bool IsHeld => Monitor.IsEntered(_gate);
        public void Start() => new Thread(Work).Start();
        public void Stop() { lock (_gate) { Flush(); } }
        private void Flush() { {{fault}} [|_done.Wait()|]; }
        private void Work() { lock (_gate) { } _done.Set(); }
        """,
        fault,
        repair);

    private static Primitive Third(string name, string fault, string repair) => new(
        name,
        "XR1001",
        $$"""
        private readonly ManualResetEventSlim _done = new(); private readonly object _outer = new();
        public void Start() => new Thread(Work).Start();
        public void Stop() { lock (_outer) { lock (_gate) { [|_done.Wait()|]; } } }
        private void Work() { lock (_other) { } _done.Set(); }
        public void Third() { {{fault}} }
        private void Inner() { lock (_other) { lock (_gate) { } } }
        """,
        "public void Third() { " + fault + " }",
        "public void Third() { " + repair + " }");

    private static Primitive Ended(string name, string start, string fault, string repair) => new(
        name, "XR1001", "public void Run() { " + start + " " + fault + " } private void Work() { lock (_gate) { } }", fault, repair);

    private static Primitive Kept(string name, string type, string wait, string fault, string repair) => new(
        name,
        "XR1001",
        $$"""
        private {{type}}? _work;
        public void Start() { {{fault}} }
        public void Stop() { lock (_gate) { {{wait}}; } }
        private void Work() { lock (_gate) { } }
        """,
        fault,
        repair);
}

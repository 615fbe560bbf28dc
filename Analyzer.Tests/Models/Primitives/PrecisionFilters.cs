using System.Collections.Immutable;

namespace CrossRelease.Analyzers.Tests.Models.Primitives;

/// <summary>What keeps a report back: each with a program in which it does, one edit from a program in which nothing does.</summary>
internal static class PrecisionFilters
{
    private const string Box = "public sealed class Box { public readonly object Gate = new(); public int Id; }";

    public static ImmutableArray<Primitive> All { get; } =
    [
        Order("filter: gate lock", "lock (_other) { lock (_gate) { } }", "lock (_outer) { lock (_other) { lock (_gate) { } } }"),
        Order("filter: try", "lock (_other) { lock (_gate) { } }", "lock (_other) { if (Monitor.TryEnter(_gate)) { Monitor.Exit(_gate); } }"),
        Order("filter: constant flag", "if (On) { lock (_other) { lock (_gate) { } } }", "if (Off) { lock (_other) { lock (_gate) { } } }"),
        Order("filter: private method, only called under the gate", "Inner();", "lock (_outer) { Inner(); }"),
        new(
            "filter: other instance",
            "XR1003",
            "private readonly SemaphoreSlim _a = new(1, 1); public void One(C next) { _a.Wait(); this.Two(); _a.Release(); } private void Two() { [|_a.Wait()|]; _a.Release(); }",
            "this.Two();",
            "next.Two();"),
        new(
            "filter: constructor",
            "XR1002",
            "public void Init() { lock (_gate) { lock ([|_other|]) { } } } public void Two() { lock (_other) { lock (_gate) { } } }",
            "public void Init() { lock (_gate) { lock ([|_other|]) { } } }",
            "public C() { lock (_gate) { lock (_other) { } } }"),
        new(
            "filter: object that is not published yet",
            "XR1002",
            "private readonly Box _box = new(); public void One() { Box box = _box; lock (box.Gate) { lock ([|_gate|]) { } } } public void Two() { lock (_gate) { lock (_box.Gate) { } } }",
            "Box box = _box;",
            "Box box = new();")
        {
            Types = Box,
        },
        new(
            "filter: completed task",
            "XR1001",
            "private Task? _work; public void Start() => _work = Task.Run(Work); public void Stop() { lock (_gate) { [|_work!.Wait()|]; } } private void Work() { lock (_gate) { } }",
            "_work = Task.Run(Work);",
            "_work = Task.CompletedTask;"),
        new(
            "filter: task captured before its successor is made",
            "XR1003",
            "private Task _tail = Task.CompletedTask; public void Add() { Task before = _tail; _tail = Task.Run(() => [|_tail.Wait()|]); }",
            "_tail.Wait()",
            "before.Wait()"),
        new(
            "filter: current context, through a property",
            "XR1003",
            "private Thread? _thread; private bool IsMine => Thread.CurrentThread == _thread; public void Start() { _thread = new Thread(Stop); _thread.Start(); } public void Stop() { if (_gate != null) { [|_thread!.Join()|]; } }",
            "if (_gate != null)",
            "if (!IsMine)"),
        new(
            "filter: current context, the wrong way round",
            "XR1003",
            "private Thread? _thread; private bool IsMine => Thread.CurrentThread == _thread; public void Start() { _thread = new Thread(Stop); _thread.Start(); } public void Stop() { if (IsMine) { [|_thread!.Join()|]; } }",
            "if (IsMine)",
            "if (!IsMine)"),
        new(
            "filter: holder asked by IsEntered",
            "XR1002",
            "public void One() { lock (_gate) { Two(); } } private void Two() { lock ([|_other|]) { } } public void Three() { lock (_other) { if (_gate != null) { lock (_gate) { } } } }",
            "if (_gate != null) { lock (_gate) { } }",
            "if (Monitor.IsEntered(_gate)) { lock (_gate) { } }"),
        new(
            "filter: order by a sorting helper",
            "XR1002",
            "public void Move(Box from, Box to) { (Box a, Box b) = (from, to); lock (a) { lock ([|b|]) { } } } private static (Box, Box) Sorted(Box x, Box y) => x.Id < y.Id ? (x, y) : (y, x);",
            "= (from, to);",
            "= Sorted(from, to);")
        {
            Types = Box,
        },
        new(
            "filter: order by a key",
            "XR1002",
            "public void Move(Box from, Box to) { if (from.Id < to.Id) { lock (from) { lock ([|to|]) { } } } else { lock (from) { lock (to) { } } } }",
            "else { lock (from) { lock (to) { } } }",
            "else { lock (to) { lock (from) { } } }")
        {
            Types = Box,
        },
        new(
            "filter: worker that is always null",
            "XR1001",
            "private Thread? _work; public void Start() { _work = new Thread(Work); } public void Stop() { lock (_gate) { [|_work?.Join()|]; } } private void Work() { lock (_gate) { } }",
            "_work = new Thread(Work);",
            "_work = null;"),
        new(
            "filter: double-checked flag",
            "XR1001",
            """
            private bool _ended; private readonly ManualResetEventSlim _done = new();
            public void Start() => new Thread(Work).Start();
            public void Stop() { lock (_other) { if (_ended) { return; } _ended = true; } lock (_gate) { [|_done.Wait()|]; } }
            private void Work() { lock (_other) { if (_gate == null) { return; } } lock (_gate) { } _done.Set(); }
            """,
            "if (_gate == null) { return; }",
            "if (_ended) { return; } _ended = true;"),
    ];

    private static Primitive Order(string name, string fault, string repair) => new(
        name,
        "XR1002",
        $$"""
        private const bool On = true; private const bool Off = false;
        private readonly object _outer = new();
        public void One() { lock (_outer) { lock (_gate) { lock ([|_other|]) { } } } }
        public void Two() { {{fault}} }
        private void Inner() { lock (_other) { lock (_gate) { } } }
        """,
        "public void Two() { " + fault + " }",
        "public void Two() { " + repair + " }");
}

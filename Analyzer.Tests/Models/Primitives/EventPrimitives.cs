using System.Collections.Immutable;

namespace CrossRelease.Analyzers.Tests.Models.Primitives;

/// <summary>What one context waits for and another one signals.</summary>
internal static class EventPrimitives
{
    public static ImmutableArray<Primitive> All { get; } =
    [
        Primitive.Signal("ManualResetEvent", "ManualResetEvent _done = new(false);", "_done.WaitOne()", "_done.Set()"),
        Primitive.Signal("AutoResetEvent", "AutoResetEvent _done = new(false);", "_done.WaitOne()", "_done.Set()"),
        Primitive.Signal("EventWaitHandle", "EventWaitHandle _done = new(false, EventResetMode.ManualReset);", "_done.WaitOne(Timeout.Infinite)", "_done.Set()"),
        Primitive.Signal("WaitHandle.WaitAll", "AutoResetEvent _done = new(false);", "WaitHandle.WaitAll(new WaitHandle[] { _done })", "_done.Set()"),
        Primitive.Signal("WaitHandle.WaitAny", "AutoResetEvent _done = new(false);", "WaitHandle.WaitAny(new WaitHandle[] { _done })", "_done.Set()"),
        Primitive.Signal(
            "WaitHandle.SignalAndWait", "AutoResetEvent _done = new(false); private readonly AutoResetEvent _asked = new(false);", "WaitHandle.SignalAndWait(_asked, _done)", "_done.Set()"),
        Primitive.Signal("ManualResetEventSlim", "ManualResetEventSlim _done = new();", "_done.Wait()", "_done.Set()"),
        Primitive.Signal("ManualResetEventSlim.WaitHandle", "ManualResetEventSlim _done = new();", "_done.WaitHandle.WaitOne()", "_done.Set()"),
        Primitive.Signal("CountdownEvent", "CountdownEvent _done = new(1);", "_done.Wait()", "_done.Signal()"),
        Primitive.Signal("CountdownEvent.WaitHandle", "CountdownEvent _done = new(1);", "_done.WaitHandle.WaitOne()", "_done.Signal()"),
        Primitive.Signal("Barrier", "Barrier _done = new(2);", "_done.SignalAndWait()", "_done.SignalAndWait()"),
        Primitive.Signal("Barrier.RemoveParticipant", "Barrier _done = new(2);", "_done.SignalAndWait()", "_done.RemoveParticipant()"),
        Primitive.Signal("SemaphoreSlim as a signal", "SemaphoreSlim _done = new(0);", "_done.Wait()", "_done.Release()"),
        Primitive.Signal("SemaphoreSlim.AvailableWaitHandle", "SemaphoreSlim _done = new(0);", "_done.AvailableWaitHandle.WaitOne()", "_done.Release()"),
        Primitive.Signal("Semaphore as a signal", "Semaphore _done = new(0, 1);", "_done.WaitOne()", "_done.Release()"),
        Primitive.Signal("CancellationTokenSource as a signal", "CancellationTokenSource _done = new();", "_done.Token.WaitHandle.WaitOne()", "_done.Cancel()"),
        Guarded("ManualResetEventSlim.IsSet", "ManualResetEventSlim _done = new();", "_done.IsSet", "_done.Wait()", "_done.Set()"),
        Guarded("CountdownEvent.IsSet", "CountdownEvent _done = new(1);", "_done.IsSet", "_done.Wait()", "_done.Signal()"),
        Guarded("Task.IsCompleted", "TaskCompletionSource _done = new();", "_done.Task.IsCompleted", "_done.Task.Wait()", "_done.SetResult()"),
        new(
            "Monitor.Wait",
            "XR1001",
            """
            private readonly object _a = new();
            public void Start() => new Thread(Work).Start();
            public void Stop() { lock (_gate) { lock (_a) { [|Monitor.Wait(_a)|]; } } }
            private void Work() { lock (_gate) { lock (_a) { Monitor.PulseAll(_a); } } }
            """,
            "Work() { lock (_gate)",
            "Work() { lock (_other)"),
        new(
            "Monitor.Wait with a limit",
            "XR1001",
            """
            private readonly object _a = new();
            public void Start() => new Thread(Work).Start();
            public void Stop() { lock (_gate) { lock (_a) { [|Monitor.Wait(_a)|]; } } }
            private void Work() { lock (_gate) { lock (_a) { Monitor.Pulse(_a); } } }
            """,
            "[|Monitor.Wait(_a)|]",
            "Monitor.Wait(_a, 100)"),
        new(
            "WaitHandle.WaitAny of one that is free",
            "XR1001",
            """
            private readonly AutoResetEvent _done = new(false);
            private readonly AutoResetEvent _free = new(false);
            public void Start() { new Thread(Work).Start(); new Thread(Free).Start(); }
            public void Stop() { lock (_gate) { [|WaitHandle.WaitAny(new WaitHandle[] { _done, _free })|]; } }
            private void Work() { lock (_gate) { } _done.Set(); }
            private void Free() { lock (_gate) { } _free.Set(); }
            """,
            "Free() { lock (_gate)",
            "Free() { lock (_other)"),
        new(
            "WaitHandle.WaitAll of one that is free",
            "XR1001",
            """
            private readonly AutoResetEvent _done = new(false);
            private readonly AutoResetEvent _free = new(false);
            public void Start() { new Thread(Work).Start(); new Thread(Free).Start(); }
            public void Stop() { lock (_gate) { [|WaitHandle.WaitAll(new WaitHandle[] { _done, _free })|]; } }
            private void Work() { lock (_gate) { } _done.Set(); }
            private void Free() { lock (_other) { } _free.Set(); }
            """,
            "Work() { lock (_gate)",
            "Work() { lock (_other)"),
    ];

    // Behind a test that says it has been signalled nothing is waited for.
    private static Primitive Guarded(string name, string field, string test, string wait, string signal) => new(
        name,
        "XR1001",
        $$"""
        private readonly {{field}}
        public void Start() => new Thread(Work).Start();
        public void Stop() { lock (_gate) { if (!{{test}}) { [|{{wait}}|]; } } }
        private void Work() { lock (_gate) { } {{signal}}; }
        """,
        "if (!" + test,
        "if (" + test);
}

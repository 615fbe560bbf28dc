using System.Collections.Immutable;

namespace CrossRelease.Analyzers.Tests.Models.Primitives;

/// <summary>What is acquired and released by one context.</summary>
internal static class LockPrimitives
{
    private const string Rw = "readonly ReaderWriterLockSlim _rw = new();";
    private const string RecursiveRw = "readonly ReaderWriterLockSlim _rw = new(LockRecursionPolicy.SupportsRecursion);";

    public static ImmutableArray<Primitive> All { get; } =
    [
        Primitive.Order("lock statement", "readonly object _a = new();", "lock (_a) {", "}"),
        Primitive.Order("lock on a type", "readonly int _a = 0;", "lock (typeof(C)) {", "}"),
        Primitive.Order("lock on this", "readonly int _a = 0;", "lock (this) {", "}"),
        Primitive.Order("Monitor.Enter", "readonly object _a = new();", "Monitor.Enter(_a); try {", "} finally { Monitor.Exit(_a); }"),
        Primitive.Order("Monitor.Enter, taken", "readonly object _a = new();", "bool taken = false; try { Monitor.Enter(_a, ref taken);", "} finally { if (taken) { Monitor.Exit(_a); } }"),
        Primitive.Order("Lock statement", "readonly Lock _a = new();", "lock (_a) {", "}"),
        Primitive.Order("Lock.Enter", "readonly Lock _a = new();", "_a.Enter(); try {", "} finally { _a.Exit(); }"),
        Primitive.Order("Lock.EnterScope", "readonly Lock _a = new();", "using (_a.EnterScope()) {", "}"),
        Primitive.Order("Mutex", "readonly Mutex _a = new();", "_a.WaitOne(); try {", "} finally { _a.ReleaseMutex(); }"),
        Primitive.Order("SpinLock", "SpinLock _a = new();", "bool taken = false; try { _a.Enter(ref taken);", "} finally { if (taken) { _a.Exit(); } }"),
        Primitive.Order("SemaphoreSlim as a lock", "readonly SemaphoreSlim _a = new(1, 1);", "_a.Wait(); try {", "} finally { _a.Release(); }"),
        Primitive.Order("Semaphore as a lock", "readonly Semaphore _a = new(1, 1);", "_a.WaitOne(); try {", "} finally { _a.Release(); }"),
        Primitive.Order("ReaderWriterLockSlim, writer", Rw, "_rw.EnterWriteLock(); try {", "} finally { _rw.ExitWriteLock(); }"),
        Primitive.Order("ReaderWriterLockSlim, upgradeable", Rw, "_rw.EnterUpgradeableReadLock(); try {", "} finally { _rw.ExitUpgradeableReadLock(); }"),
        Primitive.Order("ReaderWriterLock, writer", "readonly ReaderWriterLock _a = new();", "_a.AcquireWriterLock(-1); try {", "} finally { _a.ReleaseWriterLock(); }"),
        Primitive.Order("ReaderWriterLock, ReleaseLock", "readonly ReaderWriterLock _a = new();", "_a.AcquireWriterLock(-1); try {", "} finally { _a.ReleaseLock(); }"),
        Mode("ReaderWriterLockSlim, readers", "ReaderWriterLockSlim", "EnterReadLock()", "ExitReadLock()", "EnterWriteLock()", "ExitWriteLock()"),
        Mode("ReaderWriterLock, readers", "ReaderWriterLock", "AcquireReaderLock(-1)", "ReleaseReaderLock()", "AcquireWriterLock(-1)", "ReleaseWriterLock()"),
        Mode("ReaderWriterLock.UpgradeToWriterLock", "ReaderWriterLock", "AcquireReaderLock(-1)", "ReleaseReaderLock()", "UpgradeToWriterLock(-1)", "ReleaseWriterLock()"),
        Tried("Monitor.TryEnter", "readonly object _a = new();", "Monitor.Enter(_a);", "if (Monitor.TryEnter(_a))", "Monitor.Exit(_a);"),
        Tried("Lock.TryEnter", "readonly Lock _a = new();", "_a.Enter();", "if (_a.TryEnter())", "_a.Exit();"),
        Tried("Mutex with a limit", "readonly Mutex _a = new();", "_a.WaitOne();", "if (_a.WaitOne(100))", "_a.ReleaseMutex();"),
        Tried("SemaphoreSlim with a limit", "readonly SemaphoreSlim _a = new(1, 1);", "_a.Wait();", "if (_a.Wait(0))", "_a.Release();"),
        Tried("ReaderWriterLockSlim.TryEnterWriteLock", Rw, "_rw.EnterWriteLock();", "if (_rw.TryEnterWriteLock(100))", "_rw.ExitWriteLock();"),
        Primitive.Twice("SemaphoreSlim, twice", "readonly SemaphoreSlim _a = new(1, 1);", "_a.Wait();", "_a.Wait()", "_a.Release();"),
        Primitive.Twice("SpinLock, twice", "SpinLock _a = new(false); private bool _t;", "_a.Enter(ref _t);", "_a.Enter(ref _t)", "_a.Exit();"),
        Primitive.Twice("ReaderWriterLockSlim, writer twice", Rw, "_rw.EnterWriteLock();", "_rw.EnterWriteLock()", "_rw.ExitWriteLock();"),
        Primitive.Twice("ReaderWriterLockSlim, reader twice", Rw, "_rw.EnterReadLock();", "_rw.EnterReadLock()", "_rw.ExitReadLock();", "XR1004"),
        Policy("ReaderWriterLockSlim, recursion policy", "EnterWriteLock()", "ExitWriteLock()", "XR1003"),
        Policy("ReaderWriterLockSlim, recursion policy of readers", "EnterReadLock()", "ExitReadLock()", "XR1004"),
        new(
            "ReaderWriterLockSlim, upgrade",
            "XR1004",
            $"private {Rw} public void One() {{ _rw.EnterReadLock(); [|_rw.EnterWriteLock()|]; _rw.ExitWriteLock(); _rw.ExitReadLock(); }}",
            "_rw.EnterReadLock(); [|_rw.EnterWriteLock()|]; _rw.ExitWriteLock(); _rw.ExitReadLock();",
            "_rw.EnterUpgradeableReadLock(); _rw.EnterWriteLock(); _rw.ExitWriteLock(); _rw.ExitUpgradeableReadLock();"),
        new(
            "ReaderWriterLockSlim, upgrade under the recursive policy",
            "XR1004",
            $"private {RecursiveRw} public void One() {{ _rw.EnterReadLock(); [|_rw.EnterWriteLock()|]; _rw.ExitWriteLock(); _rw.ExitReadLock(); }}",
            "_rw.EnterReadLock(); [|_rw.EnterWriteLock()|]; _rw.ExitWriteLock(); _rw.ExitReadLock();",
            "_rw.EnterReadLock(); _rw.ExitReadLock(); _rw.EnterWriteLock(); _rw.ExitWriteLock();"),
        new(
            "SemaphoreSlim.WaitAsync",
            "XR1003",
            "private readonly SemaphoreSlim _a = new(1, 1); public async Task One() { await _a.WaitAsync(); await Two(); _a.Release(); } private async Task Two() { await [|_a.WaitAsync()|]; _a.Release(); }",
            "await Two(); _a.Release();",
            "_a.Release(); await Two();"),
        new(
            "Monitor, again by its holder",
            "XR1002",
            "private readonly object _a = new(); public void One() { lock (_a) { Two(); } } private void Two() { lock (_a) { lock ([|_gate|]) { } } } public void Three() { lock (_gate) { lock (_a) { } } }",
            "public void Three() { lock (_gate) { lock (_a) { } } }",
            "public void Three() { lock (_a) { lock (_a) { } } }"),
        new(
            "MethodImplOptions.Synchronized, instance",
            "XR1002",
            "[MethodImpl(MethodImplOptions.Synchronized)] public void One() { lock ([|_gate|]) { } } public void Two() { lock (_gate) { lock (this) { } } }",
            "[MethodImpl(MethodImplOptions.Synchronized)] ",
            "[MethodImpl(MethodImplOptions.NoInlining)] "),
        new(
            "MethodImplOptions.Synchronized, static",
            "XR1002",
            "private static readonly object _s = new(); [MethodImpl(MethodImplOptions.Synchronized)] public static void One() { lock ([|_s|]) { } } public void Two() { lock (_s) { lock (typeof(C)) { } } }",
            "lock (_s) { lock (typeof(C)) { } }",
            "lock (typeof(C)) { lock (_s) { } }"),
        new(
            "static constructor",
            "XR1002",
            "public void One() { Inner.Touch(); } public void Two() { lock (Global.Gate) { Inner.Touch(); } } private static class Inner { static Inner() { lock ([|Global.Gate|]) { } } public static void Touch() { } }",
            "lock (Global.Gate) { Inner.Touch(); }",
            "lock (Global.Gate) { } Inner.Touch();")
        {
            Types = "public static class Global { public static readonly object Gate = new(); }",
        },
    ];

    // A reader keeps out only who asks for the write side.
    private static Primitive Mode(string name, string type, string read, string readEnd, string write, string writeEnd) => new(
        name,
        "XR1002",
        $$"""
        private readonly {{type}} _rw = new();
        public void One() { _rw.{{read}}; try { lock ([|_gate|]) { } } finally { _rw.{{readEnd}}; } }
        public void Two() { lock (_gate) { _rw.{{write}}; try { } finally { _rw.{{writeEnd}}; } } }
        """,
        $"_rw.{write}; try {{ }} finally {{ _rw.{writeEnd}; }}",
        $"_rw.{read}; try {{ }} finally {{ _rw.{readEnd}; }}");

    // Who only tries, or gives up, is no part of a ring.
    private static Primitive Tried(string name, string field, string enter, string tryEnter, string exit) => new(
        name,
        "XR1002",
        $$"""
        private {{field}}
        public void One() { {{enter}} try { lock ([|_gate|]) { } } finally { {{exit}} } }
        public void Two() { lock (_gate) { {{enter}} { {{exit}} } } }
        """,
        $"lock (_gate) {{ {enter} {{",
        $"lock (_gate) {{ {tryEnter} {{");

    private static Primitive Policy(string name, string enter, string exit, string id) => new(
        name,
        id,
        $"private {Rw} public void One() {{ _rw.{enter}; Two(); _rw.{exit}; }} private void Two() {{ [|_rw.{enter}|]; _rw.{exit}; }}",
        "_rw = new()",
        "_rw = new(LockRecursionPolicy.SupportsRecursion)");
}

using System.Collections.Immutable;
using CrossRelease.Analyzers.Tests.Models.Primitives;

namespace CrossRelease.Analyzers.Tests.Rules.Filters;

/// <summary>What keeps a wait for oneself back (XR1003): each with a program in which it does, and the program one edit away in which nothing does.</summary>
internal static class SelfDeadlockFilters
{
    public static ImmutableArray<Primitive> All { get; } =
    [
        new(
            "other instance that lets nobody in twice",
            "XR1003",
            "private readonly SemaphoreSlim _a = new(1, 1); public void One() { C next = new(); _a.Wait(); this.Two(); _a.Release(); } private void Two() { [|_a.Wait()|]; _a.Release(); }",
            "this.Two();",
            "next.Two();"),
        new(
            "try of a lock that lets nobody in twice",
            "XR1003",
            "private readonly SemaphoreSlim _a = new(1, 1); public void One() { _a.Wait(); Two(); _a.Release(); } private void Two() { if ([|_a.Wait(-1)|]) { _a.Release(); } }",
            "[|_a.Wait(-1)|]",
            "_a.Wait(0)"),
        new(
            "lock that lets its holder in",
            "XR1003",
            "private readonly ReaderWriterLockSlim _a = new(LockRecursionPolicy.NoRecursion); public void One() { _a.EnterWriteLock(); Two(); _a.ExitWriteLock(); } private void Two() { [|_a.EnterWriteLock()|]; _a.ExitWriteLock(); }",
            "NoRecursion",
            "SupportsRecursion"),
        new(
            "task captured before its successor is made",
            "XR1003",
            "private Task _tail = Task.CompletedTask; public void Add() { Task before = _tail; _tail = Task.Run(() => [|_tail.Wait()|]); }",
            "_tail.Wait()",
            "before.Wait()"),
        Joined("current thread", "if (_gate != null)", "if (Thread.CurrentThread != _thread)"),
        Joined("current thread, the wrong way round", "if (Thread.CurrentThread == _thread)", "if (Thread.CurrentThread != _thread)"),
        Joined("current thread, early return", "if (Thread.CurrentThread != _thread) { return; }", "if (Thread.CurrentThread == _thread) { return; }"),
        Joined("current thread, by its number", "if (_gate != null)", "if (Environment.CurrentManagedThreadId != _thread!.ManagedThreadId)"),
        Joined("current thread, through a property", "if (_gate != null)", "if (!IsMine)"),
        Joined("current thread, through a property, the wrong way round", "if (IsMine)", "if (!IsMine)"),
        Joined("current thread, through a method", "if (Check())", "if (!Check())"),
        Joined("current thread, through a property and a variable", "bool asks = IsMine; if (asks)", "bool asks = !IsMine; if (asks)"),
        Joined("constant", "if (On)", "if (Off)"),
    ];

    private static Primitive Joined(string name, string fault, string repair) => new(
        name,
        "XR1003",
        $$"""
        private const bool On = true; private const bool Off = false;
        private Thread? _thread;
        private bool IsMine => Thread.CurrentThread == _thread;
        private bool Check() { return ReferenceEquals(_thread, Thread.CurrentThread); }
        public void Start() { _thread = new Thread(Stop); _thread.Start(); }
        public void Stop() { {{fault}} { [|_thread!.Join()|]; } }
        """,
        fault,
        repair);
}

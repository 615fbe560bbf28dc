using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LostCompletionAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1005 for states that a waiter asks for before it takes the lock, and not again since.</summary>
public class StaleCheckTests
{
    private const string Loop = "while (!_closed) { lock (_gate) { if (_items.TryPop(out _)) { return; } {0} } }";

    [Theory]
    [InlineData(Loop, "_closed = true; lock (_gate) { Monitor.PulseAll(_gate); }", true)]
    [InlineData(Loop, "lock (_gate) { _closed = true; Monitor.PulseAll(_gate); }", true)]
    [InlineData(Loop, "lock (_gate) { _closed = true; _items.Clear(); Monitor.PulseAll(_gate); }", true)]
    [InlineData(Loop, "lock (_gate) { _closed = true; _items.Push(0); Monitor.PulseAll(_gate); }", false)]
    [InlineData(Loop, "lock (_gate) { Monitor.PulseAll(_gate); } _closed = true;", false)]
    [InlineData(Loop, "lock (_gate) { _closed = false; Monitor.PulseAll(_gate); }", false)]
    [InlineData(Loop, "_closed = true; lock (_other) { Monitor.PulseAll(_other); }", false)]
    [InlineData("while (!_closed) { lock (_gate) { if (_closed) { return; } {0} } }", "lock (_gate) { _closed = true; Monitor.PulseAll(_gate); }", false)]
    [InlineData("while (!_closed) { lock (_gate) { while (_items.Count == 0) { {0} } } }", "lock (_gate) { _closed = true; Monitor.PulseAll(_gate); }", true)]
    [InlineData("while (!_closed) { lock (_gate) { while (_items.Count == 0 && !_closed) { {0} } } }", "lock (_gate) { _closed = true; Monitor.PulseAll(_gate); }", false)]
    [InlineData("while (!_closed) { lock (_gate) { if (_next == 3) { {0} } } }", "lock (_gate) { _closed = true; _next = 4; Monitor.PulseAll(_gate); }", false)]
    [InlineData("while (!_closed) { lock (_gate) { if (_next == 3) { {0} } } }", "lock (_gate) { _closed = true; _next++; Monitor.PulseAll(_gate); }", false)]
    [InlineData("lock (_gate) { while (!_closed) { {0} } }", "lock (_gate) { _closed = true; Monitor.PulseAll(_gate); }", false)]
    [InlineData("while (_next < 3) { lock (_gate) { {0} } }", "_next++; lock (_gate) { Monitor.Pulse(_gate); }", true)]
    [InlineData("while (!_closed) { Action wait = () => { lock (_gate) { {0} } }; wait(); }", "lock (_gate) { _closed = true; Monitor.PulseAll(_gate); }", false)]
    public Task ChangeBetweenTheCheckAndTheWait(string waiter, string change, bool reports) => VerifyAsync(waiter, change, "Monitor.Wait(_gate);", reports);

    [Fact]
    public Task WaitWithALimit_LooksAgain() => VerifyAsync(Loop, "_closed = true; lock (_gate) { Monitor.PulseAll(_gate); }", "Monitor.Wait(_gate, 100);", reports: false);

    [Fact]
    public Task WaiterItself_IsNotBetween() => VerifyAsync(
        "while (!_closed) { lock (_gate) { if (_items.Count > 3) { Monitor.PulseAll(_gate); } {0} } _closed = true; lock (_gate) { Monitor.PulseAll(_gate); } }", "", "Monitor.Wait(_gate);", reports: false);

    [Fact]
    public Task PropertyAsTheLock_IsFollowed() => VerifyAsync(
        Loop.Replace("_gate", "Sync", StringComparison.Ordinal), "_closed = true; lock (Sync) { Monitor.PulseAll(Sync); }", "Monitor.Wait(Sync);", reports: true);

    [Fact]
    public Task Message_TellsBothSides() => Verify.VerifyAnalyzerAsync(
        Program(Loop.Replace("{0}", "{|#0:Monitor.Wait(_gate)|};", StringComparison.Ordinal), "_closed = true; lock (_gate) { Monitor.PulseAll(_gate); }"),
        Verify.Diagnostic().WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations).WithMessage(
            "'C.Run' waits for '_gate' without limit, but 'C.Close' can change '_closed' and pulse after it was asked for, and before this waits. Ask for it again under the lock."));

    private static Task VerifyAsync(string waiter, string change, string wait, bool reports) => Verify.VerifyAnalyzerAsync(
        Program(waiter.Replace("{0}", reports ? $"[|{wait.TrimEnd(';')}|];" : wait, StringComparison.Ordinal), change));

    private static string Program(string waiter, string change) => $$"""
        public sealed class C
        {
            private readonly object _gate = new(), _other = new(); private readonly Stack<int> _items = new(); private volatile bool _closed; private int _next;
            public object Sync { get; } = new();
            public void Run() { {{waiter}} }
            public void Close() { {{change}} }
            public void Add() { lock (_gate) { _items.Push(1); Monitor.Pulse(_gate); } }
        }
        """;
}

using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LostCompletionAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1005 for conditions of monitors that somebody makes true and tells nobody.</summary>
public class ForgottenPulseTests
{
    private const string Reported = "[|Monitor.Wait(_gate)|]";
    private const string Quiet = "Monitor.Wait(_gate)";

    [Theory]
    [InlineData("_items.Count >= _limit", "_items.Clear();", Reported)]
    [InlineData("_items.Count >= _limit", "_items.Clear(); Monitor.PulseAll(_gate);", Quiet)]
    [InlineData("_items.Count >= _limit", "_items.Clear(); Wake();", Quiet)]
    [InlineData("_items.Count >= _limit", "_items.Enqueue(1);", Quiet)]
    [InlineData("_items.Count > 3", "_items.Dequeue();", Reported)]
    [InlineData("_limit <= _items.Count", "_items.TryDequeue(out _);", Reported)]
    [InlineData("_items.Count == _limit", "_items.Dequeue();", Reported)]
    [InlineData("_items.Count == 0", "_items.Enqueue(1);", Reported)]
    [InlineData("_items.Count == 0", "_items.Dequeue();", Quiet)]
    [InlineData("_items.Count < 1", "_items.Enqueue(1);", Reported)]
    [InlineData("0 == _items.Count", "this._items.Enqueue(1);", Reported)]
    [InlineData("!_items.Any()", "_items.Enqueue(1);", Reported)]
    [InlineData("_items.Any()", "_items.Enqueue(1);", Quiet)]
    [InlineData("_items.Any()", "_items.Clear();", Reported)]
    [InlineData("!_set.IsEmpty", "_set.Clear();", Reported)]
    [InlineData("_set.IsEmpty", "_set.Clear();", Quiet)]
    [InlineData("_busy", "_busy = false;", Reported)]
    [InlineData("_busy", "_busy = true;", Quiet)]
    [InlineData("!_busy", "_busy = true;", Reported)]
    [InlineData("(!(_busy))", "_busy = true;", Reported)]
    [InlineData("!_busy", "_busy = false;", Quiet)]
    [InlineData("_count > 0", "_count--;", Reported)]
    [InlineData("_count > 0", "--_count;", Reported)]
    [InlineData("_count > 0", "_count++;", Quiet)]
    [InlineData("_count != 0", "_count -= 2;", Reported)]
    [InlineData("_count != 0", "_count = 0;", Reported)]
    [InlineData("_count != 0", "_count = 7;", Quiet)]
    [InlineData("_count != 3", "_count -= 2;", Quiet)]
    [InlineData("_count < _limit", "_count += 2;", Reported)]
    [InlineData("_count < _limit", "++_count;", Reported)]
    [InlineData("_count == 0", "_count++;", Reported)]
    [InlineData("_count == 5", "_count--;", Quiet)]
    [InlineData("!_closed && _items.Count >= _limit", "_items.Clear();", Reported)]
    [InlineData("!_closed && _items.Count >= _limit", "_closed = true;", Reported)]
    [InlineData("!_closed || _items.Count >= _limit", "_items.Clear();", Quiet)]
    [InlineData("_items.Count >= _limit", "_thread?.Interrupt(); _items.Clear();", Quiet)]
    [InlineData("_items.Count >= _limit", "_thread!.Interrupt(); _items.Clear();", Quiet)]
    [InlineData("_items.Count >= _limit", "var other = new C(); other._items.Clear();", Quiet)]
    public Task ChangeUnderTheLock(string condition, string change, string wait) => Verify.VerifyAnalyzerAsync(Program(condition, $"lock (_gate) {{ {change} }}", wait));

    [Fact]
    public Task MonitorByItsFullName_IsOne() =>
        Verify.VerifyAnalyzerAsync(Program("_items.Count >= _limit", "lock (_gate) { _items.Clear(); }", "[|System.Threading.Monitor.Wait(_gate)|]"));

    [Theory]
    [InlineData("_items.Clear();")]
    [InlineData("lock (_other) { _items.Clear(); }")]
    [InlineData("lock (_gate) { Action later = () => _items.Clear(); Later(later); }")]
    public Task ChangeWithoutTheLock_IsLeftAlone(string change) => Verify.VerifyAnalyzerAsync(Program("_items.Count >= _limit", change, Quiet));

    [Theory]
    [InlineData("Monitor.Wait(_gate, 100)")]
    [InlineData("Monitor.Wait(_other)")]
    [InlineData("Monitor.PulseAll(_gate)")]
    [InlineData("Monitor.Enter(_gate)")]
    [InlineData("if (_limit > 3) Monitor.Wait(_gate)")]
    public Task OtherWaits(string wait) => Verify.VerifyAnalyzerAsync(Program("_items.Count >= _limit", "lock (_gate) { _items.Clear(); }", wait));

    // Whoever calls the one that changes may pulse for it; where the waiter does the change, or who calls the waiter, nobody waits.
    [Theory]
    [InlineData("public void Reset() { lock (_gate) { Change(); Monitor.PulseAll(_gate); } }", Quiet)]
    [InlineData("public void Reset() { lock (_gate) { Change(); Wake(); } }", Quiet)]
    [InlineData("public void Reset() { lock (_gate) { Change(); } }", Reported)]
    [InlineData("public void Reset() { lock (_gate) { Change(); } Add(1); }", Quiet)]
    [InlineData("public void Reset() { Again(); } private void Again() { lock (_gate) { Change(); Wake(); } }", Quiet)]
    [InlineData("public void Top() { Upper(); lock (_gate) { Wake(); } } private void Upper() { Lower(); } private void Lower() { lock (_gate) { Change(); } }", Quiet)]
    [InlineData("public void Top() { High(); lock (_gate) { Wake(); } } private void High() { Upper(); } private void Upper() { Lower(); } private void Lower() { lock (_gate) { Change(); } }", Reported)]
    public Task Callers(string caller, string wait) =>
        Verify.VerifyAnalyzerAsync(Program("_items.Count >= _limit", "lock (_gate) { _items.Clear(); }", wait).Replace("private void Wake()", caller + "\n    private void Wake()", StringComparison.Ordinal));

    // Code that gets the lock may pulse it.
    [Theory]
    [InlineData("public object Gate => _gate;")]
    [InlineData("public void Share() => Later(_gate);")]
    public Task LockThatIsHandedOut(string member) =>
        Verify.VerifyAnalyzerAsync(Program("_items.Count >= _limit", "lock (_gate) { _items.Clear(); }", Quiet).Replace("private void Wake()", member + "\n    private void Wake()", StringComparison.Ordinal));

    [Fact]
    public Task LockThatOthersCanName() =>
        Verify.VerifyAnalyzerAsync(Program("_items.Count >= _limit", "lock (_gate) { _items.Clear(); }", Quiet).Replace("private readonly object _gate", "internal readonly object _gate", StringComparison.Ordinal));

    [Fact]
    public Task NobodyPulsesAtAll_IsNoProtocol() =>
        Verify.VerifyAnalyzerAsync(Program("_items.Count >= _limit", "lock (_gate) { _items.Clear(); }", Quiet).Replace("Monitor.PulseAll(_gate)", "Later(this)", StringComparison.Ordinal));

    [Fact]
    public Task Constructor_HasNobodyWaiting() =>
        Verify.VerifyAnalyzerAsync(Program("_items.Count >= _limit", "", Quiet).Replace("private void Wake()", "public C() { lock (_gate) { _items.Clear(); } }\n    private void Wake()", StringComparison.Ordinal));

    [Fact]
    public Task Message_NamesTheChange() => Verify.VerifyAnalyzerAsync(
        Program("_items.Count >= _limit", "lock (_gate) { {|#1:_items.Clear()|}; }", "{|#0:Monitor.Wait(_gate)|}"),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithMessage(
            "'C.Add' waits for '_gate' without limit, but 'C.Change' changes '_items', for which it waits, and does not pulse. Pulse after the change."));

    private static string Program(string condition, string change, string wait) => $$"""
        using System.Collections.Concurrent;
        public sealed class C
        {
            private readonly object _gate = new();
            private readonly object _other = new();
            private readonly Queue<int> _items = new();
            private readonly ConcurrentBag<int> _set = new();
            private readonly Thread? _thread = null;
            private int _limit = 3;
            private int _count;
            private bool _busy;
            private bool _closed;
            public void Add(int item) { lock (_gate) { lock (_other) { } while ({{condition}}) { {{wait}}; } _limit = item; } }
            public void Change() { {{change}} }
            private void Wake() { lock (_gate) { Monitor.PulseAll(_gate); } }
            private static void Later(object what) { }
        }
        """;
}

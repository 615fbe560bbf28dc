using Lost = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LostCompletionAnalyzer>;
using Order = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockOrderCycleAnalyzer>;
using Ring = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;
using Self = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.SelfDeadlockAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>What one helper, or one class of loops, does for several users: each waits for its own work, on its own object.</summary>
public class HandedDelegatesTests
{
    // The helper runs what its caller has handed it, not what others have.
    [Theory]
    [InlineData("private Task InnerAsync() { _count++; return Task.CompletedTask; }", "await body()")]
    [InlineData("private async Task InnerAsync() { await Task.Delay(1); {|XR1001:await _local.RunAsync(() => Task.CompletedTask)|}; }", "{|XR1001:await body()|}")]
    public Task WorkOfTheCaller(string inner, string run) => Ring.VerifyAnalyzerAsync($$"""
        public sealed class AsyncLock
        {
            private readonly SemaphoreSlim _one = new(1, 1);
            public async Task RunAsync(Func<Task> body) { await _one.WaitAsync(); try { {{run}}; } finally { _one.Release(); } }
        }
        public sealed class Sync
        {
            private readonly AsyncLock _remote = new(), _local = new(); private int _count;
            public Task PullAsync() => _remote.RunAsync(OuterAsync);
            private async Task OuterAsync() { await Task.Delay(1); await _local.RunAsync(InnerAsync); }
            {{inner}}
        }
        public static class Program { public static void Main() { var sync = new Sync(); Task.WaitAll(sync.PullAsync(), sync.PullAsync()); } }
        """);

    // Work of one loop waits for work of the other one: a ring only where that waits as well.
    [Fact]
    public Task LoopThatAsksAnother_IsQuiet() => Ring.VerifyAnalyzerAsync(Loops("_level", "answer.Task.Result"));

    [Fact]
    public Task LoopsThatAskEachOther_AreTold() => Ring.VerifyAnalyzerAsync(
        Loops("_ui.Call(() => _level)", "{|#0:answer.Task.Result|}"),
        Ring.Diagnostic(CrossRelease.Analyzers.Rules.XR1001_LoopRing).WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations).WithMessage(
            "'a lambda in Mixer.Draw', which runs on 'Mixer._ui', waits for work that it hands to 'Mixer._audio', but 'Mixer.Lost', which runs there, waits for 'Mixer._ui' in the same way. Let one of them go on without waiting."));

    [Fact]
    public Task LoopThatAsksAnother_WaitsNotForItself() => Self.VerifyAnalyzerAsync(Loops("_level", "answer.Task.Result"));

    // A monitor that is waited on is let go, whatever name it has there.
    [Theory]
    [InlineData("new Condition(_gate)", "lock (_gate) { while (_count == 0) { _ready.Wait(); } _count--; }", "Monitor.Wait(_monitor)")]
    [InlineData("new Condition(_gate)", "lock (_other) { lock (_gate) { while (_count == 0) { _ready.Wait(); } _count--; } }", "[|Monitor.Wait(_monitor)|]")]
    public Task ConditionOfAMonitorThatItWasGiven(string condition, string take, string wait) => Ring.VerifyAnalyzerAsync($$"""
        public sealed class Condition(object monitor) { private readonly object _monitor = monitor; public void Wait() => {{wait}}; public void Notify() => Monitor.PulseAll(_monitor); }
        public sealed class Queue
        {
            private readonly object _gate, _other = new(); private readonly Condition _ready; private int _count;
            public Queue() { _gate = new object(); _ready = {{condition}}; }
            public void Take() { {{take}} }
            public void Put() { lock (_other) { lock (_gate) { _count++; _ready.Notify(); } } }
        }
        """);

    // What a tuple gives is read before the first part is assigned.
    [Theory]
    [InlineData("if (a.Id > b.Id) { (a, b) = (b, a); }", "await b.Gate.WaitAsync()")]
    [InlineData("(a, b) = (b, b);", "await [|b.Gate.WaitAsync()|]")]
    public Task ExchangedByATuple(string exchange, string wait) => Self.VerifyAnalyzerAsync($$"""
        public sealed class Account { public readonly SemaphoreSlim Gate = new(1, 1); public int Id; }
        public sealed class Bank
        {
            public async Task MoveAsync(Account a, Account b)
            {
                if (ReferenceEquals(a, b)) { return; }
                {{exchange}}
                await a.Gate.WaitAsync();
                try { {{wait}}; try { a.Id++; } finally { b.Gate.Release(); } } finally { a.Gate.Release(); }
            }
        }
        """);

    // Keys that callers spell out, in a body that puts them in order.
    [Theory]
    [InlineData("if (string.CompareOrdinal(a, b) > 0) { (a, b) = (b, a); }", false)]
    [InlineData("", true)]
    public Task KeysThatAreExchanged(string exchange, bool reports) => Order.VerifyAnalyzerAsync($$"""
        public sealed class Bank
        {
            private readonly Dictionary<string, object> _locks = new() { ["a"] = new(), ["b"] = new() }; private int _count;
            public void Move(string a, string b) { {{exchange}} lock (_locks[a]) { lock ({{(reports ? "[|_locks[b]|]" : "_locks[b]")}}) { _count++; } } }
        }
        public static class Program { public static void Main() { var bank = new Bank(); Parallel.Invoke(() => bank.Move("a", "b"), () => bank.Move("b", "a")); } }
        """);

    // Copies of records, which the compiler makes, do not fail.
    [Theory]
    [InlineData("Mail again = next with { Count = 3 }; _count += again.Count;", "_queue.Add(mail)")]
    [InlineData("File.Delete(next.To);", "[|_queue.Add(mail)|]")]
    public Task CopiesOfRecords(string work, string add) => Lost.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public sealed record Mail(string To, int Count);
        public sealed class Sender
        {
            private readonly BlockingCollection<Mail> _queue = new(8); private int _count;
            public void Start() => Task.Run(Loop);
            public void Send(Mail mail) { {{add}}; }
            private void Loop() { foreach (Mail next in _queue.GetConsumingEnumerable()) { {{work}} } }
        }
        """);

    private static string Loops(string back, string wait) => $$"""
        using System.Collections.Concurrent;
        public sealed class Loop
        {
            private readonly BlockingCollection<Action> _queue = new();
            public Loop() => new Thread(() => { foreach (Action work in _queue.GetConsumingEnumerable()) { work(); } }).Start();
            public void Post(Action work) => _queue.Add(work);
            public T Call<T>(Func<T> work)
            {
                var answer = new TaskCompletionSource<T>();
                _queue.Add(() => { try { answer.SetResult(work()); } catch (Exception e) { answer.SetException(e); } });
                return {{wait}};
            }
        }
        public sealed class Mixer
        {
            private readonly Loop _audio = new(), _ui = new(); private int _level, _volume;
            public void Draw() => _ui.Post(() => { _level = _audio.Call(() => _volume); });
            public void OnLost() => _audio.Post(Lost);
            private void Lost() { _volume = {{back}}; }
        }
        """;
}

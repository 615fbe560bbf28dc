using Blocked = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.BlockedContextAnalyzer>;
using LockOrder = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockOrderCycleAnalyzer>;
using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1001 and XR1006 for tasks that the factory of a lazy value makes, and for those that a function gets of a sequence.</summary>
public class LazyTaskTests
{
    [Theory]
    [InlineData("new Lazy<Task>(() => StartAsync())", "_start.Value.Wait()", true)]
    [InlineData("new Lazy<Task>(StartAsync)", "_start.Value.Wait()", true)]
    [InlineData("new Lazy<Task>(async () => await StartAsync())", "_start.Value.Wait()", true)]
    [InlineData("new Lazy<Task>(() => OtherAsync())", "_start.Value.Wait()", false)]
    [InlineData("new Lazy<Task>(() => StartAsync())", "_start.Value.Wait(100)", false)]
    public Task TaskOfALazyValue(string made, string wait, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class C
        {
            private readonly object _gate = new(); private readonly Lazy<Task> _start; private Task _begun = Task.CompletedTask;
            public C() { _start = {{made}}; }
            public void Use() { lock (_gate) { {{(reports ? $"[|{wait}|]" : wait)}}; } }
            private async Task StartAsync() { await Task.Delay(1); lock (_gate) { } }
            private async Task OtherAsync() { await Task.Delay(1); }
        }
        """);

    // The factory runs where the value is asked for: it is not registered with what it returns, nor is what is registered with that run there.
    [Theory]
    [InlineData("_source.Cancel();", false)]
    [InlineData("_ = _heard.Value;", false)]
    [InlineData("_lazy.Value.Cancel();", true)]
    public Task FactoryOfWhatIsSignalled(string cancel, bool reports) => LockOrder.VerifyAnalyzerAsync($$"""
        public sealed class C
        {
            private readonly object _gate = new(), _made = new(); private readonly CancellationTokenSource _source = new(), _told = new(); private readonly Lazy<CancellationTokenSource> _lazy, _heard;
            public C() { _told.Token.Register(() => { lock (_made) { } }); _heard = new(() => _told); _lazy = new(() => { lock ({{(reports ? "[|_made|]" : "_made")}}) { return _source; } }); }
            public void Stop() { lock (_gate) { {{cancel}} } }
            public void Other() { lock (_made) { lock (_gate) { } } }
        }
        """);

    // What a function gets of the sequence that the library goes through for it.
    [Theory]
    [InlineData("foreach (Task<int> task in _tasks) { _ = [|task.Result|]; }")]
    [InlineData("_ = _tasks.Select(task => [|task.Result|]).Sum();")]
    [InlineData("_tasks.ForEach(task => [|task.Wait()|]);")]
    [InlineData("_ = _tasks.Any(task => [|task.Result|] > 0);")]
    [InlineData("_ = _tasks.Select((task, index) => [|task.Result|] + index).Sum();")]
    [InlineData("[|Parallel.ForEach(_tasks, task => task.Wait())|];")]
    [InlineData("_ = _others.Select(task => task.Result).Sum();")]
    [InlineData("_tasks.ForEach(task => task.Wait(100));")]
    [InlineData("_numbers.ForEach(number => _count += number);")]
    public Task TaskOfASequence(string use) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class C
        {
            private readonly object _gate = new(); private readonly List<Task<int>> _tasks = new(), _others = new(); private readonly List<int> _numbers = new(); private int _count;
            public C() { _tasks.Add(RunAsync()); _others.Add(OtherAsync()); }
            public void Use() { lock (_gate) { {{use}} } }
            private async Task<int> RunAsync() { await Task.Delay(1); lock (_gate) { return 1; } }
            private async Task<int> OtherAsync() { await Task.Delay(1); return 1; }
        }
        """);

    // The factory runs where the value is asked for, and its task goes on there.
    [Theory]
    [InlineData("", true)]
    [InlineData(".ConfigureAwait(false)", false)]
    public Task TaskOfALazyValueInAContext(string configured, bool reports) => Blocked.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public sealed class Loop : SynchronizationContext
        {
            private readonly BlockingCollection<(SendOrPostCallback, object?)> _work = new();
            public Loop() { new Thread(Run).Start(); }
            public override void Post(SendOrPostCallback d, object? state) => _work.Add((d, state));
            private void Run() { SetSynchronizationContext(this); foreach ((SendOrPostCallback callback, object? state) in _work.GetConsumingEnumerable()) { callback(state); } }
        }
        public sealed class Pool
        {
            private readonly Lazy<Task<int>>[] _connections = new Lazy<Task<int>>[1];
            public Pool() { _connections[0] = new Lazy<Task<int>>(() => ConnectAsync()); }
            public int Get() { Lazy<Task<int>>? free = _connections.FirstOrDefault(connection => !connection.IsValueCreated); return free == null ? 0 : {{(reports ? "[|free.Value.Result|]" : "free.Value.Result")}}; }
            private async Task<int> ConnectAsync() { await Task.Delay(1){{configured}}; return 1; }
        }
        public static class Program { public static void Use(Loop loop, Pool pool) => loop.Post(_ => pool.Get(), null); }
        """);
}

using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.SelfDeadlockAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1003 where the completion, or the callback, was handed on before it comes back.</summary>
public class SelfDeadlockHandedTests
{
    // A method gives the task to wait for, or none.
    [Theory]
    [InlineData("if (!_on) return null; _on = false; return _loop;", "Take()?[|.Wait()|]")]
    [InlineData("if (_on) { _on = false; return _loop; } return null;", "Task? taken = Take(); if (taken != null) [|taken.Wait()|]")]
    [InlineData("if (!_on) return null; _on = false; return _other;", "Take()?.Wait()")]
    [InlineData("if (!_on) return _other; _on = false; return _loop;", "Take()?.Wait()")]
    public Task TaskThatAMethodGivesOrNot_IsThatTask(string take, string wait) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class C
        {
            private readonly object _gate = new();
            private Task? _loop, _other;
            private bool _on = true;
            public void Start() { _loop = Task.Run(Run); _other = Task.Run(() => { }); }
            public void Stop() { {{wait}}; }
            private Task? Take() { lock (_gate) { {{take}} } }
            private void Run() { if (Environment.TickCount > 3) Stop(); }
        }
        """);

    // The signal goes on with what awaits the task of what awaits the completion; and that comes back to the method that signals.
    [Theory]
    [InlineData("new()", "string inputs = \"\"; inputs += await _done.Task.ConfigureAwait(false); return inputs;", true)]
    [InlineData("new()", "return await _done.Task.ConfigureAwait(false);", true)]
    [InlineData("new(TaskCreationOptions.RunContinuationsAsynchronously)", "string inputs = \"\"; inputs += await _done.Task.ConfigureAwait(false); return inputs;", false)]
    public Task ContinuationOfAContinuationThatSignalsAgain(string made, string wait, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class C
        {
            private readonly SemaphoreSlim _gate = new(1, 1); private readonly TaskCompletionSource<string> _done = {{made}};
            public void Complete(string result) { _gate.Wait(); try { Finish(result); } finally { _gate.Release(); } }
            private void Finish(string result) => _done.TrySetResult(result);
            private async Task<string> WaitAsync() { {{wait}} }
            public async Task RunAsync() { string inputs = await WaitAsync().ConfigureAwait(false); Mark(); Complete(inputs); }
            private void Mark() { {{(reports ? "[|_gate.Wait()|]" : "_gate.Wait()")}}; _gate.Release(); }
        }
        """);

    [Theory]
    [InlineData("Work();", "[|_left!.Wait()|]")]
    [InlineData("Task.Run(Work);", "_left!.Wait()")]
    [InlineData("Work();", "_left!.Wait(100)")]
    [InlineData("_next?.Stop();", "_left!.Wait()")]
    public Task WorkerThatWaitsForTheCountItLowersLater(string work, string wait) => Verify.VerifyAnalyzerAsync(
        $$"""
        public sealed class Pool
        {
            private readonly Pool? _next;
            private CountdownEvent? _left;

            public Pool(Pool? next) => _next = next;

            public void Start()
            {
                _left = new CountdownEvent(1);
                Begin(_left);
            }

            public void Stop() => {{wait}};

            private void Begin(CountdownEvent left) => new Thread(() => Loop(left)).Start();

            private void Loop(CountdownEvent left)
            {
                try
                {
                    {{work}}
                }
                finally
                {
                    left.Signal();
                }
            }

            private void Work() => Stop();
        }
        """);

    // A countdown of nothing has nobody wait: who waits waits for the other one. One of something is signalled by somebody who is not seen here.
    [Theory]
    [InlineData("0", "[|_left.Wait()|]")]
    [InlineData("2", "_left.Wait()")]
    public Task CountdownThatOnlyTakesThePlaceAtFirst(string count, string wait) => Verify.VerifyAnalyzerAsync(
        $$"""
        public sealed class Pool
        {
            private CountdownEvent _left = new({{count}});
            public void Start() { var left = new CountdownEvent(1); _left = left; new Thread(() => Loop(left)).Start(); }
            public void Stop() => {{wait}};
            private void Loop(CountdownEvent left) { try { Stop(); } finally { left.Signal(); } }
        }
        """);

    // The task of the delegate ends with the async call whose task it returns.
    [Theory]
    [InlineData("Task.Run(() => ReceiveAsync())", "[|_receiver!.Wait()|]")]
    [InlineData("Task.Run(ReceiveAsync)", "[|_receiver!.Wait()|]")]
    [InlineData("Task.Run(() => { return ReceiveAsync(); })", "[|_receiver!.Wait()|]")]
    [InlineData("Task.Run(() => { _ = ReceiveAsync(); })", "_receiver!.Wait()")]
    [InlineData("Task.Run(() => { _ = ReceiveAsync(); return Task.CompletedTask; })", "_receiver!.Wait()")]
    [InlineData("Task.Run(() => ReceiveAsync())", "_receiver!.Wait(100)")]
    public Task FlowThatWaitsForTheTaskItWasHandedOnIn(string start, string wait) => Verify.VerifyAnalyzerAsync(
        $$"""
        public sealed class Client
        {
            private Task? _receiver;
            public void Connect() => _receiver = {{start}};
            private void Disconnect() => {{wait}};
            private async Task ReceiveAsync() { if (await ReadAsync()) return; }
            private async Task<bool> ReadAsync() { await Task.Delay(1); Disconnect(); return true; }
        }
        """);

    // What goes on inside the loop's own signal, and joins the loop, joins itself.
    [Theory]
    [InlineData("new()", "[|_loop.Join()|]")]
    [InlineData("new()", "_loop.Join(100)")]
    [InlineData("new(TaskCreationOptions.RunContinuationsAsynchronously)", "_loop.Join()")]
    public Task ContinuationThatJoinsTheLoopThatRunsIt(string source, string join) => Verify.VerifyAnalyzerAsync(
        $$"""
        using System.Collections.Concurrent;
        public sealed class Client : IDisposable
        {
            private readonly BlockingCollection<Item> _items = new();
            private readonly Thread _loop;
            public Client() { _loop = new Thread(Loop); _loop.Start(); }
            public Task SendAsync() { var item = new Item(); _items.Add(item); return item.Done.Task; }
            public void Dispose() { _items.CompleteAdding(); {{join}}; }
            private void Loop() { foreach (var item in _items.GetConsumingEnumerable()) item.Done.SetResult(); }
        }
        public sealed class Item { public readonly TaskCompletionSource Done = {{source}}; }
        public static class Feed
        {
            public static async Task SendOnceAsync() { using var client = new Client(); await client.SendAsync().ConfigureAwait(false); }
        }
        """);

    [Theory]
    [InlineData("token.Register(Remove); _lock.Exit();", "[|_lock.Enter(ref taken)|]")]
    [InlineData("_lock.Exit(); token.Register(Remove);", "_lock.Enter(ref taken)")]
    public Task CallbackOfATokenThatMayBeCancelledAlready(string rest, string enter) => Verify.VerifyAnalyzerAsync(
        $$"""
        public sealed class Waiters
        {
            private SpinLock _lock = new(enableThreadOwnerTracking: false);
            private int _count;

            public void Add(CancellationToken token)
            {
                bool taken = false;
                _lock.Enter(ref taken);
                {{rest}}
            }

            private void Remove()
            {
                bool taken = false;
                {{enter}};
                _count--;
                _lock.Exit();
            }
        }
        """);

    // The object that was handed the work as its task waits for that task.
    [Theory]
    [InlineData("jobs.Schedule(() => jobs.Close());", true)]
    [InlineData("other.Schedule(() => jobs.Close());", false)]
    [InlineData("jobs.Schedule(() => jobs.Close()); jobs = new Jobs();", false)]
    public Task WorkThatIsTheTaskItself_ReportsForOneObject(string run, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Jobs
        {
            private Task? _task;
            public void Schedule(Action job) => _task = Task.Run(job);
            public void Close() => {{(reports ? "_task?[|.Wait()|]" : "_task?.Wait()")}};
        }
        public static class App { public static void Run() { var other = new Jobs(); var jobs = new Jobs(); {{run}} } }
        """);
}

using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1001 where the signaller runs what its caller gave it, or is one of several that all must signal.</summary>
public class CrossReleaseCycleDelegatesTests
{
    [Theory]
    [InlineData("Task.Run(() => { try { work(); } catch (IOException) { } })", "Touch", true)]
    [InlineData("Task.Run(() => { try { work(); } catch (IOException) { } })", "Console.WriteLine", false)]
    [InlineData("Task.Run(() => Guarded(work))", "Touch", true)]
    [InlineData("Task.Run(() => Guarded(work))", "Console.WriteLine", false)]
    [InlineData("Task.Run(() => { Action again = () => work(); again(); })", "Touch", true)]
    public Task DelegateThatAStartedLambdaHasCaptured_IsRunByIt(string start, string work, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Runner
        {
            public Task Start(Action work) => {{start}};
            private static void Guarded(Action work) { try { work(); } catch (IOException) { } }
        }
        public sealed class C
        {
            private readonly object _gate = new();
            private readonly Runner _runner = new();
            private int _count;
            public void Go() { lock (_gate) { {{(reports ? "[|_runner.Start(" + work + ").Wait()|]" : "_runner.Start(" + work + ").Wait()")}}; } }
            public void Touch() { lock (_gate) { _count++; } }
        }
        """);

    [Theory]
    [InlineData("Touch", true)]
    [InlineData("Rest", false)]
    public Task WorkThatOthersHandToTheSameHelper_IsNotTheWaitersOwn(string own, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Runner { public Task Start(Action work) => Task.Run(() => { try { work(); } catch (IOException) { } }); }
        public sealed class C
        {
            private readonly object _gate = new();
            private readonly Runner _runner = new();
            private int _count;
            public void Go() { lock (_gate) { {{(reports ? "[|_runner.Start(" + own + ").Wait()|]" : "_runner.Start(" + own + ").Wait()")}}; } }
            public void Other() => _runner.Start(Touch);
            private void Touch() { lock (_gate) { _count++; } }
            private void Rest() { Interlocked.Increment(ref _count); }
        }
        """);

    [Theory]
    [InlineData("try { work(); } finally { done.Set(); }", true)]
    [InlineData("done.Set(); work();", false)]
    public Task WhatAHelperRunsBeforeItSignals_IsBeforeTheSignal(string body, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class C
        {
            private readonly object _gate = new();
            private int _count;
            public void Go()
            {
                var done = new ManualResetEventSlim();
                new Thread(() => Run(Touch, done)).Start();
                lock (_gate) { {{(reports ? "[|done.Wait()|]" : "done.Wait()")}}; }
            }
            private static void Run(Action work, ManualResetEventSlim done) { {{body}} }
            private void Touch() { lock (_gate) { _count++; } }
        }
        """);

    [Theory]
    [InlineData("CountdownEvent", "new(2)", "Signal", "Wait", true)]
    [InlineData("ManualResetEventSlim", "new(false)", "Set", "Wait", false)]
    public Task OneBlockedSignaller_StopsOnlyACountdown(string type, string creation, string signal, string wait, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class C
        {
            private readonly object _gate = new();
            private readonly {{type}} _done = {{creation}};
            private int _count;
            public void Go() { new Thread(First).Start(); new Thread(Second).Start(); lock (_gate) { {{(reports ? $"[|_done.{wait}()|]" : $"_done.{wait}()")}}; } }
            private void First() { lock (_gate) { _count++; } _done.{{signal}}(); }
            private void Second() { Interlocked.Increment(ref _count); _done.{{signal}}(); }
        }
        """);

    [Theory]
    [InlineData("lock (_gate) { _count++; }", true)]
    [InlineData("Interlocked.Increment(ref _count);", false)]
    public Task HandlerOfAnInterfacesEvent_RunsInTheContextThatRaisesIt(string handler, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public interface IBridge { event EventHandler? Ready; Task Done { get; } void Start(); }
        public sealed class Bridge : IBridge
        {
            private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
            public event EventHandler? Ready;
            public Task Done => _done.Task;
            public void Start() => new Thread(Read).Start();
            private void Read() { Ready?.Invoke(this, EventArgs.Empty); _done.TrySetResult(); }
        }
        public sealed class EndPoint
        {
            private readonly object _gate = new();
            private int _count;
            public void Connect(IBridge bridge) { lock (_gate) { bridge.Ready += OnReady; bridge.Start(); {{(reports ? "[|bridge.Done.Wait()|]" : "bridge.Done.Wait()")}}; } }
            private void OnReady(object? sender, EventArgs e) { {{handler}} }
        }
        public static class Program { public static void Main() => new EndPoint().Connect(new Bridge()); }
        """);

    [Theory]
    [InlineData("_inner", false)]
    [InlineData("Again()", true)]
    public Task AsyncCallOnTheObjectInside_TakesThatObjectsLock(string target, bool reports) => CSharpAnalyzerVerifier<SelfDeadlockAnalyzer>.VerifyAnalyzerAsync($$"""
        public interface IStore { Task<int> GetAsync(int key); }
        public sealed class Disk : IStore { public Task<int> GetAsync(int key) => Task.FromResult(key); }
        public sealed class Cache : IStore
        {
            private readonly IStore _inner;
            private readonly SemaphoreSlim _gate = new(1, 1);
            public Cache(IStore inner) => _inner = inner;
            public async Task<int> GetAsync(int key) { await Task.Yield(); return await LoadAsync(key); }
            private Cache Again() => this;
            private async Task<int> LoadAsync(int key)
            {
                await Task.Yield();
                await {{(reports ? "[|_gate.WaitAsync()|]" : "_gate.WaitAsync()")}};
                try { return await {{target}}.GetAsync(key); } finally { _gate.Release(); }
            }
        }
        """);

    // A callback that runs while it is registered disposes what other tokens left: nobody runs that any more.
    [Theory]
    [InlineData("lock (_lock) { previous = _registration; _registration = token.Register(Refresh); } previous.Dispose();")]
    [InlineData("lock (_lock) { previous = _registration; _registration = token.Register(Refresh); [|previous.Dispose()|]; }")]
    public Task CallbackThatRunsAtOnce_PassesItsRegistrations(string refresh) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Watcher
        {
            private readonly object _lock = new();
            private readonly CancellationTokenSource _source = new();
            private CancellationTokenRegistration _registration;
            public void Refresh() { CancellationToken token = _source.Token; CancellationTokenRegistration previous; {{refresh}} }
            public void Stop() => _source.Cancel();
        }
        """);

    // What the compiler keeps a branch's answer in has no name.
    [Fact]
    public Task AnswerOfABranch_IsNamedByItsText() => Verify.VerifyAnalyzerAsync(
        """
        public sealed class C
        {
            private readonly object _lock = new();
            private readonly TaskCompletionSource _done = new();
            public void A(bool now) { lock (_lock) { {|#0:Begin(now).Wait()|}; } }
            private Task Begin(bool now) { return now ? Task.CompletedTask : _done.Task; }
            public void B() { lock (_lock) { } _done.SetResult(); }
        }
        """,
        Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR1001_CrossReleaseCycle).WithLocation(0).WithArguments("C.A", "Begin(now)", "_lock", "C.B", "").WithOptions(DiagnosticOptions.IgnoreAdditionalLocations));
}

using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1001 where helpers hold the lock for whoever waits or signals, or keep the completion.</summary>
public class HelperUnderLockTests
{
    // A helper takes the lock and runs what it is given: its waits and signals come after that.
    [Theory]
    [InlineData("private void With(Action run) { lock (_gate) { run(); } }", "With(() => [|_done.Wait()|]);", "With(() => _done.Set());")]
    [InlineData("private void With(Action run) { lock (_gate) { run(); } }", "lock (_gate) { [|_done.Wait()|]; }", "With(() => _done.Set());")]
    [InlineData("private T With<T>(Func<T> run) { lock (_gate) { return run(); } }", "lock (_gate) { [|_done.Wait()|]; }", "With(() => { _done.Set(); return 1; });")]
    [InlineData("private void With(Action run) { Console.WriteLine(); run(); }", "lock (_gate) { _done.Wait(); }", "With(() => _done.Set());")]
    [InlineData("private void With(Action run) { lock (_gate) { } run(); }", "With(() => _done.Wait());", "With(() => _done.Set());")]
    [InlineData("private void With(Action run) { run(); lock (_gate) { } }", "lock (_gate) { _done.Wait(); }", "With(() => _done.Set());")]
    public Task DelegateThatAHelperRuns(string helper, string wait, string signal) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class C
        {
            private readonly object _gate = new(); private readonly ManualResetEventSlim _done = new();
            {{helper}}
            public void Get() { {{wait}} }
            public void Set() { {{signal}} }
        }
        """);

    [Theory]
    [InlineData("_gate.With(async () => { await Task.Yield(); _done.SetResult(); })", true)]
    [InlineData("Task.Run(() => _done.SetResult())", false)]
    public Task AsyncDelegateThatAHelperAwaits(string signal, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public static class Gates { public static async Task With(this SemaphoreSlim gate, Func<Task> run) { await gate.WaitAsync(); try { await run(); } finally { gate.Release(); } } }
        public sealed class C
        {
            private readonly SemaphoreSlim _gate = new(1, 1); private readonly TaskCompletionSource _done = new();
            public Task Get() => _gate.With(async () => {{(reports ? "[|await _done.Task|]" : "await _done.Task")}});
            public Task Set() => {{signal}};
        }
        """);

    // Who signals by a helper of the completion's own does so under what it holds, where everybody in sight who calls the helper does.
    [Theory]
    [InlineData("lock (_gate) { _done.Open(); }", "", true)]
    [InlineData("using (_turn.Take()) { _done.Open(); }", "", true)]
    [InlineData("_done.Open();", "", false)]
    [InlineData("lock (_gate) { _done.Open(); }", "public void Abort() => _done.Open();", false)]
    public Task CompletionOfAHelpersOwn(string signal, string members, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Latch { private readonly ManualResetEventSlim _event = new(); public void Wait() => {{(reports ? "[|_event.Wait()|]" : "_event.Wait()")}}; public void Open() => _event.Set(); }
        public sealed class Turn(object gate) { public Held Take() { Monitor.Enter(gate); return new Held(gate); } public readonly struct Held(object gate) : IDisposable { public void Dispose() => Monitor.Exit(gate); } }
        public sealed class C
        {
            private readonly object _gate = new(); private readonly Latch _done = new(); private readonly Turn _turn;
            public C() { _turn = new Turn(_gate); }
            public void Get() { {{(signal.Contains("_turn", StringComparison.Ordinal) ? "using (_turn.Take())" : "lock (_gate)")}} { _done.Wait(); } }
            public void Set() { {{signal}} }
            {{members}}
        }
        """);
}

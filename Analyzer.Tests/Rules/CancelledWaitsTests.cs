using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1001 where the waiter has cancelled the source of tokens by which the other side waits: then nothing keeps that one from its end.</summary>
public class CancelledWaitsTests
{
    // Where the loop's token comes from.
    [Theory]
    [InlineData("_run = Task.Run(() => Run(_stop.Token));", false)]
    [InlineData("var token = _stop.Token; _run = Task.Run(() => Run(token));", false)]
    [InlineData("_stop = new CancellationTokenSource(); var token = _stop.Token; _run = Task.Run(() => Run(token));", false)]
    [InlineData("var linked = CancellationTokenSource.CreateLinkedTokenSource(_other.Token, _stop.Token); _run = Task.Run(() => Run(linked.Token));", false)]
    [InlineData("_run = Task.Run(() => Run(_other.Token));", true)]
    [InlineData("_run = Task.Run(() => Run(CancellationToken.None));", true)]
    [InlineData("_run = Task.Run(() => Run(default));", true)]
    public Task Token_IsTheSources(string start, bool reports) => VerifyAsync(start, "_stop.Cancel(); WAIT", "await _gate.WaitAsync(token);", reports);

    [Theory]
    [InlineData("_stop.Cancel(); WAIT", false)]
    [InlineData("await _stop.CancelAsync(); WAIT", false)]
    [InlineData("Cancel(); WAIT", false)]
    [InlineData("_other.Cancel(); WAIT", true)]
    [InlineData("WAIT _stop.Cancel();", true)]
    [InlineData("if (_count > 3) { _stop.Cancel(); } WAIT", true)]
    [InlineData("_stop.Dispose(); WAIT", true)]
    public Task Cancellation_ComesBeforeTheWait(string stop, bool reports) => VerifyAsync("_run = Task.Run(() => Run(_stop.Token));", stop, "await _gate.WaitAsync(token);", reports);

    [Theory]
    [InlineData("await _gate.WaitAsync(_stop.Token);", false)]
    [InlineData("_gate.Wait(token);", false)]
    [InlineData("await _gate.WaitAsync();", true)]
    [InlineData("await Taken(token);", false)]
    [InlineData("await Taken(default);", true)]
    [InlineData("if (_count > 3) { await _gate.WaitAsync(token); } else { await _gate.WaitAsync(); }", true)]
    public Task EveryWaitOfTheOther_EndsByTheToken(string take, bool reports) => VerifyAsync("_run = Task.Run(() => Run(_stop.Token));", "_stop.Cancel(); WAIT", take, reports);

    // A third flow holds what the loop needs, and waits for the waiter's lock by the cancelled token as well.
    [Theory]
    [InlineData("_gate.WaitAsync(_stop.Token)", false)]
    [InlineData("_gate.WaitAsync()", true)]
    public Task ChainThroughAWaitThatIsCancelled(string take, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Client
        {
            private readonly SemaphoreSlim _gate = new(1, 1), _identify = new(1, 1);
            private readonly CancellationTokenSource _stop = new();
            private Task _run = Task.CompletedTask;
            private int _count;
            public void Start() { _run = Task.Run(() => Run(_stop.Token)); }
            public async Task Stop() { await _gate.WaitAsync(); try { _stop.Cancel(); {{(reports ? "[|await _run|];" : "await _run;")}} } finally { _gate.Release(); } }
            public async Task Identify() { await _identify.WaitAsync(); try { await {{take}}; _count++; _gate.Release(); } finally { _identify.Release(); } }
            private async Task Run(CancellationToken token) { while (_count < 9) { await _identify.WaitAsync(); _count++; _identify.Release(); await Task.Yield(); } }
        }
        """);

    // What is awaited of a cancellation is that the callbacks have run, nothing that it cancels.
    [Fact]
    public Task CancellationAlone_IsQuiet() => VerifyAsync("_run = Task.Run(() => Run(_stop.Token));", "await _stop.CancelAsync();", "await _gate.WaitAsync(token);", reports: false);

    private static Task VerifyAsync(string start, string stop, string take, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Pump
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            private CancellationTokenSource _stop = new();
            private readonly CancellationTokenSource _other = new();
            private Task _run = Task.CompletedTask;
            private int _count;
            public void Start() { {{start}} }
            public async Task Stop() { await _gate.WaitAsync(); try { {{stop.Replace("WAIT", reports ? "[|await _run|];" : "await _run;", StringComparison.Ordinal)}} } finally { _gate.Release(); } }
            private void Cancel() => _stop.Cancel();
            private async Task Taken(CancellationToken token) { _count--; await _gate.WaitAsync(token); }
            private async Task Run(CancellationToken token) { while (_count < 9) { {{take}} _count++; _gate.Release(); } }
        }
        """);
}

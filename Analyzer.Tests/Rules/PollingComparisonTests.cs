using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1001 for loops that wait for a comparison to change: whoever stores what ends the loop signals, whoever stores something else does not.</summary>
public class PollingComparisonTests
{
    [Theory]
    [InlineData("while ([|_busy|]) { }", "_busy = false;")]
    [InlineData("while (_busy) { }", "_busy = true;")]
    [InlineData("while ([|_busy == true|]) { }", "_busy = false;")]
    [InlineData("while (_busy == true) { }", "_busy = true;")]
    [InlineData("while ([|_busy == false|]) { }", "_busy = true;")]
    [InlineData("while ([|_busy != true|]) { }", "_busy = true;")]
    [InlineData("while (_busy != true) { }", "_busy = false;")]
    [InlineData("while ([|_state != 3|]) { }", "_state = 3;")]
    [InlineData("while (_state != 3) { }", "_state = 4;")]
    [InlineData("while ([|_state == 3|]) { }", "_state = 4;")]
    [InlineData("while (_state == 3) { }", "_state = 3;")]
    [InlineData("while ([|_state == 3|]) { }", "_state = given;")]
    [InlineData("while (![|s_done|]) { }", "s_done = true;")]
    [InlineData("while (![|_event.IsSet|]) { }", "_event.Set();")]
    [InlineData("while (_event.IsSet) { }", "_event.Set();")]
    [InlineData("while (![|_event.Wait(100)|]) { }", "_event.Set();")]
    public Task LoopUnderALock_ReportsWhereTheStoreEndsIt(string loop, string store) => Verify.VerifyAnalyzerAsync(
        $$"""
        public sealed class C
        {
            private static volatile bool s_done;
            private readonly object _gate = new(); private readonly ManualResetEventSlim _event = new(); private volatile bool _busy; private volatile int _state;
            public void Wait() { lock (_gate) { {{loop}} } }
            public void Signal(int given) { lock (_gate) { } {{store}} }
            public override string ToString() => $"{s_done}{_busy}{_state}{_event}";
        }
        """);

    [Fact]
    public Task VariableOfANewContext_IsTheNewOne() => Verify.VerifyAnalyzerAsync(
        """
        public sealed class C
        {
            private readonly object _gate = new();
            public void Run() { var worker = new Thread(Work); worker.Start(); worker.Join(); worker = new Thread(Work); worker.Start(); lock (_gate) { [|worker.Join()|]; } }
            public void Once() { var worker = new Thread(Work); worker.Start(); worker.Join(); lock (_gate) { worker.Join(); } }
            private void Work() { lock (_gate) { } }
        }
        """);
}

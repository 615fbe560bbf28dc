using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;
using Lost = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LostCompletionAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Declarations;

/// <summary>Declared waits and signals count like those of models: for members without a body, and for bodies that nobody understands.</summary>
public class WaitsAndSignalsTests
{
    [Theory]
    [InlineData("[Waits]", "[Signals]", "[|latch.Await()|]")]
    [InlineData("[Waits]", "", "latch.Await()")]
    [InlineData("", "[Signals]", "latch.Await()")]
    [InlineData("[Waits(\"this\")]", "[Signals(\"this\")]", "[|latch.Await()|]")]
    public Task ObjectItself_IsTheCompletion(string waits, string signals, string call) => Verify.VerifyAnalyzerAsync($$"""
        using KThreadRuntime;
        public interface ILatch { {{waits}} void Await(); {{signals}} void Open(); }
        public class C(ILatch latch)
        {
            private readonly object _gate = new();
            public void Start() => new Thread(Work).Start();
            public void Stop() { lock (_gate) { {{call}}; } }
            private void Work() { lock (_gate) { } latch.Open(); }
        }
        """);

    // What is seen besides counts as ever; only the declared wait gives way to one that is seen.
    [Theory]
    [InlineData("_second.Wait()", "_second.Set()", true)]
    [InlineData("_second.Wait()", "_done.Set()", false)]
    [InlineData("_done.Wait()", "_done.Set()", true)]
    public Task WaitThatIsSeenBesidesADeclaredOne_Counts(string wait, string signal, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        using KThreadRuntime;
        public class C
        {
            private readonly object _gate = new(); private readonly object _other = new();
            private readonly ManualResetEventSlim _done = new(); private readonly ManualResetEventSlim _second = new();
            public void Start() { new Thread(Work).Start(); new Thread(Else).Start(); }
            public void Stop() { lock (_gate) { Join(); } }
            private void Work() { lock (_gate) { } {{signal}}; }
            private void Else() { {{(signal.StartsWith("_second", StringComparison.Ordinal) ? "_done.Set();" : wait.StartsWith("_second", StringComparison.Ordinal) ? "_second.Set();" : "")}} }
            [Waits(nameof(_other))] private void Join() { {{(reports ? $"[|{wait}|]" : wait)}}; }
        }
        """);

    [Theory]
    [InlineData("[Waits(nameof(_done))]", "_gate", "[|Join()|]")]
    [InlineData("", "_gate", "Join()")]
    [InlineData("[Waits(nameof(_done))]", "_other", "Join()")]
    public Task WaitOfAnUnknownBody_Counts(string waits, string taken, string call) => Verify.VerifyAnalyzerAsync($$"""
        using System.Runtime.InteropServices;
        using KThreadRuntime;
        public class C
        {
            private readonly object _gate = new();
            private readonly object _other = new();
            private readonly ManualResetEventSlim _done = new();
            public void Touch() { lock (_other) { } }
            public void Start() => new Thread(Work).Start();
            public void Stop() { lock (_gate) { {{call.Replace("[|", "").Replace("|]", "")}}; } }
            private void Work() { lock ({{taken}}) { } _done.Set(); }
            {{waits}} private void {{(call.Contains('[') ? "[|Join|]" : "Join")}}() { while (Native(_done.WaitHandle.SafeWaitHandle.DangerousGetHandle()) != 0) { } }
            [DllImport("native")] private static extern int Native(IntPtr handle);
        }
        """);

    [Theory]
    [InlineData("[Signals(nameof(_done))]", "_gate", "[|_done.Wait()|]")]
    [InlineData("", "_gate", "_done.Wait()")]
    [InlineData("[Signals(nameof(_done))]", "_other", "_done.Wait()")]
    public Task SignalOfAnUnknownBody_Counts(string signals, string taken, string call) => Verify.VerifyAnalyzerAsync($$"""
        using System.Runtime.InteropServices;
        using KThreadRuntime;
        public class C
        {
            private readonly object _gate = new();
            private readonly object _other = new();
            private readonly ManualResetEventSlim _done = new();
            public void Touch() { lock (_other) { } }
            public void Start() => new Thread(Work).Start();
            public void Stop() { lock (_gate) { {{call}}; } }
            {{signals}} private void Work() { lock ({{taken}}) { } Native(_done.WaitHandle.SafeWaitHandle.DangerousGetHandle()); }
            [DllImport("native")] private static extern int Native(IntPtr handle);
        }
        """);

    [Theory]
    [InlineData("[Waits(nameof(Done))]", "[|worker.Stop()|]")]
    [InlineData("", "worker.Stop()")]
    public Task MemberOfAnAbstractClass_IsReadThroughIt(string waits, string call) => Verify.VerifyAnalyzerAsync($$"""
        using KThreadRuntime;
        public abstract class Worker { public ManualResetEventSlim Done { get; } = new(); {{waits}} public abstract void Stop(); }
        public class C(Worker worker)
        {
            private readonly object _gate = new();
            public void Start() => new Thread(Work).Start();
            public void Stop() { lock (_gate) { {{call}}; } }
            private void Work() { lock (_gate) { } worker.Done.Set(); }
        }
        """);

    [Theory]
    [InlineData("[Waits(nameof(Done))]", "[|Stop|]")]
    [InlineData("", "Stop")]
    public Task Implementations_DoWhatTheirInterfaceSays(string waits, string name) => Verify.VerifyAnalyzerAsync($$"""
        using System.Runtime.InteropServices;
        using KThreadRuntime;
        public interface IWorker { ManualResetEventSlim Done { get; } {{waits}} void Stop(); }
        public class Worker : IWorker
        {
            public ManualResetEventSlim Done { get; } = new();
            public void {{name}}() { while (Native() != 0) { } }
            [DllImport("native")] private static extern int Native();
        }
        public class C
        {
            private readonly object _gate = new();
            private readonly Worker _worker = new();
            public void Start() => new Thread(Work).Start();
            public void M() { lock (_gate) { _worker.Stop(); } }
            private void Work() { lock (_gate) { } _worker.Done.Set(); }
        }
        """);

    [Theory]
    [InlineData("lock (_gate) { On(_done); }", "[|On(_done)|]")]
    [InlineData("On(_done);", "On(_done)")]
    public Task Parameter_IsTheCompletion(string body, string call) => Verify.VerifyAnalyzerAsync($$"""
        using System.Runtime.InteropServices;
        using KThreadRuntime;
        public class C
        {
            private readonly object _gate = new();
            private readonly ManualResetEventSlim _done = new();
            public void Start() => new Thread(Work).Start();
            public void Stop() { {{body.Replace("On(_done)", call)}} }
            private void Work() { lock (_gate) { } _done.Set(); }
            [Waits("handle")] [DllImport("native")] private static extern int On(ManualResetEventSlim handle);
        }
        """);

    [Fact]
    public Task SeenWaitAndSignal_AreNotDoubled() => Verify.VerifyAnalyzerAsync("""
        using KThreadRuntime;
        public class C
        {
            private readonly object _gate = new();
            private readonly ManualResetEventSlim _done = new();
            public void Start() => new Thread(Work).Start();
            public void M() { lock (_gate) { Stop(); } }
            [Waits(nameof(_done))] private void Stop() { [|_done.Wait()|]; }
            [Signals(nameof(_done))] private void Work() { lock (_gate) { } _done.Set(); }
        }
        """);

    [Fact]
    public Task SeenSignal_TellsWhatComesBefore() => Verify.VerifyAnalyzerAsync("""
        using KThreadRuntime;
        public class C
        {
            private readonly object _gate = new();
            private readonly ManualResetEventSlim _done = new();
            public void Start() => new Thread(Work).Start();
            public void M() { lock (_gate) { _done.Wait(); } }
            [Signals(nameof(_done))] private void Work() { _done.Set(); lock (_gate) { } }
        }
        """);

    [Theory]
    [InlineData("await")]
    [InlineData("_ =")]
    public Task TaskOfADeclaredWait_BlocksNoThread(string how) => Verify.VerifyAnalyzerAsync($$"""
        using System.Threading.Tasks;
        using KThreadRuntime;
        public interface ILatch { [Waits] Task WaitAsync(); [Signals] void Open(); }
        public class C(ILatch latch)
        {
            private readonly object _gate = new();
            public void Start() => new Thread(Work).Start();
            public async Task Stop() { lock (_gate) { } {{how}} latch.WaitAsync(); await Task.Yield(); }
            private void Work() { lock (_gate) { } latch.Open(); }
        }
        """);

    [Theory]
    [InlineData("[Signals(nameof(_done))]", "_done.Wait()")]
    [InlineData("", "_done.Wait()")]
    public Task DeclaredSignal_IsNotLost(string signals, string wait) => Lost.VerifyAnalyzerAsync($$"""
        using KThreadRuntime;
        public class C
        {
            private readonly ManualResetEventSlim _done = new();
            public void Start() => new Thread(Work).Start();
            public void Stop() => {{wait}};
            {{signals}} private void Work() { if (Environment.TickCount == 0) { throw new InvalidOperationException(); } }
        }
        """);
}

using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LostCompletionAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1005 for events that are signalled when they are made, and that are reset for good.</summary>
public class ClosedGateTests
{
    [Theory]
    [InlineData("new ManualResetEventSlim(true)", "_open.Reset(); _thread?.Join();", true)]
    [InlineData("new ManualResetEventSlim(true)", "_open.Reset(); _thread?.Join(); _open.Dispose();", true)]
    [InlineData("new ManualResetEventSlim(true)", "_thread?.Join();", false)]
    [InlineData("new ManualResetEventSlim(true)", "_open.Reset(); } public void Resume() { _open.Set();", false)]
    [InlineData("new ManualResetEventSlim(false)", "_open.Reset(); _thread?.Join();", false)]
    [InlineData("new ManualResetEventSlim(true)", "_open.Reset(); Registry.Keep(_open);", false)]
    [InlineData("new ManualResetEventSlim(true)", "_open.Reset(); } public ManualResetEventSlim Open() { return _open;", false)]
    [InlineData("new ManualResetEventSlim(true)", "_open.Reset(); new List<object>().Add(_open);", false)]
    [InlineData("new ManualResetEventSlim(true)", "_open.Reset(); _given?.Invoke(_open); } private Action<ManualResetEventSlim>? _given; public C(Action<ManualResetEventSlim> given) { _given = given;", false)]
    public Task EventThatNobodySignalsAgain(string made, string close, bool reports) => VerifyAsync(made, close, "_open.Wait()", reports);

    [Theory]
    [InlineData("_open.Wait(100)")]
    [InlineData("_open.Wait(_stop.Token)")]
    public Task WaitThatEndsAnyway_IsQuiet(string wait) => VerifyAsync("new ManualResetEventSlim(true)", "_open.Reset(); _thread?.Join();", wait, reports: false);

    private static Task VerifyAsync(string made, string close, string wait, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public static class Registry { private static readonly List<object> s_all = new(); public static void Keep(object kept) => s_all.Add(kept); }
        public sealed class C
        {
            private readonly ManualResetEventSlim _open = {{made}}; private readonly CancellationTokenSource _stop = new(); private Thread? _thread;
            public C() { }
            public void Start() { _thread = new Thread(Run); _thread.Start(); }
            private void Run() { while (true) { {{(reports ? $"[|{wait}|]" : wait)}}; Console.WriteLine(); } }
            public void Close() { {{close}} }
        }
        """);
}

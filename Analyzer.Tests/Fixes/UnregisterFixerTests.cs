using CrossRelease.Analyzers.CodeFixes;
using CrossRelease.Analyzers.Tests.Support;

namespace CrossRelease.Analyzers.Tests.Fixes;

public class UnregisterFixerTests
{
    private const string Field = "CancellationTokenRegistration _registration";

    [Theory]
    [InlineData(Field, "lock (_gate) { _closed = true; [|_registration.Dispose()|]; }")]
    [InlineData(Field, "lock (_gate)\n{\n// It may run.\n[|_registration.Dispose()|]; // told\n_closed = true;\n}")]
    [InlineData(Field, "lock (_gate) { if (!_closed) { [|this._registration.Dispose()|]; } _closed = true; }")]
    [InlineData(Field, "lock (_gate) { try { _closed = true; } finally { [|_registration.Dispose()|]; } }")]
    [InlineData(Field, "lock (_gate) { for (var i = 0; i < 2; i++) { [|_registration.Dispose()|]; } }")]
    [InlineData(Field, "Monitor.Enter(_gate); try { [|_registration.Dispose()|]; } finally { Monitor.Exit(_gate); }")]
    public Task WaitForTheCallback_IsLeftOut(string field, string close)
        => VerifyAsync(InClass(field, close), InClass(field, Fixed(close)));

    [Theory]
    [InlineData("private void End() => [|_registration.Dispose()|];")]
    [InlineData("private void End() { [|_registration.Dispose()|]; }")]
    public Task WaitInACalledMethod_IsLeftOut(string end)
    {
        const string Close = "lock (_gate) { _closed = true; End(); }";
        return VerifyAsync(InClass(Field, Close, end), InClass(Field, Close, Fixed(end)));
    }

    [Fact]
    public Task AllOfThem_AreFixedAtOnce()
    {
        const string Close = "lock (_gate) { [|_registration.Dispose()|]; }";
        const string Again = "public void Again() { lock (_gate) { [|_registration.Dispose()|]; } }";
        return VerifyAsync(InClass(Field, Close, Again), InClass(Field, Fixed(Close), Fixed(Again)));
    }

    [Theory]
    [InlineData("lock (_gate) { Run(() => [|_registration.Dispose()|]); }")]
    [InlineData("lock (_gate) { _closed = true; [|using (_registration)|] { } }")]
    public Task ValueOfALambda_GetsNoFix(string close)
    {
        var source = InClass(Field, close.Replace("[|using (_registration)|]", "using ([|_registration|])", StringComparison.Ordinal), "private static void Run(Action work) => work();");
        return VerifyAsync(source, source);
    }

    [Fact]
    public Task WaitForAThread_GetsNoFix()
    {
        const string source = """
            public sealed class Loop
            {
                private readonly object _gate = new();
                private readonly Thread _thread;
                private bool _closed;
                public Loop() { _thread = new Thread(Run); _thread.Start(); }
                public void Close() { lock (_gate) { _closed = true; [|_thread.Join()|]; } }
                private void Run() { lock (_gate) { if (_closed) { return; } } }
            }
            """;
        return VerifyAsync(source, source);
    }

    private static string Fixed(string before)
        => before.Replace("[|", "", StringComparison.Ordinal).Replace("|]", "", StringComparison.Ordinal).Replace("Dispose", "Unregister", StringComparison.Ordinal);

    private static Task VerifyAsync(string before, string after)
        => CSharpCodeFixVerifier<CrossReleaseCycleAnalyzer, UnregisterFixer>.VerifyCodeFixAsync(before, after);

    private static string InClass(string field, string close, string member = "") => $$"""
        public sealed class Connection
        {
            private readonly object _gate = new();
            private readonly {{field}};
            private bool _closed;
            public Connection(CancellationToken token) => _registration = token.Register(OnCancelled);
            public void Close()
            {
                {{close}}
            }

            private void OnCancelled() { lock (_gate) { _closed = true; } }
            {{member}}
        }
        """;
}

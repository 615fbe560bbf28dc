using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>A registration with a token that nobody can cancel is never called back, and nobody waits for it.</summary>
public class TokenOfRegistrationTests
{
    [Theory]
    [InlineData("CancellationToken token", "CancellationToken token", "token", true)]
    [InlineData("", "CancellationToken token", "CancellationToken.None", false)]
    [InlineData("", "CancellationToken token", "default", false)]
    [InlineData("", "CancellationToken token", "default(CancellationToken)", false)]
    [InlineData("", "CancellationToken token = default", "", false)]
    [InlineData("CancellationToken token", "CancellationToken token = default", "token", true)]
    [InlineData("", "CancellationToken token", "_stop.Token", true)]
    public Task TokenThatIsPassed(string outer, string inner, string passed, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class C
        {
            private readonly object _gate = new(); private readonly CancellationTokenSource _stop = new();
            public void Run({{outer}}) { lock (_gate) { Middle({{passed}}); } }
            private void Middle({{inner}}) => Work(token);
            private void Work(CancellationToken token) { var registration = token.Register(() => { lock (_gate) { } }); {{(reports ? "[|registration.Dispose()|]" : "registration.Dispose()")}}; }
        }
        """);

    // What is made only for some callers, the others do not wait for: in the method itself, or by what it returns.
    [Theory]
    [InlineData("using var scope = Begin(false, token);", true)]
    [InlineData("using var scope = Begin(true, token);", false)]
    [InlineData("using var scope = Begin(false, default);", false)]
    [InlineData("using var scope = Begin(own, token);", true)]
    [InlineData("var made = Begin(false, token); var none = Begin(true, token); made.Dispose(); none.Dispose();", true)]
    [InlineData("Work(false, token);", true)]
    [InlineData("Work(true, token);", false)]
    public Task RegistrationThatIsMadeForSome(string run, bool reports)
    {
        bool inScope = run.Contains("Begin", StringComparison.Ordinal);
        return Verify.VerifyAnalyzerAsync($$"""
            public readonly struct Scope : IDisposable
            {
                private readonly CancellationTokenRegistration _registration; public Scope(CancellationTokenRegistration registration) => _registration = registration;
                public void Dispose() => {{(reports && inScope ? "[|_registration.Dispose()|]" : "_registration.Dispose()")}};
            }
            public sealed class C
            {
                private readonly object _gate = new();
                private void Cancel() { lock (_gate) { } }
                private Scope Begin(bool own, CancellationToken token) { var made = own ? default : token.Register(static self => ((C)self!).Cancel(), this); return new Scope(made); }
                private void Work(bool own, CancellationToken token)
                {
                    CancellationTokenRegistration made = default;
                    if (!own) { made = token.Register(static self => ((C)self!).Cancel(), this); }
                    {{(reports && !inScope ? "[|made.Dispose()|]" : "made.Dispose()")}};
                }
                public void Run(bool own, CancellationToken token) { lock (_gate) { {{run}} } }
            }
            """);
    }

    // Who cancels the token of a handle ends the wait for one of several as well.
    [Fact]
    public Task LookAtSeveral_WaitsForNone() => Verify.VerifyAnalyzerAsync("""
        public sealed class C
        {
            private readonly object _gate = new(); private readonly ManualResetEvent _done = new(false), _other = new(false);
            public void Signal() { lock (_gate) { } _done.Set(); _other.Set(); }
            public int Look() { lock (_gate) { return WaitHandle.WaitAny(new[] { _done, _other }, 0); } }
        }
        """);

    [Theory]
    [InlineData("new WaitHandle[] { done, _stop.Token.WaitHandle }", false)]
    [InlineData("new WaitHandle[] { done, _other }", true)]
    [InlineData("new WaitHandle[] { done, result.AsyncWaitHandle }", false)]
    public Task WaitForOneOfSeveral_EndsByTheToken(string handles, bool reports)
    {
        string wait = $"WaitHandle.WaitAny({handles})";
        return Verify.VerifyAnalyzerAsync($$"""
            public sealed class C
            {
                private readonly object _gate = new(); private readonly CancellationTokenSource _stop = new(); private readonly ManualResetEvent _other = new(false);
                public void Run(IAsyncResult result)
                {
                    var done = new ManualResetEvent(false);
                    new Thread(() => { lock (_gate) { } done.Set(); _other.Set(); }).Start();
                    lock (_gate) { {{(reports ? $"[|{wait}|]" : wait)}}; }
                    var kept = {{handles}};
                    lock (_gate) { {{(reports ? "[|WaitHandle.WaitAny(kept)|]" : "WaitHandle.WaitAny(kept)")}}; }
                    _kept = {{handles}};
                    lock (_gate) { {{(reports ? "[|WaitHandle.WaitAny(_kept)|]" : "WaitHandle.WaitAny(_kept)")}}; }
                }
                private WaitHandle[] _kept = Array.Empty<WaitHandle>();
            }
            """);
    }
}

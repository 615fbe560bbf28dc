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

    // Who cancels the token of a handle ends the wait for one of several as well.
    [Theory]
    [InlineData("new[] { done, _stop.Token.WaitHandle }", false)]
    [InlineData("new[] { done, _other }", true)]
    [InlineData("new[] { done, result.AsyncWaitHandle }", false)]
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
                }
            }
            """);
    }
}

using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>One body for a synchronous and an asynchronous form: told to be synchronous, it is done when it returns, on the caller's own thread.</summary>
public class SynchronousFormTests
{
    /// <summary>Ways from the caller to the body that awaits only if it is told to.</summary>
    public static TheoryData<string> Ways =>
    [
        "private Task Send(bool async) => Flush(async);",
        "private Task Send(bool async) { if (_count > 3) { return Task.CompletedTask; } return Flush(async); }",
        "private Task<int> Send(bool async) { if (_count > 3) { return Task.FromResult(1); } return Count(async); } private async Task<int> Count(bool async) { await Flush(async); return 1; }",
        "private ValueTask<int> Send(bool async) { if (_count > 3) { return new ValueTask<int>(_count); } return Count(async); } private async ValueTask<int> Count(bool async) { await Flush(async); return 1; }",
        "private ValueTask<int> Send(bool async) { if (_count > 3) { var done = new ValueTask<int>(_count); _count--; return done; } return Count(async); } private async ValueTask<int> Count(bool async) { await Flush(async); return 1; }",
        "private ValueTask Send(bool async) => _count > 3 ? new() : Slow(async); private async ValueTask Slow(bool async) { await Flush(async); }",
        "private async Task Send(bool async) { await Flush(async); }",
        "private async Task Send(bool async) { await Flush(async).ConfigureAwait(false); if (async) { await Task.Yield(); } }",
        "private Task Send(bool async) => _count > 3 ? Flush(async) : Slow(async); private async Task Slow(bool async) { await Flush(async); }",
        "private Task Send(bool async) { Task sent; if (_count > 3) { sent = Flush(async); } else { sent = Slow(async); } return sent; } private async Task Slow(bool async) { await Flush(async); }",
        "private async Task Send(bool async) { await Round(async); await Flush(async); } private Task Round(bool async) => _count > 3 ? Task.CompletedTask : Other(async); private Task Other(bool async) => Send(async);",
        "private async ValueTask Send(bool async) { if (_count > 3) { return; } await Inner(async); async Task Inner(bool isAsync) => await Flush(isAsync); }",
    ];

    [Theory]
    [MemberData(nameof(Ways))]
    public Task AsynchronousForm_Reports(string way) => Verify.VerifyAnalyzerAsync(Program(way, "[|Send(true).GetAwaiter().GetResult()|]"));

    [Theory]
    [MemberData(nameof(Ways))]
    public Task SynchronousForm_IsQuiet(string way) => Verify.VerifyAnalyzerAsync(Program(way, "Send(false).GetAwaiter().GetResult()"));

    [Theory]
    [InlineData("private async Task Send(bool async) { await Task.Yield(); await Flush(async); }")]
    [InlineData("private async Task Send(bool async) { await Flush(!async); }")]
    [InlineData("private Task Send(bool async) => _count > 3 ? Flush(async) : Slow(); private async Task Slow() { await Flush(true); }")]
    [InlineData("private Task Send(bool async) => _count > 3 ? Flush(async) : _last; private Task _last = Task.CompletedTask; public void Remember(Task last) => _last = last;")]
    [InlineData("private async Task Send(bool async) { if (!async) { await Task.Yield(); } await Flush(async); }")]
    public Task SynchronousFormThatAwaits_Reports(string way) => Verify.VerifyAnalyzerAsync(Program(way, "[|Send(false).GetAwaiter().GetResult()|]"));

    [Fact]
    public Task FormIsTheCallers_Reports() => Verify.VerifyAnalyzerAsync(
        Program("private Task Send(bool async) => Flush(async);", "[|Send(isAsync).GetAwaiter().GetResult()|]"));

    [Fact]
    public Task MemberOthersMayOverride_Reports() => Verify.VerifyAnalyzerAsync(
        Program("protected virtual Task Send(bool async) => Flush(async);", "[|Send(false).GetAwaiter().GetResult()|]"));

    // A task that has completed suspends nobody, whoever gives it.
    [Theory]
    [InlineData("await Done(); await Flush(false);", "private Task Done() => Task.CompletedTask;", false)]
    [InlineData("await Done(); await Flush(false);", "private ValueTask Done() { _count++; return ValueTask.CompletedTask; }", false)]
    [InlineData("await Done(); await Flush(false);", "private Task Done() => Task.Delay(_count);", true)]
    public Task CompletedTaskOfACallee_SuspendsNobody(string send, string done, bool reports) => Verify.VerifyAnalyzerAsync(
        Program($"private async Task Send(bool async) {{ {send} }} {done}", reports ? "[|Send(false).GetAwaiter().GetResult()|]" : "Send(false).GetAwaiter().GetResult()"));

    private static string Program(string way, string wait) => $$"""
        public class C
        {
            private readonly object _gate = new();
            private int _count;
            public void Close(bool isAsync) { lock (_gate) { {{wait}}; } }
            {{way}}
            private async Task Flush(bool async)
            {
                if (async) { await Task.Yield(); }
                lock (_gate) { _count++; }
            }
        }
        """;
}

using CrossRelease.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis;
using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockOrderCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>A lock that is asked for only until something has been initialised: whether the other side comes that early, nothing tells.</summary>
public class DoubleCheckedTests
{
    private const string Check = "if (_loaded) return _config;";
    private const string Close = "public void Close() { lock (_sync) { lock (_files) { } } }";

    [Theory]
    [InlineData(Check, Check, Close, DiagnosticSeverity.Info)]
    [InlineData(Check, "if (_loaded || _closed) return _config;", Close, DiagnosticSeverity.Info)]
    [InlineData(Check, "", Close, DiagnosticSeverity.Warning)]
    [InlineData("", Check, Close, DiagnosticSeverity.Warning)]
    [InlineData(Check, "if (_closed) return _config;", Close, DiagnosticSeverity.Warning)]
    [InlineData(Check, Check + " lock (_files) { }", "public int Peek() => Config;", DiagnosticSeverity.Warning)]
    [InlineData(Check, Check + " lock (_files) { }", "", DiagnosticSeverity.Info)]
    public Task LockOfALazyGetter_IsASuggestionUnlessTheInitializationClosesTheRing(string check, string again, string close, DiagnosticSeverity severity) => Verify.VerifyAnalyzerAsync(
        $$"""
        public sealed class C
        {
            private readonly object _sync = new();
            private readonly object _files = new();
            private bool _loaded;
            private bool _closed;
            private int _config;
            public int Config
            {
                get
                {
                    {{check}}
                    lock ({|#0:_sync|}) { {{again}} _config = 1; _loaded = true; return _config; }
                }
            }
            public void Changed() { lock (_files) { _ = Config; } }
            public void Shut() { _closed = true; }
            {{close}}
        }
        """,
        Verify.Diagnostic().WithSeverity(severity).WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations));
}

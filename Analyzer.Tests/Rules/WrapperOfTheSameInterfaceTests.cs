using CrossRelease.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis;
using LockOrder = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockOrderCycleAnalyzer>;
using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>A call that a wrapper and what it wraps may both answer: nothing tells which of the two does.</summary>
public class WrapperOfTheSameInterfaceTests
{
    [Fact]
    public Task OneOfTwoAnswers_IsAWarning() => Verify.VerifyAnalyzerAsync(Program("await Task.Yield(); await owner.RecordAsync();"), Ring(0, DiagnosticSeverity.Warning));

    [Fact]
    public Task OneOfTwoAnswersThatWrapsTheOther_IsASuggestion() => Verify.VerifyAnalyzerAsync(
        Program("{|#1:await inner.DeclareAsync()|}; await owner.RecordAsync();"), Ring(0, DiagnosticSeverity.Info), Ring(1, DiagnosticSeverity.Info));

    // A base class that runs what its heirs have put in is no wrapper of theirs, as long as its own answer does nothing.
    [Theory]
    [InlineData("", DiagnosticSeverity.Warning)]
    [InlineData("lock (_own) { }", DiagnosticSeverity.Info)]
    public Task BaseThatRunsItsHeirs(string own, DiagnosticSeverity severity) => LockOrder.VerifyAnalyzerAsync(
        $$"""
        public class Source
        {
            private static readonly object _all = new();
            private static readonly List<Source> _sources = new();
            private static readonly object _own = new();
            public static void Add(Source source) { lock ({|#0:_all|}) { _sources.Add(source); } }
            public static void EnableAll() { lock (_all) { foreach (var source in _sources) source.Enable(); } }
            protected virtual void Enable() { {{own}} }
        }
        public sealed class Counter : Source
        {
            private static readonly object _counters = new();
            protected override void Enable() { lock (_counters) { } }
            public static void Poll() { lock (_counters) { Add(new Counter()); } Add(new Source()); }
        }
        """,
        LockOrder.Diagnostic().WithSeverity(severity).WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations));

    // The lock is the wrapper's own, and the other way leads by none of the sinks.
    [Theory]
    [InlineData("Hub.Add(this);", "Hub.Add(new Plain());", DiagnosticSeverity.Warning)]
    [InlineData("lock (Scope.Filters) { Hub.Add(this); }", "", DiagnosticSeverity.Info)]
    public Task LockOfTheWrapperItself(string inWrapper, string inScope, DiagnosticSeverity severity) => LockOrder.VerifyAnalyzerAsync(
        $$"""
        public interface ISink { void Write(); }
        internal sealed class Plain : ISink { public void Write() { } }
        internal static class Scope
        {
            public static readonly object Filters = new();
            public static void Open() { lock (Filters) { {{inScope}} } }
        }
        internal sealed class Filter(ISink inner) : ISink
        {
            public void Write() { lock ({|#0:Scope.Filters|}) { } inner.Write(); }
            public void Install() { {{inWrapper}} }
        }
        internal static class Hub
        {
            private static readonly object _hub = new();
            private static readonly List<ISink> _sinks = new();
            public static void Add(ISink sink) { lock (_hub) { _sinks.Add(sink); } }
            public static void Write() { lock (_hub) { foreach (var sink in _sinks) sink.Write(); } }
        }
        """,
        LockOrder.Diagnostic().WithSeverity(severity).WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations));

    private static DiagnosticResult Ring(int place, DiagnosticSeverity severity) =>
        Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR1001_CrossReleaseCycle).WithSeverity(severity).WithLocation(place).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations);

    private static string Program(string body) => $$"""
        public interface IChannel { Task DeclareAsync(); }
        internal sealed class Plain : IChannel
        {
            private int _count;
            public async Task DeclareAsync() { await Task.Yield(); _count++; }
        }
        internal sealed class Recovering(Connection owner, IChannel inner) : IChannel
        {
            public async Task DeclareAsync() { {{body}} }
            public override string ToString() => inner + "";
        }
        internal sealed class Exchange { public Task RecoverAsync(IChannel channel) => channel.DeclareAsync(); }
        internal sealed class Connection
        {
            private readonly SemaphoreSlim _recorded = new(1, 1);
            public async Task RecordAsync() { await _recorded.WaitAsync(); _recorded.Release(); }
            public async Task RecoverAsync(Exchange exchange, IChannel channel)
            {
                await _recorded.WaitAsync();
                try { {|#0:await exchange.RecoverAsync(channel)|}; } finally { _recorded.Release(); }
            }
        }
        """;
}

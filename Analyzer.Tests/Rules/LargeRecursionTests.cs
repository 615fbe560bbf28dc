using Microsoft.CodeAnalysis;
using Order = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockOrderCycleAnalyzer>;
using Ring = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>What a call inside of a recursion of hundreds of bodies leads to is a guess.</summary>
public class LargeRecursionTests
{
    [Theory]
    [InlineData(60, DiagnosticSeverity.Warning)]
    [InlineData(230, DiagnosticSeverity.Info)]
    public Task WaitBehindOneOfItsCalls_IsASuggestion(int bodies, DiagnosticSeverity severity) => Ring.VerifyAnalyzerAsync(
        Program(bodies, "lock (_gate) { End(n); }", "{|#0:_done.Wait()|};"),
        Ring.Diagnostic(CrossRelease.Analyzers.Rules.XR1001_CrossReleaseCycle).WithSeverity(severity).WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations));

    [Theory]
    [InlineData(230, "lock (_gate) { {|#0:_done.Wait()|}; }", "")]
    [InlineData(230, "lock (_gate) { Out(); }", "")]
    public Task WaitThatItsOwnBodyMakes_StaysAWarning(int bodies, string enter, string end) => Ring.VerifyAnalyzerAsync(
        Program(bodies, enter, end).Replace("Out() { }", enter.Contains("Out") ? "Out() { {|#0:_done.Wait()|}; }" : "Out() { }"),
        Ring.Diagnostic(CrossRelease.Analyzers.Rules.XR1001_CrossReleaseCycle).WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations));

    // A few calls between two locks are told all the same.
    [Theory]
    [InlineData(60, 6, DiagnosticSeverity.Warning)]
    [InlineData(230, 3, DiagnosticSeverity.Warning)]
    [InlineData(230, 6, DiagnosticSeverity.Info)]
    public Task RingOfLocks_IsASuggestionBehindManyOfItsCalls(int bodies, int calls, DiagnosticSeverity severity) => Order.VerifyAnalyzerAsync(
        Program(bodies, "lock (_gate) { Way1(n); }", "")
            .Replace("private void Out()", string.Concat(Enumerable.Range(1, calls).Select(i => $"private void Way{i}(int n) {{ {(i == calls ? "lock (_other) { }" : $"Way{i + 1}(n);")} if (n > {i}) M0(n); }} ")) + "private void Out()").Replace("lock (_other) { lock (_gate)", "lock (_other) { lock ({|#0:_gate|})"),
        Order.Diagnostic().WithSeverity(severity).WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations));

    private static string Program(int bodies, string enter, string end) => $$"""
        public sealed class C
        {
            private readonly object _gate = new();
            private readonly object _other = new();
            private readonly ManualResetEventSlim _done = new();
            public void Start() => new Thread(() => { lock (_gate) { } _done.Set(); }).Start();
            public void Enter(int n) { M0(n); }
            public void Back() { lock (_other) { lock (_gate) { } } }
            private void M0(int n) { if (n > 0) { M1(n); } {{enter}} }
            private void End(int n) { if (n > 3) { M0(n); } {{end}} }
            private void Out() { }
            {{string.Concat(Enumerable.Range(1, bodies).Select(i => $"private void M{i}(int n) {{ {(i == bodies ? "M0" : $"M{i + 1}")}(n - 1); }} "))}}
        }
        """;
}

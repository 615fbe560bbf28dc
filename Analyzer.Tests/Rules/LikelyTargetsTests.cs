using Microsoft.CodeAnalysis;
using Broken = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.BrokenDeclarationAnalyzer>;
using Order = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockOrderCycleAnalyzer>;
using Ring = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>A call that may run the members of many types: what only one of them does is a suggestion, in each part of a report.</summary>
public class LikelyTargetsTests
{
    [Theory]
    [InlineData(2, DiagnosticSeverity.Warning)]
    [InlineData(3, DiagnosticSeverity.Info)]
    public Task RingOfLocks_IsASuggestionWhereOneOfManyTakesOne(int others, DiagnosticSeverity severity) => Order.VerifyAnalyzerAsync(
        Program(others, "lock ({|#0:owner.Second|}) { }", "public void A() { lock (Gate) { _step.Step(); } } public void B() { lock (Second) { lock (Gate) { } } }"),
        Order.Diagnostic().WithSeverity(severity).WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations));

    [Fact]
    public Task WayThatIsCertain_IsToldBeforeOneThatIsShorter() => Order.VerifyAnalyzerAsync(
        Program(
            3,
            "lock (owner.Second) { }",
            """
            private void Deep() { Deeper(); } private void Deeper() { lock ({|#0:Second|}) { } }
            public void A() { lock (Gate) { _step.Step(); Deep(); } }
            public void B() { lock (Second) { lock (Gate) { } } }
            """),
        Order.Diagnostic().WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations));

    // Whichever of them it is: where each takes a lock, one is held.
    [Theory]
    [InlineData("Monitor.Enter(s_lock)", "Monitor.Enter(s_lock)", true)]
    [InlineData("Monitor.Enter(s_lock)", "Size++", false)]
    public Task LocksOfTwoTypes_ReportWhereBothTakeOne(string first, string second, bool reports) => Order.VerifyAnalyzerAsync(
        $$"""
        public interface ILock { void Take(); }
        public sealed class C
        {
            private static readonly object s_lock = new(); private readonly object _gate = new(); private ILock _lock = new First();
            private sealed class First : ILock { public int Size; public void Take() { {{(reports ? $"[|{first}|]" : first)}}; } }
            private sealed class Second : ILock { private readonly object _own = new(); public int Size; public void Take() { {{second}}; } public void Drop() => Monitor.Exit(_own); }
            public void Choose() => _lock = new Second();
            public void One() { lock (_gate) { _lock.Take(); } Monitor.Exit(s_lock); }
            public void Two() { _lock.Take(); lock (_gate) { } Monitor.Exit(s_lock); }
        }
        """);

    // What the signaller needs, what it waits for, and what a third context between them needs.
    [Theory]
    [InlineData("_step.Step(); Done.Set();", "", "")]
    [InlineData("Ready.Wait(); Done.Set();", "_step.Step(); Ready.Set();", "")]
    [InlineData("lock (Second) { } Done.Set();", "", "lock (Second) { _step.Step(); }")]
    public async Task WaitUnderALock_IsASuggestionWhereOneOfManyNeedsIt(string signal, string second, string third)
    {
        string members = $"public void A() {{ lock (Gate) {{ {{|#0:Done.Wait()|}}; }} }} public void B() {{ {signal} }} public void D() {{ {second} }} public void E() {{ {third} }}";
        foreach ((int others, DiagnosticSeverity severity) in new[] { (2, DiagnosticSeverity.Warning), (3, DiagnosticSeverity.Info) })
        {
            await Ring.VerifyAnalyzerAsync(
                Program(others, "lock (owner.Gate) { }", members),
                Ring.Diagnostic(CrossRelease.Analyzers.Rules.XR1001_CrossReleaseCycle).WithSeverity(severity).WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations));
        }
    }

    [Theory]
    [InlineData(2, DiagnosticSeverity.Warning)]
    [InlineData(3, DiagnosticSeverity.Info)]
    public Task ContextsThatWaitForEachOther_AreASuggestionWhereOneOfManyWaits(int others, DiagnosticSeverity severity) => Ring.VerifyAnalyzerAsync(
        Program(others, "{|#0:owner.Done.Wait()|};", "private void A() { _step.Step(); Ready.Set(); } private void B() { Ready.Wait(); Done.Set(); } public void Go() { new Thread(A).Start(); new Thread(B).Start(); }"),
        Ring.Diagnostic(CrossRelease.Analyzers.Rules.XR1001_CompletionRing).WithSeverity(severity).WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations));

    [Theory]
    [InlineData(2, "ExcludesLock", "lock (Gate) { _step.Step(); }", DiagnosticSeverity.Warning)]
    [InlineData(3, "ExcludesLock", "lock (Gate) { _step.Step(); }", DiagnosticSeverity.Info)]
    [InlineData(2, "RequiresLock", "_step.Step();", DiagnosticSeverity.Warning)]
    [InlineData(3, "RequiresLock", "_step.Step();", DiagnosticSeverity.Info)]
    public Task DeclaredLock_IsASuggestionWhereOneOfManyCalls(int others, string attribute, string call, DiagnosticSeverity severity) => Broken.VerifyAnalyzerAsync(
        Program(others, "{|#0:owner.Flush()|};", $"[{attribute}(nameof(Gate))] public void Flush() {{ }} public void A() {{ {call} }} public void B() {{ lock (Gate) {{ }} }}"),
        Broken.Diagnostic().WithSeverity(severity).WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations));

    private static string Program(int others, string step, string members) => $$"""
        using KThreadRuntime;
        public interface IStep { void Step(); }
        {{string.Concat(Enumerable.Range(1, others).Select(i => $"public sealed class Other{i} : IStep {{ public void Step() {{ }} }} "))}}

        public sealed class C
        {
            public readonly object Gate = new(); public readonly object Second = new();
            public readonly ManualResetEventSlim Done = new(); public readonly ManualResetEventSlim Ready = new();
            private IStep _step = new Other1();
            private sealed class Acting(C owner) : IStep { public void Step() { {{step}} } }
            public void Choose(int at) { _step = at switch { {{string.Concat(Enumerable.Range(1, others).Select(i => $"{i} => new Other{i}(), "))}} _ => new Acting(this) }; }
            {{members}}
        }
        """;
}

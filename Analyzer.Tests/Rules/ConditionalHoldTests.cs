using Microsoft.CodeAnalysis;
using Order = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockOrderCycleAnalyzer>;
using Self = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.SelfDeadlockAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>Locks that are taken under a condition and kept beyond it.</summary>
public class ConditionalHoldTests
{
    private const string Second = "lock ({|#0:_b|}) { }";

    [Theory]
    [InlineData("if (safe) Monitor.Enter(_a); " + Second + " if (safe) Monitor.Exit(_a);", true)]
    [InlineData("if (safe) Monitor.Enter(_a); if (safe) " + Second + " if (safe) Monitor.Exit(_a);", true)]
    [InlineData("if (safe) Monitor.Enter(_a); if (!safe) " + Second + " if (safe) Monitor.Exit(_a);", false)]
    [InlineData("if (safe) Monitor.Enter(_a); if (safe) Monitor.Exit(_a); " + Second, false)]
    [InlineData("if (safe) Monitor.Enter(_a); else Console.WriteLine(); " + Second + " if (safe) Monitor.Exit(_a);", true)]
    [InlineData("var plain = !safe; if (!plain) Monitor.Enter(_a); " + Second + " if (safe) Monitor.Exit(_a);", true)]
    [InlineData("var plain = !safe; if (safe) Monitor.Enter(_a); if (plain) " + Second + " if (safe) Monitor.Exit(_a);", false)]
    [InlineData("if (_count > 3) Monitor.Enter(_a); if (_count > 3) Monitor.Exit(_a); " + Second, false)]
    [InlineData("if (kind == 3) Monitor.Enter(_a); " + Second + " if (kind == 3) Monitor.Exit(_a);", true)]
    [InlineData("if (kind == 3) Monitor.Enter(_a); if (kind == 4) " + Second + " if (kind == 3) Monitor.Exit(_a);", false)]
    [InlineData("if (kind == 3) Monitor.Enter(_a); if (kind != 3) " + Second + " if (kind == 3) Monitor.Exit(_a);", false)]
    public Task Parameter_TellsWhetherItIsHeld(string body, bool reports) => VerifyAsync($"public void M(bool safe, int kind) {{ {body} }}", reports);

    [Theory]
    [InlineData("bool taken = false; if (_count > 3) { Monitor.Enter(_a); taken = true; } " + Second + " if (taken) Monitor.Exit(_a);", true)]
    [InlineData("bool taken = false; if (_count > 3) { Monitor.Enter(_a); taken = true; } if (taken) { Monitor.Exit(_a); } " + Second, false)]
    [InlineData("bool taken = false; if (_count > 3) { Monitor.Enter(_a); taken = true; } if (taken) { Monitor.Exit(_a); taken = false; } if (taken) " + Second, false)]
    [InlineData("bool taken = false; if (_count > 3) { Monitor.Enter(_a); taken = true; } taken = _count > 4; " + Second + " if (taken) Monitor.Exit(_a);", false)]
    [InlineData("bool taken = false; try { if (_count > 3) { Monitor.Enter(_a); taken = true; } } finally { if (taken) Monitor.Exit(_a); } " + Second, false)]
    [InlineData("bool taken = false; try { Monitor.Enter(_a, ref taken); } finally { if (taken) Monitor.Exit(_a); } " + Second, false)]
    [InlineData("bool taken = Monitor.TryEnter(_a); try { } finally { if (taken) Monitor.Exit(_a); } " + Second, false)]
    public Task Variable_TellsWhetherItIsHeld(string body, bool reports) => VerifyAsync($"public void M() {{ {body} }}", reports);

    [Theory]
    [InlineData("bool Take() { if (_count > 3) { Monitor.Enter(_a); return true; } return false; }", "if (!Take()) return; " + Second + " Monitor.Exit(_a);", true)]
    [InlineData("bool Take() { if (_count > 3) { Monitor.Enter(_a); return true; } return false; }", "bool taken = Take(); " + Second + " if (taken) Monitor.Exit(_a);", true)]
    [InlineData("bool Take() { if (_count > 3) { Monitor.Enter(_a); return true; } return false; }", "if (Take()) { Monitor.Exit(_a); } " + Second, false)]
    [InlineData("bool Take() { if (_count > 3) { Monitor.Enter(_a); return true; } return false; }", "if (Take()) { Monitor.Exit(_a); } else " + Second, false)]
    [InlineData("bool Take() { if (_count > 3) { Monitor.Enter(_a); return false; } return true; }", "if (Take()) return; " + Second + " Monitor.Exit(_a);", true)]
    [InlineData("bool Take() { if (_count > 3) { Monitor.Enter(_a); return true; } return false; }", "while (!Take()) { } Monitor.Exit(_a); Take(); if (_count > 5) " + Second, true)]
    [InlineData("bool Take() { lock (_a) { return _count > 3; } }", "if (Take()) " + Second, false)]
    [InlineData("bool Take(bool own) { if (own) { Monitor.Enter(_a); return true; } return false; }", "if (Take(true)) { " + Second + " Monitor.Exit(_a); }", true)]
    [InlineData("Handle? Take() { if (_count > 3) { Monitor.Enter(_a); return new Handle(_a); } return null; }", "using var handle = Take(); if (handle == null) return; " + Second, true)]
    [InlineData("Handle? Take() { if (_count > 3) { Monitor.Enter(_a); return new Handle(_a); } return null; }", "using (var handle = Take()) { if (handle is null) " + Second + " }", false)]
    public Task Answer_TellsWhetherItIsHeld(string take, string body, bool reports) => VerifyAsync($"private {take} public void M() {{ {body} }}", reports);

    [Theory]
    [InlineData("private void In(bool safe) { if (safe) Monitor.Enter(_a); } private void Out(bool safe) { if (safe) Monitor.Exit(_a); }", "In(true); " + Second + " Out(true);", true)]
    [InlineData("private void In(bool safe) { if (safe) Monitor.Enter(_a); } private void Out(bool safe) { if (safe) Monitor.Exit(_a); }", "In(false); " + Second + " Out(false);", false)]
    [InlineData("private void In(bool safe) { if (safe) Monitor.Enter(_a); } private void Out(bool safe) { if (safe) Monitor.Exit(_a); }", "In(true); Out(true); " + Second, false)]
    [InlineData("private void In(int n) { if (n == 3) Monitor.Enter(_a); else Monitor.Enter(_c); } private void Out() { }", "In(3); " + Second, true)]
    [InlineData("private void In(int n) { if (n == 3) Monitor.Enter(_a); else Monitor.Enter(_c); } private void Out() { }", "In(4); " + Second, false)]
    public Task Argument_TellsWhetherItIsHeld(string members, string body, bool reports) => VerifyAsync($"{members} public void M() {{ {body} }}", reports);

    // Whether the objects of both sides are such, nothing tells.
    [Fact]
    public Task MemberThatNeverChanges_MakesASuggestion() => VerifyAsync(
        """
        private readonly bool _safe; public C(bool safe) => _safe = safe;
        private void In() { if (_safe) Monitor.Enter(_a); } private void Out() { if (_safe) Monitor.Exit(_a); }
        public void M() { In(); lock ({|#0:_b|}) { } Out(); }
        """,
        reports: true,
        DiagnosticSeverity.Info);

    [Theory]
    [InlineData("private bool _safe; public void Set(bool safe) => _safe = safe;", "if (_safe) Monitor.Enter(_a); " + Second + " if (_safe) Monitor.Exit(_a);")]
    [InlineData("private readonly bool _safe; public C(bool safe) => _safe = safe;", "if (_safe) Monitor.Enter(_a); if (_safe) Monitor.Exit(_a); " + Second)]
    [InlineData("private readonly bool _safe; public C(bool safe) => _safe = safe;", "if (_safe) Monitor.Enter(_a); if (!_safe) " + Second + " if (_safe) Monitor.Exit(_a);")]
    public Task MemberThatChanges_TellsNothing(string members, string body) => VerifyAsync($"{members} public void M() {{ {body} }}", reports: false);

    // A retry under the lock of the first attempt.
    [Theory]
    [InlineData("await RetryAsync(work);", "", true)]
    [InlineData("", "await RetryAsync(work);", false)]
    public Task AnswerOfAnAsyncCall_TellsWhetherItIsHeld(string inside, string after, bool reports) => Self.VerifyAnalyzerAsync($$"""
        public sealed class C
        {
            private readonly SemaphoreSlim _gate = new(1, 1); private bool _owned;
            private async Task<bool> EnterAsync(string name) { if (_owned) { return false; } if (name == "a") { await {{(reports ? "[|_gate.WaitAsync()|]" : "_gate.WaitAsync()")}}; } return true; }
            private void Leave(string name) { if (name == "a") { _gate.Release(); } }
            public Task StartAsync(Func<Task> work) => RunAsync("a", work);
            private Task RetryAsync(Func<Task> work) => RunAsync("a", work);
            private async Task RunAsync(string name, Func<Task> work)
            {
                bool owner = await EnterAsync(name);
                try { await work(); } catch (IOException) { {{inside}} } finally { if (owner) { Leave(name); } }
                {{after}}
            }
        }
        """);

    private static Task VerifyAsync(string members, bool reports, DiagnosticSeverity severity = DiagnosticSeverity.Warning)
    {
        string source = $$"""
            public sealed class C
            {
                private readonly object _a = new(), _b = new(), _c = new(); private int _count;
                private sealed class Handle(object gate) : IDisposable { public void Dispose() => Monitor.Exit(gate); }
                {{members}}
                public void Other() { lock (_b) { lock (_a) { } } }
            }
            """;
        return reports
            ? Order.VerifyAnalyzerAsync(source, Order.Diagnostic().WithSeverity(severity).WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations))
            : Order.VerifyAnalyzerAsync(source.Replace("{|#0:_b|}", "_b", StringComparison.Ordinal));
    }
}

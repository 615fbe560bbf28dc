using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.AnalysisCutShortAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>Each budget, hit and (one less) not hit.</summary>
public class AnalysisCutShortTests
{
    [Theory]
    [InlineData(8, "")]
    [InlineData(9, "[||]")]
    public Task WidthOfACall(int targets, string mark) => Verify.VerifyAnalyzerAsync(
        "public abstract class S { public abstract void Run(); } "
        + Numbered(targets, i => $"public class S{i} : S {{ public override void Run() {{ lock (this) {{ }} }} }} ")
        + $"public class C {{ {mark}public void All(S step) => step.Run(); }}");

    [Fact]
    public Task Message_NamesMethodAndBudget() => Verify.VerifyAnalyzerAsync(
        "public abstract class S { public abstract void Run(); } "
        + Numbered(9, i => $"public class S{i} : S {{ public override void Run() {{ lock (this) {{ }} }} }} ")
        + "public class C { {|#0:|}public void All(S step) => step.Run(); }",
        Verify.Diagnostic().WithLocation(0).WithMessage(
            "The analysis of 'C.All' is cut short, because a call in it may run more than 8 bodies. Deadlocks that only the rest would show are missed."));

    [Theory]
    [InlineData(192, "")]
    [InlineData(193, "[||]")]
    public Task CriticalPairs(int locks, string mark) => Verify.VerifyAnalyzerAsync(
        "public class C { " + Numbered(locks, i => $"private readonly object _g{i} = new(); ")
        + $"{mark}public void All() {{ " + Numbered(locks, i => $"lock (_g{i}) {{ }} ") + "} }");

    [Theory]
    [InlineData(12, "")]
    [InlineData(13, "[||]")]
    public Task ChainOfCalls(int bodies, string mark) => Verify.VerifyAnalyzerAsync(
        $"public class C {{ private readonly object _gate = new(); {mark}public void Begin() => M{bodies - 2}(); private void M0() {{ lock (_gate) {{ }} }} "
        + Numbered(bodies - 2, i => $"private void M{i + 1}() => M{i}(); ") + "}");

    [Theory]
    [InlineData("Run(static (a, b, c, d, e) => a(b, c, d, e, e), static (a, b, c, d, e) => { }, End, End, End)", "")]
    [InlineData(
        "Run(static (a, b, c, d, e) => a(b, c, d, e, e), static (a, b, c, d, e) => a(b, c, d, e, e), static (a, b, c, d, e) => a(b, c, d, e, e), "
        + "static (a, b, c, d, e) => a(b, c, d, e, e), static (a, b, c, d, e) => a(b, c, d, e, e))",
        "[||]")]
    public Task DelegatesInDelegates(string call, string mark) => Verify.VerifyAnalyzerAsync($$"""
        public delegate void T(T a, T b, T c, T d, T e);
        public class C
        {
            private readonly object _gate = new();
            {{mark}}public void All() { lock (_gate) { {{call}}; } }
            private static void Run(T a, T b, T c, T d, T e) => a(b, c, d, e, e);
            private static void End(T a, T b, T c, T d, T e) { }
        }
        """);

    [Theory]
    [InlineData(5, "")]
    [InlineData(20, "[||]")]
    public Task PassesOverALoop(int variables, string mark) => Verify.VerifyAnalyzerAsync(
        $"public class C {{ private readonly object _a = new(); private readonly object _b = new(); {mark}public void All(int n) {{ "
        + Numbered(variables, i => $"object v{i} = _a; ") + $"object v{variables} = _b; while (n-- > 0) {{ "
        + Numbered(variables, i => $"v{i} = v{i + 1}; ") + "} lock (v0) { } } }");

    [Theory]
    [InlineData(6, "")]
    [InlineData(13, "[||]")]
    public Task CombinationsOfFlags(int flags, string mark) => Verify.VerifyAnalyzerAsync(
        $"public class C {{ private readonly object _gate = new(); private int _n; {mark}public void All({string.Join(", ", Enumerable.Range(0, flags).Select(i => $"bool p{i}"))}) {{ "
        + "Monitor.Enter(_gate); try { " + Numbered(flags, i => $"if (p{i}) {{ _n++; }} ") + Numbered(flags, i => $"if (p{i}) {{ _n--; }} ") + "} finally { Monitor.Exit(_gate); } } }");

    // Also where a callee may refuse what it is handed, and where something is taken out of a pool.
    [Theory]
    [InlineData(6, "")]
    [InlineData(13, "[||]")]
    public Task CombinationsOfFlagsAroundWork(int flags, string mark) => Verify.VerifyAnalyzerAsync(
        "public class C { private readonly System.Collections.Concurrent.BlockingCollection<Action> _work = new(); private int _n; "
        + $"{mark}public void Lend({Flags(flags)}) {{ var work = _work.Take(); {Tested(flags)} _work.Add(work); }} "
        + $"{mark}private void Post(Action work, {Flags(flags)}) {{ {Tested(flags)} _work.Add(work); }} "
        + $"public void Send({Flags(flags)}) {{ var done = new ManualResetEventSlim(); Post(() => done.Set(), {string.Join(", ", Enumerable.Range(0, flags).Select(i => $"p{i}"))}); done.Wait(); }} }}");

    private static string Flags(int count) => string.Join(", ", Enumerable.Range(0, count).Select(i => $"bool p{i}"));

    private static string Tested(int flags) => Numbered(flags, i => $"if (p{i}) {{ _n++; }} ") + Numbered(flags, i => $"if (p{i}) {{ _n--; }} ");

    [Theory]
    [InlineData(16, "")]
    [InlineData(17, "[||]")]
    public Task WaysInWhichTwoLocksNest(int ways, string mark) => Verify.VerifyAnalyzerAsync(
        "public class C { private readonly object _gate = new(); private readonly object _a = new(); private readonly object _b = new(); "
        + $"{mark}public void M0() {{ lock (_gate) lock (_a) lock (_b) {{ }} }} "
        + Numbered(ways - 1, i => $"public void M{i + 1}() {{ lock (_gate) lock (_a) lock (_b) {{ }} }} ")
        + "public void Other() { lock (_gate) lock (_b) lock (_a) { } } }");

    private static string Numbered(int count, Func<int, string> text) => string.Concat(Enumerable.Range(0, count).Select(text));
}

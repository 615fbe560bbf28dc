using Microsoft.CodeAnalysis;
using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.NestedInstancesAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

public class NestedInstancesTests
{
    [Fact]
    public Task ParentThenChild_TellsBoth() => Verify.VerifyAnalyzerAsync(
        Node("public void Grow() { {|#1:_gate.Acquire()|}; {|#0:_child._gate.Acquire()|}; _child._gate.Release(); _gate.Release(); }"),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithSeverity(DiagnosticSeverity.Info).WithMessage(
            "'Node.Grow' acquires '_gate' of '_child' while holding '_gate' of the object that keeps it; both are of one lock class, and nothing declares that owners come "
            + "first. Say so with Lockdep.SetOrder, or give the inner one a subclass or a LockClassKey."));

    [Theory]
    [InlineData("_gate.Acquire(); [|_child._gate.Acquire()|]; _child._gate.Release(); _gate.Release();")]
    [InlineData("_gate.Acquire(); [|_child.Touch()|]; _gate.Release();")]
    [InlineData("using (_gate.EnterScope()) { using ([|_child._gate.EnterScope()|]) { } }")]
    [InlineData("_gate.Acquire(); foreach (var child in _all) { [|child._gate.Acquire()|]; child._gate.Release(); } _gate.Release();")]
    [InlineData("_gate.Acquire(); [|_child._child._gate.Acquire()|]; _child._child._gate.Release(); _gate.Release();")]
    [InlineData("_child._gate.Acquire(); [|_child._child._gate.Acquire()|]; _child._child._gate.Release(); _child._gate.Release();")]
    public Task DownwardsOnly_Reports(string body) => Verify.VerifyAnalyzerAsync(Node($"public void Grow() {{ {body} }}").Replace("[|_child.Touch()|]", "_child.Touch()", StringComparison.Ordinal)
        .Replace("public void Touch() { _gate.Acquire();", body.Contains("Touch", StringComparison.Ordinal) ? "public void Touch() { [|_gate.Acquire()|];" : "public void Touch() { _gate.Acquire();", StringComparison.Ordinal));

    [Theory]
    [InlineData("_gate.Acquire(); _gate.Release(); _child._gate.Acquire(); _child._gate.Release();")]
    [InlineData("_gate.Acquire(); _other.Acquire(); _other.Release(); _gate.Release();")]
    [InlineData("_gate.Acquire(); if (_child._gate.TryAcquire()) { _child._gate.Release(); } _gate.Release();")]
    public Task NoNesting_IsQuiet(string body) => Verify.VerifyAnalyzerAsync(Node($"public void Grow() {{ {body} }}"));

    [Fact]
    public Task OrderOfAnotherTypesLock_IsNone() => Verify.VerifyAnalyzerAsync(
        Node("public void Grow() { _gate.Acquire(); [|_child._gate.Acquire()|]; _child._gate.Release(); _gate.Release(); }")
        + "\npublic class Other { private readonly KMutex _gate = new(); public void Declare() { Lockdep.SetOrder(_gate.Map!, (held, wanted) => 0); } }");

    [Theory]
    [InlineData("var map = _gate.Map!; Lockdep.SetOrder(map, (held, wanted) => 0);")]
    [InlineData("Lockdep.SetOrder(_gate.Map!, (held, wanted) => 0);")]
    [InlineData("Lockdep.SetSubclass(_child._gate.Map!, 1);")]
    [InlineData("Lockdep.SetClass(_child._gate.Map!, null, subclass: 1);")]
    public async Task DeclaredOrder_IsQuiet(string declaration)
    {
        await Verify.VerifyAnalyzerAsync(Node($"public void Declare() {{ {declaration} }} public void Grow() {{ _gate.Acquire(); _child._gate.Acquire(); _child._gate.Release(); _gate.Release(); }}"));
        await Verify.VerifyAnalyzerAsync(Node(
            $"public void Declare() {{ {declaration.Replace("_gate", "_other", StringComparison.Ordinal)} }} public void Grow() {{ _gate.Acquire(); [|_child._gate.Acquire()|]; _child._gate.Release(); _gate.Release(); }}"));
    }

    [Theory]
    [InlineData("_gate.Acquire(); _child._gate.AcquireNested(1); _child._gate.Release(); _gate.Release();")]
    [InlineData("using (_gate.EnterScope()) { using (_child._gate.EnterNestedScope(1)) { } }")]
    [InlineData("_other.Acquire(); _gate.AcquireNested(_other.Map); _child._gate.AcquireNested(_other.Map); _child._gate.Release(); _gate.Release(); _other.Release();")]
    public Task OrderToldByTheAcquire_IsQuiet(string body) => Verify.VerifyAnalyzerAsync(Node($"public void Grow() {{ {body} }}"));

    [Fact]
    public Task BothWays_IsAReportOfXR1002() => Verify.VerifyAnalyzerAsync(
        Node("public static void Move(Node from, Node to) { from._gate.Acquire(); to._gate.Acquire(); to._gate.Release(); from._gate.Release(); }"));

    [Fact]
    public Task UpwardsToo_IsQuiet() => Verify.VerifyAnalyzerAsync(Node("""
        public void Grow() { _gate.Acquire(); _child._gate.Acquire(); _child._gate.Release(); _gate.Release(); }
        public void Shrink() { _child._gate.Acquire(); _gate.Acquire(); _gate.Release(); _child._gate.Release(); }
        """));

    [Theory]
    [InlineData("KMutex _gate = new(Keys.Gate)")]
    [InlineData("KMutex _gate = new(line: 7)")]
    public Task ClassThatSomebodyChose_IsQuiet(string gate) => Verify.VerifyAnalyzerAsync(
        "using KThreadRuntime; static class Keys { public static readonly LockClassKey Gate = new(); }\n"
        + $"public class Node {{ private readonly {gate}; private Node _child = null!; public void Grow() {{ _gate.Acquire(); _child._gate.Acquire(); _child._gate.Release(); _gate.Release(); }} }}");

    [Fact]
    public Task LocksOfTheLibrary_AreQuiet() => Verify.VerifyAnalyzerAsync(
        "public class Node { private readonly object _gate = new(); private Node _child = null!; public void Grow() { lock (_gate) { lock (_child._gate) { } } } }");

    private static string Node(string members) => $$"""
        using KThreadRuntime;
        public class Node
        {
            private readonly KMutex _gate = new();
            private readonly KMutex _other = new();
            private readonly List<Node> _all = new();
            private Node _child = null!;
            public void Touch() { _gate.Acquire(); _gate.Release(); }
            {{members}}
        }
        """;
}

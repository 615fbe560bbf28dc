using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockOrderCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1002 for a whole and its parts, all of one class: one context goes from the whole to its parts, another one back.</summary>
public class LockOrderPartsTests
{
    private const string Down = "public void Down() { lock (_lock) { foreach (Node part in _parts) { lock (part._lock) { } } } }";
    private const string Up = "public void Up() { lock (_lock) { lock ([|_whole!._lock|]) { } } }";
    private const string UpQuiet = "public void Up() { lock (_lock) { lock (_whole!._lock) { } } }";

    [Fact]
    public Task WayUpAndWayDown_TellBothSides() => Verify.VerifyAnalyzerAsync(
        InClass("""
            public void Add() { var part = new Node(); part._whole = this; _parts.Add(part); }
            public void Down() { lock ({|#2:_lock|}) { foreach (Node part in _parts) { lock ({|#3:part._lock|}) { } } } }
            public void Up() { lock ({|#1:_lock|}) { lock ({|#0:_whole!._lock|}) { } } }
            """),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithLocation(2).WithLocation(3).WithMessage(
            "'Node.Up' acquires '_lock' while holding '_lock', but 'Node.Down' goes the other way: the one is reached by '_whole', the other by '_parts'. "
            + "Acquire them in one order everywhere."));

    // However the part gets to know its whole.
    [Theory]
    [InlineData("public void Add() { var part = new Node(); part._whole = this; _parts.Add(part); }", true)]
    [InlineData("public void Add() { _parts.Add(new Node { _whole = this }); }", true)]
    [InlineData("public Node(int id, Node? whole) { Id = id; _whole = whole; } public void Add() { _parts.Add(new Node(3, this)); }", true)]
    [InlineData("public Node(Node? whole) { _whole = whole; whole?._parts.Add(this); }", true)]
    [InlineData("public void Add(Node other) { var part = new Node(); part._whole = other; _parts.Add(part); }", false)]
    [InlineData("public void Add(Node other) { var part = new Node(); other._whole = this; _parts.Add(part); }", false)]
    [InlineData("public Node(Node? aside, Node? whole) { Aside = aside; _whole = whole; } public void Add(Node other) { _parts.Add(new Node(this, other)); }", false)]
    [InlineData("public void Add(Node part) { _parts.Add(part); }", false)]
    public Task PartThatKnowsItsWhole_ReportsWhereThatIsTheOneThatKeepsIt(string add, bool reports) => Verify.VerifyAnalyzerAsync(
        InClass(add + Down + (reports ? Up : UpQuiet)));

    [Theory]
    [InlineData("public void Down() { lock (_lock) { lock ([|_part!._lock|]) { } } }", UpQuiet)]
    [InlineData("public void Down() { lock (_lock) { } lock (_part!._lock) { } }", UpQuiet)]
    [InlineData("public void Down() { lock (_lock) { lock (_part!._lock) { } } }", "")]
    [InlineData("public void Down() { lock (s_gate) { lock (_lock) { lock (_part!._lock) { } } } }", "public void Up() { lock (s_gate) { lock (_lock) { lock (_whole!._lock) { } } } }")]
    [InlineData("public void Down() { lock (s_gate) { lock (_lock) { lock ([|_part!._lock|]) { } } } }", UpQuiet)]
    public Task OnePart_ReportsUnlessALockAroundKeepsThemApart(string down, string up) => Verify.VerifyAnalyzerAsync(
        InClass("public void Add() { var part = new Node(); part._whole = this; _part = part; }" + down + up));

    private static string InClass(string members) => $$"""
        public sealed class Node
        {
            private static readonly object s_gate = new();
            private readonly object _lock = new();
            private readonly List<Node> _parts = new();
            private Node? _part;
            private Node? _whole;
            public Node? Aside;
            public int Id;
            public Node() { }
            public Node? First => _part ?? _whole;
            public void Lock() { lock (s_gate) { } }
            {{members}}
        }
        """;
}

using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockOrderCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1002 for two instances of one class: another call may hold their locks the other way round, unless something is one for all calls.</summary>
public class LockOrderInstancesTests
{
    [Theory]
    [InlineData("lock (_gate) { INNER }", true)]
    [InlineData("s_rw.EnterReadLock(); INNER s_rw.ExitReadLock();", true)]
    [InlineData("lock (s_gate) { INNER }", false)]
    [InlineData("s_rw.EnterWriteLock(); INNER s_rw.ExitWriteLock();", false)]
    [InlineData("lock (_box.Gate) { INNER }", false)]
    public Task LockAroundBoth_ReportsUnlessItIsOneForAll(string around, bool reports) => Verify.VerifyAnalyzerAsync(InClass(
        $"public void One(Box a, Box b) {{ {around.Replace("INNER", reports ? "lock (a.Gate) { lock ([|b.Gate|]) { } }" : "lock (a.Gate) { lock (b.Gate) { } }", StringComparison.Ordinal)} }}"));

    [Theory]
    [InlineData("lock (a.Gate) { lock ([|b.Gate|]) { } }")]
    [InlineData("lock (a.Next!.Gate) { lock ([|b.Next!.Gate|]) { } }")]
    [InlineData("lock (a.Gate) { lock (b.Next!.Gate) { } }")]
    [InlineData("if (a.Id < b.Id) { lock (a.Gate) { lock (b.Gate) { } } } else { lock (b.Gate) { lock (a.Gate) { } } }")]
    [InlineData("if (a.Id < b.Id) { lock (a.Gate) { lock ([|b.Gate|]) { } } } else { lock (c.Gate) { lock (a.Gate) { } } }")]
    public Task OperandsOfOneCall_ReportUnlessItChoosesTheOrder(string body) => Verify.VerifyAnalyzerAsync(InClass($"public void One(Box a, Box b, Box c) {{ {body} }}"));

    [Fact]
    public Task SeveralCallsThatNestThem_AreToldOnce() => Verify.VerifyAnalyzerAsync(
        InClass("public void One(Box a, Box b) { lock ({|#1:a.Gate|}) { lock ({|#0:b.Gate|}) { } } } public void Two(Box a, Box b) { lock (b.Gate) { lock (a.Gate) { } } }"),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithMessage(
            "'C.One' acquires 'Gate' while holding 'Gate', but they belong to two instances, and another call can hold them the other way round. Acquire them in one order everywhere."));

    // What all of them refer to leads from each to each other.
    [Theory]
    [InlineData("foreach (Node node in _hub.All) { lock ([|node._lock|]) { } }")]
    [InlineData("foreach (Node node in _all) { lock (node._lock) { } }")]
    [InlineData("foreach (Node node in other.All) { lock (node._lock) { } }")]
    [InlineData("lock (_hub.First!._lock) { }")]
    public Task InstancesOfAThirdObject_ReportWhereThisOneRefersToIt(string body) => Verify.VerifyAnalyzerAsync(
        $$"""
        public sealed class Hub { public readonly List<Node> All = new(); public Node? First; }
        public sealed class Node(Hub hub)
        {
            private readonly object _lock = new(); private readonly Hub _hub = hub; private readonly List<Node> _all = new();
            public void Ping(Hub other) { lock (_lock) { {{body}} } }
        }
        """);

    // What each keeps for itself leads to none of its equals.
    [Theory]
    [InlineData("new Hub()", "lock (node._lock) { }")]
    [InlineData("hub", "lock ([|node._lock|]) { }")]
    public Task InstancesOfAnObjectOfItsOwn_AreQuiet(string hub, string body) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Hub { public readonly List<Node> All = new(); }
        public sealed class Node
        {
            private readonly object _lock = new(); private readonly Hub _hub;
            public Node(Hub hub) => _hub = {{hub}};
            public void Ping() { lock (_lock) { foreach (Node node in _hub.All) { {{body}} } } }
        }
        """);

    private static string InClass(string members) => $$"""
        public sealed class Box { public readonly object Gate = new(); public Box? Next; public int Id; }
        public sealed class C
        {
            private static readonly object s_gate = new(); private static readonly ReaderWriterLockSlim s_rw = new();
            private readonly object _gate = new(); private readonly Box _box = new();
            {{members}}
        }
        """;
}

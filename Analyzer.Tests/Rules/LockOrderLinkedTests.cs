using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockOrderCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1002 between two objects of one class that some body has put into each other: each goes from its own lock to that of the other.</summary>
public class LockOrderLinkedTests
{
    private const string Reported = "lock ([|_gate|])";
    private const string Quiet = "lock (_gate)";

    [Theory]
    [InlineData("public static void Join(V a, V b) { a.Peer = b; b.Peer = a; }", Reported)]
    [InlineData("public static void Join() { var a = new V(); var b = new V(); a.Peer = b; b.Peer = a; }", Reported)]
    [InlineData("public static void Join(V a, V b) { a.Accept(b); b.Accept(a); }", Reported)]
    [InlineData("public static void Join(V a, V b) { a.Peer = b; }", Quiet)]
    [InlineData("public static void Join(V a, V b) { a.Peer = b; b.Peer = b; }", Quiet)]
    [InlineData("public static void Join(V a, V b, V c) { a.Peer = b; b.Peer = c; c.Peer = a; }", Quiet)]
    [InlineData("public static void Join(V a, V b) { a.Peer = b; b.Parent = a; }", Quiet)]
    [InlineData("public static void Join(V a, V b) { a.Accept(b); b.Refuse(a); }", Quiet)]
    [InlineData("public static void Join(V a, V b) { a.Refuse(b); b.Refuse(a); }", Quiet)]
    public Task MemberOfEach(string join, string get) => VerifyAsync(join, "Peer?.Get();", get);

    [Theory]
    [InlineData("public static void Join(V a, V b) { a.All.Add(b); b.All.Add(a); }", Reported)]
    [InlineData("public static void Join(V a, V b) { a.Known.Add(b); b.Known.Add(a); }", Reported)]
    [InlineData("public static void Join(V a, V b) { a.All.Add(b); b.Known.Add(a); }", Quiet)]
    [InlineData("public static void Join(V a, V b) { a.All.Add(b); b.All.Remove(a); }", Quiet)]
    [InlineData("public static void Join(V a, V b) { if (!b.All.Contains(a)) { a.All.Add(b); } }", Quiet)]
    [InlineData("public static void Join(V a, V b) { if (a.Id > b.Id) a.All.Add(a); else a.All.Add(a); }", Quiet)]
    [InlineData("public static void Join(V a, V b) { a.ById[b.Id] = b; b.ById[a.Id] = a; }", Reported)]
    public Task ContainerOfEach(string join, string get) => VerifyAsync(join, "foreach (V v in All) v.Get(); foreach (V v in ById.Values) v.Get(); Known.Each();", get);

    [Theory]
    [InlineData("public static void Join(V a, V b) { a.Listen(new Copy(b)); b.Listen(new Copy(a)); }", Reported)]
    [InlineData("public static void Join(V a, V b) { var copy = new Copy(b); a.Listen(copy); b.Listen(new Copy(a)); }", Reported)]
    [InlineData("public static void Join() { var a = new V(); var b = new V(); a.Listen(new Copy(b)); b.Listen(new Copy(a)); }", Reported)]
    [InlineData("public static void Join(V a, V b) { a.Listen(new Copy(b)); b.Listen(new Copy(b)); }", Quiet)]
    [InlineData("public static void Join(V a, V b) { a.Listen(new Copy(b)); }", Quiet)]
    public Task NewObjectThatKnowsTheOther(string join, string get) => VerifyAsync(join, "Listeners.Each();", get);

    // Both hold a lock that is one for all, or choose the order.
    [Theory]
    [InlineData("lock (typeof(V)) lock (_gate) Peer?.Get();")]
    [InlineData("V peer = Peer!; if (Id < peer.Id) { lock (_gate) lock (peer._gate) { } } else { lock (peer._gate) lock (_gate) { } }")]
    [InlineData("lock (_gate) { } Peer?.Get();")]
    public Task OrderThatIsOneForAll_IsQuiet(string set) => VerifyAsync("public static void Join(V a, V b) { a.Peer = b; b.Peer = a; }", set, Quiet, around: "");

    [Fact]
    public Task Message_NamesTheLink() => Verify.VerifyAnalyzerAsync(
        Program("public static void Join(V a, V b) { a.Peer = b; {|#3:b.Peer = a|}; }", "{|#2:Peer!.Get()|};", "lock ({|#0:_gate|})", "lock ({|#1:_gate|})"),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithLocation(2).WithLocation(3).WithMessage(
            "'V.Set' acquires '_gate' while holding '_gate', but they belong to two objects that 'C.Join' links to each other: another call goes the other way. Acquire them in one order everywhere."));

    private static Task VerifyAsync(string join, string set, string get, string around = "lock (_gate)") => Verify.VerifyAnalyzerAsync(Program(join, set, get, around));

    private static string Program(string join, string set, string get, string around) => $$"""
        public sealed class Several { private readonly List<V> _items = new(); public void Add(V v) => _items.Add(v); public void Each() { foreach (V v in _items) v.Get(); } }
        public sealed class Copy(V target) { private readonly V _target = target; public void Next() => _target.Get(); }
        public sealed class Copies { private readonly List<Copy> _items = new(); public void Add(Copy copy) => _items.Add(copy); public void Each() { foreach (Copy copy in _items) copy.Next(); } }
        public sealed class V
        {
            public readonly Copies Listeners = new();
            public void Listen(Copy copy) => Listeners.Add(copy);
            private readonly object _gate = new();
            public int Id, Value;
            public V? Peer, Parent;
            public readonly List<V> All = new(); public readonly Dictionary<int, V> ById = new();
            public readonly Several Known = new();
            public void Accept(V other) { Peer = other; }
            public void Refuse(V other) { Console.WriteLine(other); }
            public void Set() { {{around}} { {{set}} } }
            public int Get() { {{get}} { return Value; } }
        }
        public static class C
        {
            {{join}}
        }
        """;
}

using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockOrderCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1002 between two objects of one class that have registered handlers with each other, and run them under their locks.</summary>
public class LockOrderCycleHandlersTests
{
    private const string Two = "private readonly V _a = new(), _b = new();";
    private const string Reported = "lock ([|_gate|])";
    private const string Quiet = "lock (_gate)";

    [Theory]
    [InlineData("public static void Bind(V a, V b) { a.Subscribe(v => b.Get()); b.Subscribe(v => a.Get()); }", Reported)]
    [InlineData("public static void Bind(V a, V b) { a.Changed += v => b.Get(); b.Changed += v => a.Get(); }", Reported)]
    [InlineData("public static void Bind(V a, V b) { a.Changed += A; b.Changed += B; void A(int v) { b.Get(); } void B(int v) { a.Get(); } }", Reported)]
    [InlineData("public static void Bind() { var a = new V(); var b = new V(); a.Subscribe(v => b.Get()); b.Subscribe(v => a.Get()); }", Reported)]
    [InlineData(Two + " public C() { _a.Subscribe(v => _b.Get()); _b.Subscribe(v => _a.Get()); }", Reported)]
    [InlineData(Two + " public C() { _a.Changed += OnA; _b.Changed += OnB; } private void OnA(int v) => _b.Get(); private void OnB(int v) => _a.Get();", Reported)]
    [InlineData(Two + " public C() { _a.Subscribe(v => Read(_b)); _b.Subscribe(v => Read(_a)); } private static int Read(V v) => v.Get();", Reported)]
    [InlineData("public static void Bind(V a, V b) { a.Subscribe(v => b.Get()); }", Quiet)]
    [InlineData("public static void Bind(V a, V b) { a.Subscribe(v => b.Get()); b.Subscribe(v => b.Get()); }", Quiet)]
    [InlineData("public static void Bind(V a, V b, V c) { a.Subscribe(v => b.Get()); b.Subscribe(v => c.Get()); }", Quiet)]
    [InlineData("public static void Bind(V a, V b) { a.Subscribe(v => b.Get()); b.Subscribe(v => Console.WriteLine(v)); }", Quiet)]
    [InlineData("public static void Bind(V a, V b) { a.Subscribe(v => b.Get()); b.After += v => a.Get(); }", Quiet)]
    [InlineData("public static void Bind(V a, V b) { a.Subscribe(v => b.TryGet()); b.Subscribe(v => a.TryGet()); }", Quiet)]
    [InlineData("public static void Bind(V a, V b) { a.Subscribe(v => Task.Run(b.Get)); b.Subscribe(v => Task.Run(a.Get)); }", Quiet)]
    public Task Handlers(string members, string get) => Verify.VerifyAnalyzerAsync(Program(members, get));

    // One handler for all that are kept, which asks the others.
    [Theory]
    [InlineData("public void Watch(params V[] all) { _all.AddRange(all); foreach (V v in all) v.Changed += _ => Sum(v); }", Reported)]
    [InlineData("public void Watch(V v) { _all.Add(v); v.Changed += OnChanged; } private void OnChanged(int value) => Sum(null);", Reported)]
    [InlineData("public void Watch(V v) { _all.Add(v); v.After += _ => Sum(v); }", Quiet)]
    [InlineData("public void Watch(V v) { v.Changed += _ => Sum(v); }", Quiet)]
    [InlineData("public void Watch(V v) { _all.Add(v); v.Changed += _ => Task.Run(() => Sum(v)); }", Quiet)]
    [InlineData("public void Watch(V v) { _all.Add(v); v.Changed += _ => v.Get(); }", Quiet)]
    [InlineData("public void Watch(V v) { _all.Add(v); v.Changed += _ => _all[0].Get(); }", Quiet)]
    public Task HandlerOfEach(string members, string get) => Verify.VerifyAnalyzerAsync(Program(
        "private readonly List<V> _all = new(); private int _sum; " + members + " private void Sum(V? but) { foreach (V v in _all) { if (v != but) _sum += v.Get(); } }", get));

    // Whoever sets a value holds a lock that all values share.
    [Fact]
    public Task UnderACommonLock() => Verify.VerifyAnalyzerAsync(
        Program("public static void Bind(V a, V b) { a.Subscribe(v => b.Get()); b.Subscribe(v => a.Get()); }", Quiet)
            .Replace("public void Set(int value) {", "public void Set(int value) { lock (typeof(V))", StringComparison.Ordinal));

    [Fact]
    public Task Message_TellsBothWays() => Verify.VerifyAnalyzerAsync(
        Program("public static void Bind(V a, V b) { a.Subscribe(v => {|#3:b.Get()|}); b.Subscribe(v => {|#4:a.Get()|}); }", "lock ({|#0:_gate|})")
            .Replace("Set(int value) { lock (_gate)", "Set(int value) { lock ({|#1:_gate|})", StringComparison.Ordinal).Replace(" h(value)", " {|#2:h(value)|}", StringComparison.Ordinal),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithLocation(2).WithLocation(3).WithLocation(4).WithMessage(
            "'V.Set' acquires '_gate' while holding '_gate', but they belong to two objects that run each other's handlers: another call goes the other way. Acquire them in one order everywhere."));

    private static string Program(string members, string get) => $$"""
        public sealed class V
        {
            private readonly object _gate = new();
            private readonly List<Action<int>> _handlers = new();
            private int _value;
            public event Action<int>? Changed;
            public event Action<int>? After;
            public void Subscribe(Action<int> handler) { lock (_gate) _handlers.Add(handler); }
            public void Set(int value) { lock (_gate) { foreach (var h in _handlers) h(value); Changed?.Invoke(value); } After?.Invoke(value); }
            public int Get() { {{get}} { return _value; } }
            public int TryGet() { if (!Monitor.TryEnter(_gate)) return 0; try { return _value; } finally { Monitor.Exit(_gate); } }
        }
        public sealed class C
        {
            {{members}}
        }
        """;

    // An event's own accessor takes the lock, be it to add a handler or to take it away.
    [Theory]
    [InlineData("add { _changed += value; } remove { [|lock|] (_gate) { _changed -= value; } }", "_source.Changed -= On;")]
    [InlineData("add { [|lock|] (_gate) { _changed += value; } } remove { _changed -= value; }", "_source.Changed += On;")]
    [InlineData("add { _changed += value; } remove { lock (_gate) { _changed -= value; } }", "_source.Changed += On;")]
    [InlineData("add { lock (_gate) { _changed += value; } } remove { _changed -= value; }", "_source.Changed -= On;")]
    [InlineData("add { _changed += value; } remove { lock (_gate) { _changed -= value; } }", "")]
    public Task AccessorOfAnEvent(string accessors, string close) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Source
        {
            private readonly object _gate = new(); private Action? _changed;
            public event Action Changed { {{accessors.Replace("[|lock|] (_gate)", "lock ([|_gate|])", StringComparison.Ordinal)}} }
            public void Fire(View view) { lock (_gate) { view.On(); } }
        }
        public sealed class View
        {
            private readonly object _gate = new(); private readonly Source _source;
            public View(Source source) { _source = source; }
            public void On() { lock (_gate) { } }
            public void Close() { lock (_gate) { {{close}} } }
        }
        """);

    // Nobody gets to know a handler by being told to forget it.
    [Theory]
    [InlineData("_source.Changed += On;", "lock ([|_gate|])")]
    [InlineData("_source.Changed -= On;", "lock (_gate)")]
    public Task HandlerOfAnAccessor(string subscribe, string take) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Source
        {
            private readonly object _gate = new(); private Action? _changed;
            public event Action Changed { add { _changed += value; } remove { _changed -= value; } }
            public void Fire() { lock (_gate) { _changed?.Invoke(); } }
            public int Count() { {{take}} { return 1; } }
        }
        public sealed class View
        {
            private readonly object _gate = new(); private readonly Source _source;
            public View(Source source) { _source = source; {{subscribe}} }
            private void On() { lock (_gate) { } }
            public void Close() { lock (_gate) { _source.Count(); } }
        }
        """);
}

using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockOrderCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1002: locks taken behind operators, enumerators, library callbacks and object graphs.</summary>
public class LockOrderCycleReachTests
{
    [Theory]
    [InlineData("public override string ToString() { TakeB(); return \"\"; }", "_ = ToString();")]
    [InlineData("private IEnumerable<int> Items() { TakeB(); yield return 1; }", "foreach (int item in Items()) { Console.WriteLine(item); }")]
    [InlineData("private sealed class Part(C owner) : IDisposable { public void Dispose() => owner.TakeB(); }", "using (new Part(this)) { }")]
    [InlineData("private sealed class Part { public Part(C owner) => owner.TakeB(); }", "_ = new Part(this);")]
    [InlineData("private int this[int index] { get { TakeB(); return index; } }", "_ = this[1];")]
    [InlineData("private event Action Raised { add { TakeB(); } remove { } }", "Raised += () => { };")]
    [InlineData("private readonly System.Collections.Concurrent.ConcurrentDictionary<int, int> _map = new();", "_map.GetOrAdd(1, n => { TakeB(); return n; });")]
    [InlineData("public static C operator +(C left, int n) { left.TakeB(); return left; }", "_ = this + 1;")]
    [InlineData("public static explicit operator int(C c) { c.TakeB(); return 1; }", "_ = (int)this;")]
    [InlineData("private readonly int[] _items = [1];", "_ = _items.Select(n => { TakeB(); return n; }).ToList();")]
    [InlineData("private abstract class Base { public abstract void Run(); } private sealed class Derived(C owner) : Base { public override void Run() => owner.TakeB(); } private readonly Base _base; public C() => _base = new Derived(this);", "_base.Run();")]
    [InlineData("private abstract class Base { public abstract void Run(); } private sealed class Derived(C owner) : Base { public override void Run() => owner.TakeB(); } private readonly Base _base; public C() => _base = new Derived(this);", "Action run = _base.Run; run();")]
    [InlineData("private interface IWork { void Run(); } private sealed class Work(C owner) : IWork { public void Run() => owner.TakeB(); } private readonly IWork _work; private readonly Action _run; public C() { _work = new Work(this); _run = _work.Run; }", "_run();")]
    [InlineData("private interface IPart { void Run(); } private abstract class Base : IPart { public abstract void Run(); } private sealed class Derived(C owner) : Base { public override void Run() => owner.TakeB(); } private readonly IPart _part; public C() => _part = new Derived(this);", "_part.Run();")]
    [InlineData("private readonly List<Action> _kept = []; private int _count; public void Keep() => _kept.Insert(_count < 0 ? _kept.Count : _count, TakeB);", "_kept[0]();")]
    [InlineData("private List<Action>? _kept; public void Keep() => _kept?.Add(TakeB);", "_kept![0]();")]
    [InlineData("private readonly List<Action> _all = []; public C() => _all.Add(TakeB); private IEnumerable<Action> All() { foreach (Action one in _all) { yield return one; } }", "foreach (Action one in All()) { one(); }")]
    [InlineData("private Action _run = () => { };", "Action take = TakeB; _run = take.Invoke; _run();")]
    [InlineData("private readonly Lazy<int> _lazy; public C() => _lazy = new(() => { TakeB(); return 1; });", "_ = _lazy.Value;")]
    [InlineData("private readonly CancellationTokenSource _stop = new(); public C() => _stop.Token.Register(TakeB);", "_stop.Cancel();")]
    [InlineData("private readonly TaskCompletionSource _done = new(); public async Task Watch() { await _done.Task; TakeB(); }", "_done.SetResult();")]
    [InlineData("private readonly TaskCompletionSource _done = new(); private Task Done => _done.Task; public async Task Watch() { await Done.ConfigureAwait(false); TakeB(); }", "_done.TrySetCanceled();")]
    public async Task SecondLockBehind_Reports(string members, string call)
    {
        await PairAsync(members, "lock (_a) { " + call + " }", "[|_b|]");
        await PairAsync(members, "lock (_a) { } " + call, "_b");
    }

    [Theory]
    [InlineData("private readonly Lazy<int> _lazy; public C() => _lazy = new(() => 1);", "_ = _lazy.Value;")]
    [InlineData("private readonly CancellationTokenSource _stop = new(); public C() => _stop.Token.Register(TakeB);", "_stop.CancelAsync();")]
    [InlineData("private readonly CancellationTokenSource _stop = new(); private readonly CancellationTokenSource _other = new(); public C() => _other.Token.Register(TakeB);", "_stop.Cancel();")]
    [InlineData("private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously); public async Task Watch() { await _done.Task; TakeB(); }", "_done.SetResult();")]
    [InlineData("private readonly TaskCompletionSource _done = new(); public async Task Watch() { await _done.Task; await Task.Delay(1); TakeB(); }", "_done.SetResult();")]
    [InlineData("private readonly TaskCompletionSource _done = new(); public async Task Watch() { TakeB(); await _done.Task; }", "_done.SetResult();")]
    public Task NothingBehindTheCall_IsQuiet(string members, string call) => PairAsync(members, "lock (_a) { " + call + " }", "_b");

    [Fact]
    public async Task MemberOfALibrarysClass_ReportsWhenTheObjectIsKnown()
    {
        const string members = """
            private sealed class Locked(C owner) : Comparer<int> { public override int Compare(int left, int right) { owner.TakeB(); return 0; } }
            public static Comparer<int> Order(C owner) => new Locked(owner);
            private readonly Comparer<int> _order;
            """;
        await PairAsync(members + "public C() => _order = new Locked(this);", "lock (_a) { _order.Compare(1, 2); }", "[|_b|]");
        await PairAsync(members + "public C(Comparer<int> order) => _order = order;", "lock (_a) { _order.Compare(1, 2); }", "_b");
    }

    [Fact]
    public async Task StaticConstructor_IsALock()
    {
        await Verify.VerifyAnalyzerAsync(Registry("static Provider() { Registry.Add(); }", "[|Registry.Gate|]"));
        await Verify.VerifyAnalyzerAsync(Registry("static Provider() { }", "Registry.Gate"));
        await Verify.VerifyAnalyzerAsync(Registry("private static readonly int s_count = Registry.Add();", "Registry.Gate"));

        static string Registry(string initializer, string gate) => $$"""
            public static class Registry
            {
                public static readonly object Gate = new();
                public static int Add() { lock ({{gate}}) { return 1; } }
                public static void Enable() { lock (Gate) { Provider.Enable(); } }
            }
            public static class Provider
            {
                {{initializer}}
                public static void Enable() { }
            }
            """;
    }

    [Fact]
    public async Task OneShotFlags_KeepTwoRunsApart()
    {
        await Verify.VerifyAnalyzerAsync(Stop("", "[|_b|]"));
        await Verify.VerifyAnalyzerAsync(Stop("if (Interlocked.Exchange(ref _stopping, 1) != 0) { return; }", "_b"));
        await Verify.VerifyAnalyzerAsync(Stop("if (Interlocked.Exchange(ref _stopping, 1) == 0) { return; }", "[|_b|]"));

        static string Stop(string gate, string taken) => $$"""
            public sealed class C
            {
                private readonly object _a = new();
                private readonly object _b = new();
                private int _stopping;
                public void Left() { {{gate}} lock (_a) { lock ({{taken}}) { } } }
                public void Right() { {{gate}} lock (_b) { lock (_a) { } } }
                public override string ToString() => _stopping.ToString();
            }
            """;
    }

    [Fact]
    public Task OverrideThatIsNotTheCreatedOne_IsQuiet() => PairAsync(
        "private class Base { public virtual void Run() { } } private sealed class Derived(C owner) : Base { public override void Run() => owner.TakeB(); } public object Make() => new Derived(this);",
        "lock (_a) { new Base().Run(); }", "_b");

    [Fact]
    public Task TreeLockedUpAndDown_Reports() => TreeAsync("lock (_lock) { Parent?.Changed(); }", "[|_lock|]");

    [Theory]
    [InlineData("foreach (int item in _items) { Console.WriteLine(item); }")]
    [InlineData("using (Stream stream = new MemoryStream()) { stream.Flush(); }")]
    public Task DisposeOfALibraryObject_IsQuiet(string call) => PairAsync(
        "private readonly List<int> _items = []; private sealed class Part(C owner) : IDisposable { public void Dispose() => owner.TakeB(); }",
        "lock (_a) { " + call + " }", "_b");

    [Fact]
    public Task DisposeOfAnotherSourceObject_IsQuiet() => PairAsync(
        "private sealed class Free : IDisposable { public void Dispose() { } } private sealed class Part(C owner) : IDisposable { public void Dispose() => owner.TakeB(); }",
        "lock (_a) { using (new Free()) { } }", "_b");

    [Fact]
    public Task TreeLockedDownOnly_IsQuiet() => TreeAsync("lock (_lock) { } Parent?.Changed();", "_lock");

    [Theory]
    [InlineData("lock (_other) { _lock.Acquire(); _lock.Release(); }", true)]
    [InlineData("lock (_other) { } _lock.Acquire(); _lock.Release();", false)]
    public Task LockThatSeveralTypesImplement_Reports(string two, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        internal abstract class Latch { public abstract void Acquire(); public abstract void Release(); }
        internal sealed class MonitorLatch : Latch
        {
            private readonly object _sync = new();
            public override void Acquire() => {{(reports ? "[|Monitor.Enter(_sync)|]" : "Monitor.Enter(_sync)")}};
            public override void Release() => Monitor.Exit(_sync);
        }
        internal sealed class MutexLatch : Latch
        {
            private readonly Mutex _mutex = new();
            public override void Acquire() => {{(reports ? "[|_mutex.WaitOne()|]" : "_mutex.WaitOne()")}};
            public override void Release() => _mutex.ReleaseMutex();
        }
        internal sealed class C(Latch latch)
        {
            private readonly Latch _lock = latch;
            private readonly object _other = new();
            public void One() { _lock.Acquire(); try { lock (_other) { } } finally { _lock.Release(); } }
            public void Two() { {{two}} }
        }
        """);

    [Fact]
    public Task TwoElementsOfOneList_Report() => Verify.VerifyAnalyzerAsync("""
        public sealed class Bank
        {
            private sealed class Account { public readonly object Lock = new(); }
            private readonly List<Account> _accounts = [];
            public void Add() => _accounts.Add(new Account());
            public void Transfer(int from, int to) { lock (_accounts[from].Lock) { lock ([|_accounts[to].Lock|]) { } } }
        }
        """);

    [Fact]
    public Task ElementAndItsOwner_AreQuiet() => Verify.VerifyAnalyzerAsync("""
        public sealed class Bank
        {
            private sealed class Account { public readonly object Lock = new(); }
            private readonly object _lock = new();
            private readonly List<Account> _accounts = [];
            public void Add() { lock (_lock) { _accounts.Add(new Account()); } }
            public void Transfer(int from) { lock (_lock) { lock (_accounts[from].Lock) { } } }
        }
        """);

    // A new object that nobody has yet is nobody's to lock: a method of it that is handed on hands it on, one of another object does not.
    [Theory]
    [InlineData("Later(thing.Run)", "[|owner.Gate|]")]
    [InlineData("Later(Touch)", "owner.Gate")]
    [InlineData("int size = 0; Later(() => size++)", "owner.Gate")]
    public Task NewObject_IsSharedByItsOwnMethod(string hand, string gate) => Verify.VerifyAnalyzerAsync(
        $$"""
        public sealed class Thing(C owner) { public readonly object Gate = new(); public void Run() { lock (Gate) { lock ({{gate}}) { } } } }
        public sealed class C
        {
            public readonly object Gate = new(); private Thing? _thing; private readonly List<Action> _later = new();
            private void Later(Action run) => _later.Add(run);
            private void Touch() { }
            public void Send() { var thing = new Thing(this); {{hand}}; lock (Gate) { lock (thing.Gate) { } } _thing = thing; }
            public void Use() => _thing!.Run();
        }
        """);

    [Fact]
    public Task KnownNoise_LocksOfTwoInstantiationsOfAGenericClass() => Verify.VerifyAnalyzerAsync("""
        public static class Cache<T> { public static readonly object Lock = new(); }
        public sealed class C
        {
            private readonly object _a = new();
            public void First() { lock (_a) { lock ([|Cache<int>.Lock|]) { } } }
            public void Second() { lock (Cache<string>.Lock) { lock (_a) { } } }
        }
        """);

    [Fact]
    public Task LocksOfOneInstantiationOfAGenericClass_Report() => Verify.VerifyAnalyzerAsync("""
        public static class Cache<T> { public static readonly object Lock = new(); }
        public sealed class C
        {
            private readonly object _a = new();
            public void First() { lock (_a) { lock ([|Cache<int>.Lock|]) { } } }
            public void Second() { lock (Cache<int>.Lock) { lock (_a) { } } }
        }
        """);

    [Fact]
    public Task LocksKeptByAPrimaryConstructor_AreNamed() => Verify.VerifyAnalyzerAsync(
        """
        public sealed class C(object gate, object other)
        {
            public void First() { lock ({|#1:gate|}) { lock ({|#0:other|}) { } } }
            public void Second() { lock ({|#2:other|}) { lock ({|#3:gate|}) { } } }
        }
        """,
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithLocation(2).WithLocation(3).WithMessage(
            "'C.First' acquires 'other' while holding 'gate', but 'C.Second' acquires 'gate' while holding 'other'. Acquire them in one order everywhere."));

    [Fact]
    public Task LocalLocksThatNobodyElseSees_AreQuiet() => Verify.VerifyAnalyzerAsync("""
        public sealed class C
        {
            public void Run()
            {
                var a = new object();
                var b = new object();
                lock (a) { lock (b) { } }
                lock (b) { lock (a) { } }
            }
        }
        """);

    private static Task TreeAsync(string touch, string taken) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Node
        {
            private readonly object _lock = new();
            private readonly List<Node> _children = [];
            public Node? Parent { get; set; }
            public void Add(Node child) { child.Parent = this; _children.Add(child); }
            public void Close() { lock (_lock) { foreach (Node child in _children) { child.Close(); } } }
            public void Changed() { lock ({{taken}}) { } }
            public void Touch() { {{touch}} }
        }
        """);

    // What a library's interface returns is what the source that answers it returns.
    [Theory]
    [InlineData("lock (_sync) { foreach (var kept in _kept) kept.Dispose(); }", "lock ([|_gate|])")]
    [InlineData("List<IDisposable> all; lock (_sync) { all = _kept.ToList(); } foreach (var kept in all) kept.Dispose();", "lock (_gate)")]
    public Task SubscriptionsBehindTheInterfaceOfTheLibrary(string close, string end) => Verify.VerifyAnalyzerAsync(
        $$"""
        public sealed class Subject : IObservable<int>
        {
            private readonly object _gate = new();
            public IDisposable Subscribe(IObserver<int> observer) { lock (_gate) { observer.OnNext(1); } return new Ended(this); }
            private void End() { {{end}} { } }
            private sealed class Ended(Subject subject) : IDisposable { public void Dispose() => subject.End(); }
        }
        public sealed class Screen : IObserver<int>
        {
            private readonly object _sync = new();
            private readonly List<IDisposable> _kept = new();
            public void Open(IObservable<int> source) { var kept = source.Subscribe(this); lock (_sync) { _kept.Add(kept); } }
            public void OnNext(int value) { lock (_sync) { } }
            public void OnError(Exception error) { }
            public void OnCompleted() { }
            public void Close() { {{close}} }
            public static void Main() => new Screen().Open(new Subject());
        }
        """);

    // Whoever is handed a sequence of the source's own goes through it; one that is only described is gone through later.
    [Theory]
    [InlineData("_ = _bag.ToList();", true)]
    [InlineData("_ = new List<int>(_bag);", true)]
    [InlineData("_ = string.Join(\",\", _bag);", true)]
    [InlineData("_ = _bag.Count();", true)]
    [InlineData("_ = _bag.Any(n => n > 2);", true)]
    [InlineData("new List<int>().AddRange(_bag);", true)]
    [InlineData("_ = _bag.Where(n => n > 2);", false)]
    [InlineData("_ = _bag.Skip(2);", false)]
    [InlineData("_ = ReferenceEquals(_bag, null);", false)]
    [InlineData("_ = Size(_bag);", false)]
    public Task SequenceOfTheSource_IsGoneThroughByTheLibrary(string call, bool reports) => PairAsync(
        """
            private readonly Bag _bag; public C() => _bag = new Bag(this);
            private static int Size(IEnumerable<int> bag) => bag.GetHashCode();
            private sealed class Bag(C owner) : IEnumerable<int>
            {
                public IEnumerator<int> GetEnumerator() { owner.TakeB(); return new List<int>().GetEnumerator(); }
                System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
            }
        """,
        "lock (_a) { " + call + " }",
        reports ? "[|_b|]" : "_b");

    private static Task PairAsync(string members, string run, string taken) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class C
        {
            private readonly object _a = new();
            private readonly object _b = new();
        {{members}}
            private void TakeB() { lock ({{taken}}) { } }
            public void Run() { {{run}} }
            public void Other() { lock (_b) { lock (_a) { } } }
        }
        """);
}

using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockOrderCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1002 across methods and classes, and between instances of one class.</summary>
public class LockOrderCyclePathsTests
{
    [Fact]
    public Task SecondLockInCallee_ReportsWithTheCall() => Verify.VerifyAnalyzerAsync(
        """
        public sealed class C
        {
            private readonly object _a = new();
            private readonly object _b = new();
            public void First() { lock ({|#1:_a|}) { {|#2:Inner()|}; } }
            public void Second() { lock ({|#3:_b|}) { lock ({|#4:_a|}) { } } }
            private void Inner() { lock ({|#0:_b|}) { } }
        }
        """,
        Verify.Diagnostic().WithLocation(4).WithLocation(3).WithLocation(1).WithLocation(2).WithLocation(0).WithMessage(
            "'C.Second' acquires '_a' while holding '_b', but 'C.First' acquires '_b' while holding '_a'. Acquire them in one order everywhere."));

    [Fact]
    public Task CalleeRunsAfterTheLock_IsQuiet() => Verify.VerifyAnalyzerAsync("""
        public sealed class C
        {
            private readonly object _a = new();
            private readonly object _b = new();
            public void First() { lock (_a) { } Inner(); }
            public void Second() { lock (_b) { lock (_a) { } } }
            private void Inner() { lock (_b) { } }
        }
        """);

    [Theory]
    [InlineData("lock (_lock) { _child.Notify(); }", "[|_lock|]")]
    [InlineData("lock (_lock) { } _child.Notify();", "_lock")]
    public Task OwnerAndChildCallEachOther_Reports(string run, string taken) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Owner
        {
            private readonly object _lock = new();
            private readonly Child _child;
            public Owner() => _child = new Child(this);
            public void Run() { {{run}} }
            public void Changed() { lock ({{taken}}) { } }
        }
        public sealed class Child(Owner owner)
        {
            private readonly object _lock = new();
            public void Notify() { lock (_lock) { } }
            public void Change() { lock (_lock) { owner.Changed(); } }
        }
        """);

    [Theory]
    [InlineData("private interface ITaker { void Take(); } private sealed class Taker(C owner) : ITaker { public void Take() { lock ([|owner._b|]) { } } } private readonly ITaker _other; public C() => _other = new Taker(this);", "_other.Take();")]
    [InlineData("private event Action? Changed; public C() => Changed += TakeB;", "Changed?.Invoke();")]
    [InlineData("private readonly Action _callback; public C() => _callback = TakeB;", "_callback();")]
    [InlineData("private static void Call(Action action) => action();", "Call(TakeB);")]
    [InlineData("private static void Call(Action action) => action();", "Call(() => TakeB());")]
    [InlineData("private readonly List<Action> _callbacks = []; public void Add() => _callbacks.Add(TakeB);", "foreach (Action callback in _callbacks) { callback(); }")]
    [InlineData("private readonly List<int> _items = [];", "_items.ForEach(_ => TakeB());")]
    [InlineData("private readonly List<int> _items = []; private int Taken(int item) { TakeB(); return item; }", "_items.ConvertAll(Taken);")]
    [InlineData("private readonly int[] _items = []; private int Taken(int item) { TakeB(); return item; }", "Array.ConvertAll(_items, Taken);")]
    [InlineData("private int B { get { TakeB(); return 1; } }", "Console.WriteLine(B);")]
    [InlineData("private void Deep(int depth) { if (depth > 0) { Deep(depth - 1); } else { TakeB(); } }", "Deep(3);")]
    [InlineData("", "void Local() => TakeB(); Local();")]
    public async Task SecondLockBehindIndirection_Reports(string members, string call)
    {
        bool hasOwnMark = members.Contains("[|", StringComparison.Ordinal);
        await PairAsync(members, "lock (_a) { " + call + " }", hasOwnMark ? "_b" : "[|_b|]");
        await PairAsync(members.Replace("[|", "").Replace("|]", ""), "lock (_a) { } " + call, "_b");
    }

    [Fact]
    public Task LambdaThatAnotherThreadRuns_IsQuiet() => PairAsync("", "lock (_a) { Task.Run(TakeB); }", "_b");

    [Fact]
    public Task DetachedAsyncPartAfterItsAwait_IsQuiet() => PairAsync(
        "private async Task LaterAsync() { await Task.Yield(); TakeB(); }", "lock (_a) { _ = LaterAsync(); }", "_b");

    [Fact]
    public Task DetachedAsyncPartBeforeItsAwait_Reports() => PairAsync(
        "private async Task SoonAsync() { TakeB(); await Task.Yield(); }", "lock (_a) { _ = SoonAsync(); }", "[|_b|]");

    [Fact]
    public Task RingOverTwoFiles_ReportsInTheFirst()
    {
        var test = new Verify.Test
        {
            TestState =
            {
                Sources =
                {
                    "public sealed class First { internal readonly object A = new(); public void Run(Second other) { lock (A) { lock ([|other.B|]) { } } } }",
                    "public sealed class Second { internal readonly object B = new(); public void Run(First other) { lock (B) { lock (other.A) { } } } }",
                },
            },
        };
        return test.RunAsync();
    }

    [Fact]
    public Task TwoParametersOfOneClass_TellsBothWays() => Verify.VerifyAnalyzerAsync(
        InAccount("public static void Transfer(Account from, Account to) { lock ({|#1:from._lock|}) { lock ({|#0:to._lock|}) { } } }"),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithMessage(
            "'Account.Transfer' acquires '_lock' while holding '_lock', but they belong to two instances, and another call can hold them the other way round. "
            + "Acquire them in one order everywhere."));

    [Theory]
    [InlineData("public void Transfer(Account to) { lock (_lock) { lock ([|to._lock|]) { } } }")]
    [InlineData("public void Transfer(Account to) { lock (_lock) { to.Deposit(); } } public void Deposit() { lock ([|_lock|]) { } }")]
    public Task TwoEqualInstances_Report(string members) => Verify.VerifyAnalyzerAsync(InAccount(members));

    [Fact]
    public Task TwoEqualInstancesAreThemselvesTheLocks_Report() => Verify.VerifyAnalyzerAsync(InAccount(
        "public static void Transfer(Account from, Account to) { lock (from) { lock ([|to|]) { } } }"));

    [Fact]
    public Task LocksOfTwoClassesOnThemselves_AreQuiet() => Verify.VerifyAnalyzerAsync("""
        public static class Shared { public static readonly object X = new(); }
        public sealed class A { public void Run() { lock (this) { lock (Shared.X) { } } } }
        public sealed class B { public void Run() { lock (Shared.X) { lock (this) { } } } }
        """);

    [Fact]
    public Task MonitorsOfTwoClassesOnThemselves_AreQuiet() => Verify.VerifyAnalyzerAsync("""
        public static class Shared { public static readonly object X = new(); }
        public sealed class A { public void Run() { Monitor.Enter(this); lock (Shared.X) { } Monitor.Exit(this); } }
        public sealed class B { public void Run() { lock (Shared.X) { Monitor.Enter(this); Monitor.Exit(this); } } }
        """);

    [Fact]
    public Task MonitorsOfOneClassOnItself_Report() => Verify.VerifyAnalyzerAsync("""
        public static class Shared { public static readonly object X = new(); }
        public sealed class A { public void Run() { Monitor.Enter(this); lock ([|Shared.X|]) { } Monitor.Exit(this); } }
        public sealed class B { public void Run(A a) { lock (Shared.X) { Monitor.Enter(a); Monitor.Exit(a); } } }
        """);

    [Fact]
    public Task LockOfOneClassOnItself_Reports() => Verify.VerifyAnalyzerAsync("""
        public static class Shared { public static readonly object X = new(); }
        public sealed class A { public void Run() { lock (this) { lock ([|Shared.X|]) { } } } }
        public sealed class B { public void Run(A a) { lock (Shared.X) { lock (a) { } } } }
        """);

    [Fact]
    public Task LocksOfTwoTypeObjects_AreQuiet() => Verify.VerifyAnalyzerAsync("""
        public static class Shared { public static readonly object X = new(); }
        public sealed class A { public void Run() { lock (typeof(A)) { lock (Shared.X) { } } } }
        public sealed class B { public void Run() { lock (Shared.X) { lock (typeof(B)) { } } } }
        """);

    [Fact]
    public Task LocksOfOneTypeObject_Report() => Verify.VerifyAnalyzerAsync("""
        public static class Shared { public static readonly object X = new(); }
        public sealed class A { public void Run() { lock (typeof(A)) { lock ([|Shared.X|]) { } } } }
        public sealed class B { public void Run() { lock (Shared.X) { lock (typeof(A)) { } } } }
        """);

    [Theory]
    [InlineData("public void Transfer(Account to) { lock (_lock) { } lock (to._lock) { } }")]
    [InlineData("private readonly Account? _child; public void Close() { lock (_lock) { if (_child is not null) { lock (_child._lock) { } } } }")]
    [InlineData("private readonly List<Account> _children = []; public void Close() { lock (_lock) { foreach (Account child in _children) { child.Close(); } } }")]
    [InlineData("public static void Transfer(Account from, Account to) { if (from._id < to._id) { lock (from._lock) { lock (to._lock) { } } } else { lock (to._lock) { lock (from._lock) { } } } }")]
    [InlineData("public static void Transfer(Account from, Account to) { var first = from._id < to._id ? from : to; var second = from._id < to._id ? to : from; lock (first._lock) { lock (second._lock) { } } }")]
    [InlineData("private static readonly object _all = new(); public static void Transfer(Account from, Account to) { lock (_all) { lock (from._lock) { lock (to._lock) { } } } }")]
    [InlineData("public void Twice() { lock (_lock) { lock (_lock) { } } }")]
    [InlineData("public static void Twice(Account one) { lock (one._lock) { lock (one._lock) { } } }")]
    public Task InstancesInOneOrder_AreQuiet(string members) => Verify.VerifyAnalyzerAsync(InAccount(members));

    private static string InAccount(string members) => $$"""
        public sealed class Account
        {
            private readonly object _lock = new();
            private readonly int _id = Random.Shared.Next();
            public int Id { get { lock (_lock) { return _id; } } }
        {{members}}
        }
        """;

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

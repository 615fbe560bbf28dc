using CrossRelease.Analyzers.CodeFixes;
using CrossRelease.Analyzers.Tests.Support;

namespace CrossRelease.Analyzers.Tests.Fixes;

public class CallOutOfLockFixerTests
{
    [Fact]
    public Task Event_IsReadUnderTheLock() => FixesAsync(
        "public event EventHandler? Changed;",
        """
                lock (_gate)
                {
                    _count++;
                    Changed?{|XR2003:.Invoke(this, EventArgs.Empty)|}; // tell
                }
        """,
        """
                EventHandler? changed;
                lock (_gate)
                {
                    _count++;
                    changed = Changed;
                }

                changed?.Invoke(this, EventArgs.Empty); // tell
        """);

    [Fact]
    public Task ArgumentThatTheLockGuards_IsReadUnderIt() => FixesAsync(
        "public event Action<int>? Changed;",
        """
                lock (_gate)
                {
                    _count++;
                    Changed?{|XR2003:.Invoke(_count)|};
                }
        """,
        """
                Action<int>? changed;
                int count;
                lock (_gate)
                {
                    _count++;
                    changed = Changed;
                    count = _count;
                }

                changed?.Invoke(count);
        """);

    [Fact]
    public Task Delegate_IsCalledBehind() => FixesAsync(
        "private readonly Action _work; public C(Action work) => _work = work;",
        """
                lock (_gate)
                {
                    _count++;
                    {|XR2003:_work()|};
                }
        """,
        """
                lock (_gate)
                {
                    _count++;
                }

                _work();
        """);

    [Fact]
    public Task Observer_IsToldBehind() => FixesAsync(
        "private IObserver<int> _observer; public C(IObserver<int> observer) => _observer = observer; public void Set(IObserver<int> observer) => _observer = observer;",
        """
                lock (_gate)
                {
                    _count++;
                    {|XR2003:_observer.OnNext(1)|};
                }
        """,
        """
                IObserver<int> observer;
                lock (_gate)
                {
                    _count++;
                    observer = _observer;
                }

                observer.OnNext(1);
        """);

    [Fact]
    public Task Observers_AreCopied() => FixesAsync(
        "private readonly List<IObserver<int>> _observers = new(); public void Add(IObserver<int> observer) { lock (_gate) { _observers.Add(observer); } }",
        """
                lock (_gate)
                {
                    _count++;
                    foreach (var observer in _observers)
                    {
                        {|XR2003:observer.OnNext(1)|};
                    }
                }
        """,
        """
                IObserver<int>[] observers;
                lock (_gate)
                {
                    _count++;
                    observers = _observers.ToArray();
                }

                foreach (var observer in observers)
                {
                    observer.OnNext(1);
                }
        """);

    [Fact]
    public Task Cancel_RunsItsCallbacksBehind() => FixesAsync(
        "private CancellationTokenSource _stop = new(); public void Again() => _stop = new(); public CancellationToken Token => _stop.Token;",
        """
                lock (_gate)
                {
                    _count++;
                    {|XR2003:_stop.Cancel()|};
                }
        """,
        """
                CancellationTokenSource stop;
                lock (_gate)
                {
                    _count++;
                    stop = _stop;
                }

                stop.Cancel();
        """);

    [Fact]
    public Task TaskSource_IsSignalledBehind() => FixesAsync(
        "private readonly TaskCompletionSource<int> _done = new(); public Task<int> Done => _done.Task;",
        """
                lock (_gate)
                {
                    _count++;
                    {|XR2003:_done.TrySetResult(_count)|};
                }
        """,
        """
                int count;
                lock (_gate)
                {
                    _count++;
                    count = _count;
                }

                _done.TrySetResult(count);
        """);

    [Fact]
    public Task CallbackFoundInTheBranch_IsKnownNotToBeNull() => FixesAsync(
        "private readonly Dictionary<int, Action<int>> _all = new(); public void Add(Action<int> work) { lock (_gate) { _all[1] = work; } }",
        """
                lock (_gate)
                {
                    if (_all.TryGetValue(1, out var work))
                    {
                        {|XR2003:work(1)|};
                    }
                }
        """,
        """
                Action<int>? work = null;
                var isDue = false;
                lock (_gate)
                {
                    if (_all.TryGetValue(1, out work))
                    {
                        isDue = true;
                    }
                }

                if (isDue)
                {
                    work!(1);
                }
        """);

    [Fact]
    public Task CallbackInABranch_IsRememberedByAFlag() => FixesAsync(
        "private readonly Action<int> _work; public C(Action<int> work) => _work = work;",
        """
                lock (_gate)
                {
                    if (++_count > 3)
                    {
                        {|XR2003:_work(_count)|};
                    }
                }
        """,
        """
                int count = default;
                var isDue = false;
                lock (_gate)
                {
                    if (++_count > 3)
                    {
                        count = _count;
                        isDue = true;
                    }
                }

                if (isDue)
                {
                    _work(count);
                }
        """);

    [Theory]
    [InlineData("", "[|await Task.Delay(_count)|];", "int count;", "count = _count;", "await Task.Delay(count);")]
    [InlineData("private Task _last = Task.CompletedTask; public void Begin() => _last = Task.Delay(1);", "[|await _last|]; // rest", "Task last;", "last = _last;", "await last; // rest")]
    public Task AwaitThatEndsTheLock_IsMadeBehind(string members, string before, string local, string capture, string after)
        => CSharpCodeFixVerifier<LockHeldOverAwaitAnalyzer, CallOutOfLockFixer>.VerifyCodeFixAsync(
            InClass(
                members,
                $$"""
                        Monitor.Enter(_gate);
                        try
                        {
                            _count++;
                            {{before}}
                        }
                        finally
                        {
                            Monitor.Exit(_gate);
                        }
                """,
                "async Task"),
            InClass(
                members,
                $$"""
                        {{local}}
                        Monitor.Enter(_gate);
                        try
                        {
                            _count++;
                            {{capture}}
                        }
                        finally
                        {
                            Monitor.Exit(_gate);
                        }

                        {{after}}
                """,
                "async Task"));

    [Fact]
    public async Task CallsBehindThatTheLockMayBeFor_GetNoFix()
    {
        var source = InClass(
            "private readonly Action _work; private readonly IList<int> _all; public C(Action work, IList<int> all) => (_work, _all) = (work, all);",
            "lock (_gate)\n{\n_count++;\n{|XR2003:_work()|};\n_all.Clear();\n}");
        await CSharpCodeFixVerifier<ForeignCodeUnderLockAnalyzer, CallOutOfLockFixer>.VerifyCodeFixAsync(source, source);
    }

    [Theory]
    [InlineData("lock (_gate)\n{\n_count++;\n{|XR2003:_work()|};\n_count--;\n}")]
    [InlineData("lock (_gate)\n{\n{|XR2003:_work()|};\n}")]
    [InlineData("lock (_gate)\n{\n_count++;\nwhile (_count > 0)\n{\n{|XR2003:_work()|};\n}\n}")]
    [InlineData("lock (_gate)\n{\n_count++;\ntry\n{\n{|XR2003:_work()|};\n}\ncatch (IOException)\n{\n}\n}")]
    public async Task CallThatTheLockIsFor_GetsNoFix(string body)
    {
        var source = InClass("private readonly Action _work; public C(Action work) => _work = work;", body);
        await CSharpCodeFixVerifier<ForeignCodeUnderLockAnalyzer, CallOutOfLockFixer>.VerifyCodeFixAsync(source, source);
    }

    private static Task FixesAsync(string members, string before, string after)
        => CSharpCodeFixVerifier<ForeignCodeUnderLockAnalyzer, CallOutOfLockFixer>.VerifyCodeFixAsync(InClass(members, before), InClass(members, after));

    private static string InClass(string members, string body, string returns = "void") => $$"""
        public sealed class C
        {
            private readonly object _gate = new();
            private int _count;
            {{members}}
            public void Touch() { lock (_gate) { } }
            public {{returns}} Run()
            {
        {{body}}
            }
        }
        """;
}

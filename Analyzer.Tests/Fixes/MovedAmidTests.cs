using CrossRelease.Analyzers.CodeFixes;
using CrossRelease.Analyzers.Tests.Support;

namespace CrossRelease.Analyzers.Tests.Fixes;

/// <summary>What stands behind a call that leaves the lock: what it worked on is given up, or the body returns.</summary>
public class MovedAmidTests
{
    [Theory]
    [InlineData("_loop?{|XR1001:.Join()|}; // ends", "_loop = null;", "Thread? loop;", "loop = _loop;", "loop?.Join(); // ends")]
    [InlineData("{|XR1001:_loop!.Join()|};", "_loop = null;", "Thread loop;", "loop = _loop!;", "loop.Join();")]
    [InlineData("_loop?{|XR1001:.Join()|};", "_loop = default;", "Thread? loop;", "loop = _loop;", "loop?.Join();")]
    public Task WaitForWhatIsGivenUp_MovesBehind(string wait, string rest, string local, string capture, string after) => VerifyWaitAsync(
        $$"""
                lock (_gate)
                {
                    _closed = true;
                    {{wait}}
                    {{rest}}
                }
        """,
        $$"""
                {{local}}
                lock (_gate)
                {
                    _closed = true;
                    {{capture}}
                    {{rest}}
                }

                {{after}}
        """);

    [Theory]
    [InlineData("foreach (var loop in _loops)", "loop", "loops")]
    [InlineData("foreach (Thread loop in this._loops)", "loop", "loops")]
    public Task LoopOverWhatIsCleared_RunsOverACopy(string loop, string element, string copy)
    {
        var field = loop.Contains("this.", StringComparison.Ordinal) ? "this._loops" : "_loops";
        return VerifyWaitAsync(
            $$"""
                    lock (_gate)
                    {
                        _closed = true;
                        {{loop}}
                        {
                            {|XR1001:{{element}}.Join()|};
                        }

                        {{field}}.Clear();
                    }
            """,
            $$"""
                    Thread[] {{copy}};
                    lock (_gate)
                    {
                        _closed = true;
                        {{copy}} = {{field}}.ToArray();

                        {{field}}.Clear();
                    }

                    {{loop.Replace(field, copy, StringComparison.Ordinal)}}
                    {
                        {{element}}.Join();
                    }
            """);
    }

    [Theory]
    [InlineData("{|XR1001:_loop!.Join()|};\n_closed = false;")]
    [InlineData("{|XR1001:_loop!.Join()|};\n_loop = new Thread(Run);")]
    [InlineData("{|XR1001:_loop!.Join()|};\n_loops.Clear();")]
    [InlineData("{|XR1001:_loop!.Join()|};\n_ended++;")]
    [InlineData("{|XR1001:_loop!.Join()|};\nif (_ended > 0)\n{\n_loop = null;\n}")]
    public Task WhatMayNeedTheEnd_KeepsTheWait(string rest)
    {
        var body = "lock (_gate)\n{\n_closed = true;\n" + rest + "\n}";
        return VerifyWaitAsync(body, body);
    }

    [Theory]
    [InlineData("return true;")]
    [InlineData("return limit > 2;", false)]
    [InlineData("return isNew;")]
    [InlineData("return _count > 2;", false)]
    [InlineData("// Told.\n            return true;", false)]
    public Task ReturnAtTheEnd_GoesBehind(string end, bool isFixed = true)
    {
        const string Call = "{|XR2003:_told()|};";
        var before = $$"""
                lock (_gate)
                {
                    _count++;
                    if (_count > limit)
                    {
                        {{Call}}
                    }

                    {{end}}
                }
        """;
        return VerifyCallAsync(before, isFixed ? $$"""
                var isDue = false;
                lock (_gate)
                {
                    _count++;
                    if (_count > limit)
                    {
                        isDue = true;
                    }
                }

                if (isDue)
                {
                    _told();
                }

                {{end}}
        """ : before);
    }

    [Fact]
    public Task SecondWay_IsClosedWithTheFirst()
    {
        const string Before = "lock (_gate)\n        {\n            _count++;\n            _store.Add();\n        }";
        const string After = "lock (_gate)\n        {\n            _count++;\n        }\n\n        _store.Add();";
        return CSharpCodeFixVerifier<LockOrderCycleAnalyzer, CallOutOfLockFixer>.VerifyCodeFixAsync(
            InView(Before, "[|_gate|]"), InView(After, "_gate"));
    }

    private static Task VerifyWaitAsync(string before, string after)
        => CSharpCodeFixVerifier<CrossReleaseCycleAnalyzer, MoveWaitOutOfLockFixer>.VerifyCodeFixAsync(InPump(before), InPump(after));

    private static Task VerifyCallAsync(string before, string after)
        => CSharpCodeFixVerifier<ForeignCodeUnderLockAnalyzer, CallOutOfLockFixer>.VerifyCodeFixAsync(InTeller(before), InTeller(after));

    private static string InPump(string body) => $$"""
        #nullable enable
        public sealed class Pump
        {
            private readonly object _gate = new();
            private readonly List<Thread> _loops = new();
            private Thread? _loop;
            private bool _closed;
            private int _ended;
            public Pump()
            {
                _loop = new Thread(Run);
                _loop.Start();
                _loops.Add(_loop);
            }

            public void Close()
            {
        {{body}}
            }

            private void Run() { lock (_gate) { if (_closed) { _ended++; } } }
        }
        """;

    private static string InTeller(string body) => $$"""
        public sealed class Teller
        {
            private readonly object _gate = new();
            private readonly Action _told;
            private int _count;
            public Teller(Action told) => _told = told;
            public void Touch() { lock (_gate) { } }
            public bool Count(int limit, bool isNew)
            {
        {{body}}
            }
        }
        """;

    private static string InView(string body, string acquire) => $$"""
        public sealed class Store
        {
            private readonly object _gate = new();
            public event Action? Added;
            private int _count;
            public void Add() { lock ({{acquire}}) { _count++; } }
            public void Tell() { lock (_gate) { Added?.Invoke(); } }
        }

        public sealed class View
        {
            private readonly object _gate = new();
            private readonly Store _store;
            private int _count;
            public View(Store store) { _store = store; _store.Added += OnAdded; }
            public void First()
            {
                {{body}}
            }

            public void Second()
            {
                {{body}}
            }

            private void OnAdded() { lock (_gate) { _count++; } }
        }
        """;
}

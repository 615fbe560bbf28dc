using CrossRelease.Analyzers.CodeFixes;
using CrossRelease.Analyzers.Tests.Support;

namespace CrossRelease.Analyzers.Tests.Fixes;

public class TakeOtherLockFirstFixerTests
{
    private const string Locks = "private readonly object _left = new(); private readonly object _right = new();";

    [Theory]
    [InlineData("lock (_left)\n        {\n            lock ([|_right|])\n            {\n                _count++;\n            }\n        }", "")]
    [InlineData("// One after the other.\n        lock (_left) // first\n        {\n            Inner();\n        }", "private void Inner() { lock ([|_right|]) { _count++; } }")]
    [InlineData("lock (_left)\n        {\n            this.Inner();\n        }", "private void Inner() { lock ([|_right|]) { _count++; } }")]
    [InlineData("lock (_left)\n        {\n            Middle();\n        }", "private void Middle() => Inner(); private void Inner() { lock ([|_right|]) { _count++; } }")]
    [InlineData("if (_count > 0)\n            lock (_left)\n            {\n                Inner();\n            }", "private void Inner() { lock ([|this._right|]) { _count++; } }")]
    public Task LockOfTheSameObject_IsTakenFirst(string body, string members) => VerifyAsync(
        InClass(Locks, body, members),
        InClass(Locks, First(body, "_right"), members));

    [Theory]
    [InlineData("private static readonly object _left = new(); private static readonly object _right = new();")]
    [InlineData("private readonly object _left = new(); private static readonly object _right = new();")]
    [InlineData("private readonly Lock _left = new(); private readonly Lock _right = new();")]
    public Task LocksOfEveryKind_AreTakenFirst(string locks)
    {
        const string Body = "lock (_left)\n        {\n            Inner();\n        }";
        const string Inner = "private void Inner() { lock ([|_right|]) { _count++; } }";
        return VerifyAsync(InClass(locks, Body, Inner), InClass(locks, First(Body, "_right"), Inner));
    }

    [Theory]
    [InlineData("public readonly object Gate = new();")]
    [InlineData("public object Gate { get; } = new();")]
    [InlineData("private readonly List<int> _all = new(); public object Gate => _all;")]
    public Task LockOfAPart_IsTakenFirst(string gate) => VerifyAsync(InTwo(gate, "lock (_gate)\n        {\n            _store.Add();\n        }"), InTwo(gate, "lock (_store.Gate)\n        lock (_gate)\n        {\n            _store.Add();\n        }"));

    [Theory]
    [InlineData("private readonly object Gate = new();")]
    [InlineData("private static object Gate => Make(); private static readonly object s_gate = new(); private static object Make() => s_gate;")]
    public Task LockWithoutAName_GetsNoFix(string gate)
    {
        var source = InTwo(gate, "lock (_gate)\n        {\n            _store.Add();\n        }");
        return VerifyAsync(source, source);
    }

    [Fact]
    public Task LockThatOnlyTheBodyNames_IsTakenSecondOnTheOtherSide()
    {
        const string Before = "public void Other() { lock (_right) { lock (_left) { _count--; } } }";
        const string After = "public void Other() { lock (_left) lock (_right) { lock (_left) { _count--; } } }";
        var source = InClass(Locks, "lock (_left)\n        {\n            var inner = _right;\n            lock ([|inner|])\n            {\n                _count++;\n            }\n        }", "");
        return VerifyAsync(source, source.Replace(Before, After, StringComparison.Ordinal));
    }

    private static string First(string body, string name)
    {
        var at = body.IndexOf("lock (_left)", StringComparison.Ordinal);
        var indent = body.StartsWith("if", StringComparison.Ordinal) ? "            " : "        ";
        return (body[..at] + $"lock ({name})\n{indent}" + body[at..]).Replace("[|", "", StringComparison.Ordinal).Replace("|]", "", StringComparison.Ordinal);
    }

    private static Task VerifyAsync(string before, string after)
        => CSharpCodeFixVerifier<LockOrderCycleAnalyzer, TakeOtherLockFirstFixer>.VerifyCodeFixAsync(before, after == before ? before : after.Replace("[|", "", StringComparison.Ordinal).Replace("|]", "", StringComparison.Ordinal));

    private static string InClass(string locks, string body, string members) => $$"""
        public sealed class C
        {
            {{locks}}
            private int _count;
            public void Run()
            {
                {{body}}
            }

            {{members}}
            public void Other() { lock (_right) { lock (_left) { _count--; } } }
        }
        """;

    private static string InTwo(string gate, string body) => $$"""
        public sealed class Store
        {
            {{gate}}
            public event Action? Added;
            private int _count;
            public void Add() { lock ([|Gate|]) { _count++; } }
            public void Tell() { lock (Gate) { Added?.Invoke(); } }
        }

        public sealed class View
        {
            private readonly object _gate = new();
            private readonly Store _store;
            private int _seen;
            public View(Store store) { _store = store; _store.Added += OnAdded; }
            public void Run()
            {
                {{body}}
            }

            private void OnAdded() { lock (_gate) { _seen++; } }
        }
        """;
}

using CrossRelease.Analyzers.CodeFixes;
using CrossRelease.Analyzers.Tests.Support;

namespace CrossRelease.Analyzers.Tests.Fixes;

public class CallBeforeLockFixerTests
{
    [Theory]
    [InlineData("_allowed = Ask(role);", "var allowed = Ask(role);", "_allowed = allowed;")]
    [InlineData("_allowed = _manager.Ask(role); // asked", "var allowed = _manager.Ask(role);", "_allowed = allowed; // asked")]
    [InlineData("this._allowed = Ask(role);", "var allowed = Ask(role);", "this._allowed = allowed;")]
    [InlineData("_allowed = AskIf(() => role > 0);", "var allowed = AskIf(() => role > 0);", "_allowed = allowed;")]
    public Task ResultKeptInAField_GetsALocal(string call, string before, string left) => VerifyAsync(
        InItem($$"""
                // The role counts from now on.
                lock (_gate)
                {
                    {{call}}
                    _count++;
                }
        """),
        InItem($$"""
                // The role counts from now on.
                {{before}}
                lock (_gate)
                {
                    {{left}}
                    _count++;
                }
        """, "_space"));

    [Theory]
    [InlineData("var allowed = Ask(role);")]
    [InlineData("bool allowed = Ask(role); // asked")]
    public Task LocalOfTheBody_MovesBefore(string call) => VerifyAsync(
        InItem($$"""
                lock (_gate)
                {
                    {{call}}
                    _allowed = allowed;
                }
        """),
        InItem($$"""
                {{call}}
                lock (_gate)
                {
                    _allowed = allowed;
                }
        """, "_space"));

    [Fact]
    public Task MonitorWithFinally_IsALock() => VerifyAsync(
        InItem("""
                Monitor.Enter(_gate);
                try
                {
                    _allowed = Ask(role);
                }
                finally
                {
                    Monitor.Exit(_gate);
                }
        """),
        InItem("""
                var allowed = Ask(role);
                Monitor.Enter(_gate);
                try
                {
                    _allowed = allowed;
                }
                finally
                {
                    Monitor.Exit(_gate);
                }
        """, "_space"));

    [Theory]
    [InlineData("_count++;", true)]
    [InlineData("_count++;", false)]
    public Task UsedUnderTheLock_IsDisposedBehind(string rest, bool isLast)
    {
        string Body(string before, string call) => $$"""
                {{before}}lock (_gate)
                {
                    {{call}}{{rest}}
                }{{(isLast ? "" : "\n        _count--;")}}
        """;
        const string Open = "using var scope = Open(role);";
        var source = InItem(Body("", Open + "\n            "));
        return VerifyAsync(source, isLast ? InItem(Body(Open + "\n        ", ""), "_space") : source);
    }

    [Theory]
    [InlineData("_count++;\n_allowed = Ask(role);")]
    [InlineData("_allowed = Ask(_count);")]
    [InlineData("_allowed = AskIf(() => _count > 0);")]
    [InlineData("_allowed = AskAndCount(role);")]
    [InlineData("Ask(role);\n_count++;")]
    [InlineData("if (Ask(role))\n{\n_count++;\n}")]
    public Task CallThatNeedsTheLock_GetsNoFix(string body)
    {
        var source = InItem("lock (_gate)\n{\n" + body + "\n}");
        return VerifyAsync(source, source);
    }

    private static Task VerifyAsync(string before, string after)
        => CSharpCodeFixVerifier<LockOrderCycleAnalyzer, CallBeforeLockFixer>.VerifyCodeFixAsync(before, after);

    private static string InItem(string body, string space = "[|_space|]") => $$"""
        public sealed class Manager
        {
            private readonly object _space = new();
            private readonly List<Item> _items = new();
            private int _least;
            public bool Ask(int role) { lock ({{space}}) { return role >= _least; } }
            public void Report() { lock (_space) { foreach (var item in _items) { item.Queue(); } } }
        }

        public sealed class Item
        {
            private readonly object _gate = new();
            private readonly Manager _manager;
            private bool _allowed;
            private int _count;
            public Item(Manager manager) => _manager = manager;
            public void Queue() { lock (_gate) { _count++; } }
            public void Modify(int role)
            {
        {{body}}
            }

            private bool Ask(int role) => _manager.Ask(role);
            private bool AskIf(Func<bool> isDue) => isDue() && _manager.Ask(0);
            private IDisposable Open(int role) { _manager.Ask(role); return new MemoryStream(); }
            private bool AskAndCount(int role) { _count++; return _manager.Ask(role); }
            public override string ToString() => _allowed.ToString();
        }
        """;
}

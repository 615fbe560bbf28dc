using CrossRelease.Analyzers.CodeFixes;
using CrossRelease.Analyzers.Tests.Support;

namespace CrossRelease.Analyzers.Tests.Fixes;

/// <summary>Which calls leave the lock, by what they call and what they are given.</summary>
public class CallOutOfLockKindsTests
{
    [Theory]
    [InlineData("_store.Visit(item => item.Show());")]
    [InlineData("_store.Visit(static item => item.Show());")]
    [InlineData("_store.Visit(item => { item.Show(); }); // each")]
    [InlineData("_store.Visit(item => Free(item));")]
    [InlineData("_store.Visit(item => limit += item.GetHashCode());")]
    public Task FunctionThatNeedsNoLock_GoesAlong(string call) => VerifyAsync(
        InView($"_count++;\n            {call}"),
        InView("_count++;", $"\n\n        {call}"));

    [Fact]
    public Task LoopOverWhatEverybodyMayChange_GoesAlong() => VerifyAsync(InView("_count++;\n            VisitGiven();"), InView("_count++;", "\n\n        VisitGiven();"));

    [Fact]
    public Task LoopOverWhatTheLockGuards_KeepsTheCall()
    {
        var source = InView("_count++;\n            VisitOwn();");
        return VerifyAsync(source, source);
    }

    [Theory]
    [InlineData("_store.Visit(item => _count++);")]
    [InlineData("_store.Visit(item => Counted());")]
    [InlineData("_store.Visit(item => Total++);")]
    [InlineData("var shown = 0;\n            _store.Visit(item => shown++);")]
    public Task FunctionThatMayNeedTheLock_KeepsTheCall(string call)
    {
        var source = InView($"_count++;\n            {call}");
        return VerifyAsync(source, source);
    }

    [Theory]
    [InlineData("abstract class", "public abstract void Tell();")]
    [InlineData("class", "public virtual void Tell() { }")]
    [InlineData("interface", "void Tell();")]
    public Task OpenMethodOfAnother_IsCalledBehind(string kind, string method) => VerifyForeignAsync(
        InTeller(kind, method, "_count++;\n            {|XR2003:_listener.Tell()|};"),
        InTeller(kind, method, "_count++;", "\n\n        _listener.Tell();"));

    [Theory]
    [InlineData("if (_all.TryGetValue(key, out var found))", "var", "Listener")]
    [InlineData("if (_all.TryGetValue(key, out Listener? found))", "Listener?", "Listener")]
    public Task ArgumentFoundNotToBeNull_IsNoneBehind(string look, string declared, string type)
    {
        const string Rest = "\n            {\n                {|XR2003:_told(found)|};\n            }";
        return VerifyForeignAsync(
            InTeller("class", "public virtual void Tell() { }", $"_count++;\n            {look}{Rest}"),
            InTeller(
                "class",
                "public virtual void Tell() { }",
                $"_count++;\n            {look.Replace(declared + " found", "found", StringComparison.Ordinal)}\n            {{\n                isDue = true;\n            }}",
                "\n\n        if (isDue)\n        {\n            _told(found!);\n        }",
                $"{type}? found = null;\n        var isDue = false;\n        "));
    }

    private static Task VerifyAsync(string before, string after)
        => CSharpCodeFixVerifier<LockOrderCycleAnalyzer, CallOutOfLockFixer>.VerifyCodeFixAsync(before, before == after ? before : after.Replace("[|", "", StringComparison.Ordinal).Replace("|]", "", StringComparison.Ordinal));

    private static Task VerifyForeignAsync(string before, string after)
        => CSharpCodeFixVerifier<ForeignCodeUnderLockAnalyzer, CallOutOfLockFixer>.VerifyCodeFixAsync(before, after);

    private static string InView(string body, string behind = "") => $$"""
        public sealed class Item { public void Show() { } }

        public sealed class Store
        {
            private readonly object _gate = new();
            private readonly List<Item> _items = new();
            private View? _view;
            public void Add(View view) { lock (_gate) { _view = view; } }
            public void Visit(Action<Item> visit)
            {
                Item[] items;
                lock ([|_gate|]) { items = _items.ToArray(); }
                foreach (var item in items) { visit(item); }
            }

            public void Tell() { lock (_gate) { _view?.Refresh(); _items.Add(new Item()); } }
        }

        public sealed class View
        {
            private readonly object _gate = new();
            private readonly Store _store;
            private readonly List<Item> _own = new();
            private int _count;
            public View(Store store) { _store = store; _store.Add(this); }
            public int Total { get; set; }
            public void Run(int limit)
            {
                lock (_gate)
                {
                    {{body}}
                }{{behind}}
            }

            public void Refresh() { lock (_gate) { _own.Clear(); _count--; } }
            public List<Item> Given { get; } = new();
            private void VisitGiven() { foreach (var item in Given) { _store.Visit(shown => item.Show()); } }
            private void VisitOwn() { foreach (var item in _own) { _store.Visit(shown => item.Show()); } }
            private int Counted() => _count++;
            private static void Free(Item item) => item.Show();
        }
        """;

    private static string InTeller(string kind, string method, string body, string behind = "", string before = "") => $$"""
        #nullable enable
        public {{kind}} Listener { {{method}} }

        public sealed class Teller
        {
            private readonly object _gate = new();
            private readonly Listener _listener;
            private readonly Dictionary<int, Listener> _all = new();
            private readonly Action<Listener> _told;
            private int _count;
            public Teller(Listener listener, Action<Listener> told) => (_listener, _told) = (listener, told);
            public void Touch() { lock (_gate) { } }
            public void Run(int key)
            {
                {{before}}lock (_gate)
                {
                    {{body}}
                }{{behind}}
            }
        }
        """;
}

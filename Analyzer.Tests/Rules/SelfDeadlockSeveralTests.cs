using Lost = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LostCompletionAnalyzer>;
using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.SelfDeadlockAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1003 where a body runs in several contexts, or where an object has a neighbour of its own class: another one may let the wait go.</summary>
public class SelfDeadlockSeveralTests
{
    // Another flow that need not wait brings back what it has taken; one flow alone, or one for which all of them wait, hangs.
    [Theory]
    [InlineData("Task.Run(store.Query).Wait();", "if (_open++ < 2) { return; }", true)]
    [InlineData("Task.Run(store.Query).Wait();", "", true)]
    [InlineData("Task.WaitAll(Task.Run(store.Query), Task.Run(store.Query));", "if (_open++ < 2) { return; }", false)]
    [InlineData("Task.WaitAll(Task.Run(store.Query), Task.Run(store.Query));", "", true)]
    [InlineData("Parallel.For(0, 9, _ => store.Query());", "if (_open++ < 2) { return; }", false)]
    [InlineData("for (int i = 0; i < 9; i++) { new Thread(store.Query).Start(); }", "if (_open++ < 2) { return; }", false)]
    [InlineData("for (int i = 0; i < 9; i++) { new Thread(store.Query).Start(); }", "", true)]
    public Task SignalOfAnotherContext(string run, string before, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public sealed class Pool
        {
            private readonly BlockingCollection<object> _idle = new(); private int _open;
            public void Rent() { {{before}} {{(reports ? "[|_idle.Take()|]" : "_idle.Take()")}}; }
            public void Return() => _idle.Add(new object());
        }
        public sealed class Store { private readonly Pool _pool = new(); public void Query() { _pool.Rent(); _pool.Return(); } }
        public static class Program { public static void Main() { var store = new Store(); {{run}} } }
        """);

    // What is put in where the queue is made, the first one takes.
    [Theory]
    [InlineData("new()", true)]
    [InlineData("new() { new object() }", false)]
    public Task QueueWithContents(string queue, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public sealed class Pool
        {
            private readonly BlockingCollection<object> _idle = {{queue}};
            private object Rent() => {{(reports ? "[|_idle.Take()|]" : "_idle.Take()")}};
            private void Return(object idle) => _idle.Add(idle);
            public void Use() { object idle = Rent(); Return(idle); }
        }
        public static class Program { public static void Main() => Task.Run(new Pool().Use).Wait(); }
        """);

    // What the member held before the call put its own there is another call's.
    [Theory]
    [InlineData("before = _tail; _tail = own.Task;", false)]
    [InlineData("_tail = own.Task; before = _tail;", true)]
    public Task TailOfAChain(string swap, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Chain
        {
            private readonly object _gate = new(); private Task _tail = Task.CompletedTask; private int _count;
            public async Task RunAsync()
            {
                var own = new TaskCompletionSource(); Task before;
                lock (_gate) { {{swap}} }
                try { {{(reports ? "[|await before|]" : "await before")}}; _count++; } finally { own.SetResult(); }
            }
        }
        public sealed class User { private readonly Chain _chain = new(); public Task UseAsync() => _chain.RunAsync(); }
        public static class Program { public static void Main() { var user = new User(); Task.WaitAll(user.UseAsync(), user.UseAsync()); } }
        """);

    [Theory]
    [InlineData("_next?.Put(item)", "_in.Add(item)")]
    [InlineData("Put(item)", "[|_in.Add(item)|]")]
    public Task RoomOfTheNextStage(string forward, string add) => Verify.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public sealed class Stage(Stage? next)
        {
            private readonly BlockingCollection<int> _in = new(2); private readonly Stage? _next = next;
            public void Start() => new Thread(Loop).Start();
            public void Put(int item) => {{add}};
            private void Loop() { foreach (int item in _in.GetConsumingEnumerable()) { {{forward}}; } }
        }
        """);

    // Each call starts a thread of its own; one that a lambda captures is the one that runs it.
    [Theory]
    [InlineData("var thread = new Thread(() => Sort(size / 2)); thread.Start(); thread.Join();")]
    [InlineData("Thread? thread = null; thread = new Thread(() => { if (size > 9) { [|thread!.Join()|]; } }); thread.Start();")]
    public Task ThreadOfARecursion(string body) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Sorter { public void Sort(int size) { if (size > 1) { {{body}} } } }
        """);

    // A completion that is given results and nothing else throws at nobody.
    [Theory]
    [InlineData("own.SetResult()", false)]
    [InlineData("if (_count > 9) { own.SetException(new IOException()); } else { own.SetResult(); }", true)]
    [InlineData("if (_count > 9) { own.TrySetCanceled(); } else { own.TrySetResult(); }", true)]
    public Task WaitBeforeTheTry(string signal, bool reports) => Lost.VerifyAnalyzerAsync($$"""
        public sealed class Chain
        {
            private readonly object _gate = new(); private Task _tail = Task.CompletedTask; private int _count;
            public async Task RunAsync()
            {
                var own = new TaskCompletionSource(); Task before;
                lock (_gate) { before = _tail; _tail = own.Task; }
                {{(reports ? "[|await before|]" : "await before")}};
                try { _count++; } finally { {{signal}}; }
            }
        }
        public static class Program { public static void Main() { var chain = new Chain(); Task.WaitAll(chain.RunAsync(), chain.RunAsync()); } }
        """);

    // Of a program all handlers of an event are in sight; of a library's, others add theirs.
    [Theory]
    [InlineData("public static class Program { public static void Main() { var feed = new Feed(); feed.Told += _ => { }; feed.Open(); feed.Ask(); } }", false)]
    [InlineData("public static class Program { public static void Main() { var feed = new Feed(); feed.Told += _ => File.Delete(\"a\"); feed.Open(); feed.Ask(); } }", true)]
    [InlineData("", true)]
    public Task HandlersThatThrow(string program, bool reports) => Lost.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public sealed class Feed
        {
            private readonly BlockingCollection<int> _in = new(); private TaskCompletionSource<int>? _answer;
            public event Action<int>? Told;
            public void Open() => Task.Run(Loop);
            public int Ask() { var answer = _answer = new(); _in.Add(1); return {{(reports ? "[|answer.Task.Result|]" : "answer.Task.Result")}}; }
            private void Loop() { foreach (int item in _in.GetConsumingEnumerable()) { if (item == 0) { Told?.Invoke(item); } else { _answer!.TrySetResult(item); } } }
        }
        {{program}}
        """);
}

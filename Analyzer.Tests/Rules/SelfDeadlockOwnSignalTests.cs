using Blocked = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.BlockedContextAnalyzer>;
using Order = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockOrderCycleAnalyzer>;
using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.SelfDeadlockAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1003 for a flow that waits for what only itself signals later, or for its own end.</summary>
public class SelfDeadlockOwnSignalTests
{
    [Theory]
    [InlineData("[|_done.Wait()|]; _done.Set();")]
    [InlineData("[|s_done.Wait()|]; s_done.Set();")]
    [InlineData("[|_done.Wait()|]; Finish(_done);")]
    [InlineData("[|_count.Wait()|]; _count.Signal();")]
    [InlineData("_done.Set(); _done.Wait();")]
    [InlineData("_count.Signal(); _count.Wait();")]
    [InlineData("_done.Wait(100); _done.Set();")]
    [InlineData("_next!._done.Wait(); _done.Set();")]
    [InlineData("_other.Wait(); _done.Set();")]
    public Task WaitBeforeItsOnlySignal_Reports(string work) => Verify.VerifyAnalyzerAsync(InClass(
        $"public void Start() {{ new Thread(Work).Start(); new Thread(Count).Start(); }} private void Work() {{ {work} }} private void Count() => _count.Signal(); public void Else() => _other.Set(); private static void Finish(ManualResetEventSlim done) => done.Set();"));

    [Theory]
    [InlineData("_worker = new Thread(Work); _worker.Start();", "[|_worker!.Join()|];")]
    [InlineData("s_worker = new Thread(Work); s_worker.Start();", "[|s_worker!.Join()|];")]
    [InlineData("_worker = new Thread(Work); _worker.Start();", "_worker!.Join(100);")]
    [InlineData("_worker = new Thread(Work); _worker.Start();", "_next!._worker!.Join();")]
    [InlineData("_worker = new Thread(Work); _worker.Start(); _worker = new Thread(() => { }); _worker.Start();", "_worker!.Join();")]
    [InlineData("var worker = new Thread(Work); _workers.Add(worker); worker.Start();", "foreach (Thread worker in _workers) { [|worker.Join()|]; }")]
    [InlineData("var worker = new Thread(Work); _workers.Add(worker); worker.Start();", "_workers[0].Join();")]
    public Task WaitForTheOwnEnd_Reports(string start, string work) => Verify.VerifyAnalyzerAsync(InClass($"public void Start() {{ {start} }} private void Work() {{ {work} }}"));

    // All tasks of a container, at once or one by one: its own is among them.
    [Theory]
    [InlineData("Task.WaitAll(_tasks.ToArray());", "[|Task.WaitAll(_tasks.ToArray())|]")]
    [InlineData("Task[] all = _tasks.ToArray(); Task.WaitAll(all);", "[|Task.WaitAll(all)|]")]
    [InlineData("Task.WhenAll(_tasks).Wait();", "[|Task.WhenAll(_tasks).Wait()|]")]
    [InlineData("foreach (Task task in _tasks) { task.Wait(); }", "[|task.Wait()|]")]
    [InlineData("_tasks[0].Wait();", "")]
    [InlineData("Task.WaitAny(_tasks.ToArray());", "")]
    [InlineData("Task.WaitAll(_tasks.ToArray(), 100);", "")]
    [InlineData("Task.WaitAll(_others.ToArray());", "")]
    [InlineData("_tasks.ToArray();", "")]
    public Task WaitForAllTasks_IncludesTheOwn(string wait, string reported)
    {
        string marked = reported.Length == 0 ? wait : wait.Replace(reported.Replace("[|", "", StringComparison.Ordinal).Replace("|]", "", StringComparison.Ordinal), reported, StringComparison.Ordinal);
        return Verify.VerifyAnalyzerAsync($$"""
            public sealed class Runner
            {
                private readonly List<Task> _tasks = new(), _others = new();
                public void Start(string name) => _tasks.Add(Task.Run(() => One(name)));
                public void Other() => _others.Add(Task.Run(() => { }));
                public void StopAll() { {{marked}} }
                private void One(string name) { if (name == "last") StopAll(); }
            }
            """);
    }

    // The task of a source is done when the source is.
    [Theory]
    [InlineData("[|_source.Task.Wait()|]; _source.SetResult();")]
    [InlineData("[|s_source.Task.Wait()|]; s_source.SetResult();")]
    [InlineData("Task task = _source.Task; [|task.Wait()|]; _source.SetResult();")]
    [InlineData("var source = new TaskCompletionSource(); new Thread(() => { [|source.Task.Wait()|]; source.SetResult(); }).Start();")]
    [InlineData("_source.SetResult(); _source.Task.Wait();")]
    [InlineData("_source.Task.Wait(100); _source.SetResult();")]
    [InlineData("_next!._source.Task.Wait(); _source.SetResult();")]
    [InlineData("_sources[0].Task.Wait(); _sources[1].SetResult();")]
    public Task WaitForTheTaskOfASource_Reports(string work) => Verify.VerifyAnalyzerAsync(InClass($$"""
        private readonly TaskCompletionSource _source = new(); private static readonly TaskCompletionSource s_source = new(); private readonly List<TaskCompletionSource> _sources = [new(), new()];
        public void Start() => new Thread(Work).Start();
        private void Work() { {{work}} }
        """));

    // A thread's lambda that runs a method of an object, and the method as the thread's own.
    [Theory]
    [InlineData("var page = new Page(); new Thread(page.Loop).Start();", "", true)]
    [InlineData("var page = new Page(); new Thread(() => page.Loop()).Start();", "", true)]
    [InlineData("var page = new Page(); new Thread(() => page.Loop()).Start(); new Thread(() => page.Ready.Set()).Start();", "", false)]
    [InlineData("var page = new Page(); for (int i = 0; i < 2; i++) { new Thread(() => page.Loop()).Start(); }", "", false)]
    [InlineData("var page = new Page(); page = new Page(); new Thread(() => page.Loop()).Start();", "", false)]
    [InlineData("var page = new Page(); new Thread(() => page.Loop()).Start();", "page.Ready.Set();", false)]
    public Task LoopThatALambdaRuns(string start, string then, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public sealed class Page
        {
            private readonly ConcurrentQueue<Action> _queue = new(); public readonly ManualResetEventSlim Ready = new();
            public Page() => _queue.Enqueue(() => Ready.Set());
            public void Loop() { while (true) { while (_queue.TryDequeue(out Action? action)) { action(); } Draw(); } }
            private void Draw() => {{(reports ? "[|Ready.Wait()|]" : "Ready.Wait()")}};
        }
        public static class App { public static void Run() { {{start}} {{then}} } }
        """);

    // What a disposal signals besides helps nobody before it, nor does who fails all that is waited for; what any other method signals does.
    [Theory]
    [InlineData("public void Dispose() { foreach (var one in _asked.Values) one.TrySetCanceled(); }", true)]
    [InlineData("public void Dispose() => Abort(); private void Abort() { foreach (var one in _asked.Values) one.TrySetCanceled(); }", true)]
    [InlineData("void IDisposable.Dispose() { foreach (var one in _asked.Values) one.TrySetCanceled(); }", true)]
    [InlineData("public void Dispose() => Dispose(true); private void Dispose(bool all) { foreach (var one in _asked.Values) one.TrySetCanceled(); }", true)]
    [InlineData("public void Dispose() { } public void Abort() { foreach (var one in _asked.Values) one.TrySetCanceled(); }", true)]
    [InlineData("public void Dispose() { } public void Abort() { foreach (var one in _asked.Values) Fail(one); } private static void Fail(TaskCompletionSource one) => one.TrySetException(new IOException());", true)]
    [InlineData("public void Dispose() { } public void Abort() { foreach (var one in _asked.Values) one.TrySetResult(); }", false)]
    [InlineData("public void Dispose() { } public void Abort(int id) => _asked[id].TrySetCanceled();", false)]
    [InlineData("public void Dispose() { } public void Watch() => new Thread(Abort).Start(); private void Abort() { foreach (var one in _asked.Values) one.TrySetCanceled(); }", false)]
    [InlineData("private Timer? _watch; public void Dispose() { } public void Watch() => _watch = new Timer(_ => Abort(), null, 100, 100); private void Abort() { foreach (var one in _asked.Values) one.TrySetCanceled(); }", false)]
    [InlineData("public void Dispose() { } public void Abort() { foreach (var one in _asked.Values) { if (_frames[0] > 3) one.TrySetCanceled(); else one.TrySetResult(); } }", false)]
    public Task AnswerThatOnlyTheEndGivesBesides_IsTheOwn(string members, bool reports) => Blocked.VerifyAnalyzerAsync($$"""
        public sealed class Client : IDisposable
        {
            private readonly Dictionary<int, TaskCompletionSource> _asked = new();
            private readonly int[] _frames = new int[8];
            public event Action? Changed;
            public Client() => new Thread(Receive).Start();
            public void Ask(int id) { {{(reports ? "[|Begin(id).Wait()|]" : "Begin(id).Wait()")}}; }
            private Task Begin(int id) { var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously); _asked[id] = source; return source.Task; }
            private void Receive() { foreach (int frame in _frames) { if (frame == 0) Changed?.Invoke(); else if (_asked.Remove(frame, out var source)) source.TrySetResult(); } }
            {{members}}
        }
        public sealed class Automation { private readonly Client _client; public Automation(Client client) { _client = client; client.Changed += () => _client.Ask(3); } }
        """);

    // One object by two names; another object of the same class.
    [Theory]
    [InlineData("[|s_alias.Wait()|]; s_done.Set();")]
    [InlineData("var done = _done; [|_done.Wait()|]; done.Set();")]
    [InlineData("var one = new ManualResetEventSlim(); var same = one; new Thread(() => { [|same.Wait()|]; one.Set(); }).Start();")]
    [InlineData("var one = new ManualResetEventSlim(); var other = new ManualResetEventSlim(); new Thread(() => { other.Wait(); one.Set(); }).Start();")]
    [InlineData("_alias!.Wait(); _done.Set();")]
    [InlineData("[|_part.Done.Wait()|]; _part.Done.Set();")]
    [InlineData("_parts[0].Done.Wait(); _part.Done.Set();")]
    public Task OneObjectByTwoNames_ReportsWhereTheyAreSeenToBeOne(string work) => Verify.VerifyAnalyzerAsync(InClass($$"""
        public sealed class Part { public readonly ManualResetEventSlim Done = new(); }
        private static readonly ManualResetEventSlim s_alias = s_done; private readonly Part _part = new(); private readonly List<Part> _parts = new(); private readonly ManualResetEventSlim? _alias;
        public C() { _alias = _done; _parts.Add(_part); }
        public void Start() => new Thread(Work).Start();
        private void Work() { {{work}} }
        """));

    // The path from the running object tells whose thread it is.
    [Theory]
    [InlineData("[|_worker!.Join()|];")]
    [InlineData("_nodes[0]._worker!.Join();")]
    [InlineData("_row[0]._worker!.Join();")]
    [InlineData("((C)given!)._worker!.Join();")]
    [InlineData("new C(this).Stop();")]
    public Task ThreadOfAnotherObject_IsQuiet(string work) => Verify.VerifyAnalyzerAsync(InClass($$"""
        private readonly List<C> _nodes = new(); private readonly C[] _row = new C[2];
        public C(C other) { _nodes.Add(other); _row[0] = other; }
        private void Stop() => _nodes[0]._worker!.Join();
        public void Start() { _worker = new Thread(Work); _worker.Start(this); }
        private void Work(object? given) { {{work}} }
        """));

    [Fact]
    public Task TaskThatIsHandedToTheFlow_IsAnother() => Verify.VerifyAnalyzerAsync(InClass(
        "private Task? _task; public void Start() { _task = RunAsync(_task!); } private async Task RunAsync(Task own) { await Task.Yield(); await own; }"));

    // A guard around the call holds for what is called.
    [Theory]
    [InlineData("Out();", "[|_worker!.Join()|]")]
    [InlineData("if (Thread.CurrentThread == _worker) { Out(); }", "[|_worker!.Join()|]")]
    [InlineData("if (Thread.CurrentThread != _worker) { Out(); }", "_worker!.Join()")]
    public Task GuardOfTheCaller_Counts(string work, string wait) => Verify.VerifyAnalyzerAsync(InClass(
        $"public void Start() {{ _worker = new Thread(Work); _worker.Start(); }} private void Work() {{ {work} }} private void Out() {{ {wait}; }}"));

    // A part's way back to its owner, and from there to the same part or to another place.
    [Theory]
    [InlineData("[|_owner._worker!.Join()|];")]
    [InlineData("_owner._next!._worker!.Join();")]
    public Task OwnerSeenFromItsPart_IsTheRunningOne(string stop) => Verify.VerifyAnalyzerAsync(InClass($$"""
        public sealed class Part
        {
            private readonly C _owner;
            public Part(C owner) { _owner = owner; }
            public void Stop() { {{stop}} }
        }
        private Part? _part;
        public void Start() { _part = new Part(this); _worker = new Thread(Run); _worker.Start(); }
        private void Run() => _part!.Stop();
        """));

    // A task that the variable held before is another one.
    [Theory]
    [InlineData("Task? task = null; task = Task.Run(() => { [|task!.Wait()|]; });")]
    [InlineData("Task? task = null; task = Task.Run(() => { [|task!.Wait()|]; }); task = Given();")]
    [InlineData("Task task = Task.Run(() => { }); Task second = Task.Run(() => { task.Wait(); }); Console.WriteLine(second);")]
    public Task TaskThatWaitsForItsVariable_ReportsWhereThatIsItself(string body) => Verify.VerifyAnalyzerAsync(
        InClass($"private static Task Given() => Task.CompletedTask; public void A() {{ {body} }}"));

    [Theory]
    [InlineData("Deep(); Join();")]
    [InlineData("Join(); Deep();")]
    public Task TwoWaysToTheWait_TellTheShorter(string work) => Verify.VerifyAnalyzerAsync(
        InClass($$"""
            public void Start() { _worker = new Thread(Work); _worker.Start(); }
            private void Work() { {{work.Replace("Join();", "{|#1:Join()|};", StringComparison.Ordinal)}} }
            private void Deep() => Join();
            private void Join() { {|#0:_worker!.Join()|}; }
            """),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithMessage(
            "'C.Join' waits for '_worker', which only the waiting flow itself can let go: 'C.Work', whose end would let it go, is what makes this call. "
            + "Do not wait when 'C.Work' itself is the caller."));

    // ---- XR1002: how a lock is called that no member keeps ----

    [Theory]
    [InlineData("this", "C")]
    [InlineData("typeof(C)", "C")]
    [InlineData("box", "Box")]
    [InlineData("Made()", "a lock")]
    [InlineData("_boxes[0]", "Box")]
    public Task LockWithoutAMember_GoesByItsType(string taken, string name) => Order.VerifyAnalyzerAsync(
        InClass($"private static object Made() => new object(); public void A(Box box) {{ lock ({taken}) {{ lock ({{|#0:_gate|}}) {{ }} }} }} public void B(Box box) {{ lock (_gate) {{ lock ({taken}) {{ }} }} }}"),
        Order.Diagnostic().WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations).WithMessage(
            $"'C.A' acquires '_gate' while holding '{name}', but 'C.B' acquires '{name}' while holding '_gate'. Acquire them in one order everywhere."));

    private static string InClass(string members) => $$"""
        public sealed class Box { public int Size; }
        public sealed class C
        {
            private static readonly ManualResetEventSlim s_done = new(); private static Thread? s_worker;
            private readonly object _gate = new(); private readonly List<Box> _boxes = new(); private readonly List<Thread> _workers = new();
            private readonly ManualResetEventSlim _done = new(); private readonly ManualResetEventSlim _other = new(); private readonly CountdownEvent _count = new(2);
            private Thread? _worker; private C? _next;
            public void Link(C next) => _next = next;
            public bool HasWorker => (_worker ?? s_worker) != null;
            {{members}}
        }
        """;
}

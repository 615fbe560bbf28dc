using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1001: how far lock, completion and instance are followed through expressions.</summary>
public class CrossReleaseCycleReachTests
{
    public static TheoryData<string, string> LockExpressions => new()
    {
        { "private readonly List<int> _list = []; public int Count => _list.Count;", "_list" },
        { "private object SyncRoot => _gate;", "SyncRoot" },
        { "private static readonly object _shared = new();", "_shared" },
        { "private sealed class Holder { public readonly object Gate = new(); } private readonly Holder _holder = new();", "_holder.Gate" },
        { "private object Gate { get; } = new();", "Gate" },
        { "", "this" },
        { "private object GetGate() => _gate;", "GetGate()" },
        { "private static object Same(object gate) => gate;", "Same(_gate)" },
    };

    [Theory]
    [MemberData(nameof(LockExpressions))]
    public async Task LockThroughExpression_Reports(string members, string expression)
    {
        await BothAsync(members, $"lock ({expression}) {{ ", "[|_done.Wait()|]", $"lock ({expression}) {{ }}");
        await BothAsync(members, $"lock ({expression}) {{ ", "_done.Wait()", "lock (_other) { }");
    }

    public static TheoryData<string, string> WaitExpressions => new()
    {
        { "", "_done!.Wait()" },
        { "", "((ManualResetEventSlim)(object)_done).Wait()" },
        { "private ManualResetEventSlim Done => _done;", "Done.Wait()" },
        { "private readonly ManualResetEventSlim[] _all; public C() => _all = [_done];", "_all[0].Wait()" },
        { "private readonly ManualResetEventSlim[] _all; public C() => _all = (from number in new[] { 1 } select _done).ToArray();", "_all[0].Wait()" },
        { "private readonly List<ManualResetEventSlim> _all; public C() => _all = new List<int> { 1 }.ConvertAll(_ => _done);", "_all[0].Wait()" },
        { "private readonly ManualResetEventSlim[] _all; public C() => _all = Array.ConvertAll(new[] { 1 }, _ => _done);", "_all[0].Wait()" },
        { "private readonly IDictionary<int, ManualResetEventSlim> _all = new Dictionary<int, ManualResetEventSlim>(); public C() => _all[0] = _done;", "_all[0].Wait()" },
        { "private static void Join(ManualResetEventSlim done) => done.Wait();", "Join(_done)" },
        { "private static void Join<T>(T done, Action<T> join) => join(done);", "Join(_done, d => d.Wait())" },
    };

    [Theory]
    [MemberData(nameof(WaitExpressions))]
    public async Task WaitThroughExpression_Reports(string members, string wait)
    {
        string marked = wait.StartsWith("Join", StringComparison.Ordinal) ? wait.Replace("d.Wait()", "[|d.Wait()|]") : "[|" + wait + "|]";
        await BothAsync(members.Replace("done.Wait()", "[|done.Wait()|]"), "lock (_gate) { ", marked, "lock (_gate) { }");
        await BothAsync(members, "lock (_gate) { ", wait, "lock (_other) { }");
    }

    [Theory]
    [InlineData("var gate = _gate; lock (gate) { var done = _done; ", "[|done.Wait()|]")]
    [InlineData("using var held = new Held(_gate); if (held is not null) { ", "[|_done.Wait()|]")]
    [InlineData("lock (_gate) lock (_other) { ", "[|_done.Wait()|]")]
    [InlineData("lock (_gate) { try { throw new IOException(); } catch (IOException) { ", "[|_done.Wait()|]; }")]
    [InlineData("lock (_gate) { for (int i = 0; i < 3; i++) ", "[|_done.Wait()|]")]
    [InlineData("Monitor.Enter(_gate); try { if (_done.IsSet) { return; } ", "[|_done.Wait()|]; } finally { Monitor.Exit(_gate);")]
    public Task LockHeldInOtherShapes_Reports(string enter, string wait) => BothAsync("", enter, wait, "lock (_gate) { }");

    [Theory]
    [InlineData("if (Environment.HasShutdownStarted) { Monitor.Enter(_gate); } { ")]
    [InlineData("lock (_gate) { Monitor.Exit(_gate); ")]
    [InlineData("if (Monitor.TryEnter(_gate)) { Monitor.Exit(_gate); ")]
    [InlineData("try { lock (_gate) { throw new IOException(); } } catch (IOException) { ")]
    public Task LockNotHeldOnEveryPath_IsQuiet(string enter) => BothAsync("", enter, "_done.Wait()", "lock (_gate) { }");

    [Fact]
    public Task SemaphoreHeldOverAwait_Reports() => AsyncAsync("await _mutex.WaitAsync(); ", "[|await _ready.Task|]; _mutex.Release();");

    [Fact]
    public Task AwaitAfterTheSemaphore_IsQuiet() => AsyncAsync("await _mutex.WaitAsync(); _mutex.Release(); ", "await _ready.Task;");

    [Fact]
    public Task WaitAnyWithAFreeSignaller_IsQuiet() => BothAsync(
        "private readonly AutoResetEvent _one = new(false), _two = new(false); public void Signal() => new Thread(() => { lock (_gate) { } _one.Set(); }).Start(); public void Free() => _two.Set();",
        "lock (_gate) { ", "WaitHandle.WaitAny([_one, _two])", "");

    [Fact]
    public Task WaitAllWithABlockedSignaller_Reports() => BothAsync(
        "private readonly AutoResetEvent _one = new(false), _two = new(false); public void Signal() => new Thread(() => { lock (_gate) { } _one.Set(); }).Start(); public void Free() => _two.Set();",
        "lock (_gate) { ", "[|WaitHandle.WaitAll([_one, _two])|]", "");

    [Theory]
    [InlineData("private readonly List<Task> _tasks = []; public void Begin() => _tasks.Add(Task.Run(Run));", "Task.WaitAll(_tasks.ToArray())")]
    [InlineData("private Task? _one, _two; public void Begin() { _one = Task.Run(Run); _two = Task.Run(Run); }", "Task.WhenAll(_one!, _two!).Wait()")]
    public async Task TasksThroughCollectionsAndCombinators_Report(string members, string wait)
    {
        await BothAsync(members, "lock (_gate) { ", "[|" + wait + "|]", "lock (_gate) { }");
        await BothAsync(members, "lock (_gate) { ", wait, "lock (_other) { }");
    }

    [Theory]
    [InlineData("_gate", "[|source.Task.Wait()|]")]
    [InlineData("_other", "source.Task.Wait()")]
    public Task AnswerOfAQueueWorker_Reports(string taken, string wait) => BothAsync(
        $$"""
        private sealed class Request { public readonly TaskCompletionSource Answer = new(); }
        private readonly System.Collections.Concurrent.BlockingCollection<Request> _queue = new();
        public void Begin() => new Thread(() => { foreach (var request in _queue.GetConsumingEnumerable()) { lock ({{taken}}) { } request.Answer.SetResult(); } }).Start();
        """,
        "lock (_gate) { var request = new Request(); _queue.Add(request); var source = request.Answer; ", wait, "");

    [Fact]
    public Task WorkerLoopThatIdles_Reports() => BothAsync(
        "private readonly AutoResetEvent _wake = new(false); public void Begin() => new Thread(() => { while (true) { _wake.WaitOne(); Run(); } }).Start();",
        "lock (_gate) { _wake.Set(); ", "[|_done.Wait()|]", "lock (_gate) { }");

    [Fact]
    public Task ParentWaitsForChildWithItsOwnLock_IsQuiet() => Verify.VerifyAnalyzerAsync("""
        public sealed class Node
        {
            private readonly object _gate = new();
            private readonly List<Node> _children = [];
            private readonly Thread _thread;
            public Node() { _thread = new Thread(Run); _thread.Start(); }
            public void Add(Node child) => _children.Add(child);
            public void Stop() { lock (_gate) { foreach (Node child in _children) { child._thread.Join(); } } }
            private void Run() { lock (_gate) { Console.WriteLine(); } }
        }
        """);

    [Fact]
    public Task NodeWaitsForItsOwnThread_Reports() => Verify.VerifyAnalyzerAsync("""
        public sealed class Node
        {
            private readonly object _gate = new();
            private readonly Thread _thread;
            public Node() { _thread = new Thread(Run); _thread.Start(); }
            public void Stop() { lock (_gate) { [|_thread.Join()|]; } }
            private void Run() { lock (_gate) { Console.WriteLine(); } }
        }
        """);

    [Theory]
    [InlineData("_gates[0]", "[|_done.Wait()|]")]
    [InlineData("_gates[1]", "_done.Wait()")]
    public Task ElementsOfAnArray_AreOneAtOneIndex(string taken, string wait) => BothAsync("private readonly object[] _gates = [new(), new()];", "lock (_gates[0]) { ", wait, $"lock ({taken}) {{ }}");

    [Theory]
    [InlineData("_gate", true)]
    [InlineData("_other", false)]
    public Task EndOfAnAsyncCallThatAwaitsAnotherFirst_Reports(string taken, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class C
        {
            private readonly object _gate = new();
            private readonly object _other = new();
            private readonly Task _loop;
            public C() => _loop = Task.Run(Loop);
            private void Loop() { lock ({{taken}}) { } }
            private async Task EndAsync() { await _loop.ConfigureAwait(false); Console.WriteLine(); }
            public void Stop() { lock (_gate) { {{(reports ? "[|EndAsync().Wait()|]" : "EndAsync().Wait()")}}; } }
            public void Touch() { lock (_other) { } }
        }
        """);

    [Fact]
    public Task KnownMiss_PartOfATuple() => BothAsync("private readonly (object Left, object Right) _pair = (new(), new());", "lock (_pair.Left) { ", "_done.Wait()", "lock (_pair.Left) { }");

    [Fact]
    public Task KnownMiss_ContinuationOfABlockedTask() => BothAsync(
        "private Task? _one; public void Begin() => _one = Task.Run(Run);", "lock (_gate) { ", "_one!.ContinueWith(_ => { }).Wait()", "lock (_gate) { }");

    [Fact]
    public Task OtherElementOfAnArray_IsQuiet() => BothAsync("private readonly object[] _gates = [new(), new()];", "lock (_gates[0]) { ", "_done.Wait()", "lock (_gates[1]) { }");

    private static Task AsyncAsync(string enter, string wait) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class C
        {
            private readonly SemaphoreSlim _mutex = new(1, 1);
            private readonly TaskCompletionSource _ready = new();
            public void Start() => Task.Run(RunAsync);
            public async Task StopAsync() { {{enter}}{{wait}} }
            private async Task RunAsync() { await _mutex.WaitAsync(); _mutex.Release(); _ready.SetResult(); }
        }
        """);

    private static Task BothAsync(string members, string enter, string wait, string taken) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class C
        {
            private readonly object _gate = new();
            private readonly object _other = new();
            private readonly ManualResetEventSlim _done = new();
        {{members}}
            public void Touch() { lock (_gate) { } lock (_other) { } }
            public void Start() => new Thread(Run).Start();
            public void Stop() { {{enter}}{{wait}}; } }
            private void Run() { {{taken}} _done.Set(); }
        }
        internal sealed class Held : IDisposable
        {
            private readonly object _lock;
            public Held(object @lock) { _lock = @lock; Monitor.Enter(@lock); }
            public void Dispose() => Monitor.Exit(_lock);
        }
        """);
}

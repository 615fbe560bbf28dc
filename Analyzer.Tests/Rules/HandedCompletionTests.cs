using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1001 however a completion gets to whoever signals it; with a signaller that takes no lock of the waiter's (the smallest edit) all of them are quiet.</summary>
public class HandedCompletionTests
{
    /// <summary>Members of the class, and how the completion is handed to a context of its own that calls <c>Work</c> with it.</summary>
    public static TheoryData<string, string> Ways => new()
    {
        { "", "var p = (done, 3); Task.Run(() => Work(p.done));" },
        { "", "var p = Tuple.Create(done, 3); Task.Run(() => Work(p.Item1));" },
        { "", "var (a, b) = (done, 3); Task.Run(() => Work(a));" },
        { "ManualResetEventSlim _o = new();", "var a = Environment.TickCount > 3 ? done : done; Task.Run(() => Work(a));" },
        { "", "ManualResetEventSlim? n = null; var a = n ?? done; Task.Run(() => Work(a));" },
        { "", "var a = Environment.TickCount switch { 1 => done, _ => done }; Task.Run(() => Work(a));" },
        { "record R(ManualResetEventSlim M);", "var a = new R(done); Task.Run(() => Work(a.M));" },
        { "record R(ManualResetEventSlim M, int N);", "var a = new R(done, 1) with { N = 2 }; Task.Run(() => Work(a.M));" },
        { "struct S { public ManualResetEventSlim M; }", "S a; a.M = done; Task.Run(() => Work(a.M));" },
        { "", "var a = new { M = done }; Task.Run(() => Work(a.M));" },
        { "", "var a = new[] { done }; Task.Run(() => Work(a[0]));" },
        { "", "var a = new List<ManualResetEventSlim> { done }; Task.Run(() => Work(a[0]));" },
        { "", "var a = new List<ManualResetEventSlim> { done }; Task.Run(() => { foreach (var m in a) Work(m); });" },
        { "readonly Dictionary<int, ManualResetEventSlim> _d = new();", "_d[3] = done; Task.Run(() => Work(_d[3]));" },
        { "readonly Dictionary<int, ManualResetEventSlim> _d = new();", "_d.Add(3, done); Task.Run(() => { if (_d.TryGetValue(3, out var m)) Work(m); });" },
        { "readonly ConcurrentDictionary<int, ManualResetEventSlim> _d = new();", "_d.TryAdd(3, done); Task.Run(() => { if (_d.TryRemove(3, out var m)) Work(m); });" },
        { "readonly Queue<ManualResetEventSlim> _d = new();", "_d.Enqueue(done); Task.Run(() => Work(_d.Dequeue()));" },
        { "readonly ConcurrentQueue<ManualResetEventSlim> _d = new();", "_d.Enqueue(done); Task.Run(() => { while (_d.TryDequeue(out var m)) Work(m); });" },
        { "readonly Channel<ManualResetEventSlim> _d = Channel.CreateUnbounded<ManualResetEventSlim>();", "_d.Writer.TryWrite(done); Task.Run(async () => { await foreach (var m in _d.Reader.ReadAllAsync()) Work(m); });" },
        { "readonly BlockingCollection<ManualResetEventSlim> _d = new();", "_d.Add(done); Task.Run(() => { foreach (var m in _d.GetConsumingEnumerable()) Work(m); });" },
        { "", "var a = new List<ManualResetEventSlim> { done }; Task.Run(() => Work(a.Where(x => !x.IsSet).First()));" },
        { "", "var a = new List<int> { 1 }.Select(_ => done).ToList(); Task.Run(() => Work(a[0]));" },
        { "", "var a = new List<ManualResetEventSlim> { done }; Task.Run(() => a.ForEach(Work));" },
        { "bool Get(ManualResetEventSlim i, out ManualResetEventSlim o) { o = i; return true; }", "Get(done, out var a); Task.Run(() => Work(a));" },
        { "void Get(ManualResetEventSlim i, ref ManualResetEventSlim? o) { o = i; }", "ManualResetEventSlim? a = null; Get(done, ref a); Task.Run(() => Work(a!));" },
        { "", "object o = done; if (o is ManualResetEventSlim a) Task.Run(() => Work(a));" },
        { "", "object o = done; var a = o as ManualResetEventSlim; Task.Run(() => Work(a!));" },
        { "", "object o = done; Task.Run(() => { Need(); ((ManualResetEventSlim)o).Set(); });" },
        { "", "object o = done; Task.Run(() => { switch (o) { case ManualResetEventSlim a: Work(a); break; } });" },
        { "", "object o = done; Task.Run(() => Work(o switch { ManualResetEventSlim a => a, _ => null! }));" },
        { "ManualResetEventSlim? P { get; set; }", "P = done; Task.Run(() => Work(P!));" },
        { "ManualResetEventSlim? _p; ManualResetEventSlim? P { get => _p; set { _p = value; } }", "P = done; Task.Run(() => Work(P!));" },
        { "ManualResetEventSlim? _p; ManualResetEventSlim? this[int i] { get => _p; set { _p = value; } }", "this[1] = done; Task.Run(() => Work(this[1]!));" },
        { "", "Func<ManualResetEventSlim> f = () => done; Task.Run(() => Work(f()));" },
        { "void Go(Func<ManualResetEventSlim> f) => Task.Run(() => Work(f()));", "Go(() => done);" },
        { "readonly List<Action> _a = new();", "_a.Add(() => Work(done)); Task.Run(() => { foreach (var a in _a) a(); });" },
        { "readonly Queue<Action> _a = new();", "_a.Enqueue(() => Work(done)); Task.Run(() => _a.Dequeue()());" },
        { "readonly Dictionary<string, Action<ManualResetEventSlim>> _a = new();", "_a[\"x\"] = Work; Task.Run(() => _a[\"x\"](done));" },
        { "event Action<ManualResetEventSlim>? E;", "E += Work; Task.Run(() => E?.Invoke(done));" },
        { "sealed class A(ManualResetEventSlim m) : EventArgs { public ManualResetEventSlim M => m; } event EventHandler<A>? E; void On(object? s, A a) => Work(a.M);", "E += On; Task.Run(() => E?.Invoke(this, new A(done)));" },
        { "", "var l = new Lazy<ManualResetEventSlim>(() => done); Task.Run(() => Work(l.Value));" },
        { "", "var t = Task.FromResult(done); Task.Run(() => Work(t.Result));" },
        { "async Task<ManualResetEventSlim> Give(ManualResetEventSlim m) { await Task.Yield(); return m; }", "Task.Run(async () => Work(await Give(done)));" },
        { "", "var t = new TaskCompletionSource<ManualResetEventSlim>(); t.SetResult(done); Task.Run(async () => Work(await t.Task));" },
        { "ValueTask<ManualResetEventSlim> Give(ManualResetEventSlim m) => new(m);", "Task.Run(async () => Work(await Give(done)));" },
        { "T Same<T>(T t) => t;", "var a = Same(done); Task.Run(() => Work(a));" },
        { "sealed class Box<T>(T v) { public T V { get; } = v; }", "var a = new Box<ManualResetEventSlim>(done); Task.Run(() => Work(a.V));" },
        { "", "void Go() => Work(done); Task.Run(Go);" },
        { "", "Task.Run(() => { Action a = () => Work(done); a(); });" },
        { "IEnumerable<ManualResetEventSlim> All(ManualResetEventSlim m) { yield return m; }", "Task.Run(() => { foreach (var m in All(done)) Work(m); });" },
        { "async IAsyncEnumerable<ManualResetEventSlim> All(ManualResetEventSlim m) { await Task.Yield(); yield return m; }", "Task.Run(async () => { await foreach (var m in All(done)) Work(m); });" },
        { "ManualResetEventSlim? _p;", "_p = done; Task.Run(() => { var m = Interlocked.Exchange(ref _p, null); if (m != null) Work(m); });" },
        { "ManualResetEventSlim? _p;", "Volatile.Write(ref _p, done); Task.Run(() => Work(Volatile.Read(ref _p)!));" },
        { "readonly AsyncLocal<ManualResetEventSlim> _p = new();", "_p.Value = done; Task.Run(() => Work(_p.Value!));" },
        { "", "var w = new WeakReference<ManualResetEventSlim>(done); Task.Run(() => { if (w.TryGetTarget(out var m)) Work(m); });" },
        { "interface IJob { void Run(); } sealed class Job(C c, ManualResetEventSlim m) : IJob { public void Run() => c.Work(m); }", "IJob j = new Job(this, done); Task.Run(() => j.Run());" },
        { "interface IJob { void Run(); } sealed class Job(C c, ManualResetEventSlim m) : IJob { public void Run() => c.Work(m); } readonly ConcurrentQueue<IJob> _q = new();", "_q.Enqueue(new Job(this, done)); Task.Run(() => { if (_q.TryDequeue(out var j)) j.Run(); });" },
        { "abstract class B { public abstract void Run(); } sealed class Job : B { readonly C _c; readonly ManualResetEventSlim _m; public Job(C c, ManualResetEventSlim m) { _c = c; _m = m; } public override void Run() => _c.Work(_m); }", "B j = new Job(this, done); Task.Run(j.Run);" },
        { "sealed class Worker { readonly C _c; readonly ManualResetEventSlim _m; readonly Thread _t; public Worker(C c, ManualResetEventSlim m) { _c = c; _m = m; _t = new Thread(Loop); _t.Start(); } void Loop() => _c.Work(_m); }", "new Worker(this, done);" },
        { "sealed class Req { public ManualResetEventSlim? M { get; init; } }", "var r = new Req { M = done }; Task.Run(() => Work(r.M!));" },
        { "static ManualResetEventSlim? s_p;", "s_p = done; Task.Run(() => Work(s_p!));" },
        { "void Go(params ManualResetEventSlim[] ms) => Task.Run(() => Work(ms[0]));", "Go(done);" },
        { "void Go(ManualResetEventSlim? m = null, int x = 0) => Task.Run(() => Work(m!));", "Go(x: 3, m: done);" },
        { "sealed class G(C c, ManualResetEventSlim m) : IDisposable { public void Dispose() => c.Work(m); }", "Task.Run(() => { using var g = new G(this, done); });" },
        { "", "Task.Run(() => { try { throw new Exception(); } catch { Work(done); } });" },
        { "", "Task.Run(() => { try { Console.WriteLine(); } finally { Work(done); } });" },
        { "", "Task.Run(() => Parallel.ForEach(new[] { done }, m => Work(m)));" },
        { "readonly List<(ManualResetEventSlim M, int N)> _l = new();", "_l.Add((done, 1)); Task.Run(() => { foreach (var (m, n) in _l) Work(m); });" },
        { "readonly Queue<(ManualResetEventSlim M, int N)> _l = new();", "_l.Enqueue((done, 1)); Task.Run(() => { var x = _l.Dequeue(); Work(x.M); });" },
        { "readonly Dictionary<int, ManualResetEventSlim> _d = new();", "_d[1] = done; Task.Run(() => { foreach (var kv in _d) Work(kv.Value); });" },
        { "readonly Dictionary<int, ManualResetEventSlim> _d = new();", "_d[1] = done; Task.Run(() => { foreach (var (k, m) in _d) Work(m); });" },
        { "readonly Dictionary<int, ManualResetEventSlim> _d = new();", "_d[1] = done; Task.Run(() => { foreach (var m in _d.Values.ToArray()) Work(m); });" },
        { "readonly Dictionary<int, List<ManualResetEventSlim>> _d = new();", "if (!_d.TryGetValue(1, out var l)) _d[1] = l = new(); l.Add(done); Task.Run(() => { foreach (var m in _d[1]) Work(m); });" },
        { "readonly LinkedList<ManualResetEventSlim> _d = new();", "_d.AddLast(done); Task.Run(() => { var m = _d.First!.Value; _d.RemoveFirst(); Work(m); });" },
        { "System.Collections.Immutable.ImmutableList<ManualResetEventSlim> _d = System.Collections.Immutable.ImmutableList<ManualResetEventSlim>.Empty;", "_d = _d.Add(done); Task.Run(() => { foreach (var m in _d) Work(m); });" },
        { "readonly PriorityQueue<ManualResetEventSlim, int> _d = new();", "_d.Enqueue(done, 1); Task.Run(() => Work(_d.Dequeue()));" },
        { "readonly Stack<ManualResetEventSlim> _d = new();", "_d.Push(done); Task.Run(() => { if (_d.TryPop(out var m)) Work(m); });" },
        { "readonly SortedDictionary<int, ManualResetEventSlim> _d = new();", "_d[1] = done; Task.Run(() => { if (_d.Remove(1, out var m)) Work(m); });" },
        { "", "var a = new[] { done }; Task.Run(() => { foreach (var m in a.AsSpan()) Work(m); });" },
        { "", "var a = new[] { done, done }; Task.Run(() => { foreach (var m in a[1..]) Work(m); });" },
        { "", "List<ManualResetEventSlim> a = [done]; Task.Run(() => Work(a[^1]));" },
        { "", "var a = new List<ManualResetEventSlim> { done }; Task.Run(() => { foreach (var m in a.Concat(a).OrderBy(x => 1).Reverse()) Work(m); });" },
        { "List<ManualResetEventSlim> _l = new();", "_l.Add(done); Task.Run(() => { var old = Interlocked.Exchange(ref _l, new()); foreach (var m in old) Work(m); });" },
        { "readonly List<ManualResetEventSlim> _l = new();", "_l.Add(done); Task.Run(() => { var old = _l.ToArray(); _l.Clear(); foreach (var m in old) Work(m); });" },
        { "readonly List<ManualResetEventSlim> _l = new();", "_l.Add(done); Task.Run(() => { var old = new List<ManualResetEventSlim>(_l); foreach (var m in old) Work(m); });" },
        { "sealed class Req(Action f) { public void Finish() => f(); }", "var r = new Req(() => Work(done)); Task.Run(r.Finish);" },
        { "Action? _a;", "_a += () => Work(done); Task.Run(() => _a?.Invoke());" },
        { "Action? _a;", "_a = (Action?)Delegate.Combine(_a, new Action(() => Work(done))); Task.Run(() => _a?.Invoke());" },
        { "Action? _a;", "_a += () => Work(done); Task.Run(() => { foreach (Action a in _a!.GetInvocationList()) a(); });" },
        { "Action? _a;", "_a += () => Work(done); Task.Run(() => { foreach (var a in _a!.GetInvocationList()) a.DynamicInvoke(); });" },
    };

    /// <summary>How a completion is handed on as the state of what runs elsewhere.</summary>
    public static TheoryData<string> States => new()
    {
        "ThreadPool.QueueUserWorkItem(s => Work(s), done);",
        "ThreadPool.QueueUserWorkItem<ManualResetEventSlim>(s => Work(s), done, false);",
        "ThreadPool.UnsafeQueueUserWorkItem(Work, done);",
        "new Thread(Work).Start(done);",
        "var t = new Thread(new ParameterizedThreadStart(Work)); t.IsBackground = true; t.Start(done);",
        "new Thread(Work) { IsBackground = true }.Start(done);",
        "_thread = new Thread(Work); _thread.Start(done);",
        "Task.Factory.StartNew(s => Work(s), done);",
        "new Task(Work, done).Start();",
        "_timer = new Timer(Work, done, 0, -1);",
        "_context.Post(Work, done);",
        "Task.Delay(1).ContinueWith((_, s) => Work(s), done);",
        "_stop.Token.Register(Work, done); _stop.CancelAfter(1);",
        "_stop.Token.UnsafeRegister((s, _) => Work(s), done); _stop.CancelAfter(1);",
        "ThreadPool.RegisterWaitForSingleObject(_event, (s, _) => Work(s), done, -1, true);",
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public Task SignalledUnderTheWaitersLock_Reports(string members, string hand) => Verify.VerifyAnalyzerAsync(Source(members, "private void Work(ManualResetEventSlim m) { Need(); m.Set(); }", hand, "lock (_lock) { }", "[|done.Wait()|]"));

    [Theory]
    [MemberData(nameof(Ways))]
    public Task SignalledUnderNoLock_IsQuiet(string members, string hand) => Verify.VerifyAnalyzerAsync(Source(members, "private void Work(ManualResetEventSlim m) { Need(); m.Set(); }", hand, "Console.WriteLine();", "done.Wait()"));

    [Theory]
    [MemberData(nameof(States))]
    public Task StateSignalledUnderTheWaitersLock_Reports(string hand) => Verify.VerifyAnalyzerAsync(Source(StateMembers, StateWork, hand, "lock (_lock) { }", "[|done.Wait()|]"));

    [Theory]
    [MemberData(nameof(States))]
    public Task StateSignalledUnderNoLock_IsQuiet(string hand) => Verify.VerifyAnalyzerAsync(Source(StateMembers, StateWork, hand, "Console.WriteLine();", "done.Wait()"));

    // What a cast says that the object is is called, whatever it was declared as.
    [Theory]
    [InlineData("((ManualResetEventSlim)state!).Set();")]
    [InlineData("(state as ManualResetEventSlim)!.Set();")]
    [InlineData("((ManualResetEventSlim)(object)state!).Set();")]
    [InlineData("if (state is ManualResetEventSlim m) m.Set();")]
    public Task CastBeforeTheSignal_SaysWhatIsCalled(string signal) =>
        Verify.VerifyAnalyzerAsync(Source("", "private void Work(object? state) { Need(); " + signal + " }", "Task.Run(() => Work(done));", "lock (_lock) { }", "[|done.Wait()|]"));

    private const string StateMembers = "private Thread? _thread; private Timer? _timer; private readonly SynchronizationContext _context = new(); private readonly CancellationTokenSource _stop = new(); private readonly ManualResetEvent _event = new(false);";
    private const string StateWork = "private void Work(object? state) { Need(); ((ManualResetEventSlim)state!).Set(); }";

    private static string Source(string members, string work, string hand, string need, string wait) => $$"""
        using System.Collections.Concurrent;
        using System.Threading.Channels;
        public sealed class C
        {
            private readonly object _lock = new();
            {{members}}
            {{work}}
            private void Need() { {{need}} }
            public void Flush() { var done = new ManualResetEventSlim(); lock (_lock) { {{hand}} {{wait}}; } }
        }
        """;
}

using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1001 over every way in which the signalling code is reached. Each source is also run with the smallest edit: another lock.</summary>
public class CrossReleaseCycleSignallersTests
{
    [Fact]
    public Task ThreadLambda_Reports() => BothAsync("public void Start() => new Thread(() => Work()).Start();");

    [Fact]
    public Task ThreadLocalFunction_Reports() => BothAsync("public void Start() { void Body() => Work(); new Thread(Body).Start(); }");

    [Fact]
    public Task ThreadWithDelegateCreation_Reports() => BothAsync("public void Start() => new Thread(new ThreadStart(Work)).Start();");

    [Fact]
    public Task TaskLambda_Reports() => BothAsync("public Task Start() => Task.Run(() => { Work(); });");

    [Fact]
    public Task TaskMethodGroup_Reports() => BothAsync("public Task Start() => Task.Run(Work);");

    [Fact]
    public Task PoolItem_Reports() => BothAsync("public void Start() => ThreadPool.QueueUserWorkItem(_ => Work());");

    [Fact]
    public Task TimerCallback_Reports() => BothAsync("public object Start() => new Timer(_ => Work(), null, 0, 10);");

    [Fact]
    public Task EventOfTimer_Reports() => BothAsync("""
        private readonly System.Timers.Timer _timer = new();
        public void Start() => _timer.Elapsed += (_, _) => Work();
        """);

    [Fact]
    public Task EventOfLibrary_Reports() => BothAsync("""
        private readonly FileSystemWatcher _watcher = new();
        public void Start() => _watcher.Changed += OnChanged;
        private void OnChanged(object sender, FileSystemEventArgs e) => Work();
        """);

    [Fact]
    public Task CancellationCallback_Reports() => BothAsync("public object Start(CancellationToken token) => token.Register(Work);");

    [Fact]
    public Task EventHandlerRaisedByThread_Reports() => BothAsync("""
        private event Action? Elapsed;
        public void Start() { Elapsed += Work; new Thread(Raise).Start(); }
        private void Raise() => Elapsed?.Invoke();
        """);

    [Fact]
    public Task DelegateInField_Reports() => BothAsync("""
        private Action? _callback;
        public void Start() { _callback = Work; new Thread(Raise).Start(); }
        private void Raise() => _callback!();
        """);

    [Fact]
    public Task DelegateInList_Reports() => BothAsync("""
        private readonly List<Action> _callbacks = [];
        public void Start() { _callbacks.Add(Work); new Thread(Raise).Start(); }
        private void Raise() { foreach (Action callback in _callbacks) { callback(); } }
        """);

    [Fact]
    public Task DelegateInDictionary_Reports() => BothAsync("""
        private readonly Dictionary<string, Action> _callbacks = [];
        public void Start() { _callbacks["work"] = () => Work(); new Thread(Raise).Start(); }
        private void Raise() { if (_callbacks.TryGetValue("work", out Action? callback)) { callback(); } }
        """);

    [Fact]
    public Task DelegateInBlockingCollection_Reports() => BothAsync("""
        private readonly System.Collections.Concurrent.BlockingCollection<Action> _queue = new();
        public void Start() { new Thread(Loop).Start(); _queue.Add(Work); }
        private void Loop() { foreach (Action work in _queue.GetConsumingEnumerable()) { work(); } }
        """);

    [Fact]
    public Task DelegateInParameter_Reports() => BothAsync("""
        public void Start() => Spawn(Work);
        private static void Spawn(Action body) => new Thread(() => body()).Start();
        """);

    [Fact]
    public Task InterfaceImplementation_Reports() => BothAsync("""
        private interface IJob { void Run(); }
        private sealed class Job(C owner) : IJob { public void Run() => owner.Work(); }
        public void Start() { IJob job = new Job(this); new Thread(job.Run).Start(); }
        """);

    [Fact]
    public Task InterfaceImplementationFromList_Reports() => BothAsync("""
        private interface IJob { void Run(); }
        private sealed class Job(C owner) : IJob { public void Run() => owner.Work(); }
        private readonly List<IJob> _jobs = [];
        public void Start() { _jobs.Add(new Job(this)); new Thread(Loop).Start(); }
        private void Loop() { foreach (IJob job in _jobs) { job.Run(); } }
        """);

    [Fact]
    public Task VirtualOverride_Reports() => BothAsync("""
        private abstract class Job { public void Start() => new Thread(() => Run()).Start(); protected abstract void Run(); }
        private sealed class OwnJob(C owner) : Job { protected override void Run() => owner.Work(); }
        public void Start() => new OwnJob(this).Start();
        """);

    [Fact]
    public Task AsyncMethod_Reports() => BothAsync("""
        public void Start() => _ = WorkAsync();
        private async Task WorkAsync() { await Task.Yield(); Work(); }
        """);

    [Fact]
    public Task PublicMethodOfOtherCallers_Reports() => BothAsync("public void Finish() => Work();");

    [Fact]
    public Task ExtensionMethod_Reports() => BothAsync("public void Start() => new Thread(this.Begin).Start();");

    [Fact]
    public Task GenericMethod_Reports() => BothAsync("""
        public void Start() => new Thread(() => Run(1)).Start();
        private T Run<T>(T result) { Work(); return result; }
        """);

    [Fact]
    public Task Iterator_Reports() => BothAsync("""
        public void Start() => new Thread(() => { foreach (int step in Steps()) { Console.WriteLine(step); } }).Start();
        private IEnumerable<int> Steps() { yield return 1; Work(); yield return 2; }
        """);

    [Fact]
    public Task RecursiveMethod_Reports() => BothAsync("""
        public void Start() => new Thread(() => Descend(3)).Start();
        private void Descend(int depth) { if (depth == 0) { Work(); } else { Descend(depth - 1); } }
        """);

    [Fact]
    public Task FinallyBlock_Reports() => BothAsync("""
        public void Start() => new Thread(Run).Start();
        private void Run() { try { Console.WriteLine(); } catch (IOException) { throw; } finally { Work(); } }
        """);

    [Fact]
    public Task PropertyAccessor_Reports() => BothAsync("""
        public void Start() => new Thread(() => Done = true).Start();
        private bool Done { set { if (value) { Work(); } } }
        """);

    // One of the ways needs no lock, which is no help on the other one.
    [Theory]
    [InlineData("if (isIdle) { _done.Set(); return; } Work();")]
    [InlineData("if (!isIdle) { Work(); return; } _done.Set();")]
    public Task OneOfTwoWaysToTheSignal_Reports(string ways) => BothAsync($$"""
        public void Start(bool isIdle) => new Thread(() => Run(isIdle)).Start();
        private void Run(bool isIdle) { {{ways}} }
        """);

    private static async Task BothAsync(string members)
    {
        await Verify.VerifyAnalyzerAsync(InClass(members, "_gate", "[|_done.Wait()|]"));
        await Verify.VerifyAnalyzerAsync(InClass(members, "_other", "_done.Wait()"));
    }

    private static string InClass(string members, string taken, string wait) => $$"""
        public sealed class C
        {
            private readonly object _gate = new();
            private readonly object _other = new();
            private readonly ManualResetEventSlim _done = new();

            public void Stop() { lock (_gate) { {{wait}}; } }
            internal void Work() { lock ({{taken}}) { Console.WriteLine(); } _done.Set(); }
            private void Touch() { lock (_other) { } }
        {{members}}
        }
        internal static class Extensions { public static void Begin(this C owner) => owner.Work(); }
        """;
}

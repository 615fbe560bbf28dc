using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1001: the whole message, and who the signaller is.</summary>
public class CrossReleaseCycleTests
{
    [Fact]
    public Task WaitUnderLock_TellsBothSides() => Verify.VerifyAnalyzerAsync(
        """
        public sealed class Engine
        {
            private readonly object _gate = new();
            private readonly ManualResetEventSlim _parked = new();

            public void Start() => new Thread(Run).Start();

            public void Stop()
            {
                lock ({|#1:_gate|})
                {
                    {|#0:_parked.Wait()|};
                }
            }

            private void Run()
            {
                lock ({|#2:_gate|})
                {
                    Console.WriteLine();
                }

                {|#3:_parked.Set()|};
            }
        }
        """,
        Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR1001_CrossReleaseCycle).WithLocation(0).WithLocation(1).WithLocation(2).WithLocation(3).WithMessage(
            "'Engine.Stop' waits for '_parked' while holding '_gate', but 'Engine.Run', which signals it, needs '_gate' first. "
            + "Wait after releasing '_gate'."));

    [Fact]
    public Task WaitUnderLockThroughThirdContext_TellsAllSides() => Verify.VerifyAnalyzerAsync(
        """
        public sealed class Engine
        {
            private readonly object _gate = new();
            private readonly object _queue = new();
            private readonly ManualResetEventSlim _parked = new();

            public void Start() => new Thread(Run).Start();
            public void Stop() { lock ({|#1:_gate|}) { {|#0:_parked.Wait()|}; } }
            public void Post() { lock (_queue) { lock (_gate) { } } }
            private void Run() { lock ({|#2:_queue|}) { } {|#3:_parked.Set()|}; }
        }
        """,
        Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR1001_CrossReleaseCycle).WithLocation(0).WithLocation(1).WithLocation(2).WithLocation(3).WithMessage(
            "'Engine.Stop' waits for '_parked' while holding '_gate', but 'Engine.Run', which signals it, needs '_gate' first "
            + "(it needs '_queue', held by 'Engine.Post' which needs '_gate'). Wait after releasing '_gate'."));

    [Fact]
    public Task ThirdContextTakesTheLocksTheOtherWay_IsQuiet() => ReportsNothingAsync("""
        private readonly object _queue = new();
        public void Start() => new Thread(Run).Start();
        public void Stop() { lock (_gate) { _done.Wait(); } }
        public void Post() { lock (_gate) { lock (_queue) { } } }
        private void Run() { lock (_queue) { } _done.Set(); }
        """);

    [Fact]
    public Task GateAroundWaiterAndThirdContext_IsQuiet() => GateAsync("lock (_all) ", "lock (_all) ", "_done.Wait()");

    [Fact]
    public Task GateAroundWaiterAlone_Reports() => GateAsync("lock (_all) ", "", "[|_done.Wait()|]");

    [Fact]
    public Task ThirdContextHoldsALockBesides_Reports() => GateAsync("", "lock (_all) ", "[|_done.Wait()|]");

    [Fact]
    public Task TaskThatNeedsALockWhoseHolderNeedsOurs_Reports() => ReportsAsync("""
        private readonly object _queue = new();
        public void Stop() { lock (_gate) { [|LaterAsync().Wait()|]; } }
        public void Post() { lock (_queue) { lock (_gate) { } } }
        private async Task LaterAsync() { await Task.Yield(); lock (_queue) { } }
        """);

    [Fact]
    public Task RingOfTwoCompletions_Reports() => ReportsAsync("""
        private readonly ManualResetEventSlim _ready = new();
        public void Start() { new Thread(Run).Start(); new Thread(Prepare).Start(); }
        public void Stop() { lock (_gate) { [|_done.Wait()|]; } }
        private void Run() { _ready.Wait(); _done.Set(); }
        private void Prepare() { lock (_gate) { } _ready.Set(); }
        """);

    [Fact]
    public Task SecondCompletionNeedsNoLock_IsQuiet() => ReportsNothingAsync("""
        private readonly ManualResetEventSlim _ready = new();
        public void Start() { new Thread(Run).Start(); new Thread(Prepare).Start(); }
        public void Stop() { lock (_gate) { _done.Wait(); } }
        private void Run() { _ready.Wait(); _done.Set(); }
        private void Prepare() { _ready.Set(); lock (_gate) { } }
        """);

    [Fact]
    public Task SecondSignallerThatNeedsTheLockToo_Reports() => ReportsAsync("""
        public void Start() { new Thread(Run).Start(); new Thread(Cancel).Start(); }
        public void Stop() { lock (_gate) { [|_done.Wait()|]; } }
        private void Run() { lock (_gate) { } _done.Set(); }
        private void Cancel() { lock (_gate) { } _done.Set(); }
        """);

    [Fact]
    public Task SecondSignallerThatIsFree_IsQuiet() => ReportsNothingAsync("""
        public void Start() { new Thread(Run).Start(); new Thread(Cancel).Start(); }
        public void Stop() { lock (_gate) { _done.Wait(); } }
        private void Run() { lock (_gate) { } _done.Set(); }
        private void Cancel() { _done.Set(); lock (_gate) { } }
        """);

    [Fact]
    public Task SignalledCompletionIsSkipped_IsQuiet() => ReportsNothingAsync("""
        public void Start() => new Thread(Run).Start();
        public void Stop() { lock (_gate) { if (_done.IsSet) { _done.Wait(); } } }
        private void Run() { lock (_gate) { } _done.Set(); }
        """);

    [Fact]
    public Task UnsignalledCompletionIsWaitedFor_Reports() => ReportsAsync("""
        public void Start() => new Thread(Run).Start();
        public void Stop() { lock (_gate) { if (!_done.IsSet) { [|_done.Wait()|]; } } }
        private void Run() { lock (_gate) { } _done.Set(); }
        """);

    [Fact]
    public Task GateOfTheWaiterHeldByTheSignallersStarter_Reports() => ReportsAsync("""
        public void Start() { lock (_gate) { new Thread(Run).Start(); [|_done.Wait()|]; } }
        private void Run() { lock (_gate) { } _done.Set(); }
        """);

    [Fact]
    public Task EachInstanceHasItsOwnLocalLock_IsQuiet() => ReportsNothingAsync("""
        public void Start() { var own = new object(); lock (own) { new Thread(Run).Start(); _done.Wait(); } }
        private void Run() { var own = new object(); lock (own) { } _done.Set(); }
        """);

    [Fact]
    public Task CallersLocalLockIsCaptured_Reports() => ReportsAsync("""
        public void Start()
        {
            var own = new object();
            var thread = new Thread(() => { lock (own) { } _done.Set(); });
            thread.Start();
            lock (own) { [|_done.Wait()|]; }
        }
        """);

    [Fact]
    public Task WaitInCalleeOfOtherClass_ReportsAtTheWait() => Verify.VerifyAnalyzerAsync("""
        public sealed class Worker
        {
            private readonly ManualResetEventSlim _done = new();
            private readonly Owner _owner;
            public Worker(Owner owner) => _owner = owner;
            public void Start() => new Thread(Run).Start();
            public void Join() => [|_done.Wait()|];
            private void Run() { _owner.Touch(); _done.Set(); }
        }
        public sealed class Owner
        {
            private readonly object _gate = new();
            private readonly Worker _worker;
            public Owner() => _worker = new Worker(this);
            public void Touch() { lock (_gate) { } }
            public void Stop() { lock (_gate) { _worker.Join(); } }
        }
        """);

    [Fact]
    public Task WaitInCalleeThatIsCalledAfterTheLock_IsQuiet() => Verify.VerifyAnalyzerAsync("""
        public sealed class Worker
        {
            private readonly ManualResetEventSlim _done = new();
            private readonly Owner _owner;
            public Worker(Owner owner) => _owner = owner;
            public void Start() => new Thread(Run).Start();
            public void Join() => _done.Wait();
            private void Run() { _owner.Touch(); _done.Set(); }
        }
        public sealed class Owner
        {
            private readonly object _gate = new();
            private readonly Worker _worker;
            public Owner() => _worker = new Worker(this);
            public void Touch() { lock (_gate) { } }
            public void Stop() { lock (_gate) { } _worker.Join(); }
        }
        """);

    [Fact]
    public Task DelegateRunUnderLockOfCallee_Reports() => ReportsAsync("""
        public void Start() => new Thread(Run).Start();
        public void Stop() => Locked(() => [|_done.Wait()|]);
        private void Locked(Action action) { lock (_gate) { action(); } }
        private void Run() { lock (_gate) { } _done.Set(); }
        """);

    [Fact]
    public Task DelegateRunAfterLockOfCallee_IsQuiet() => ReportsNothingAsync("""
        public void Start() => new Thread(Run).Start();
        public void Stop() => Unlocked(() => _done.Wait());
        private void Unlocked(Action action) { lock (_gate) { } action(); }
        private void Run() { lock (_gate) { } _done.Set(); }
        """);

    [Fact]
    public Task LockAndReleaseInOwnMethods_Reports() => ReportsAsync("""
        public void Start() => new Thread(Run).Start();
        public void Stop() { Enter(); [|_done.Wait()|]; Exit(); }
        private void Enter() => Monitor.Enter(_gate);
        private void Exit() => Monitor.Exit(_gate);
        private void Run() { lock (_gate) { } _done.Set(); }
        """);

    [Fact]
    public Task WaitAfterReleaseInOwnMethod_IsQuiet() => ReportsNothingAsync("""
        public void Start() => new Thread(Run).Start();
        public void Stop() { Enter(); Exit(); _done.Wait(); }
        private void Enter() => Monitor.Enter(_gate);
        private void Exit() => Monitor.Exit(_gate);
        private void Run() { lock (_gate) { } _done.Set(); }
        """);

    private static Task GateAsync(string aroundWaiter, string aroundThird, string wait) => ReportsAsync($$"""
        private readonly object _all = new();
        private readonly object _queue = new();
        public void Start() => new Thread(Run).Start();
        public void Stop() { {{aroundWaiter}}lock (_gate) { {{wait}}; } }
        public void Post() { {{aroundThird}}lock (_queue) { lock (_gate) { } } }
        private void Run() { lock (_queue) { } _done.Set(); }
        """);

    private static Task ReportsAsync(string members) => Verify.VerifyAnalyzerAsync(InClass(members));

    private static Task ReportsNothingAsync(string members) => Verify.VerifyAnalyzerAsync(InClass(members));

    private static string InClass(string members) => $$"""
        public sealed class C
        {
            private readonly object _gate = new();
            private readonly ManualResetEventSlim _done = new();
        {{members}}
        }
        """;
}

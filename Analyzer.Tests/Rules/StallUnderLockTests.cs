using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.StallUnderLockAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

public class StallUnderLockTests
{
    private const string Event = "private readonly ManualResetEventSlim _done = new();";
    private const string Signaller = "public void Start() => new Thread(Work).Start(); private void Work() { lock (_gate) { } _done.Set(); }";

    [Fact]
    public Task SignallerThatNeedsTheLock_Reports() => Verify.VerifyAnalyzerAsync(
        InClass($$"""
            {{Event}}
            public void Start() => new Thread(Work).Start();
            private void Work() { lock ({|#2:_gate|}) { } {|#3:_done.Set()|}; }
            public bool Stop() { lock ({|#1:_gate|}) { return {|#0:_done.Wait(1000)|}; } }
            """),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithLocation(2).WithLocation(3).WithMessage(
            "'C.Stop' waits for '_done' with a time limit while holding '_gate', and 'C.Work', which signals it, first needs '_gate': "
            + "until the limit, nobody gets on who needs it. Wait after releasing '_gate'."));

    [Fact]
    public Task TwoWaysToTheWait_TellTheShorter() => Verify.VerifyAnalyzerAsync(
        InClass($$"""
            {{Event}}
            public void Start() => new Thread(Work).Start();
            private void Work() { lock ({|#3:_gate|}) { } {|#4:_done.Set()|}; }
            public void A() { lock (_gate) { Middle(); } }
            private void Middle() => Inner();
            public void B() { lock ({|#1:_gate|}) { {|#2:Inner()|}; } }
            private void Inner() { {|#0:_done.Wait(1000)|}; }
            """),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithLocation(2).WithLocation(3).WithLocation(4).WithMessage(
            "'C.Inner' waits for '_done' with a time limit while holding '_gate', and 'C.Work', which signals it, first needs '_gate': "
            + "until the limit, nobody gets on who needs it. Wait after releasing '_gate'."));

    [Fact]
    public Task TwoWaysToAWaitWithoutASignaller_TellTheShorter() => Verify.VerifyAnalyzerAsync(
        InClass("""
            private readonly object _other = new();
            public void A(Completion done) { lock ({|#1:_gate|}) { {|#2:Inner(done)|}; } }
            public void B(Completion done) { lock (_other) { Middle(done); } }
            private void Middle(Completion done) => Inner(done);
            private void Inner(Completion done) { {|#0:done.Wait(TimeSpan.FromSeconds(1))|}; }
            """),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithLocation(2).WithMessage(
            "'C.Inner' waits for 'done' with a time limit while holding '_gate', and nothing shows that its signaller never needs '_gate': "
            + "until the limit, nobody gets on who needs it. Wait after releasing '_gate'."));

    [Fact]
    public Task UnknownSignaller_Reports() => Verify.VerifyAnalyzerAsync(
        InClass("public bool Stop(Completion done) { lock ({|#1:_gate|}) { return {|#0:done.Wait(TimeSpan.FromSeconds(1))|}; } }"),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithMessage(
            "'C.Stop' waits for 'done' with a time limit while holding '_gate', and nothing shows that its signaller never needs '_gate': "
            + "until the limit, nobody gets on who needs it. Wait after releasing '_gate'."));

    [Theory]
    [InlineData("WaitHandle done", "done.WaitOne(1000)")]
    [InlineData("WaitHandle done", "done.WaitOne(TimeSpan.FromSeconds(1), false)")]
    [InlineData("WaitHandle[] done", "WaitHandle.WaitAny(done, 1000)")]
    [InlineData("Task done", "done.Wait(1000)")]
    [InlineData("Task[] done", "Task.WaitAll(done, 1000)")]
    [InlineData("Thread done", "done.Join(1000)")]
    [InlineData("CountdownEvent done", "done.Wait(1000)")]
    [InlineData("ManualResetEventSlim done, int limit", "done.Wait(limit)")]
    public async Task TimedWaitUnderALock_Reports(string parameter, string wait)
    {
        await Verify.VerifyAnalyzerAsync(InClass($"public void Stop({parameter}) {{ lock (_gate) {{ [|{wait}|]; }} }}"));
        await Verify.VerifyAnalyzerAsync(InClass($"public void Stop({parameter}) {{ lock (_gate) {{ }} {wait}; }}"));
    }

    [Fact]
    public Task LockOfACaller_Reports() => Verify.VerifyAnalyzerAsync(InClass(
        $"{Event} {Signaller} public void Stop() {{ lock (_gate) {{ Drain(); }} }} private void Drain() => [|_done.Wait(10)|];"));

    [Fact]
    public Task CallerWithoutTheLock_IsQuiet() => Verify.VerifyAnalyzerAsync(InClass(
        $"{Event} {Signaller} public void Stop() {{ lock (_gate) {{ }} Drain(); }} private void Drain() => _done.Wait(10);"));

    [Fact]
    public Task TimedPulseUnderASecondLock_Reports() => Verify.VerifyAnalyzerAsync(InClass("""
        private readonly object _items = new();
        public void Take() { lock (_gate) lock (_items) { [|Monitor.Wait(_items, 100)|]; } }
        public void Put() { lock (_gate) lock (_items) { Monitor.Pulse(_items); } }
        """));

    [Fact]
    public Task TimedPulseUnderItsOwnMonitor_IsQuiet() => Verify.VerifyAnalyzerAsync(InClass("""
        private readonly object _items = new();
        public void Take() { lock (_gate) { } lock (_items) { Monitor.Wait(_items, 100); } }
        public void Put() { lock (_gate) lock (_items) { Monitor.Pulse(_items); } }
        """));

    [Fact]
    public Task SignallerThatNeedsNoLock_IsQuiet() => Verify.VerifyAnalyzerAsync(InClass($$"""
        {{Event}}
        public void Start() => new Thread(Work).Start();
        private void Work() { _done.Set(); }
        public bool Stop() { lock (_gate) { return _done.Wait(1000); } }
        """));

    [Fact]
    public Task SignallerThatRunsForeignCode_Reports() => Verify.VerifyAnalyzerAsync(InClass($$"""
        {{Event}}
        public void Start(Action work) => new Thread(() => { work(); _done.Set(); }).Start();
        public bool Stop() { lock (_gate) { return [|_done.Wait(1000)|]; } }
        """));

    [Theory]
    [InlineData("0")]
    [InlineData("TimeSpan.Zero")]
    public Task QuestionWithoutAWait_IsQuiet(string limit) => Verify.VerifyAnalyzerAsync(InClass(
        $"{Event} {Signaller} public bool Stop() {{ lock (_gate) {{ return _done.Wait({limit}); }} }}"));

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("Timeout.InfiniteTimeSpan")]
    public Task WaitWithoutLimit_IsTheOtherRules(string limit) => Verify.VerifyAnalyzerAsync(InClass(
        $"{Event} {Signaller} public void Stop() {{ lock (_gate) {{ _done.Wait({limit}); }} }}"));

    [Fact]
    public Task KnownToBeSet_IsQuiet() => Verify.VerifyAnalyzerAsync(InClass(
        $"{Event} {Signaller} public void Stop() {{ lock (_gate) {{ if (_done.IsSet) {{ _done.Wait(10); }} }} }}"));

    [Fact]
    public Task KnownNotToBeSet_Reports() => Verify.VerifyAnalyzerAsync(InClass(
        $"{Event} {Signaller} public void Stop() {{ lock (_gate) {{ if (!_done.IsSet) {{ [|_done.Wait(10)|]; }} }} }}"));

    [Fact]
    public Task KnownMiss_SecondLockWithALimit() => Verify.VerifyAnalyzerAsync(InClass("""
        private readonly object _other = new();
        public void A() { lock (_gate) { if (Monitor.TryEnter(_other, 1000)) { Monitor.Exit(_other); } } }
        public void B() { lock (_other) { lock (_gate) { } } }
        """));

    private static string InClass(string members) => "using KThreadRuntime; public class C { private readonly object _gate = new(); " + members + " }";
}

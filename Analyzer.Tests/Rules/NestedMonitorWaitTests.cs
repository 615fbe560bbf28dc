using Microsoft.CodeAnalysis;
using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.NestedMonitorWaitAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR2002: what a Monitor.Wait does not let go.</summary>
public class NestedMonitorWaitTests
{
    private const string Needy = "public void Put() { lock (_outer) { lock (_items) { _count++; Monitor.PulseAll(_items); } } } public void Close() { lock (_items) { Monitor.PulseAll(_items); } }";

    [Fact]
    public Task WaitThatKeepsTheOuterLock_TellsWhoNeedsIt() => Verify.VerifyAnalyzerAsync(
        InClass("public void Take() { lock ({|#1:_outer|}) { lock (_items) { while (_count == 0) {|#0:Monitor.Wait(_items)|}; } } }"
            + Needy.Replace("lock (_items) { _count++; Monitor.PulseAll(_items); }", "lock (_items) { _count++; {|#2:Monitor.PulseAll(_items)|}; }", StringComparison.Ordinal)),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithLocation(2).WithMessage(
            "'C.Take' waits for a pulse of '_items' and keeps '_outer' meanwhile: 'C.Put', which pulses it, needs '_outer' first. Wait after releasing '_outer'."));

    [Theory]
    [InlineData("public void Take() { lock (_outer) { Await(); } } private void Await() { lock (_items) { while (_count == 0) [|Monitor.Wait(_items)|]; } }")]
    [InlineData("public void Take() { lock (_outer) { lock (_items) { [|Monitor.Wait(_items, Timeout.Infinite)|]; } } }")]
    [InlineData("public void Take() { Monitor.Enter(_outer); try { lock (_items) { [|Monitor.Wait(_items)|]; } } finally { Monitor.Exit(_outer); } }")]
    [InlineData("public void Take() { lock (_outer) { Until(() => _count > 0); } } private void Until(Func<bool> ready) { lock (_items) { while (!ready()) [|Monitor.Wait(_items)|]; } }")]
    public Task WaitUnderASecondLock_Reports(string take) => Verify.VerifyAnalyzerAsync(InClass(take + Needy));

    [Theory]
    [InlineData("public void Take() { lock (_outer) { } lock (_items) { while (_count == 0) Monitor.Wait(_items); } }")]
    [InlineData("public void Take() { lock (_items) { while (_count == 0) Monitor.Wait(_items); } }")]
    [InlineData("public void Take() { lock (_items) { lock (_items) { Monitor.Wait(_items); } } }")]
    [InlineData("public void Take() { lock (_items) { Await(); } } private void Await() { lock (_items) { Monitor.Wait(_items); } }")]
    [InlineData("public void Take() { lock (_outer) { lock (_items) { Monitor.Wait(_items, 100); } } }")]
    [InlineData("public void Take() { lock (_items) { Monitor.Wait(_items); lock (_outer) { } } }")]
    [InlineData("public void Take() { int count; lock (_outer) { count = _count; } Await(); } private void Await() { lock (_items) { Monitor.Wait(_items); } }")]
    public Task WaitUnderNoOtherLock_IsQuiet(string take) => Verify.VerifyAnalyzerAsync(InClass(take + Needy));

    // One of those who pulse may need the other lock in another turn of its loop.
    [Theory]
    [InlineData("new Thread(Loop).Start();", "lock (_outer) { _count++; }", true)]
    [InlineData("new Thread(Loop).Start();", "_count++;", false)]
    [InlineData("new Thread(Loop).Start(); new Thread(Loop).Start();", "lock (_outer) { _count++; }", false)]
    public Task PulserThatNeedsTheLockInAnotherTurn_IsTold(string start, string flush, bool isTold) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Turns
        {
            private readonly Queue<Action> _queue = new(); private readonly object _outer = new(); private int _count; private bool _isStopped;
            public void Open() { {{start}} }
            public void Stop() { lock (_queue) { _isStopped = true; Monitor.PulseAll(_queue); } }
            public void Put() { lock (_outer) { Add(() => { }); } }
            public void Idle() => Add(Flush);
            private void Flush() { {{flush}} }
            private void Add(Action turn) { lock (_queue) { while (_queue.Count > 3) {|#0:Monitor.Wait(_queue)|}; _queue.Enqueue(turn); Monitor.PulseAll(_queue); } }
            private bool TryTake(out Action? turn)
            {
                lock (_queue) { while (_queue.Count == 0 && !_isStopped) Monitor.Wait(_queue); if (!_queue.TryDequeue(out turn)) return false; Monitor.PulseAll(_queue); return true; }
            }
            private void Loop() { while (TryTake(out Action? turn)) { turn!(); } }
        }
        """, Verify.Diagnostic().WithLocation(0).WithSeverity(isTold ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations));

    // A thread that pulses and never needs the other lock wakes the waiter.
    [Theory]
    [InlineData("lock (_items) { _items.Dequeue(); Monitor.PulseAll(_items); }", "lock (_outer) { lock (_items) { Monitor.PulseAll(_items); } }", false)]
    [InlineData("lock (_outer) { } lock (_items) { _items.Dequeue(); Monitor.PulseAll(_items); }", "lock (_items) { Monitor.PulseAll(_items); }", true)]
    [InlineData("Thread.Sleep(1);", "lock (_outer) { lock (_items) { Monitor.PulseAll(_items); } }", true)]
    public Task ThreadThatPulsesWithoutTheLock_IsAnAnswer(string turn, string close, bool isTold) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Sender
        {
            private readonly Queue<int> _items = new(); private readonly object _outer = new();
            public Sender() => new Thread(Loop).Start();
            public void Put(int item) { lock (_outer) { lock (_items) { while (_items.Count > 3) {|#0:Monitor.Wait(_items)|}; _items.Enqueue(item); } } }
            public void Close() { {{close}} }
            public void Wake() { lock (_items) { Monitor.PulseAll(_items); } }
            private void Loop() { while (true) { {{turn}} } }
        }
        public sealed class Other(Sender sender) { public void Start() => new Thread(() => sender.Wake()).Start(); }
        """, Verify.Diagnostic().WithLocation(0).WithSeverity(isTold ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations));

    [Fact]
    public Task WaitThatNobodyIsSeenToEnd_Reports() => Verify.VerifyAnalyzerAsync(
        InClass("public void Take() { lock (_outer) { lock (_items) { {|#0:Monitor.Wait(_items)|}; } } }"),
        Verify.Diagnostic().WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations).WithMessage(
            "'C.Take' waits for a pulse of '_items' and keeps '_outer' meanwhile: nobody is seen to pulse it without '_outer'. Wait after releasing '_outer'."));

    [Fact]
    public Task PulseThatNeedsNothing_IsASuggestion() => Verify.VerifyAnalyzerAsync(
        InClass("public void Take() { lock (_outer) { lock (_items) { {|#0:Monitor.Wait(_items)|}; } } } public void Put() { lock (_items) { Monitor.PulseAll(_items); } }"),
        Verify.Diagnostic().WithSeverity(DiagnosticSeverity.Info).WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations));

    private const string Turns = "private int _turns; public void One() { lock (_outer) { Use(); } } public void Two() { Use(); }";

    // While the waiter keeps the outer lock, who has the turn is somebody that does not need it.
    [Fact]
    public Task TurnThatIsKeptUnderTheOuterLock_IsASuggestion() => Verify.VerifyAnalyzerAsync(
        InClass(Turns + "private void Use() { lock (_items) { while (_count > 0) {|#0:Monitor.Wait(_items)|}; _count = 1; } _turns++; lock (_items) { _count = 0; Monitor.PulseAll(_items); } }"),
        Verify.Diagnostic().WithSeverity(DiagnosticSeverity.Info).WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations));

    [Fact]
    public Task TurnThatNobodyHasWithoutTheOuterLock_IsQuiet() => Verify.VerifyAnalyzerAsync(
        InClass("private int _turns; public void One() { lock (_outer) { lock (_items) { while (_count > 0) Monitor.Wait(_items); _count = 1; } _turns++; lock (_items) { _count = 0; Monitor.PulseAll(_items); } } }"));

    [Fact]
    public Task TurnThatAnotherEndsUnderTheOuterLock_Reports() => Verify.VerifyAnalyzerAsync(
        InClass(Turns + "private void Use() { lock (_items) { while (_count > 0) [|Monitor.Wait(_items)|]; _count = 1; } } public void End() { lock (_outer) { lock (_items) { _count = 0; Monitor.PulseAll(_items); } } } public void Close() { lock (_items) { Monitor.PulseAll(_items); } }"));

    // Of two ways to one wait the one that somebody needs is told, else the shorter one.
    [Theory]
    [InlineData("A() { lock (_outer) { Middle(); } }", "B() { lock ({|#1:_outer|}) { {|#2:Await()|}; } }")]
    [InlineData("B() { lock (_other) { Middle(); } }", "A() { lock ({|#1:_outer|}) { {|#2:Await()|}; } }")]
    public Task TwoWaysToTheWait_TellTheShorter(string longer, string shorter) => Verify.VerifyAnalyzerAsync(
        InClass($$"""
            private readonly object _other = new();
            public void {{longer}}
            public void {{shorter}}
            private void Middle() => Await();
            private void Await() { lock (_items) { {|#0:Monitor.Wait(_items)|}; } }
            public void Put() { lock (_items) { Monitor.Pulse(_items); } }
            """),
        Verify.Diagnostic().WithSeverity(DiagnosticSeverity.Info).WithLocation(0).WithLocation(1).WithLocation(2).WithMessage(
            "'C.Await' waits for a pulse of '_items' and keeps '_outer' meanwhile: whoever needs '_outer' meanwhile waits as well. Wait after releasing '_outer'."));

    [Theory]
    [InlineData("A() { lock (_other) { Await(); } }", "B() { lock ({|#1:_outer|}) { {|#3:Middle()|}; } }")]
    [InlineData("B() { lock (_other) { Await(); } }", "A() { lock ({|#1:_outer|}) { {|#3:Middle()|}; } }")]
    public Task WayThatSomebodyNeeds_IsToldBeforeAShorterOne(string shorter, string needed) => Verify.VerifyAnalyzerAsync(
        InClass($$"""
            private readonly object _other = new();
            public void {{shorter}}
            public void {{needed}}
            private void Middle() => {|#4:Await()|};
            private void Await() { lock (_items) { {|#0:Monitor.Wait(_items)|}; } }
            public void Put() { lock (_outer) { lock (_items) { {|#2:Monitor.Pulse(_items)|}; } } }
            public void Close() { lock (_items) { Monitor.PulseAll(_items); } }
            """),
        Verify.Diagnostic().WithSeverity(DiagnosticSeverity.Warning).WithLocation(0).WithLocation(1).WithLocation(3).WithLocation(4).WithLocation(2).WithMessage(
            "'C.Await' waits for a pulse of '_items' and keeps '_outer' meanwhile: 'C.Put', which pulses it, needs '_outer' first. Wait after releasing '_outer'."));

    [Fact]
    public Task SemaphoreKeptOverTheWait_Reports() => Verify.VerifyAnalyzerAsync(InClass("""
        private readonly SemaphoreSlim _gate = new(1);
        public void Take() { _gate.Wait(); try { lock (_items) { [|Monitor.Wait(_items)|]; } } finally { _gate.Release(); } }
        public void Put() { _gate.Wait(); try { lock (_items) { Monitor.Pulse(_items); } } finally { _gate.Release(); } }
        public void Close() { lock (_items) { Monitor.PulseAll(_items); } }
        """));

    [Fact]
    public Task ProvenRing_IsLeftToTheCycleRule() => Verify.VerifyAnalyzerAsync(InClass("""
        public void Take() { lock (_outer) { lock (_items) { while (_count == 0) Monitor.Wait(_items); } } }
        public void Put() { lock (_outer) { lock (_items) { _count++; Monitor.PulseAll(_items); } } }
        """));

    private static string InClass(string members) => $$"""
        public sealed class C
        {
            private readonly object _outer = new();
            private readonly object _items = new();
            private int _count;
        {{members}}
        }
        """;
}

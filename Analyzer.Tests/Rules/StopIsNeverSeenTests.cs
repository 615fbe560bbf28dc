using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.StopIsNeverSeenAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

public class StopIsNeverSeenTests
{
    [Fact]
    public Task EndlessLoopThatIsStopped_Reports() => Verify.VerifyAnalyzerAsync(
        InClass("""
            private readonly KThread _thread;
            public C() => _thread = KThread.Run({|#0:Work|});
            public void Close() => {|#2:_thread.Stop()|};
            private int Work(KThread self) { {|#1:while|} (true) { Turn(); } }
            """),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithLocation(2).WithMessage(
            "'C.Work', the function of a KThread, never looks at ShouldStop in its endless loop, so 'C.Close' waits for ever. Loop while ShouldStop is false."));

    [Fact]
    public Task LoopUntilStopped_IsQuiet() => QuietAsync("""
        private readonly KThread _thread;
        public C() => _thread = KThread.Run(Work);
        public void Close() => _thread.Stop();
        private int Work(KThread self) { while (!self.ShouldStop) { Turn(); } return 0; }
        """);

    [Theory]
    [InlineData("for (;;) { Turn(); }")]
    [InlineData("do { Turn(); } while (true);")]
    [InlineData("while (true) { while (_count > 0) { break; } }")]
    [InlineData("while (true) { Task.Run(() => { return; }); }")]
    public async Task EndlessLoop_Reports(string loop)
    {
        await ReportsAsync($$"""
            private int _count;
            public void Run() { using var thread = KThread.Run([|self =>|] { {{loop}} }); }
            """);
        await QuietAsync($$"""
            private int _count;
            public void Run() { using var thread = KThread.Run(self => { if (self.ShouldStop) { return 0; } {{loop}} }); }
            """);
    }

    [Theory]
    [InlineData("KThread.Run")]
    [InlineData("KThread.Create")]
    [InlineData("Run")]
    [InlineData("Create")]
    public Task WaysToMakeAThread_Report(string make) => Verify.VerifyAnalyzerAsync($$"""
        using KThreadRuntime;
        using static KThreadRuntime.KThread;
        public sealed class C
        {
            private readonly KThread _thread = {{make}}([|static self =>|] { while (true) { Console.WriteLine(); } });
            public void Close() => _thread.Stop();
        }
        """);

    [Theory]
    [InlineData("while (true) { if (_count > 0) { break; } }")]
    [InlineData("while (true) { if (_count > 0) { return 1; } }")]
    [InlineData("while (true) { if (_count > 0) { throw new InvalidOperationException(); } }")]
    [InlineData("while (_count == 0) { Turn(); }")]
    [InlineData("while (true) { _queue.Take(_token); }")]
    [InlineData("try { while (true) { _queue.Take(); } } catch (InvalidOperationException) { }")]
    [InlineData("while (true) { _turn(); }")]
    [InlineData("while (true) { Other(); }")]
    [InlineData("while (true) { GC.KeepAlive(self); }")]
    [InlineData("Task.Run(() => { while (true) { Turn(); } });")]
    [InlineData("Task.Run(Endless); void Endless() { while (true) { Turn(); } }")]
    [InlineData("while (true) { _log.WriteLine(KThread.Current!.ShouldStop); }")]
    public Task LoopThatMayEnd_IsQuiet(string loop) => QuietAsync($$"""
        private int _count;
        private readonly BlockingCollection<int> _queue = [];
        private readonly CancellationToken _token;
        private readonly Action _turn = () => { };
        private readonly System.IO.TextWriter _log = Console.Out;
        public void Run() { using var thread = KThread.Run(self => { {{loop}} return 0; }); }
        protected virtual void Other() { }
        """, ignoreUnreachable: true);

    [Fact]
    public Task CalleeLooks_IsQuiet() => QuietAsync("""
        public void Run() { using var thread = KThread.Run(Work); }
        private int Work(KThread self) { while (true) { Obey(self); } }
        private static void Obey(KThread self) { if (self.ShouldStop) { throw new OperationCanceledException(); } }
        """);

    [Fact]
    public Task CalleeLoopsForEver_Reports() => ReportsAsync("""
        public void Run() { using var thread = KThread.Run([|Work|]); }
        private int Work(KThread self) { Loop(); return 0; }
        private void Loop() { while (true) { Turn(); } }
        """);

    // What a library gets may look; what it does not get it cannot.
    [Fact]
    public Task LibraryThatGetsNoThread_Reports() => ReportsAsync("""
        public void Run() { using var thread = KThread.Run([|self =>|] { while (true) { GC.KeepAlive(this); } }); }
        """);

    [Fact]
    public Task FunctionThatAFieldHolds_IsQuiet() => QuietAsync("""
        private readonly Func<KThread, int> _work = static self => { while (true) { Console.WriteLine(); } };
        public void Run() { using var thread = KThread.Run(_work); }
        """);

    [Theory]
    [InlineData(8, "[|Work|]")]
    [InlineData(9, "Work")]
    public Task LoopFarBelow_ReportsUpToEightCalls(int depth, string function) => ReportsAsync(
        $"public void Run() {{ using var thread = KThread.Run({function}); }} private int Work(KThread self) {{ M1(); return 0; }} "
        + string.Concat(Enumerable.Range(1, depth - 1).Select(static i => $"private void M{i}() => M{i + 1}(); "))
        + $"private void M{depth}() {{ int turns = 0; while (true) {{ turns++; }} }}");

    [Fact]
    public Task CalleeThatOthersDerive_IsQuiet() => QuietAsync("""
        public void Run() { using var thread = KThread.Run(Work); }
        private int Work(KThread self) { while (true) { Look(self); } }
        protected virtual void Look(KThread self) { }
        """);

    [Fact]
    public Task ThreadThatNobodyStops_IsQuiet() => QuietAsync("""
        private readonly KThread _thread;
        public C() => _thread = KThread.Run(Work);
        public bool HasEnded => _thread.HasExited;
        private int Work(KThread self) { while (true) { Turn(); } }
        """);

    [Fact]
    public Task FunctionThatNeverParks_Reports() => Verify.VerifyAnalyzerAsync(
        InClass("""
            private readonly KThread _thread;
            public C() => _thread = KThread.Run({|#0:Work|});
            public void Reset() { {|#2:_thread.Park()|}; _thread.Unpark(); }
            private int Work(KThread self) { {|#1:while|} (!self.ShouldStop) { Turn(); } return 0; }
            """),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithLocation(2).WithMessage(
            "'C.Work', the function of a KThread, never parks, so 'C.Reset' waits until the thread has ended. Call ParkMe in its loop when ShouldPark is true."));

    [Fact]
    public Task FunctionThatParks_IsQuiet() => QuietAsync("""
        private readonly KThread _thread;
        public C() => _thread = KThread.Run(Work);
        public void Reset() { _thread.Park(); _thread.Unpark(); }
        private int Work(KThread self) { while (!self.ShouldStop) { if (self.ShouldPark) { self.ParkMe(); } Turn(); } return 0; }
        """);

    [Fact]
    public Task CalleeParks_IsQuiet() => QuietAsync("""
        private readonly KThread _thread;
        public C() => _thread = KThread.Run(Work);
        public void Reset() { _thread.Park(); _thread.Unpark(); }
        private int Work(KThread self) { while (!self.ShouldStop) { Obey(self); } return 0; }
        private static void Obey(KThread self) { if (self.ShouldPark) { self.ParkMe(); } }
        """);

    [Fact]
    public Task FunctionWithoutLoopThatIsParked_IsQuiet() => QuietAsync("""
        private readonly KThread _thread;
        public C() => _thread = KThread.Run(Work);
        public void Reset() { _thread.Park(); _thread.Unpark(); }
        private int Work(KThread self) { Turn(); return 0; }
        """);

    // What the function calls is its own work: its loops are, and the handlers around the call are theirs.
    [Theory]
    [InlineData("Inner();", true)]
    [InlineData("try { Inner(); } finally { Turn(); }", true)]
    [InlineData("try { Turn(); } catch (InvalidOperationException) { Inner(); }", true)]
    [InlineData("Middle(); void Middle() { Inner(); }", true)]
    [InlineData("Loop(); void Loop() { while (true) { Turn(); } }", true)]
    [InlineData("try { Turn(); } catch (InvalidOperationException) { while (true) { Turn(); } }", true)]
    [InlineData("try { Inner(); } catch (InvalidOperationException) { }", false)]
    [InlineData("try { Middle(); } catch (InvalidOperationException) { } void Middle() { Inner(); }", false)]
    [InlineData("while (true) { Ask(); } bool Ask() => self.ShouldStop;", false)]
    [InlineData("foreach (int turn in Turns()) { Turn(); } System.Collections.Generic.IEnumerable<int> Turns() { while (true) { yield return 1; } }", false)]
    [InlineData("while (true) { if (IsDone()) { goto end; } } end: Turn();", false)]
    public Task LoopOfACallee_ReportsUnlessAnExceptionMayEndIt(string body, bool reports) => ReportsOrNotAsync(
        "self =>", reports, $"private bool IsDone() => DateTime.Now.Year > 3; private void Inner() {{ while (true) {{ Turn(); }} }} public void Run() {{ using var thread = KThread.Run(FUNCTION {{ {body} return 0; }}); }}");

    // Code that is not at hand, or that may be another's, may look for the thread.
    [Theory]
    [InlineData("GC.KeepAlive(3);", true)]
    [InlineData("GC.KeepAlive(self);", false)]
    [InlineData("ToString();", false)]
    [InlineData("Step();", false)]
    [InlineData("D1();", true)]
    [InlineData("D0();", false)]
    public Task CodeThatIsNotAtHand_MayLook(string turn, bool reports) => ReportsOrNotAsync(
        "self =>",
        reports,
        $$"""
        public override string ToString() => "";
        private void D0() => D1(); private void D1() => D2(); private void D2() => D3(); private void D3() => D4(); private void D4() => D5(); private void D5() => D6();
        private void D6() => D7(); private void D7() => D8(); private void D8() { }
        public abstract class Base { public abstract void Step(); }
        public void Step(Base other) => other.Step();
        private void Step() => Step(null!);
        public void Run() { using var thread = KThread.Run(FUNCTION { while (true) { {{turn}} } }); }
        """);

    [Fact]
    public Task CalleeThatCallsItself_IsReadOnce() => ReportsOrNotAsync(
        "Work", true, "private int Work(KThread self) { while (true) { Again(3); } } private void Again(int left) { if (left > 0) { Again(left - 1); } } public void Run() { using var thread = KThread.Run(FUNCTION); }");

    [Theory]
    [InlineData("_thread!.Stop()")]
    [InlineData("(_thread!).Stop()")]
    [InlineData("_thread?.Stop()")]
    public Task ThreadInANullableField_ReportsItsStop(string stop) => ReportsOrNotAsync(
        "self =>", true, $"private KThread? _thread; public void Start() {{ _thread = KThread.Run(FUNCTION {{ while (true) {{ Turn(); }} }}); }} public void Close() {{ {stop}; }}");

    [Fact]
    public Task LambdaInALambda_IsCalledByItsMember() => Verify.VerifyAnalyzerAsync(
        InClass("public void Run() { Action run = () => { using var thread = {|#2:KThread.Run({|#0:self =>|} { {|#1:while|} (true) { Turn(); } })|}; }; run(); }"),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithLocation(2).WithMessage(
            "'a lambda in C.Run', the function of a KThread, never looks at ShouldStop in its endless loop, so 'the end of the using block' waits for ever. Loop while ShouldStop is false."));

    private static Task ReportsOrNotAsync(string function, bool reports, string members) =>
        ReportsAsync(members.Replace("FUNCTION", reports ? $"[|{function}|]" : function, StringComparison.Ordinal));

    private static Task ReportsAsync(string members) => Verify.VerifyAnalyzerAsync(InClass(members));

    private static Task QuietAsync(string members, bool ignoreUnreachable = false) =>
        Verify.VerifyAnalyzerAsync((ignoreUnreachable ? "#pragma warning disable CS0162\n" : "") + InClass(members));

    private static string InClass(string members) =>
        $$"""
        using System;
        using System.Collections.Concurrent;
        using System.Threading;
        using System.Threading.Tasks;
        using KThreadRuntime;
        public class C
        {
            {{members}}
            private void Turn() { }
        }
        """;
}

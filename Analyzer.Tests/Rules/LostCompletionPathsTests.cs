using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LostCompletionAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1005 for which ways of a context count: what is owed from where, and what is as good as the signal.</summary>
public class LostCompletionPathsTests
{
    // What a body has made is owed from where others can find it.
    [Theory]
    [InlineData("work(); _ready = ready; ready.SetResult();", false)]
    [InlineData("_ready = ready; work(); ready.SetResult();", true)]
    [InlineData("_other = new object(); work(); _ready = ready; ready.SetResult();", false)]
    public Task OwnCompletion_IsOwedFromItsPublication(string rest, bool reports) => Verify.VerifyAnalyzerAsync(InClass(
        $$"""
        private TaskCompletionSource? _ready; private object? _other;
        public void Open(Action work) { var ready = new TaskCompletionSource(); {{rest}} }
        public async Task UseAsync() { var ready = _ready; if (ready != null) { {{(reports ? "[|await ready.Task|]" : "await ready.Task")}}; } Console.WriteLine(_other); }
        """));

    [Fact]
    public Task OwnCompletionPublishedInAContainer_IsOwed() => Verify.VerifyAnalyzerAsync(InClass(
        """
        private readonly List<TaskCompletionSource> _all = new();
        public void Open(Action work) { var ready = new TaskCompletionSource(); _all.Add(ready); work(); ready.SetResult(); }
        public async Task UseAsync() => [|await _all[0].Task|];
        """));

    // The exception of a task that a callee hands on comes to who awaits the call.
    [Theory]
    [InlineData("_items.Reader.ReadAsync(_stop.Token)", true)]
    [InlineData("_items.Reader.ReadAsync()", false)]
    [InlineData("_items.Reader.ReadAsync(CancellationToken.None)", false)]
    public Task CancelledTaskOfACallee_LosesTheSignal(string read, bool reports) => Verify.VerifyAnalyzerAsync(
        $$"""
        using System.Threading.Channels;
        public sealed class C
        {
            private readonly Channel<int> _items = Channel.CreateUnbounded<int>();
            private readonly CancellationTokenSource _stop = new();
            private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            public void Start() { _ = RunAsync(); }
            public void Stop() => _stop.Cancel();
            public async Task CloseAsync() { {{(reports ? "[|await _closed.Task|]" : "await _closed.Task")}}; }
            private async Task RunAsync()
            {
                await Task.Yield();
                try { while (true) { if (await Next() == 0) { _closed.TrySetResult(); return; } } }
                catch (OperationCanceledException) { }
            }
            private ValueTask<int> Next() => {{read}};
        }
        """);

    // Who comes second waits for the first one, and owes nothing.
    [Theory]
    [InlineData("if (!_all.TryAdd(key, mine)) { [|_all[key].Task.Wait()|]; return; } work(); mine.SetResult();")]
    [InlineData("if (_all.TryAdd(key, mine)) { work(); mine.SetResult(); } else { [|_all[key].Task.Wait()|]; }")]
    [InlineData("var first = _all.GetOrAdd(key, mine); if (first != mine) { [|first.Task.Wait()|]; return; } work(); mine.SetResult();")]
    [InlineData("var first = _all.GetOrAdd(key, mine); if (ReferenceEquals(first, mine)) { work(); mine.SetResult(); } else { [|first.Task.Wait()|]; }")]
    [InlineData("var first = _all.GetOrAdd(key, mine); if (first != mine) { first.Task.Wait(); return; } try { work(); } finally { mine.SetResult(); }")]
    [InlineData("if (!_all.TryAdd(key, mine)) { _all[key].Task.Wait(); return; } try { work(); } finally { mine.SetResult(); }")]
    [InlineData("if (!_all.TryAdd(key, mine)) { _all[key].Task.Wait(); return; } mine.SetResult(); work();")]
    public Task FirstOneToPublish_Owes(string get) => Verify.VerifyAnalyzerAsync(
        $$"""
        using System.Collections.Concurrent;
        public sealed class C
        {
            private readonly ConcurrentDictionary<int, TaskCompletionSource> _all = new();
            public void Get(int key, Action work) { var mine = new TaskCompletionSource(); {{get}} }
        }
        """);

    // Who finds one in the member was beaten to it, and owes nothing, whatever is done with what was found.
    [Theory]
    [InlineData("_open", "_open!.GetAwaiter().GetResult()", true)]
    [InlineData("_open", "var first = _open; _last = first; first!.Wait()", true)]
    [InlineData("s_open", "s_open!.GetAwaiter().GetResult()", true)]
    [InlineData("other._open", "other._open!.GetAwaiter().GetResult()", true)]
    [InlineData("_open", "{|#0:_open!.GetAwaiter().GetResult()|}", false)]
    public Task FinderOfAPublishedOne_OwesNothing(string member, string wait, bool isCaught) => Verify.VerifyAnalyzerAsync(
        $$"""
        public sealed class C
        {
            private readonly object _gate = new(); private Task? _open; private static Task? s_open; private Task? _last;
            public void Open(Action work, C other)
            {
                TaskCompletionSource? source = null;
                bool isFirst = false;
                lock (_gate) { if ({{member}} == null) { source = new TaskCompletionSource(); {{member}} = source.Task; isFirst = true; } }
                if (!isFirst) { {{wait}}; return; }
                {{(isCaught ? "try { work(); source!.SetResult(); } catch (Exception e) { source!.SetException(e); throw; }" : "work(); source!.SetResult();")}}
            }

            public bool IsOpen => (_last ?? s_open ?? _open) != null;
        }
        """,
        isCaught ? [] : [Verify.Diagnostic().WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations)]);

    // A loop that gives each item its answer; the subject of "?." is the item.
    [Theory]
    [InlineData("finally", true)]
    [InlineData("catch (ArgumentException)", false)]
    public Task ItemOfALoop_IsTheOneOfTheConditionalAccess(string guard, bool isQuiet) => Verify.VerifyAnalyzerAsync(
        $$"""
        using System.Threading.Channels;
        public sealed class C
        {
            private readonly Channel<(Action Work, TaskCompletionSource? Done)> _items = Channel.CreateUnbounded<(Action, TaskCompletionSource?)>();
            public C() => Task.Run(LoopAsync);
            public async Task AskAsync(Action work) { var done = new TaskCompletionSource(); _items.Writer.TryWrite((work, done)); {{(isQuiet ? "await done.Task" : "[|await done.Task|]")}}; }
            private async Task LoopAsync()
            {
                await foreach (var (work, done) in _items.Reader.ReadAllAsync())
                {
                    try { work(); } {{guard}} { done?.TrySetResult(); }
                }
            }
        }
        """);

    // Who hands the signaller on may leave the signal to it.
    [Theory]
    [InlineData("if (_count > 3) { _later.Add(Finish); return; } Finish();", false)]
    [InlineData("if (_count > 3) { _later.Add(Grow); return; } Finish();", true)]
    public Task SignallerThatIsHandedOn_IsAsGoodAsTheSignal(string run, bool reports) => Verify.VerifyAnalyzerAsync(InClass(
        $$"""
        private readonly List<Action> _later = new();
        private void Finish() => _done.Set();
        private void Grow() => _count++;
        public void Start() => Task.Run(() => { {{run}} });
        public void Join() { {{Wait(reports)}}; }
        """));

    [Theory]
    [InlineData("_queue.CompleteAdding();", false)]
    [InlineData("_second.CompleteAdding();", true)]
    public Task QueueThatIsClosed_NeedsNoRoom(string close, bool reports) => Verify.VerifyAnalyzerAsync(
        $$"""
        using System.Collections.Concurrent;
        public sealed class C
        {
            private readonly BlockingCollection<Action> _queue = new(8), _second = new(8);
            public void Start() => Task.Run(Loop);
            public void Post(Action act) { {{(reports ? "[|_queue.Add(act)|]" : "_queue.Add(act)")}}; }
            private void Loop() { try { foreach (Action next in _queue.GetConsumingEnumerable()) { next(); } } finally { {{close}} } }
        }
        """);

    [Theory]
    [InlineData("if (_done.IsSet) { return; }", false)]
    [InlineData("bool isSet = _done.IsSet; if (IsFull()) { return; }", true)]
    [InlineData("if (_second.IsSet) { return; }", true)]
    [InlineData("bool isSet = _done.IsSet; _items.Add(isSet ? 1 : 0); if (IsFull()) { return; }", true)]
    public Task SignalledAlready_IsAsGoodAsSignalled(string test, bool reports) => Verify.VerifyAnalyzerAsync(InClass(
        $$"""
        private readonly ManualResetEventSlim _second = new();
        private bool IsFull() => _count > 3;
        public void Start() => Task.Run(() => { {{test}} _done.Set(); });
        public void Join() { {{Wait(reports)}}; }
        """));

    [Theory]
    [InlineData("waiter == null", false)]
    [InlineData("_text == null", true)]
    public Task NobodyThatWaits_NeedsNoSignal(string test, bool reports) => Verify.VerifyAnalyzerAsync(InClass(
        $$"""
        private TaskCompletionSource? _waiter; private string? _text;
        public async Task JoinAsync() { var waiter = new TaskCompletionSource(); _waiter = waiter; {{(reports ? "[|await waiter.Task|]" : "await waiter.Task")}}; }
        public void Start() => Task.Run(() => { var waiter = _waiter; if ({{test}}) { return; } waiter!.SetResult(); });
        public void Name(string text) => _text = text;
        """));

    // What signals in a loop does so for something that comes again and again.
    [Theory]
    [InlineData("if (_count > 3) { _done.Set(); }", "", true)]
    [InlineData("foreach (int item in _items) { if (item > 3) { _done.Set(); } }", "", false)]
    [InlineData("foreach (int item in _items) { _count += item; } if (_count > 3) { _done.Set(); }", "", true)]
    [InlineData("foreach (int item in _items) { Finish(item); }", "private void Finish(int item) { if (item > 3) { _done.Set(); } }", false)]
    [InlineData("foreach (int item in _items) { if (item > 3) { _finish!(); } }", "private Action? _finish; public void Open() => _finish = () => _done.Set();", false)]
    public Task SignalOnSomeWays_ReportsUnlessInALoop(string run, string finish, bool reports) => Verify.VerifyAnalyzerAsync(
        InClass($"public void Start() => Task.Run(() => {{ {run} }}); public void Join() {{ {Wait(reports)}; }} {finish}"));

    [Theory]
    [InlineData("if (depth > 0) { Step(depth - 1); return; } _done.Set();", false)]
    [InlineData("if (depth > 0) { Step(depth - 1); } if (_count > 3) throw new IOException(); _done.Set();", true)]
    public Task SignallerThatCallsItself_ReportsWhereItThrows(string step, bool reports) => Verify.VerifyAnalyzerAsync(InClass(
        $$"""
        public void Start() => Task.Run(() => Step(3));
        private void Step(int depth) { {{step}} }
        public void Join() { {{Wait(reports)}}; }
        """));

    [Fact]
    public Task BegunCallThatReturnsEarly_Reports() => Verify.VerifyAnalyzerAsync(
        InClass("""
            public void Start() => Task.Run(() => { _ = WorkAsync(); });
            private async Task WorkAsync() { await Task.Yield(); if (_count > 3) return; {|#1:_done.Set()|}; }
            public void Join() { {|#0:_done.Wait()|}; }
            """),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithMessage(
            "'C.Join' waits for '_done' without limit, but 'C.WorkAsync', which signals it, can return before it does. Do it on every path."));

    // An exception of an async void method that nobody catches ends the process; one that it catches itself does not.
    [Theory]
    [InlineData("await Task.Yield(); work(); _done.Set();", false)]
    [InlineData("await Task.Yield(); try { work(); } catch { return; } _done.Set();", true)]
    public Task AsyncVoid_ReportsWhereItGoesOn(string body, bool reports) => Verify.VerifyAnalyzerAsync(
        InClass($"public async void Start(Action work) {{ {body} }} public void Join() {{ {Wait(reports)}; }}"));

    [Theory]
    [InlineData("WorkAsync().Wait();", false)]
    [InlineData("_ = WorkAsync(); _other!.Wait();", true)]
    [InlineData("Task begun = WorkAsync(); begun.Wait(100);", true)]
    public Task CallThatItsStarterWaitsFor_HandsTheExceptionOn(string start, bool reports) => Verify.VerifyAnalyzerAsync(InClass(
        $$"""
        private Task? _other;
        public void Go(Task other) { _other = other; new Thread(Start).Start(); }
        private void Start() { {{start}} }
        private async Task WorkAsync() { await Task.Yield(); if (_count > 3) throw new IOException(); _done.Set(); }
        public void Join() { {{Wait(reports)}}; }
        """));

    [Fact]
    public Task KnownNoise_CallThatItsStarterWaitsForByAVariable() => Verify.VerifyAnalyzerAsync(InClass(
        """
        public void Go() => new Thread(Start).Start();
        private void Start() { Task begun = WorkAsync(); begun.Wait(); }
        private async Task WorkAsync() { await Task.Yield(); if (_count > 3) throw new IOException(); _done.Set(); }
        public void Join() { [|_done.Wait()|]; }
        """));

    // What becomes of an exception is as bad as the worst of the starts.
    [Theory]
    [InlineData("new Thread(Work).Start();", "", false)]
    [InlineData("Task.Run(Work);", "", true)]
    [InlineData("new Thread(Work).Start();", "Task.Run(Work);", true)]
    [InlineData("Task.Run(Work);", "new Thread(Work).Start();", true)]
    public Task ExceptionOfABodyThatIsStartedTwice_ReportsWhereOneStartKeepsIt(string first, string second, bool reports) => Verify.VerifyAnalyzerAsync(InClass(
        $"public void Start() {{ {first} }} public void Again() {{ {second} }} private void Work() {{ if (_count > 3) throw new IOException(); _done.Set(); }} public void Join() {{ {Wait(reports)}; }}"));

    [Fact]
    public Task ExceptionInSight_IsToldBeforeOneThatMayCome() => Verify.VerifyAnalyzerAsync(
        InClass("""
            public void Start(Action work) => Task.Run(() => { work(); Connect(); {|#2:_done.Set()|}; });
            private void Connect() { if (_count > 3) throw {|#1:new IOException()|}; }
            public void Join() { {|#0:_done.Wait()|}; }
            """),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithLocation(2).WithMessage(
            "'C.Join' waits for '_done' without limit, but 'a lambda in C.Start', which signals it, can leave by an exception from 'C.Connect' before it does. Do it on every path."));

    [Theory]
    [InlineData("public void Again() { }", true)]
    [InlineData("public void Again() => Task.Run(Work);", false)]
    public Task WorkThatIsStartedTwice_MaySignalAnotherTime(string again, bool reports) => Verify.VerifyAnalyzerAsync(InClass(
        $"public void Start() => Task.Run(Work); {again} private void Work() {{ if (_count > 3) return; _done.Set(); }} public void Join() {{ {Wait(reports)}; }}"));

    // Who has made it waits for another one where it finds that in a member.
    [Theory]
    [InlineData("work(); ready.SetResult(); await ready.Task;", "", false)]
    [InlineData("work(); ready.SetResult();", "if (_ready != null) { [|await _ready.Task|]; }", true)]
    [InlineData("work(); ready.SetResult();", "var old = _ready; if (old != null) { [|await old.Task|]; }", true)]
    [InlineData("work(); ready.SetResult();", "", false)]
    public Task MakerThatWaits_ReportsWhereItFindsItInAMember(string rest, string first, bool reports)
    {
        Assert.Equal(reports, first.Contains("[|", StringComparison.Ordinal));
        return Verify.VerifyAnalyzerAsync(InClass(
            $"private TaskCompletionSource? _ready; public async Task OpenAsync(Action work) {{ await Task.Yield(); {first} var ready = new TaskCompletionSource(); _ready = ready; {rest} }}"));
    }

    [Theory]
    [InlineData(16, true)]
    [InlineData(17, false)]
    public Task ManyPlacesThatSignal_AreNotFollowed(int places, bool reports) => Verify.VerifyAnalyzerAsync(InClass(
        $"public void Start() => Task.Run(() => {{ switch (_count) {{ {string.Concat(Enumerable.Range(0, places).Select(i => $"case {i}: _done.Set(); break; "))} }} }}); public void Join() {{ {Wait(reports)}; }}"));

    [Theory]
    [InlineData("_done.Set();", "[|_done.Wait()|];")]
    [InlineData("_done.Set(); _done.Wait();", "")]
    [InlineData("_done.Set();", "")]
    public Task WorkerThatNobodyStarts_ReportsWhereAnotherWaits(string work, string join) => Verify.VerifyAnalyzerAsync(InClass(
        $"private Thread? _worker; public bool IsThere => _worker != null; public void Start() {{ _worker = new Thread(() => {{ {work} }}); }} public void Join() {{ {join} }}"));

    [Fact]
    public Task WorkerThatNobodyStarts_TellsWhose() => Verify.VerifyAnalyzerAsync(
        InClass("private Thread? _worker; public bool IsThere => _worker != null; public void Start() { _worker = new Thread(Work); } private void Work() { {|#1:_done.Set()|}; } public void Join() { {|#0:_done.Wait()|}; }"),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithMessage(
            "'C.Join' waits for '_done' without limit, but nobody starts the thread or task of 'C.Work', which signals it. Start it."));

    // Of several ways past the signal one is told: an exception that is seen to be thrown, then one that may be, then a return.
    [Theory]
    [InlineData("if (_count == 7) { return; } Connect();", "throw {|#1:new IOException()|}", "leave by an exception from 'C.Connect'")]
    [InlineData("work(); Connect();", "throw {|#1:new IOException()|}", "leave by an exception from 'C.Connect'")]
    [InlineData("if (_count == 7) { return; } {|#1:work()|};", "return", "leave by an exception")]
    [InlineData("{|#1:work()|}; if (_count == 7) { return; }", "return", "leave by an exception")]
    [InlineData("Again(); Connect();", "throw {|#1:new IOException()|}", "leave by an exception from 'C.Connect'")]
    [InlineData("Connect(); Again();", "throw {|#1:new IOException()|}", "leave by an exception from 'C.Connect'")]
    public Task SeveralWaysPastTheSignal_TellTheOneThatIsSeen(string work, string connect, string way) => Verify.VerifyAnalyzerAsync(
        InClass($$"""
            public void Start(Action work) => Task.Run(() => { {{work}} {|#2:_done.Set()|}; });
            public void Join() { {|#0:_done.Wait()|}; }
            private void Connect() { if (_count > 3) { {{connect}}; } }
            private void Again() { if (_count > 4) { throw new IOException(); } }
            """),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithLocation(2).WithMessage(
            $"'C.Join' waits for '_done' without limit, but 'a lambda in C.Start', which signals it, can {way} before it does. Do it on every path."));

    // The callers of a callback are asked for three calls up.
    [Theory]
    [InlineData("try { Second(); } catch (IOException) { }", "done.Wait()", "", true)]
    [InlineData("try { Third(); } catch (IOException) { }", "done.Wait()", "", false)]
    [InlineData("try { First(); } catch (IOException) { }", "_count++", "done.Wait();", false)]
    public Task CallbackFarBelowItsCatch_Reports(string fire, string wait, string last, bool reports) => Verify.VerifyAnalyzerAsync(InClass(
        $$"""
        private Action? _handler;
        private void First() => _handler!(); private void Second() => First(); private void Third() => Second();
        public void Fire() { {{fire}} }
        public void Start() { var done = new ManualResetEventSlim(); _handler = () => { if (_count > 3) throw new IOException(); done.Set(); {{last}} }; {{(reports ? $"[|{wait}|]" : wait)}}; }
        """));

    // An exception that ends the consumer loses the room, and what the item in hand owes: told once, by the item.
    [Theory]
    [InlineData("next.Work(); next.Done.Set();", "_queue.Add(item); [|item.Done.Wait()|];")]
    [InlineData("next.Work();", "[|_queue.Add(item)|];")]
    [InlineData("next.Work(); if (_count > 3) throw new IOException();", "[|_queue.Add(item)|];")]
    public Task ConsumerThatAnExceptionEnds_IsToldOnce(string body, string ask) => Verify.VerifyAnalyzerAsync(
        $$"""
        using System.Collections.Concurrent;
        public sealed class Item(Action work) { public ManualResetEventSlim Done { get; } = new(); public void Work() => work(); }
        public sealed class C
        {
            private readonly BlockingCollection<Item> _queue = new(8); private int _count;
            public void Start() => Task.Run(Run);
            public void Grow() => _count++;
            public void Ask(Item item) { {{ask}} }
            private void Run() { foreach (Item next in _queue.GetConsumingEnumerable()) { {{body}} } }
        }
        """);

    [Fact]
    public Task ConsumerThatAnExceptionEnds_TellsTheOneInSight() => Verify.VerifyAnalyzerAsync(
        """
        using System.Collections.Concurrent;
        public sealed class C
        {
            private readonly BlockingCollection<Action> _queue = new(8); private int _count;
            public void Start() => Task.Run(Run);
            public void Grow() => _count++;
            public void Ask(Action act) { {|#0:_queue.Add(act)|}; }
            private void Run() { foreach (Action next in {|#2:_queue.GetConsumingEnumerable()|}) { next(); if (_count > 3) throw {|#1:new IOException()|}; } }
        }
        """,
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithLocation(2).WithMessage(
            "'C.Ask' waits for '_queue' without limit, but 'C.Run', which alone takes from it, ends with an exception: nobody makes room then. Catch it and go on."));

    private static string Wait(bool reports) => reports ? "[|_done.Wait()|]" : "_done.Wait()";

    private static string InClass(string members) => $$"""
        public sealed class C
        {
            private readonly ManualResetEventSlim _done = new();
            private readonly List<int> _items = new();
            private int _count;
            {{members}}
        }
        """;
}

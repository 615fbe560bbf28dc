using Lost = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LostCompletionAnalyzer>;
using Self = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.SelfDeadlockAnalyzer>;
using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1001, XR1003 and XR1005 for who waits for room in a queue: whoever takes from it makes that.</summary>
public class BoundedQueueTests
{
    private const string Enumerates = "foreach (Action action in {|#3:_queue.GetConsumingEnumerable()|}) { action(); lock ({|#2:_gate|}) { } }";

    [Fact]
    public Task AddUnderALockThatTheConsumerTakes_Reports() => Verify.VerifyAnalyzerAsync(
        Queue("new(8)", "lock ({|#1:_gate|}) { {|#0:_queue.Add(action)|}; }", Enumerates),
        Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR1001_CrossReleaseCycle).WithLocation(0).WithLocation(1).WithLocation(2).WithLocation(3).WithMessage(
            "'C.Post' waits for '_queue' while holding '_gate', but 'C.Loop', which signals it, needs '_gate' first. Wait after releasing '_gate'."));

    [Theory]
    [InlineData("foreach (Action action in _queue.GetConsumingEnumerable()) { lock (_gate) { action(); } }")]
    [InlineData("while (true) { Action action = _queue.Take(); lock (_gate) { action(); } }")]
    [InlineData("while (_queue.TryTake(out Action? action, -1)) { Run(action); }")]
    public async Task EveryWayToTake_Reports(string loop)
    {
        await Verify.VerifyAnalyzerAsync(Queue("new(8)", "lock (_gate) { [|_queue.Add(action)|]; }", loop));
        await Verify.VerifyAnalyzerAsync(Queue("new(new ConcurrentStack<Action>(), 8)", "lock (_gate) { [|_queue.Add(action)|]; }", loop));
        await Verify.VerifyAnalyzerAsync(Queue("new()", "lock (_gate) { _queue.Add(action); }", loop));
        await Verify.VerifyAnalyzerAsync(Queue("new(8)", "lock (_gate) { _queue.TryAdd(action); }", loop));
        await Verify.VerifyAnalyzerAsync(Queue("new(8)", "lock (_other) { _queue.Add(action); }", loop));
        await Verify.VerifyAnalyzerAsync(Queue("new(8)", "lock (_gate) { } _queue.Add(action);", loop));
        await Verify.VerifyAnalyzerAsync(Queue("new(8)", "lock (_gate) { _queue.Add(action); } } public void Empty() { while (_queue.TryTake(out _)) { }", loop));
    }

    [Theory]
    [InlineData("CreateBounded<int>(1)", "await [|_queue.Writer.WriteAsync(1)|];")]
    [InlineData("CreateBounded<int>(new BoundedChannelOptions(1))", "await [|_queue.Writer.WriteAsync(1)|];")]
    [InlineData("CreateBounded<int>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest })", "await _queue.Writer.WriteAsync(1);")]
    [InlineData("CreateUnbounded<int>()", "await _queue.Writer.WriteAsync(1);")]
    [InlineData("CreateBounded<int>(1)", "_queue.Writer.TryWrite(1);")]
    public async Task WriterOfAChannel_ReportsWhereItIsBounded(string creation, string write)
    {
        await Verify.VerifyAnalyzerAsync(Channel(creation, write, "while (true) { int item = await _queue.Reader.ReadAsync(); await WorkAsync(); }"));
        await Verify.VerifyAnalyzerAsync(Channel(creation, write, "await foreach (int item in _queue.Reader.ReadAllAsync()) { await WorkAsync(); }"));
        await Verify.VerifyAnalyzerAsync(Channel(creation, write, "while (await _queue.Reader.WaitToReadAsync()) { while (_queue.Reader.TryRead(out int item)) { await WorkAsync(); } }"));
    }

    // Each turn of an asynchronous enumeration waits for an element.
    [Theory]
    [InlineData("await foreach (int item in [|queue.Reader.ReadAllAsync()|]) { }", "await _gate.WaitAsync(); _gate.Release();")]
    [InlineData("await foreach (int item in queue.Reader.ReadAllAsync()) { }", "")]
    [InlineData("foreach (int item in new[] { 1 }) { }", "await _gate.WaitAsync(); _gate.Release();")]
    public Task EnumerationOfAChannelUnderALock(string read, string before) => Verify.VerifyAnalyzerAsync(($$"""
        public sealed class Feed
        {
            private readonly SemaphoreSlim _gate = new(1, 1); private readonly System.Threading.Channels.Channel<int> _queue = System.Threading.Channels.Channel.CreateUnbounded<int>();
            public void Start() => Task.Run(WriteAsync);
            private async Task WriteAsync() { for (int i = 0; i < 5; i++) { {{before}} _queue.Writer.TryWrite(i); } _queue.Writer.Complete(); }
            public async Task MirrorAsync() { await _gate.WaitAsync(); try { {{read}} } finally { _gate.Release(); } }
        }
        """).Replace("queue.Reader", "_queue.Reader", StringComparison.Ordinal).Replace("__queue", "_queue", StringComparison.Ordinal));

    [Theory]
    [InlineData("new(8)", "[|_queue.Add(again)|]")]
    [InlineData("new(8)", "_queue.TryAdd(again)")]
    [InlineData("new()", "_queue.Add(again)")]
    public Task ConsumerThatFillsItsOwnQueue_ReportsWhereItIsBounded(string creation, string add) => Self.VerifyAnalyzerAsync(
        Queue(creation, "_queue.Add(action);", $"foreach (Action again in _queue.GetConsumingEnumerable()) {{ {add}; }}"));

    [Theory]
    [InlineData("foreach (Action next in _queue.GetConsumingEnumerable()) { next(); }", true)]
    [InlineData("while (true) { Action next = _queue.Take(); next(); }", true)]
    [InlineData("try { foreach (Action next in _queue.GetConsumingEnumerable()) { next(); } } catch (Exception e) { Console.WriteLine(e); }", true)]
    [InlineData("foreach (Action next in _queue.GetConsumingEnumerable()) { try { next(); } catch (InvalidOperationException) { } }", true)]
    [InlineData("foreach (Action next in _queue.GetConsumingEnumerable()) { Step(next); } void Step(Action next) => next();", true)]
    [InlineData("foreach (Action next in _queue.GetConsumingEnumerable()) { try { next(); } catch (Exception e) { Console.WriteLine(e); } }", false)]
    [InlineData("while (true) { try { foreach (Action next in _queue.GetConsumingEnumerable()) { next(); } } catch (Exception e) { Console.WriteLine(e); } }", false)]
    [InlineData("try { foreach (Action next in _queue.GetConsumingEnumerable()) { next(); } } finally { _queue.CompleteAdding(); }", false)]
    [InlineData("try { foreach (Action next in _queue.GetConsumingEnumerable()) { next(); } } finally { _queue.TryAdd(Console.WriteLine); }", true)]
    [InlineData("foreach (Action next in _queue.GetConsumingEnumerable()) { Console.WriteLine(next); }", false)]
    public async Task ConsumerThatAnExceptionEnds_Reports(string loop, bool reports)
    {
        await LostAsync("new(8)", reports ? "[|_queue.Add(action)|]" : "_queue.Add(action)", "Task.Run(Loop)", loop);
        await LostAsync("new()", "_queue.Add(action)", "Task.Run(Loop)", loop);
        await LostAsync("new(8)", "_queue.TryAdd(action, 100)", "Task.Run(Loop)", loop);
        await LostAsync("new(8)", "_queue.Add(action)", "Task.Run(Loop); Task.Run(() => { while (_queue.TryTake(out _)) { } })", loop);
    }

    // An exception that nobody catches ends the process with the thread.
    [Theory]
    [InlineData("foreach (Action next in _queue.GetConsumingEnumerable()) { next(); }", "_queue.Add(action)")]
    [InlineData("try { foreach (Action next in _queue.GetConsumingEnumerable()) { next(); } } catch (Exception e) { Console.WriteLine(e); }", "[|_queue.Add(action)|]")]
    public Task ConsumerOnAThread_ReportsWhereTheProcessGoesOn(string loop, string post) => LostAsync("new(8)", post, "new Thread(Loop).Start()", loop);

    // Who waits for an async consumer where it begins it gets its exception.
    [Theory]
    [InlineData("_ = LoopAsync()", "[|_queue.Add(action)|]")]
    [InlineData("_loop = LoopAsync()", "[|_queue.Add(action)|]")]
    [InlineData("LoopAsync().GetAwaiter().GetResult()", "_queue.Add(action)")]
    [InlineData("LoopAsync().Wait()", "_queue.Add(action)")]
    public Task ConsumerThatIsBegun_ReportsWhereNobodyWaitsForIt(string start, string post) => Lost.VerifyAnalyzerAsync(
        $$"""
        using System.Collections.Concurrent;
        public sealed class C
        {
            private readonly BlockingCollection<Action> _queue = new(8);
            private Task? _loop;
            public bool HasEnded => _loop is { IsCompleted: true };
            public void Start() { {{start}}; }
            public void Post(Action action) { {{post}}; }
            private async Task LoopAsync() { await Task.Yield(); foreach (Action next in _queue.GetConsumingEnumerable()) { next(); } }
        }
        """);

    [Fact]
    public Task ConsumerThatAnExceptionEnds_TellsWho() => Lost.VerifyAnalyzerAsync(
        LostProgram("new(8)", "{|#0:_queue.Add(action)|}", "Task.Run(Loop)", "foreach (Action next in {|#1:_queue.GetConsumingEnumerable()|}) { {|#2:next()|}; }"),
        Lost.Diagnostic(CrossRelease.Analyzers.Rules.XR1005_LostCompletion).WithLocation(0).WithLocation(2).WithLocation(1).WithMessage(
            "'C.Post' waits for '_queue' without limit, but 'C.Loop', which alone takes from it, ends with an exception: nobody makes room then. Catch it and go on."));

    // The consumer of the first fills the second, whose consumer needs the lock.
    [Fact]
    public Task TwoQueuesInARow_Report() => Verify.VerifyAnalyzerAsync(
        """
        using System.Collections.Concurrent;
        public sealed class C
        {
            private readonly object _gate = new();
            private readonly BlockingCollection<int> _in = new(2), _out = new(2);
            public void Start() => new Thread(Loop).Start();
            public void Send(int item) { lock (_gate) { [|_in.Add(item)|]; } }
            public int Poll() { lock (_gate) { } return _out.TryTake(out int item) ? item : 0; }
            private void Loop() { foreach (int item in _in.GetConsumingEnumerable()) { _out.Add(item); } }
        }
        """);

    // The loop empties the first channel only as far as the second has room, and who empties that needs the gate.
    [Theory]
    [InlineData("await foreach (int item in _in.Reader.ReadAllAsync()) { await _out.Writer.WriteAsync(item); }")]
    [InlineData("while (true) { int item = await _in.Reader.ReadAsync(); await _out.Writer.WriteAsync(item); }")]
    [InlineData("while (true) { int item = await _in.Reader.ReadAsync(); await ForwardAsync(item); }")]
    public Task TwoChannelsInARow(string loop) => Verify.VerifyAnalyzerAsync(Row("{|XR1001:_in.Writer.WriteAsync(item)|}", loop, "await _gate.WaitAsync(); _gate.Release();"));

    [Fact]
    public Task TwoChannelsInARow_TheStoryNamesBothSignallers() => Verify.VerifyAnalyzerAsync(
        Row("{|#0:_in.Writer.WriteAsync(item)|}", "while (true) { await {|#2:ForwardAsync(await {|#5:_in.Reader.ReadAsync()|})|}; }", "await {|#4:_gate.WaitAsync()|}; _gate.Release();")
            .Replace("await _gate.WaitAsync(); try", "await {|#1:_gate.WaitAsync()|}; try", StringComparison.Ordinal)
            .Replace("Yield(); await _out.Writer.WriteAsync(item)", "Yield(); await {|#3:_out.Writer.WriteAsync(item)|}", StringComparison.Ordinal),
        Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR1001_CrossReleaseCycle).WithLocation(0).WithLocation(1).WithLocation(2).WithLocation(3).WithLocation(4).WithLocation(5).WithMessage(
            "'C.SendAsync' waits for '_in' while holding '_gate', but 'C.LoopAsync', which signals it, needs '_gate' first (it waits for '_out', which 'C.PollAsync' signals). Wait after releasing '_gate'."));

    [Fact]
    public Task ChannelBehindOneThatNeedsNothingOfTheWriter() => Verify.VerifyAnalyzerAsync(
        Row("_in.Writer.WriteAsync(item)", "await foreach (int item in _in.Reader.ReadAllAsync()) { await _out.Writer.WriteAsync(item); }", "await Task.Yield();"));

    [Fact]
    public Task ChannelThatIsNotForwarded() => Verify.VerifyAnalyzerAsync(
        Row("_in.Writer.WriteAsync(item)", "await foreach (int item in _in.Reader.ReadAllAsync()) { }", "await _gate.WaitAsync(); _gate.Release();"));

    // What the program does before it polls is nothing that the one who polls must get first.
    [Fact]
    public Task ChannelEmptiedByADriverThatOnlyWroteBefore() => Verify.VerifyAnalyzerAsync(
        Row("_in.Writer.WriteAsync(item)", "await foreach (int item in _in.Reader.ReadAllAsync()) { await _out.Writer.WriteAsync(item); }", "await Task.Yield();")
        + """
        public static class Scenario
        {
            public static void Run() => RunAsync().GetAwaiter().GetResult();
            private static async Task RunAsync() { var c = new C(); c.Start(); await c.SendAsync(1); await c.PollAsync(); }
        }
        """);

    private static string Row(string send, string loop, string poll) => $$"""
        using System.Threading.Channels;
        public sealed class C
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            private readonly Channel<int> _in = System.Threading.Channels.Channel.CreateBounded<int>(2);
            private readonly Channel<int> _out = System.Threading.Channels.Channel.CreateBounded<int>(2);
            public void Start() => Task.Run(LoopAsync);
            public async Task SendAsync(int item) { await _gate.WaitAsync(); try { await {{send}}; } finally { _gate.Release(); } }
            public async Task<int> PollAsync() { {{poll}} return _out.Reader.TryRead(out int item) ? item : 0; }
            private async Task LoopAsync() { {{loop}} }
            private async Task ForwardAsync(int item) { await Task.Yield(); await _out.Writer.WriteAsync(item); }
        }
        """;

    private static Task LostAsync(string creation, string post, string start, string loop) => Lost.VerifyAnalyzerAsync(LostProgram(creation, post, start, loop));

    private static string LostProgram(string creation, string post, string start, string loop) => $$"""
        using System.Collections.Concurrent;
        public sealed class C
        {
            private readonly BlockingCollection<Action> _queue = {{creation}};
            public void Start() { {{start}}; }
            public void Post(Action action) { {{post}}; }
            private void Loop() { {{loop}} }
        }
        """;

    private static string Queue(string creation, string post, string loop) => $$"""
        using System.Collections.Concurrent;
        public sealed class C
        {
            private readonly object _gate = new();
            private readonly object _other = new();
            private readonly BlockingCollection<Action> _queue = {{creation}};
            public void Start() => new Thread(Loop).Start();
            public void Post(Action action) { {{post}} }
            private void Loop() { {{loop}} }
            private void Run(Action action) { lock (_gate) { action(); } }
            public void Touch() { lock (_other) { } }
        }
        """;

    private static string Channel(string creation, string write, string loop) => $$"""
        using System.Threading.Channels;
        public sealed class C
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            private readonly Channel<int> _queue = System.Threading.Channels.Channel.{{creation}};
            public void Start() => Task.Run(LoopAsync);
            public async Task PostAsync() { await _gate.WaitAsync(); try { {{write}} } finally { _gate.Release(); } }
            private async Task LoopAsync() { {{loop}} }
            private async Task WorkAsync() { await _gate.WaitAsync(); _gate.Release(); }
        }
        """;
}

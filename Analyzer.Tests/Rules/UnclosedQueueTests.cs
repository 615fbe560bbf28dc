using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LostCompletionAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1005 for queues that the one context which adds to them and closes them can leave open.</summary>
public class UnclosedQueueTests
{
    private const string Loop = "while (_source.Read() is { } item) { await _channel.Writer.WriteAsync(item); }";

    [Theory]
    [InlineData(Loop + " _channel.Writer.Complete();", true)]
    [InlineData("try { " + Loop + " _channel.Writer.Complete(); } catch (IOException) { }", true)]
    [InlineData("try { " + Loop + " } catch (IOException) { return; } _channel.Writer.TryComplete();", true)]
    [InlineData("if (_source.IsEmpty) { return; } try { " + Loop + " } finally { _channel.Writer.Complete(); }", true)]
    [InlineData("_channel.Writer.TryWrite(\"first\"); if (_source.IsEmpty) { return; } _channel.Writer.Complete();", true)]
    [InlineData("try { " + Loop + " } finally { _channel.Writer.Complete(); }", false)]
    [InlineData("try { " + Loop + " _channel.Writer.Complete(); } catch (Exception e) { _channel.Writer.TryComplete(e); }", false)]
    [InlineData("try { " + Loop + " } catch (IOException) { } finally { Close(); } void Close() { _channel.Writer.TryComplete(); }", false)]
    public Task ProducerThatMayEndBefore(string produce, bool reports) => Verify.VerifyAnalyzerAsync(Channel(produce, "_channel.Reader.ReadAllAsync()", "await _consumer;", reports));

    // Nobody waits for ever: a token ends it, nobody asks for its end, or others add or close as well.
    [Theory]
    [InlineData(Loop + " _channel.Writer.Complete();", "_channel.Reader.ReadAllAsync(_stop.Token)", "await _consumer;", "")]
    [InlineData(Loop + " _channel.Writer.Complete();", "_channel.Reader.ReadAllAsync()", "", "")]
    [InlineData(Loop + " _channel.Writer.Complete();", "_channel.Reader.ReadAllAsync()", "await _consumer;", "public void Put(string item) => _channel.Writer.TryWrite(item);")]
    [InlineData(Loop + " _channel.Writer.Complete();", "_channel.Reader.ReadAllAsync()", "await _consumer;", "public void Abort() => _channel.Writer.TryComplete();")]
    public Task WhoMayEndItBesides_IsQuiet(string produce, string read, string wait, string members) => Verify.VerifyAnalyzerAsync(
        Channel(produce, read, wait, reports: false).Replace("public void Start()", members + " public void Start()", StringComparison.Ordinal));

    // Nobody ever closes it: a loop that nothing else ends has no end to wait for.
    [Theory]
    [InlineData("foreach (int item in _items.GetConsumingEnumerable()) { Console.WriteLine(item); }", "", true)]
    [InlineData("while (true) { Console.WriteLine(_items.Take()); }", "", true)]
    [InlineData("foreach (int item in _items.GetConsumingEnumerable()) { while (_count < item) { _count++; } }", "", true)]
    [InlineData("foreach (int item in _items.GetConsumingEnumerable()) { Console.WriteLine(item); }", "public void Close() => _items.CompleteAdding();", false)]
    [InlineData("foreach (int item in _items.GetConsumingEnumerable(_stop.Token)) { Console.WriteLine(item); }", "", false)]
    [InlineData("foreach (int item in _items.GetConsumingEnumerable()) { if (item < 0) { break; } }", "", false)]
    [InlineData("foreach (int item in _items.GetConsumingEnumerable()) { if (item < 0) { throw new InvalidOperationException(); } }", "", false)]
    [InlineData("while (!_isOver) { if (_items.Take() < 0) { _isOver = true; } }", "", false)]
    [InlineData("while (true) { if (_items.Take() < 0) { return; } }", "", false)]
    [InlineData("while (_items.TryTake(out int item, 100)) { Console.WriteLine(item); }", "", false)]
    public Task QueueThatNobodyCloses(string loop, string members, bool reports) => Verify.VerifyAnalyzerAsync(Sources + $$"""
        public sealed class C
        {
            private readonly BlockingCollection<int> _items = new(); private readonly CancellationTokenSource _stop = new(); private readonly Thread _loop; private bool _isOver; private int _count;
            public C() { _loop = new Thread(Loop); _loop.Start(); }
            public void Add(int item) => _items.Add(item);
            public void End() { _stop.Cancel(); {{(reports ? "[|_loop.Join()|]" : "_loop.Join()")}}; }
            private void Loop() { {{loop}} }
            {{members}}
        }
        """);

    // Who starts a loop and waits for it runs it; who hands it its work as well means it to end.
    [Theory]
    [InlineData("Task.Run(Loop).Wait();")]
    [InlineData("var loop = Task.Run(Loop); _items.Add(3); [|loop.Wait()|];")]
    [InlineData("LoopAsync().GetAwaiter().GetResult();")]
    public Task WhoStartsIt_RunsIt(string run) => Verify.VerifyAnalyzerAsync(Sources + $$"""
        public sealed class C
        {
            private readonly BlockingCollection<int> _items = new();
            public void Add(int item) => _items.Add(item);
            public void Run() { {{run}} }
            private void Loop() { foreach (int item in _items.GetConsumingEnumerable()) { Console.WriteLine(item); } }
            private async Task LoopAsync() { await Task.Yield(); Loop(); }
        }
        """);

    [Fact]
    public Task QueueThatNobodyCloses_IsTold() => Verify.VerifyAnalyzerAsync(
        Channel(Loop, "{|#1:_channel.Reader.ReadAllAsync()|}", "{|#0:await _consumer|};", reports: false),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithMessage("'C.EndAsync' waits for '_consumer' without limit, but 'C.ConsumeAsync' ends when '_channel' is closed, and nobody closes it. Close it before."));

    // Several producers: another one closes it.
    [Fact]
    public Task ProducerOfSeveral_IsQuiet() => Verify.VerifyAnalyzerAsync(
        Channel(Loop + " _channel.Writer.TryComplete();", "_channel.Reader.ReadAllAsync()", "await _consumer;", reports: false)
            .Replace("_producer = Task.Run(ProduceAsync);", "for (int i = 0; i < 3; i++) { _producer = Task.Run(ProduceAsync); }", StringComparison.Ordinal));

    [Theory]
    [InlineData("foreach (string item in _source.All()) { Check(item); _items.Add(item); } _items.CompleteAdding();", true)]
    [InlineData("try { foreach (string item in _source.All()) { Check(item); _items.Add(item); } } finally { _items.CompleteAdding(); }", false)]
    public Task BlockingCollection(string produce, bool reports) => Verify.VerifyAnalyzerAsync(Sources + $$"""
        public sealed class C(Source _source)
        {
            private readonly BlockingCollection<string> _items = new(); private int _count;
            public int Run() { Task.Run(Produce); Consume(); return _count; }
            private void Produce() { {{produce}} }
            private void Check(string item) { if (item.Length > 3) { throw new IOException(); } }
            private void Consume() { foreach (string item in {{(reports ? "[|_items.GetConsumingEnumerable()|]" : "_items.GetConsumingEnumerable()")}}) { _count++; } }
        }
        """);

    [Fact]
    public Task Message_TellsWhoShouldCloseIt() => Verify.VerifyAnalyzerAsync(
        Channel("if (_source.IsEmpty) { return; } try { " + Loop + " } finally { {|#1:_channel.Writer.Complete()|}; }", "{|#0:_channel.Reader.ReadAllAsync()|}", "await _consumer;", reports: false),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithMessage(
            "'C.ConsumeAsync' waits for '_channel' without limit, but 'C.ProduceAsync', which signals it, can return before it does. Do it on every path."));

    private const string Sources = """
        using System.Collections.Concurrent;
        using System.Threading.Channels;
        public sealed class Source { private int _left; public bool IsEmpty => _left == 0; public string? Read() { if (_left > 9) { throw new IOException(); } return null; } public string[] All() => []; }

        """;

    private static string Channel(string produce, string read, string wait, bool reports) => Sources + $$"""
        public sealed class C(Source _source)
        {
            private readonly Channel<string> _channel = Channel.CreateUnbounded<string>(); private readonly CancellationTokenSource _stop = new(); private Task? _producer, _consumer; private int _count;
            public void Start() { _producer = Task.Run(ProduceAsync); _consumer = Task.Run(ConsumeAsync); }
            public async Task EndAsync() { if (_consumer != null) { {{wait}} } }
            private async Task ProduceAsync() { await Task.Yield(); {{produce}} }
            private async Task ConsumeAsync() { await foreach (string item in {{(reports ? $"[|{read}|]" : read)}}) { _count++; } }
        }
        """;
}

using Self = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.SelfDeadlockAnalyzer>;
using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1001 and XR1003 for the tasks of a channel that a variable keeps, or a method hands on: who waits for one waits for the channel.</summary>
public class KeptQueueTaskTests
{
    [Theory]
    [InlineData("int item = await [|_queue.Reader.ReadAsync()|];")]
    [InlineData("var next = _queue.Reader.ReadAsync(); int item = [|await next|];")]
    [InlineData("var next = _queue.Reader.ReadAsync(); int item = [|await next.ConfigureAwait(false)|];")]
    [InlineData("int item = [|await _queue.Reader.ReadAsync().AsTask()|];")]
    [InlineData("int item = [|await NextAsync()|];")]
    [InlineData("[|await _queue.Reader.Completion|];")]
    [InlineData("[|await Ended|];")]
    [InlineData("_queue.Writer.Complete(); await _queue.Reader.Completion;")]
    [InlineData("_queue.Writer.Complete(); while (await _queue.Reader.WaitToReadAsync()) { _queue.Reader.TryRead(out _); }")]
    [InlineData("await _other.Reader.Completion;")]
    [InlineData("var next = _other.Reader.ReadAsync(); int item = await next;")]
    [InlineData("var next = _queue.Reader.ReadAsync();")]
    [InlineData("await Task.WhenAny(_queue.Reader.Completion, Task.Delay(10));")]
    public Task WaitForAnItem(string wait) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Feed
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            private readonly System.Threading.Channels.Channel<int> _queue = System.Threading.Channels.Channel.CreateUnbounded<int>(), _other = System.Threading.Channels.Channel.CreateUnbounded<int>();
            public async Task WriteAsync() { for (int i = 0; i < 5; i++) { await _gate.WaitAsync(); _gate.Release(); _queue.Writer.TryWrite(i); } }
            public void WriteOther() { _other.Writer.TryWrite(1); }
            public ValueTask<int> NextAsync() => _queue.Reader.ReadAsync();
            public Task Ended => _queue.Reader.Completion;
            public async Task MirrorAsync() { await _gate.WaitAsync(); try { {{wait}} } finally { _gate.Release(); } }
        }
        """);

    [Theory]
    [InlineData("CreateBounded<int>(8)", "=> _queue.Writer.WriteAsync(item)", true)]
    [InlineData("CreateBounded<int>(8)", "=> _queue.Writer.WriteAsync(item, token)", true)]
    [InlineData("CreateBounded<int>(8)", "{ ValueTask write = _queue.Writer.WriteAsync(item); return write; }", true)]
    [InlineData("CreateUnbounded<int>()", "=> _queue.Writer.WriteAsync(item)", false)]
    [InlineData("CreateBounded<int>(8)", "{ _queue.Writer.TryWrite(item); return default; }", false)]
    [InlineData("CreateBounded<int>(8)", "=> _other.Writer.WriteAsync(item)", false)]
    public Task ReaderThatWritesToItsOwnQueue(string creation, string write, bool reports) => Self.VerifyAnalyzerAsync($$"""
        public sealed class Outbox
        {
            private readonly System.Threading.Channels.Channel<int> _queue = System.Threading.Channels.Channel.{{creation}}, _other = System.Threading.Channels.Channel.CreateBounded<int>(8);
            public Outbox() { _ = Task.Run(DeliverAsync); _ = Task.Run(OthersAsync); }
            public ValueTask EnqueueAsync(int item, CancellationToken token = default) {{write}}{{(write[0] == '=' ? ";" : "")}}
            private async Task DeliverAsync() { await foreach (int item in _queue.Reader.ReadAllAsync()) { if (item > 3) { {{(reports ? "[|await EnqueueAsync(item - 1)|]" : "await EnqueueAsync(item - 1)")}}; } } }
            private async Task OthersAsync() { await foreach (int item in _other.Reader.ReadAllAsync()) { } }
        }
        """);

    // What came out of the channel is not what the task of the read stands for.
    [Theory]
    [InlineData("var next = _queue.Reader.ReadAsync(); var item = await next;", true)]
    [InlineData("var item = await NextAsync();", true)]
    [InlineData("var next = _others.Reader.ReadAsync(); var item = await next;", false)]
    public Task ItemOfAKeptTask(string take, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Feed
        {
            private readonly object _gate = new();
            private readonly System.Threading.Channels.Channel<TaskCompletionSource> _queue = System.Threading.Channels.Channel.CreateUnbounded<TaskCompletionSource>(), _others = System.Threading.Channels.Channel.CreateUnbounded<TaskCompletionSource>();
            public ValueTask<TaskCompletionSource> NextAsync() => _queue.Reader.ReadAsync();
            public async Task LoopAsync() { while (true) { {{take}} lock (_gate) { } item.SetResult(); } }
            public void Ask() { var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously); _queue.Writer.TryWrite(asked); lock (_gate) { {{(reports ? "[|asked.Task.Wait()|]" : "asked.Task.Wait()")}}; } }
        }
        """);
}

using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LostCompletionAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1005 for a loop that answers what others wait for, and that an exception ends between two answers: nobody answers those who still wait.</summary>
public class LostCompletionLoopEndTests
{
    private const string Turn = "int id = await _link.ReadAsync(); if (_pending.TryRemove(id, out var answer)) answer.TrySetResult();";

    [Fact]
    public Task LoopThatAnExceptionEnds_IsTold() => Verify.VerifyAnalyzerAsync(
        Client($$"""while (true) { {{Turn.Replace("_link.ReadAsync()", "{|#1:_link.ReadAsync()|}", StringComparison.Ordinal)}} }""", "{|#0:await answer.Task|}"),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithMessage(
            "'Client.CallAsync' waits for 'answer' without limit, but 'Client.LoopAsync', which alone signals it, ends with an exception: nobody does so then. Catch it, or fail what still waits."));

    [Theory]
    [InlineData("try { while (true) { TURN } } catch (IOException) { _count++; }", true)]
    [InlineData("while (true) { try { TURN } catch (IOException) { return; } }", true)]
    [InlineData("while (true) { try { TURN } catch (IOException) { _count++; } }", false)]
    [InlineData("while (true) { try { while (true) { TURN } } catch (IOException) { _count++; } }", false)]
    [InlineData("try { while (true) { TURN } } catch (IOException e) { foreach (var left in _pending.Values) left.TrySetException(e); }", false)]
    [InlineData("try { while (true) { TURN } } finally { foreach (var left in _pending.Values) left.TrySetCanceled(); }", false)]
    [InlineData("try { while (true) { TURN } } finally { FailAll(); }", false)]
    [InlineData("try { while (true) { TURN } } finally { _count++; }", true)]
    [InlineData("while (true) { int id = _count; TAKE }", false)]
    [InlineData("while (true) { int id = _count; TAKE Check(id); }", true)]
    [InlineData("Check(1); while (true) { int id = _count; TAKE }", false)]
    public Task WhatBecomesOfThoseWhoWait_Decides(string loop, bool reports) => Verify.VerifyAnalyzerAsync(Client(
        loop.Replace("TURN", Turn, StringComparison.Ordinal).Replace("TAKE", Turn.Substring(Turn.IndexOf("if", StringComparison.Ordinal)), StringComparison.Ordinal),
        reports ? "[|await answer.Task|]" : "await answer.Task"));

    // The loop may answer by a call.
    [Theory]
    [InlineData("while (true) { int id = await _link.ReadAsync(); Answer(id); }", true)]
    [InlineData("try { while (true) { int id = await _link.ReadAsync(); Answer(id); } } finally { FailAll(); }", false)]
    [InlineData("while (true) { try { int id = await _link.ReadAsync(); Answer(id); } catch (IOException) { _count++; } }", false)]
    [InlineData("while (true) { int id = _count; Answer(id); if (id > 3) throw new IOException(); }", true)]
    [InlineData("while (true) { int id = _count; Answer(id); if (id > 3) throw new InvalidOperationException(); }", false)]
    public Task AnswerOfACallee_IsTheLoops(string loop, bool reports) => Verify.VerifyAnalyzerAsync(Client(
        loop, reports ? "[|await answer.Task|]" : "await answer.Task", "private void Answer(int id) { if (_pending.TryRemove(id, out var answer)) answer.TrySetResult(); }"));

    // Somebody else may see to those who wait: who closes the client, or who looks at the task of the loop.
    [Theory]
    [InlineData("public void Close() => FailAll();", "_ = LoopAsync();", false)]
    [InlineData("public void Close() => _count++;", "_ = LoopAsync();", true)]
    [InlineData("", "LoopAsync().ContinueWith(ended => FailAll());", false)]
    [InlineData("", "LoopAsync().ContinueWith(ended => _count++);", true)]
    [InlineData("", "Task.Run(LoopAsync);", true)]
    public Task OtherSignaller_IsQuiet(string member, string start, bool reports) => Verify.VerifyAnalyzerAsync(Client(
        $"while (true) {{ {Turn} }}", reports ? "[|await answer.Task|]" : "await answer.Task", member, start));

    // An exception that leaves a thread ends the process, and nobody waits any more.
    [Theory]
    [InlineData("new Thread(Loop).Start();", false)]
    [InlineData("Task.Run(Loop);", true)]
    public Task ThreadAndTask_AreTwoFates(string start, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public sealed class Client(Stream stream)
        {
            private readonly ConcurrentDictionary<int, ManualResetEventSlim> _pending = new();
            public void Open() { {{start}} }
            public void Call(int id) { var done = new ManualResetEventSlim(); _pending[id] = done; stream.WriteByte(1); {{(reports ? "[|done.Wait()|]" : "done.Wait()")}}; }
            private void Loop() { while (true) { int id = stream.ReadByte(); if (_pending.TryRemove(id, out var done)) done.Set(); } }
        }
        """);

    // To enumerate a channel fails no more than to read from it, but for a token.
    [Theory]
    [InlineData("_items.Reader.ReadAllAsync()", false)]
    [InlineData("_items.Reader.ReadAllAsync().ConfigureAwait(false)", false)]
    [InlineData("_items.Reader.ReadAllAsync(_stop)", true)]
    [InlineData("_link.AllAsync().ConfigureAwait(false)", true)]
    [InlineData("OwnAsync()", false)]
    [InlineData("_link.AllAsync()", true)]
    public Task EnumerationOfAChannel_IsNoFailure(string items, bool reports) => Verify.VerifyAnalyzerAsync(Client(
        $"await foreach (int id in {items}) {{ if (_pending.TryRemove(id, out var answer)) answer.TrySetResult(); }}",
        reports ? "[|await answer.Task|]" : "await answer.Task"));

    private static string Client(string loop, string wait, string members = "", string start = "_ = LoopAsync();") => $$"""
        using System.Collections.Concurrent;
        using System.Threading.Channels;
        public interface ILink { Task<int> ReadAsync(); IAsyncEnumerable<int> AllAsync(); }
        public sealed class Client(ILink link)
        {
            private readonly ConcurrentDictionary<int, TaskCompletionSource> _pending = new();
            private readonly Channel<int> _items = Channel.CreateUnbounded<int>();
            private readonly CancellationToken _stop;
            private readonly ILink _link = link;
            private int _count;
            public void Open() { {{start}} }
            public async Task CallAsync(int id) { var answer = new TaskCompletionSource(); _pending[id] = answer; {{wait}}; }
            private async Task LoopAsync() { await Task.Yield(); {{loop}} }
            private async IAsyncEnumerable<int> OwnAsync() { await Task.Yield(); yield return _count; }
            private void Check(int id) { if (_count > id) throw new IOException(); }
            {{((loop + members + start).Contains("FailAll", StringComparison.Ordinal) ? "private void FailAll() { foreach (var left in _pending.Values) left.TrySetCanceled(); }" : "")}}
            {{members}}
        }
        """;
}

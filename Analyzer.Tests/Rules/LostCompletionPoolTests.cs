using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LostCompletionAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1005 for what a body takes out of a pool and does not give back when an exception in sight leaves it: whoever comes later waits for it.</summary>
public class LostCompletionPoolTests
{
    private const string Monitored = """
        private readonly Queue<Client> _free = new();
        public Client Take() { lock (_free) { while (_free.Count == 0) { Monitor.Wait(_free); } return _free.Dequeue(); } }
        public void Return(Client client) { lock (_free) { _free.Enqueue(client); Monitor.Pulse(_free); } }
        public void Check(Client client) => GC.KeepAlive(client);
        """;

    private const string Queued = """
        private readonly System.Collections.Concurrent.BlockingCollection<Client> _free = new();
        public Client Take() => _free.Take();
        public void Return(Client client) => _free.Add(client);
        public void Check(Client client) => GC.KeepAlive(client);
        """;

    [Fact]
    public Task ExceptionInSight_Reports() => Verify.VerifyAnalyzerAsync(
        Source(Monitored, "var client = {|#0:_pool.Take()|}; client.Send(); _pool.Return(client);").Replace("throw new IOException()", "throw {|#1:new IOException()|}", StringComparison.Ordinal),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithMessage(
            "'C.Run' waits for '_pool' without limit, but 'C.Run', which gives back what it has taken there, can leave by an exception from 'Client.Send' before it does. Do it in a finally block."));

    [Theory]
    [InlineData("var client = [|_pool.Take()|]; client.Send(); _pool.Return(client);")]
    [InlineData("var client = [|_pool.Take()|]; try { client.Send(); } catch (InvalidOperationException) { } _pool.Return(client);")]
    [InlineData("var client = [|_pool.Take()|]; if (_count > 3) { client.Send(); } _pool.Return(client);")]
    [InlineData("var client = [|_pool.Take()|]; _pool.Check(client); client.Send(); _pool.Return(client);")]
    [InlineData("var client = _pool.Take(); try { client.Send(); } finally { _pool.Return(client); }")]
    [InlineData("var client = _pool.Take(); try { client.Send(); } catch { _pool.Return(client); throw; } _pool.Return(client);")]
    [InlineData("var client = _pool.Take(); try { client.Send(); } catch (IOException) { } _pool.Return(client);")]
    [InlineData("var client = _pool.Take(); _pool.Return(client); client.Send();")]
    [InlineData("var client = _pool.Take(); _count++; _pool.Return(client);")]
    [InlineData("var client = _pool.Take(); client.Send(); if (_count > 3) { _pool.Return(client); }")]
    [InlineData("var client = _pool.Take(); client.Send();")]
    [InlineData("var client = _pool.Take(); _last = client; client.Send(); _pool.Return(client);")]
    [InlineData("var client = _pool.Take(); client.Send(); _last = client;")]
    [InlineData("var client = _pool.Take(); _all.Add(client); client.Send(); _pool.Return(client);")]
    [InlineData("var client = _pool.Take(); _holder = new Holder(client); client.Send(); _pool.Return(client);")]
    [InlineData("var client = _pool.Take(); _work(); _pool.Return(client);")]
    [InlineData("var client = new Pool().Take(); client.Send(); new Pool().Return(client);")]
    [InlineData("var client = _other.Take(); client.Send(); _pool.Return(client);")]
    [InlineData("var client = _pool.Take(); client.Send(); _pool.Return(new Client());")]
    public async Task WhatWasTaken_IsGivenBackOnEveryWay(string run)
    {
        await Verify.VerifyAnalyzerAsync(Source(Monitored, run));
        await Verify.VerifyAnalyzerAsync(Source(Queued, run));
    }

    [Theory]
    [InlineData("var client = [|_queue.Take()|]; client.Send(); _queue.Add(client);")]
    [InlineData("var client = _queue.Take(); try { client.Send(); } finally { _queue.Add(client); }")]
    [InlineData("if (_queue.TryTake(out var client, 100)) { client.Send(); _queue.Add(client); }")]
    [InlineData("var client = _queue.Take(); client.Send(); _second.Add(client);")]
    [InlineData("var client = _queue.Take(); client.Send(); _queue.Add(new Client());")]
    [InlineData("var client = _queue.Take(_stop.Token); client.Send(); _queue.Add(client);")]
    public Task QueueOfItsOwn_IsAPool(string run) => Verify.VerifyAnalyzerAsync(Source(Queued, run));

    [Fact]
    public Task WhatIsReturned_IsNoLongerOwed() => Verify.VerifyAnalyzerAsync(
        Source(Monitored, "var client = [|_pool.Take()|]; if (_count > 3) { return client; } client.Send(); _pool.Return(client); return null;").Replace("public void Run", "public Client? Run", StringComparison.Ordinal)
            .Replace(" GC.KeepAlive((_last, _holder));", "", StringComparison.Ordinal));

    // Whoever takes without waiting makes another one.
    [Fact]
    public Task PoolThatIsNotWaitedFor_IsQuiet() => Verify.VerifyAnalyzerAsync(Source(
        "private readonly Queue<Client> _free = new(); public Client Take() { lock (_free) { if (_free.Count == 0) { return new Client(); } return _free.Dequeue(); } } public void Return(Client client) { lock (_free) { _free.Enqueue(client); } }",
        "var client = _pool.Take(); client.Send(); _pool.Return(client);"));

    // A number that a member answers is nothing that it has lent.
    [Fact]
    public Task AnswerThatIsHandedOn_IsNothingTaken() => Verify.VerifyAnalyzerAsync(Source(
        """
        private readonly Queue<Client> _free = new(); private int _turn;
        public int Take() { lock (_free) { while (_free.Count == 0) { Monitor.Wait(_free); } return _turn++; } }
        public void Return(int turn) { lock (_free) { _turn = turn; _free.Enqueue(new Client()); Monitor.Pulse(_free); } }
        """,
        "var turn = _pool.Take(); new Client().Send(); _pool.Return(turn);"));

    private static string Source(string pool, string run) => $$"""
        public sealed class Client { private int _sent; public void Send() { if (_sent++ > 9) { throw new IOException(); } } }
        public sealed record Holder(Client Client);
        public sealed class Pool { {{pool}} }
        public sealed class C
        {
            private readonly Pool _pool = new(), _other = new();
            private readonly System.Collections.Concurrent.BlockingCollection<Client> _queue = new(), _second = new();
            private readonly List<Client> _all = new();
            private readonly Action _work = Console.WriteLine;
            private readonly CancellationTokenSource _stop = new();
            private Client? _last; private Holder? _holder; private int _count;
            public void Run() { {{run}} GC.KeepAlive((_last, _holder)); }
        }
        """;
}

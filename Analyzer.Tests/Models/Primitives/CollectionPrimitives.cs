using System.Collections.Immutable;

namespace CrossRelease.Analyzers.Tests.Models.Primitives;

/// <summary>Collections that block or run delegates, channels, lazy values.</summary>
internal static class CollectionPrimitives
{
    private const string Unbounded = "Channel<int> _done = Channel.CreateUnbounded<int>();";
    private const string Bounded = "Channel<int> _done = Channel.CreateBounded<int>(1);";

    public static ImmutableArray<Primitive> All { get; } =
    [
        Primitive.Signal("BlockingCollection.Take", "BlockingCollection<int> _done = new();", "_done.Take()", "_done.Add(1)"),
        Primitive.Signal("BlockingCollection.CompleteAdding", "BlockingCollection<int> _done = new();", "_done.Take()", "_done.CompleteAdding()"),
        new(
            "BlockingCollection.GetConsumingEnumerable",
            "XR1001",
            """
            private readonly BlockingCollection<int> _done = new();
            public void Start() => new Thread(Work).Start();
            public void Stop() { lock (_gate) { foreach (int item in [|_done.GetConsumingEnumerable()|]) { } } }
            private void Work() { lock (_gate) { } _done.Add(1); }
            """,
            "Work() { lock (_gate)",
            "Work() { lock (_other)"),
        new(
            "BlockingCollection.TryTake",
            "XR1001",
            """
            private readonly BlockingCollection<int> _done = new();
            public void Start() => new Thread(Work).Start();
            public void Stop() { lock (_gate) { [|_done.TryTake(out int item, -1)|]; } }
            private void Work() { lock (_gate) { } _done.Add(1); }
            """,
            "[|_done.TryTake(out int item, -1)|]",
            "_done.TryTake(out int item)"),
        new(
            "BlockingCollection.TakeFromAny",
            "XR1001",
            """
            private readonly BlockingCollection<int> _done = new();
            public void Start() => new Thread(Work).Start();
            public void Stop() { lock (_gate) { [|BlockingCollection<int>.TakeFromAny(new[] { _done }, out int item)|]; } }
            private void Work() { lock (_gate) { } _done.Add(1); }
            """,
            "Work() { lock (_gate)",
            "Work() { lock (_other)"),
        Primitive.Signal("ChannelReader.ReadAsync", Unbounded, "_done.Reader.ReadAsync().AsTask().Wait()", "_done.Writer.TryWrite(1)"),
        Primitive.Signal("ChannelReader.WaitToReadAsync", Unbounded, "_done.Reader.WaitToReadAsync().AsTask().Wait()", "_done.Writer.TryComplete()"),
        Primitive.Signal("ChannelReader.Completion", Unbounded, "_done.Reader.Completion.Wait()", "_done.Writer.Complete()"),
        Primitive.Signal("bounded ChannelReader.ReadAsync", Bounded, "_done.Reader.ReadAsync().AsTask().Wait()", "_done.Writer.WriteAsync(1).AsTask().Wait()"),
        new(
            "ChannelReader.ReadAsync awaited",
            "XR1001",
            """
            private readonly SemaphoreSlim _a = new(1, 1); private readonly Channel<int> _done = Channel.CreateUnbounded<int>();
            public void Start() => new Thread(Work).Start();
            public async Task Stop() { await _a.WaitAsync(); try { await [|_done.Reader.ReadAsync()|]; } finally { _a.Release(); } }
            private void Work() { _a.Wait(); _a.Release(); _done.Writer.TryWrite(1); }
            """,
            "_a.Wait(); _a.Release(); _done.Writer.TryWrite(1);",
            "_done.Writer.TryWrite(1); _a.Wait(); _a.Release();"),
        new(
            "ChannelReader.ReadAsync begun under a lock and awaited after it",
            "XR1001",
            """
            private readonly Channel<int> _done = Channel.CreateUnbounded<int>();
            public void Start() => new Thread(Work).Start();
            public void Stop() { ValueTask<int> read; lock (_gate) { read = _done.Reader.ReadAsync(); [|_done.Reader.ReadAsync().AsTask().Wait()|]; } }
            private void Work() { lock (_gate) { } _done.Writer.TryWrite(1); }
            """,
            "[|_done.Reader.ReadAsync().AsTask().Wait()|]; }",
            "} read.AsTask().Wait();"),
        Factory("ConcurrentDictionary.GetOrAdd", "GetOrAdd(1, _ => { [|_work!.Wait()|]; return 1; })"),
        Factory("ConcurrentDictionary.AddOrUpdate", "AddOrUpdate(1, _ => 1, (_, old) => { [|_work!.Wait()|]; return old; })"),
        new(
            "Lazy",
            "XR1002",
            """
            private readonly Lazy<int> _lazy; public C() => _lazy = new Lazy<int>(() => { lock ([|_gate|]) { return 1; } });
            public int One() => _lazy.Value;
            public int Two() { lock (_gate) { return _lazy.Value; } }
            """,
            "lock (_gate) { return _lazy.Value; }",
            "lock (_other) { return _lazy.Value; }"),
        new(
            "Lazy without a lock",
            "XR1002",
            """
            private readonly Lazy<int> _lazy; public C() => _lazy = new Lazy<int>(() => { lock ([|_gate|]) { return 1; } }, LazyThreadSafetyMode.ExecutionAndPublication);
            public int One() => _lazy.Value;
            public int Two() { lock (_gate) { return _lazy.Value; } }
            """,
            "LazyThreadSafetyMode.ExecutionAndPublication",
            "LazyThreadSafetyMode.PublicationOnly"),
        new(
            "LazyInitializer.EnsureInitialized",
            "XR1001",
            """
            private Task? _work; private string? _text; public void Start() => _work = Task.Run(Work);
            public void Stop() { lock (_gate) { LazyInitializer.EnsureInitialized(ref _text, () => { [|_work!.Wait()|]; return ""; }); } }
            private void Work() { lock (_gate) { } }
            """,
            "Work() { lock (_gate)",
            "Work() { lock (_other)"),
    ];

    private static Primitive Factory(string name, string call) => new(
        name,
        "XR1001",
        $$"""
        private Task? _work; private readonly ConcurrentDictionary<int, int> _map = new();
        public void Start() => _work = Task.Run(Work);
        public void Stop() { lock (_gate) { _map.{{call}}; } }
        private void Work() { lock (_gate) { } }
        """,
        "Work() { lock (_gate)",
        "Work() { lock (_other)");
}

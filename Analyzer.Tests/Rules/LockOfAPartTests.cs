using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1001 for locks of one class that belong to an object and to its parts: which of them the waiter holds, and which the signaller takes.</summary>
public class LockOfAPartTests
{
    [Theory]
    [InlineData("lock (_gate) { [|_ready.Wait()|]; }")]
    [InlineData("lock (_child!._gate) { [|_child._ready.Wait()|]; }")]
    [InlineData("lock (_gate) { _child!._ready.Wait(); }")]
    [InlineData("lock (_gate) { _child!._child!._ready.Wait(); }")]
    public Task SignallerThatTakesItsOwnLock_ReportsWhereTheWaiterHoldsThat(string close) => Verify.VerifyAnalyzerAsync(
        $$"""
        public sealed class Node(Node? child)
        {
            private readonly object _gate = new();
            private readonly ManualResetEventSlim _ready = new();
            private readonly Node? _child = child;
            public void Close() { {{close}} }
            public void Start() => new Thread(Work).Start();
            private void Work() { lock (_gate) { } _ready.Set(); }
        }
        """);

    // From the part back to the whole is no other object.
    [Theory]
    [InlineData("_owner._done.Wait()", "_gate", true)]
    [InlineData("_owner._done.Wait()", "_other", false)]
    [InlineData("_owner._done.Wait(100)", "_gate", false)]
    public Task PartThatWaitsForItsOwner_ReportsUnderTheOwnersLock(string wait, string needed, bool reports) => Verify.VerifyAnalyzerAsync(
        $$"""
        public sealed class Session
        {
            private readonly object _gate = new();
            private readonly object _other = new();
            private readonly ManualResetEventSlim _done = new();
            private readonly Part _part;
            public Session() => _part = new Part(this);
            public void Close() { lock (_gate) { _part.Flush(); } }
            public void Start() => new Thread(Work).Start();
            private void Work() { lock ({{needed}}) { } _done.Set(); }
            private sealed class Part
            {
                private readonly Session _owner;
                public Part(Session owner) => _owner = owner;
                public void Flush() { {{(reports ? $"[|{wait}|]" : wait)}}; }
            }
        }
        """);

    // A part that is made without an owner is none that leads to another one.
    [Theory]
    [InlineData("null", true)]
    [InlineData("other", false)]
    public Task PartThatIsMadeElsewhereAsWell_LeadsBackUnlessToAnother(string owner, bool reports) => Verify.VerifyAnalyzerAsync(
        $$"""
        public sealed class Session
        {
            private readonly object _gate = new(); private readonly ManualResetEventSlim _done = new(); private readonly Part _part; private Part? _second;
            public Session() => _part = new Part(this);
            public void Make(Session other) => _second = new Part({{owner}});
            public void Close() { lock (_gate) { _part.Flush(); } }
            public bool HasSecond => _second != null;
            public void Start() => new Thread(Work).Start();
            private void Work() { lock (_gate) { } _done.Set(); }
            private sealed class Part
            {
                private readonly Session? _owner;
                public Part(Session? owner) => _owner = owner;
                public void Flush() { {{(reports ? "[|_owner!._done.Wait()|]" : "_owner!._done.Wait()")}}; }
            }
        }
        """);

    [Theory]
    [InlineData("lock (_gate) { [|SaveAsync().Wait()|]; }")]
    [InlineData("lock (_gate) { _inner!.SaveAsync().Wait(); }")]
    [InlineData("var made = new Store(null, new object()); lock (made._gate) { made.SaveAsync().Wait(); }")]
    [InlineData("var made = new Store(null, _shared); lock (_gate) { made.SaveAsync().Wait(); }")]
    public Task AsyncCallThatTakesItsOwnLock_ReportsOnTheSameObject(string save) => Verify.VerifyAnalyzerAsync(Store(save, "_gate"));

    [Theory]
    [InlineData("var made = new Store(null, _shared); lock (_shared) { [|made.SaveAsync().Wait()|]; }", "_shared")]
    [InlineData("lock (s_gate) { [|_inner!.SaveAsync().Wait()|]; }", "s_gate")]
    public Task AsyncCallThatTakesASharedLock_ReportsOnAnyObject(string save, string needed) => Verify.VerifyAnalyzerAsync(Store(save, needed));

    private static string Store(string save, string needed) => $$"""
        public sealed class Store(Store? inner, object shared)
        {
            private static readonly object s_gate = new();
            private readonly object _gate = new();
            private readonly object _shared = shared;
            private readonly Store? _inner = inner;
            public void Save() { {{save}} }
            public async Task SaveAsync() { await Task.Yield(); lock ({{needed}}) { } }
        }
        """;
}

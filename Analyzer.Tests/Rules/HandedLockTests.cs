using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1001 where an object hands its lock to a part, or has a lock of its own there, and waits for the part under it.</summary>
public class HandedLockTests
{
    [Theory]
    [InlineData("new Part(_gate)", true)]
    [InlineData("new Part(new object())", false)]
    [InlineData("new Part(_other)", false)]
    public async Task PartThatTakesTheOwnersLock_Reports(string creation, bool reports)
    {
        await Verify.VerifyAnalyzerAsync(Owner("lock (_gate) { _part.Stop(); }", "lock (_lock) { }", $"{creation}", "object", "new()", reports));
        await Verify.VerifyAnalyzerAsync(Owner("lock (_gate) { _part.Stop(); }", "lock (_lock) { }", $"{creation}", "object", "new()", reports, "Task"));
    }

    // A collection is locked as well as what has no other use.
    [Theory]
    [InlineData("new Part(_gate)", true)]
    [InlineData("new Part(new List<int>())", false)]
    [InlineData("new Part(_other)", false)]
    public Task PartThatTakesTheOwnersCollection_Reports(string creation, bool reports) => Verify.VerifyAnalyzerAsync(
        Owner("lock (_gate) { _part.Stop(); }", "lock (_lock) { }", creation, "List<int>", "new()", reports));

    // A wrapper goes by the member that it was made for.
    [Theory]
    [InlineData("new Part(_gate)", true)]
    [InlineData("new Part(new AsyncLock())", false)]
    [InlineData("new Part(_other)", false)]
    public Task PartThatTakesTheOwnersWrapper_Reports(string creation, bool reports) => Verify.VerifyAnalyzerAsync(
        Owner("using (_gate.Enter()) { _part.Stop(); }", "using (_lock.Enter()) { }", creation, "AsyncLock", "new()", reports) + """
            public sealed class AsyncLock
            {
                private readonly SemaphoreSlim _semaphore = new(1, 1);
                public IDisposable Enter() { _semaphore.Wait(); return new Releaser(_semaphore); }
                private sealed class Releaser(SemaphoreSlim semaphore) : IDisposable { public void Dispose() => semaphore.Release(); }
            }
            """);

    // A member that two owners give their wrappers holds one or the other.
    [Fact]
    public Task WrapperOfTwoOwners_IsQuiet() => Verify.VerifyAnalyzerAsync(
        Owner("using (_gate.Enter()) { _part.Stop(); }", "using (_lock.Enter()) { }", "new Part(_gate)", "AsyncLock", "new()", reports: false) + """
            public sealed class Second { private readonly AsyncLock _mine = new(); public Part Make() => new Part(_mine); }
            public sealed class AsyncLock
            {
                private readonly SemaphoreSlim _semaphore = new(1, 1);
                public IDisposable Enter() { _semaphore.Wait(); return new Releaser(_semaphore); }
                private sealed class Releaser(SemaphoreSlim semaphore) : IDisposable { public void Dispose() => semaphore.Release(); }
            }
            """);

    // The part of a type of its own, with a lock in the same member, takes that one.
    [Fact]
    public Task ChildOfItsOwnType_IsQuiet() => Verify.VerifyAnalyzerAsync("""
        public sealed class Node
        {
            private readonly object _gate = new();
            private Node? _child;
            private Thread? _worker;
            public void Grow() { _child = new Node(); }
            public void Start() { _worker = new Thread(Work); _worker.Start(); }
            public void Stop() { lock (_gate) { _child!._worker!.Join(); } }
            private void Work() { lock (_gate) { } }
        }
        """);

    private static string Owner(string stop, string work, string creation, string type, string made, bool reports, string worker = "Thread") => $$"""
        public sealed class Owner
        {
            private readonly {{type}} _gate = {{made}};
            private readonly {{type}} _other = {{made}};
            private readonly Part _part;
            public Owner() => _part = {{creation}};
            public void Stop() { {{stop}} }
        }

        public sealed class Part
        {
            private readonly {{type}} _lock;
            private readonly {{worker}} _worker;
            private volatile bool _stop;
            public Part({{type}} gate) { _lock = gate; {{(worker == "Thread" ? "_worker = new Thread(Work); _worker.Start();" : "_worker = Task.Run(Work);")}} }
            public void Stop() { _stop = true; {{(reports ? "[|" : "")}}{{(worker == "Thread" ? "_worker.Join()" : "_worker.Wait()")}}{{(reports ? "|]" : "")}}; }
            private void Work() { while (!_stop) { {{work}} } }
        }

        """;
}

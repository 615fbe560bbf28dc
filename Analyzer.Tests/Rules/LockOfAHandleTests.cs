using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockNotReleasedAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR2005 for a lock that goes with a handle, which gives it back: on the ways that give none it stays taken.</summary>
public class LockOfAHandleTests
{
    [Theory]
    [InlineData("if (Wait(name)) { return new Handle(this); } return null;", true)]
    [InlineData("if (Wait(name)) { return new Handle(this); } Monitor.Exit(_gate); return null;", false)]
    [InlineData("if (Wait(name)) { return new Handle(this); } return _handle;", false)]
    [InlineData("return new Handle(this);", false)]
    [InlineData("var handle = new Handle(this); if (!Wait(name)) { throw new IOException(); } return handle;", false)]
    [InlineData("if (Wait(name)) { return new Handle(this); } var left = new Handle(this); Console.WriteLine(left); return null;", false)]
    [InlineData("if (Wait(name)) { return new Other(); } return null;", false)]
    [InlineData("if (!Wait(name)) { return null; } _handle = new Handle(this); return _handle;", true)]
    public Task WayWithoutAHandle_KeepsTheLock(string rest, bool reports) => VerifyAsync(rest, "", reports);

    // Where another type gives the lock back too, the caller may use that.
    [Theory]
    [InlineData("", true)]
    [InlineData("public sealed class Owner(Locks locks) { public void Done() => locks.Release(); }", false)]
    public Task OtherWhoGivesItBack_MayDoSo(string other, bool reports) => VerifyAsync("if (Wait(name)) { return new Handle(this); } return null;", other, reports);

    [Theory]
    [InlineData("if (_count > 3) { then(() => Monitor.Exit(_gate)); return true; } return false;", true)]
    [InlineData("if (_count > 3) { then(() => Monitor.Exit(_gate)); return true; } Monitor.Exit(_gate); return false;", false)]
    [InlineData("if (_count > 3) { then(() => Monitor.Exit(_gate)); return true; } return false; } public void Done() { Monitor.Exit(_gate);", false)]
    public Task DelegateThatGivesItBack_IsAHandle(string rest, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class C
        {
            private readonly object _gate = new(); private int _count;
            public bool TryRun(Action<Action> then) { {{(reports ? "[|Monitor.Enter(_gate)|]" : "Monitor.Enter(_gate)")}}; _count++; {{rest}} }
        }
        """);

    [Fact]
    public Task SemaphoreOfAHandle_IsKept() => Verify.VerifyAnalyzerAsync("""
        public sealed class Gate
        {
            private readonly SemaphoreSlim _gate = new(1, 1); private bool _isClosed;
            public async Task<IDisposable?> EnterAsync() { await [|_gate.WaitAsync()|]; if (_isClosed) { return null; } return new Handle(_gate); }
            public void Close() { _isClosed = true; }
            private sealed class Handle(SemaphoreSlim gate) : IDisposable { public void Dispose() => gate.Release(); }
        }
        """);

    private static Task VerifyAsync(string rest, string other, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Locks
        {
            private readonly object _gate = new();
            private Handle? _handle; private int _count;
            public IDisposable? Acquire(string name) { {{(reports ? "[|Monitor.Enter(_gate)|]" : "Monitor.Enter(_gate)")}}; {{rest}} }
            private bool Wait(string name) => name.Length > _count++;
            internal void Release() { _handle = null; Monitor.Exit(_gate); }
            private sealed class Other : IDisposable { public void Dispose() { } }
            private sealed class Handle(Locks locks) : IDisposable { public void Dispose() => locks.Release(); }
        }
        {{other}}
        """);
}

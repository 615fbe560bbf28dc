using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockNotReleasedAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR2005 where nobody gets hold of what alone gives a lock back.</summary>
public class DroppedHandleTests
{
    [Theory]
    [InlineData("using ({|#0:_lock.EnterAsync()|}) { _count++; }", true)]
    [InlineData("using var held = {|#0:_lock.EnterAsync()|}; _count++;", true)]
    [InlineData("_ = {|#0:_lock.EnterAsync()|}; _count++;", true)]
    [InlineData("{|#0:_lock.Enter()|}; _count++;", false)]
    [InlineData("await {|#0:_lock.EnterAsync()|}; _count++;", false)]
    public Task HandleThatNobodyGets_Reports(string work, bool isTask) => Verify.VerifyAnalyzerAsync(
        Program("new Releaser(this)", work),
        Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR2005_HandleDropped).WithLocation(0).WithMessage(
            $"'C.Work' throws away what 'AsyncLock.Enter{(isTask || work.StartsWith("await", StringComparison.Ordinal) ? "Async" : "")}' returns, which alone releases '_semaphore'. {(isTask ? "Await it, and dispose" : "Dispose")} of the result."));

    [Theory]
    [InlineData("new Releaser(this)", "using (await _lock.EnterAsync()) { _count++; }")]
    [InlineData("new Releaser(this)", "using (_lock.Enter()) { _count++; }")]
    [InlineData("new Releaser(this)", "using var held = await _lock.EnterAsync(); _count++;")]
    [InlineData("new Releaser(this)", "IDisposable held = await _lock.EnterAsync(); try { _count++; } finally { held.Dispose(); }")]
    [InlineData("new Releaser(this)", "_kept.Add(_lock.EnterAsync()); await Task.Yield();")]
    [InlineData("new Releaser(this)", "_last = _lock.Enter(); await Task.Yield();")]
    [InlineData("new Other()", "_lock.Enter(); _count++; _lock.Leave(); await Task.Yield();")]
    public Task HandleThatSomebodyGets_IsQuiet(string handle, string work) => Verify.VerifyAnalyzerAsync(Program(handle, work));

    private static string Program(string handle, string work) => $$"""
        public sealed class AsyncLock
        {
            private readonly SemaphoreSlim _semaphore = new(1, 1);
            public IDisposable Enter() { _semaphore.Wait(); return {{handle}}; }
            public async Task<IDisposable> EnterAsync() { await _semaphore.WaitAsync().ConfigureAwait(false); return {{handle}}; }
            {{(handle.Contains("Other") ? "public void Leave() => _semaphore.Release();" : "")}}
            private sealed class Other : IDisposable { public void Dispose() { } }
            private sealed class Releaser(AsyncLock owner) : IDisposable { public void Dispose() => owner._semaphore.Release(); }
        }
        public sealed class C
        {
            private readonly AsyncLock _lock = new();
            private readonly List<Task<IDisposable>> _kept = new();
            private IDisposable? _last;
            private int _count;
            public async Task Work() { {{work}} }
            public int Count() { using (_lock.Enter()) { return _count; } }
        }
        """;
}

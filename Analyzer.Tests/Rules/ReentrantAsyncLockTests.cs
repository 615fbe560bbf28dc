using CrossRelease.Analyzers.Tests.Support;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>A lock that lets its own flow in again, by what the flow carries along: neither the second acquire nor the wait for it blocks.</summary>
public class ReentrantAsyncLockTests
{
    [Theory]
    [InlineData("_owner.Value is { IsActive: true }", true)]
    [InlineData("_owner.Value is { } owner", true)]
    [InlineData("_owner.Value is Owner", true)]
    [InlineData("_owner.Value is not null", true)]
    [InlineData("!(_owner.Value is null)", true)]
    [InlineData("_owner.Value != null", true)]
    [InlineData("_depth.Value is > 0", true)]
    [InlineData("_depth.Value is not 0", true)]
    [InlineData("_other is { IsActive: true }", false)]
    [InlineData("_owner.Value is null", false)]
    public async Task FlowThatIsLetInAgain(string isInside, bool isReentrant)
    {
        (string open, string close) = isReentrant ? ("", "") : ("[|", "|]");
        await CSharpAnalyzerVerifier<SelfDeadlockAnalyzer>.VerifyAnalyzerAsync(Source(open, close));
        if (isReentrant)
        {
            await CSharpAnalyzerVerifier<CrossReleaseCycleAnalyzer>.VerifyAnalyzerAsync(Source("", ""));
        }

        string Source(string open, string close) => $$"""
            public sealed class Owner { public bool IsActive; }
            public sealed class FlowLock
            {
                private readonly SemaphoreSlim _gate = new(1, 1);
                private readonly AsyncLocal<Owner?> _owner = new();
                private readonly AsyncLocal<int> _depth = new();
                private Owner? _other;
                public async Task<int> RunAsync(Func<Task<int>> body)
                {
                    if ({{isInside}}) { return await body(); }
                    await _gate.WaitAsync();
                    _owner.Value = _other = new Owner { IsActive = true };
                    _depth.Value = 1;
                    try { return await body(); } finally { _gate.Release(); }
                }
            }
            public sealed class Document
            {
                private readonly FlowLock _lock = new();
                private int _size;
                public Task<int> AppendAsync() => _lock.RunAsync(async () => { await Task.Yield(); _size++; if (_size > 3) { await SaveAsync(); } return _size; });
                public Task<int> SaveAsync() => {{open}}_lock.RunAsync(async () => { _size--; return await TrimAsync(); }){{close}};
                private Task<int> TrimAsync() => {{open}}_lock.RunAsync(() => Task.FromResult(_size)){{close}};
            }
            """;
    }
}

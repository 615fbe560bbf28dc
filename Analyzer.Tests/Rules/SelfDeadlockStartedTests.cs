using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.SelfDeadlockAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1003 for locks that calls ask for which the flow has begun, and waits for by a container of their tasks.</summary>
public class SelfDeadlockStartedTests
{
    [Theory]
    [InlineData("await Task.WhenAll(GetAsync(), GetAsync());", true)]
    [InlineData("var tasks = new List<Task>(); for (int i = 0; i < 3; i++) { tasks.Add(GetAsync()); } await Task.WhenAll(tasks);", true)]
    [InlineData("var tasks = new Task[2]; tasks[0] = GetAsync(); tasks[1] = GetAsync(); await Task.WhenAll(tasks);", true)]
    [InlineData("var tasks = new[] { GetAsync() }; Task.WaitAll(tasks);", true)]
    [InlineData("var tasks = new List<Task> { GetAsync() }; foreach (Task task in tasks) { await task; }", true)]
    [InlineData("await Task.WhenAny(GetAsync(), Task.Delay(10));", false)]
    [InlineData("var tasks = new List<Task> { GetAsync() };", false)]
    [InlineData("var tasks = new[] { OtherAsync(), GetAsync() }; await tasks[0];", false)]
    [InlineData("await Task.WhenAll(OtherAsync(), OtherAsync());", false)]
    [InlineData("var tasks = new[] { GetAsync() }; _free.Release(); await Task.WhenAll(tasks); await _free.WaitAsync();", false)]
    public Task WaitForAllOfAContainer(string body, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class C
        {
            private readonly SemaphoreSlim _free = new(1, 1), _other = new(1, 1); private int _n;
            public async Task UpAsync() { await _free.WaitAsync(); try { {{body}} } finally { _free.Release(); } }
            public async Task GetAsync() { await {{(reports ? "[|_free.WaitAsync()|]" : "_free.WaitAsync()")}}; try { _n++; } finally { _free.Release(); } }
            public async Task OtherAsync() { await _other.WaitAsync(); try { _n++; } finally { _other.Release(); } }
        }
        """);
}

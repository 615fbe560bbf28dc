using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.SelfDeadlockAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1003 where a lock is found in a table by a text that is made anew: of the same parts in the same way it is the same lock.</summary>
public class ComputedKeyTests
{
    [Theory]
    [InlineData("PathOf(folder, name)", "PathOf(folder, name)", true)]
    [InlineData("folder + \"/\" + name", "folder + \"/\" + name", true)]
    [InlineData("$\"{folder}/{name}\"", "$\"{folder}/{name}\"", true)]
    [InlineData("Path.Combine(folder, name)", "Path.Combine(folder, name)", true)]
    [InlineData("folder.Trim().ToUpperInvariant()", "folder.Trim().ToUpperInvariant()", true)]
    [InlineData("KeyOf(name)", "KeyOf(name)", true)]
    [InlineData("\"lock:\" + name", "\"lock:\" + name", true)]
    [InlineData("$\"a:{folder}:{name}\"", "$\"a:{folder}:{name}\"", true)]
    [InlineData("$\"a:{folder}:{name}\"", "$\"b:{folder}:{name}\"", false)]
    [InlineData("$\"{folder,4}\"", "$\"{folder,5}\"", false)]
    [InlineData("PathOf(folder, name)", "PathOf(name, folder)", false)]
    [InlineData("PathOf(folder, name)", "PathOf(folder, folder)", false)]
    [InlineData("folder + \"/\" + name", "folder + \"-\" + name", false)]
    [InlineData("$\"{folder}/{name}\"", "$\"{name}/{folder}\"", false)]
    [InlineData("Path.Combine(folder, name)", "Path.GetRelativePath(folder, name)", false)]
    [InlineData("folder.Trim()", "name.Trim()", false)]
    [InlineData("NewKey(name)", "NewKey(name)", false)]
    [InlineData("Path.GetRandomFileName()", "Path.GetRandomFileName()", false)]
    [InlineData("\"lock:\" + name", "\"other:\" + name", false)]
    public Task KeyMadeTwice(string outer, string inner, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public sealed class Locks
        {
            private readonly ConcurrentDictionary<string, SemaphoreSlim> _all = new();
            public async Task<IDisposable> TakeAsync(string key) { var one = _all.GetOrAdd(key, _ => new SemaphoreSlim(1, 1)); await {{(reports ? "[|one.WaitAsync()|]" : "one.WaitAsync()")}}; return new Back(one); }
            private sealed class Back(SemaphoreSlim one) : IDisposable { public void Dispose() => one.Release(); }
        }
        public sealed class Cache
        {
            private readonly Locks _locks = new(); private int _made;
            public async Task LoadAsync(string folder, string name) { string key = {{outer}}; using (await _locks.TakeAsync(key)) { await EvictAsync(folder, name); } }
            public async Task EvictAsync(string folder, string name) { using (await _locks.TakeAsync({{inner}})) { await Task.Yield(); } }
            private static string PathOf(string folder, string name) => folder + name;
            private string KeyOf(string name) => _made + name;
            private string NewKey(string name) => ++_made + name;
        }
        """);
}

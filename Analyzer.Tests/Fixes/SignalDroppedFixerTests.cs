using CrossRelease.Analyzers.CodeFixes;
using CrossRelease.Analyzers.Tests.Support;

namespace CrossRelease.Analyzers.Tests.Fixes;

public class SignalDroppedFixerTests
{
    private const string Option = "TaskCreationOptions.RunContinuationsAsynchronously";

    [Theory]
    [InlineData("Dictionary<int, TaskCompletionSource<int>>", ".Values")]
    [InlineData("SortedDictionary<int, TaskCompletionSource<int>>", ".Values")]
    public Task TaskSourcesOfADictionary_AreCancelled(string type, string values) => VerifyAsync(
        InClient(type, "[|Asked(id).GetAwaiter().GetResult()|]", """
                    // All are lost.
                    _pending.Clear(); // gone
        """),
        InClient(type, "Asked(id).GetAwaiter().GetResult()", $$"""
                    foreach (var dropped in _pending{{values}})
                    {
                        dropped.TrySetCanceled();
                    }

                    // All are lost.
                    _pending.Clear(); // gone
        """));

    [Theory]
    [InlineData("this._pending.Clear();", "this._pending", "dropped")]
    [InlineData("_pending.Clear(); var dropped = 1; _closed = dropped;", null, null)]
    [InlineData("var dropped = _closed;\n            _pending.Clear();\n            _closed = dropped;", "_pending", "dropped2")]
    public Task NameOfTheDropped_IsFree(string clear, string? container, string? name)
    {
        var before = InClient("Dictionary<int, TaskCompletionSource<int>>", "[|Asked(id).GetAwaiter().GetResult()|]", "            " + clear);
        if (container is null)
        {
            return VerifyAsync(before, before);
        }

        var loop = $"            foreach (var {name} in {container}.Values)\n            {{\n                {name}.TrySetCanceled();\n            }}\n\n";
        var at = "            " + clear;
        var line = at.Split('\n').First(part => part.Contains("Clear", StringComparison.Ordinal));
        return VerifyAsync(before, InClient("Dictionary<int, TaskCompletionSource<int>>", "Asked(id).GetAwaiter().GetResult()", at.Replace(line, loop + line, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("{0}", "_items.Clear();", "            ")]
    [InlineData("{0}", "this._items.Clear();", "            ")]
    [InlineData("{0}", "_items.Dequeue();", "            ")]
    [InlineData("{0}", "_ = _items.Dequeue();", "            ")]
    [InlineData("// All.\n            {0}", "_items.Clear();", "            ")]
    [InlineData("_taken++;\n            {0}\n            _taken--;", "_items.Clear();", "            ")]
    [InlineData("if (_taken > 1)\n            {{\n                {0}\n            }}", "_items.Clear();", "                ")]
    public Task WaitersOfAMonitor_AreWoken(string around, string change, string indent)
        => VerifyPulseAsync(string.Format(null, around, change), string.Format(null, around, $"{change}\n{indent}Monitor.PulseAll(_gate);"));

    [Fact]
    public Task ChangeThatSharesItsLine_GetsNoFix() => VerifyPulseAsync("_taken++; _items.Clear();", null);

    private static Task VerifyAsync(string before, string after)
        => CSharpCodeFixVerifier<LostCompletionAnalyzer, SignalDroppedFixer>.VerifyCodeFixAsync(before, after);

    private static Task VerifyPulseAsync(string change, string? after)
        => VerifyAsync(InQueue("[|Monitor.Wait(_gate)|]", change), after is null ? InQueue("[|Monitor.Wait(_gate)|]", change) : InQueue("Monitor.Wait(_gate)", after));

    private static string InClient(string type, string ask, string clear) => $$"""
        public sealed class Client
        {
            private readonly object _gate = new();
            private readonly {{type}} _pending = new();
            private int _closed;
            public int Ask(int id) => {{ask}};
            private Task<int> Asked(int id)
            {
                var source = new TaskCompletionSource<int>({{Option}});
                lock (_gate)
                {
                    _pending.Add(id, source);
                }

                return source.Task;
            }

            public void Answered(int id, int answer)
            {
                lock (_gate)
                {
                    if (_pending.Remove(id, out var source))
                    {
                        source.TrySetResult(answer);
                    }
                }
            }

            public void Close()
            {
                lock (_gate)
                {
                    _closed++;
        {{clear}}
                }
            }
        }
        """;

    private static string InQueue(string wait, string change) => $$"""
        public sealed class Pipe
        {
            private readonly object _gate = new();
            private readonly Queue<int> _items = new();
            private int _taken;
            public void Put(int item)
            {
                lock (_gate)
                {
                    while (_items.Count > 8)
                    {
                        {{wait}};
                    }

                    _items.Enqueue(item);
                }
            }

            public int Take()
            {
                lock (_gate)
                {
                    var item = _items.Dequeue();
                    Monitor.PulseAll(_gate);
                    return item;
                }
            }

            public void Reset()
            {
                lock (_gate)
                {
                    {{change}}
                }
            }
        }
        """;
}

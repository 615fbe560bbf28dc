using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1001 is quiet about a helper that makes, uses and ends an object in each of its calls: what one call waits for, the next one's object does not owe.</summary>
public class EarlierCallTests
{
    [Theory]
    [InlineData("One(1); One(2);", "using var channel = new Channel();", false)]
    [InlineData("One(1);", "using var channel = new Channel();", false)]
    [InlineData("foreach (int i in new[] { 1, 2 }) One(i);", "using var channel = new Channel();", false)]
    [InlineData("One(1); One(2);", "var channel = new Channel(); channel.Dispose();", true)]
    public Task HelperCalledAgain_IsQuiet(string calls, string creation, bool reports) => Verify.VerifyAnalyzerAsync(Program(calls, creation, reports));

    // A disposal that waits for who waits for its signal, given too late.
    [Theory]
    [InlineData("_reader.Join(); _lines.CompleteAdding();", true)]
    [InlineData("_lines.CompleteAdding(); _reader.Join();", false)]
    [InlineData("_reader.Join(100); _lines.CompleteAdding();", false)]
    public Task DisposalThatSignalsForItsOwnWait_IsQuiet(string dispose, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public sealed class Channel : IDisposable
        {
            private readonly BlockingCollection<string> _lines = new();
            private readonly Thread _reader;
            public Channel() { _reader = new Thread(Read); _reader.Start(); }
            public void Dispose() { {{(reports ? dispose.Replace("_reader.Join()", "[|_reader.Join()|]", StringComparison.Ordinal) : dispose)}} }
            private void Read() { foreach (string line in _lines.GetConsumingEnumerable()) Console.WriteLine(line); }
        }
        """);

    // A lock that one delegate takes and another gives back, both or neither of them there, is no signal for who holds it.
    [Theory]
    [InlineData("lock (_gate) { Before?.Invoke(); _count++; After?.Invoke(); }")]
    [InlineData("lock (_gate) { Before!(); try { _count++; } finally { After!(); } }")]
    public Task SemaphoreOfTwoDelegates_IsALock(string use) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Cache
        {
            private readonly object _gate = new();
            private int _count;
            public Action? Before { get; set; }
            public Action? After { get; set; }
            public void Clear() { {{use}} }
            public void Read() { {{use}} }
        }

        public sealed class Store
        {
            private readonly SemaphoreSlim _file = new(1, 1);
            public Store(Cache cache) { cache.Before = Open; cache.After = Close; }
            private void Open() => _file.Wait();
            private void Close() => _file.Release();
        }
        """);

    private static string Program(string calls, string creation, bool reports) => $$"""
        using System.Collections.Concurrent;
        public sealed class Channel : IDisposable
        {
            private readonly BlockingCollection<string> _lines = new();
            private readonly Thread _reader;
            public Channel() { _reader = new Thread(Read); _reader.Start(); }
            public void Push(string line) => _lines.Add(line);
            public void Dispose() { {{(reports ? "" : "_lines.CompleteAdding();")}} {{(reports ? "[|_reader.Join()|]" : "_reader.Join()")}}; }
            private void Read() { foreach (string line in _lines.GetConsumingEnumerable()) Console.WriteLine(line); }
        }

        public static class Runner
        {
            public static void Run() { {{calls}} }
            private static void One(int count) { {{creation}} for (int i = 0; i < count; i++) channel.Push("a"); }
        }
        """;
}

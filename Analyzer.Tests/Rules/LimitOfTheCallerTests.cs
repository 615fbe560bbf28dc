using VerifyNested = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.NestedMonitorWaitAnalyzer>;
using VerifyRing = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>A wait whose limit is the caller's to say: it has none where the caller says so.</summary>
public class LimitOfTheCallerTests
{
    [Theory]
    [InlineData("int timeout", "timeout", "Timeout.Infinite", true)]
    [InlineData("int timeout", "timeout", "-1", true)]
    [InlineData("int timeout", "timeout", "100", false)]
    [InlineData("int timeout", "timeout", "_limit", false)]
    [InlineData("int timeout = -1", "timeout", "", true)]
    [InlineData("int timeout = 500", "timeout", "", false)]
    [InlineData("TimeSpan limit", "limit", "Timeout.InfiniteTimeSpan", true)]
    [InlineData("TimeSpan limit", "limit", "TimeSpan.FromSeconds(1)", false)]
    [InlineData("int timeout", "timeout + 1", "-1", false)]
    public Task WaitUnderTheWaitersLock_ReportsWithoutLimit(string parameter, string limit, string argument, bool reports) => VerifyRing.VerifyAnalyzerAsync($$"""
        public sealed class Device
        {
            private readonly object _gate = new();
            private readonly ManualResetEventSlim _done = new();
            private readonly int _limit = 7;
            public void Work() { lock (_gate) { } _done.Set(); }
            public void Stop() { lock (_gate) { Await({{argument}}); } }
            private void Await({{parameter}}) { {{(reports ? $"[|_done.Wait({limit})|]" : $"_done.Wait({limit})")}}; }
        }
        """);

    // What the parameter was set to is not the caller's to say.
    [Theory]
    [InlineData("", true)]
    [InlineData("timeout = Math.Max(timeout, _limit);", false)]
    public Task ParameterThatIsSetAnew_IsNotTheCallers(string set, bool reports) => VerifyRing.VerifyAnalyzerAsync($$"""
        public sealed class Device
        {
            private readonly object _gate = new();
            private readonly ManualResetEventSlim _done = new();
            private readonly int _limit = 7;
            public void Work() { lock (_gate) { } _done.Set(); }
            public void Stop() { lock (_gate) { Await(-1); } }
            private void Await(int timeout) { {{set}} {{(reports ? "[|_done.Wait(timeout)|]" : "_done.Wait(timeout)")}}; }
        }
        """);

    // By way of another method, which hands the limit on.
    [Theory]
    [InlineData("timeout", "Timeout.Infinite", true)]
    [InlineData("timeout", "1000", false)]
    [InlineData("1000", "Timeout.Infinite", false)]
    public Task LimitHandedOn_ReportsWithoutLimit(string handedOn, string argument, bool reports) => VerifyNested.VerifyAnalyzerAsync($$"""
        public sealed class Store
        {
            private readonly object _items = new();
            private int _count;
            public void Add() { lock (_items) { _count++; Monitor.PulseAll(_items); } }
            public bool Remove(int timeout) => Take({{handedOn}});
            private bool Take(int timeout)
            {
                lock (_items)
                {
                    while (_count == 0) { if (!{{(reports ? "[|Monitor.Wait(_items, timeout)|]" : "Monitor.Wait(_items, timeout)")}}) return false; }
                    _count--;
                    return true;
                }
            }
        }
        public sealed class Connection
        {
            private readonly object _mu = new();
            private readonly Store _store = new();
            public void Publish() { lock (_mu) { _store.Add(); } }
            public void Wake() => _store.Add();
            public void Acknowledge() { lock (_mu) { _store.Remove({{argument}}); } }
        }
        """);
}

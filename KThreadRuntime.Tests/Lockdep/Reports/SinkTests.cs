using System.Diagnostics.Metrics;
using System.Diagnostics.Tracing;

namespace KThreadRuntime.Tests.Reports;

public sealed class SinkTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("lockdep").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void SinkThatThrows_LeavesTheOthersTheirReports()
    {
        var before = new CollectingSink();
        var after = new CollectingSink();
        using var lab = new Lab(new LockdepOptions { Sinks = [before, new DelegateSink(_ => throw new IOException("first")), new ThrowingSink(), after] });
        Exception thrown = Assert.ThrowsAny<Exception>(() => Release("a"));

        Assert.Equal("first", Assert.IsType<IOException>(thrown).Message);
        Assert.Same(lab.Single(), Assert.Single(before.Reports));
        Assert.Same(lab.Single(), Assert.Single(after.Reports));
    }

    [Fact]
    public void SinkThatThrows_LeavesTheOtherReportsOfTheSameEvent()
    {
        using var lab = new Lab(new LockdepOptions { Sinks = [new ThrowingSink()] });
        var a = new LockdepMap("a");
        var b = new LockdepMap("b");
        var c = new LockdepMap("c");
        Actor other = lab.Thread("T1");
        other.Do(() => Nest(c, a));
        other.Do(() => Nest(c, b));
        lab.Thread("T2").Do(() =>
        {
            Lockdep.Acquire(a);
            Lockdep.Acquire(b);
            var thrown = Assert.Throws<LockdepException>(() => Lockdep.Acquire(c));
            Assert.Same(lab.Reports[0], thrown.Report);
            Lockdep.Release(b);
            Lockdep.Release(a);
        });

        Assert.Equal(2, lab.Reports.Count);
    }

    [Fact]
    public void JsonLines_AreThereBeforeTheSinkIsDisposed()
    {
        using var sink = new FileSink(InFolder("reports.jsonl"));
        using var lab = new Lab(new LockdepOptions { Sinks = [sink] });
        Release("a");
        Release("b\n");

        Assert.Equal(lab.Reports.Select(r => r.ToJson()), File.ReadAllLines(sink.FilePath));
        Assert.Equal(["a", "b\n"], File.ReadAllLines(sink.FilePath).Select(l => LockdepReport.Parse(l).Subject!.Name));
        Assert.Equal((2, 0, null), (sink.Written, sink.Failed, sink.FirstError));
    }

    [Fact]
    public void Text_IsAppendedToWhatIsThere()
    {
        File.WriteAllText(InFolder("reports.txt"), "before\n");
        using var lab = new Lab(new LockdepOptions { Sinks = [new FileSink(InFolder("reports.txt"), LockdepFileFormat.Text)] });
        Release("a");

        Assert.Equal($"before\n{lab.Single()}\n", File.ReadAllText(InFolder("reports.txt")));
    }

    [Fact]
    public void Sarif_IsWrittenWholeAtTheEnd()
    {
        using var sink = new FileSink(InFolder("reports.sarif"), LockdepFileFormat.Sarif);
        File.WriteAllText(sink.FilePath, "the log of the last run");
        using var lab = new Lab(new LockdepOptions { Sinks = [sink] });
        Release("a");
        Assert.Equal("the log of the last run", File.ReadAllText(sink.FilePath));
        sink.Dispose();
        var expected = new StringWriter();
        LockdepSarif.Write(expected, lab.Reports);

        Assert.Equal(expected.ToString(), File.ReadAllText(sink.FilePath));
        Assert.Equal([sink.FilePath], Directory.GetFiles(_folder));
        Release("after the end");
        Assert.Equal((1, 1, "A report came after the sink was disposed."), (sink.Written, sink.Failed, sink.FirstError));
    }

    [Theory]
    [InlineData(LockdepFileFormat.JsonLines)]
    [InlineData(LockdepFileFormat.Text)]
    [InlineData(LockdepFileFormat.Sarif)]
    public void FileThatCannotBeWritten_IsCountedAndToldInTheStatistics(LockdepFileFormat format)
    {
        var sink = new FileSink(Path.Combine(_folder, "no such folder", "reports"), format);
        using var lab = new Lab(new LockdepOptions { Sinks = [sink] });
        Release("a");
        sink.Dispose();
        var stats = new StringWriter();
        LockdepDump.WriteStats(lab.Validator, stats);

        Assert.Equal((0, 1), (sink.Written, sink.Failed));
        Assert.StartsWith(sink.FilePath, sink.FirstError, StringComparison.Ordinal);
        Assert.Contains($"first file error:               {sink.FirstError}\n", stats.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ManyThreads_LoseNoLine()
    {
        using var sink = new FileSink(InFolder("reports.jsonl"));
        using var lab = new Lab(new LockdepOptions { Sinks = [sink] });
        Actor[] threads = [.. Enumerable.Range(0, 8).Select(i => lab.Thread($"T{i}"))];
        Actor.Job[] jobs = [.. threads.Select((t, i) => t.Begin(() =>
        {
            for (int n = 0; n < 25; n++)
            {
                Release($"{i}-{n}", new LockClassKey());
            }
        }))];
        Array.ForEach(jobs, j => j.Finish());
        sink.Dispose();

        Assert.Equal(200, File.ReadAllLines(sink.FilePath).Select(l => LockdepReport.Parse(l).Subject!.Name).Distinct().Count());
        Assert.Equal(200, sink.Written);
    }

    [Fact]
    public void EventSource_GivesEachReportToListeners()
    {
        using var listener = new Listener();
        using var lab = new Lab(new LockdepOptions { Sinks = [new EventSourceSink()] });
        Release("only here " + Guid.NewGuid());
        LockdepReport report = lab.Single();
        object?[] payload = Assert.Single(listener.Payloads, p => (string?)p[3] == report.Chain);

        Assert.Equal(["UnbalancedRelease", "Certain", report.Fingerprint, report.Chain, report.ToString()], payload);
    }

#if !RUNTIME_NETSTANDARD
    [Fact]
    public void Meter_ObservesTheCounters()
    {
        using var lab = new Lab();
        using var meter = new LockdepMeter(lab.Validator);
        Release("a");
        Release("b", new LockClassKey());
        var seen = new Dictionary<string, long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == LockdepMeter.Name)
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            var named = tags.ToArray().ToDictionary(t => t.Key, t => t.Value);
            if (Equals(named["validator"], lab.Validator.Number))
            {
                seen[named.TryGetValue("kind", out object? kind) ? $"{instrument.Name}/{kind}" : instrument.Name] = value;
            }
        });
        listener.Start();
        listener.RecordObservableInstruments();

        Assert.Equal(2, seen["lockdep.reports/UnbalancedRelease"]);
        Assert.Equal(2, seen["lockdep.classes"]);
        Assert.Equal(0, seen["lockdep.dependencies"]);
        Assert.Equal(
            [
                "lockdep.below_threshold", "lockdep.chains", "lockdep.classes", "lockdep.dependencies", "lockdep.dropped_reports", "lockdep.evicted_classes",
                "lockdep.evicted_dependencies", "lockdep.failed_sinks", "lockdep.idle_points", "lockdep.independence_points", "lockdep.lost_history", "lockdep.muted",
                "lockdep.reports/UnbalancedRelease", "lockdep.truncated_searches", "lockdep.under_foreign_locks",
            ],
            seen.Keys.Order(StringComparer.Ordinal));
    }
#endif

    private static void Nest(LockdepMap outer, LockdepMap inner)
    {
        Lockdep.Acquire(outer);
        Lockdep.Acquire(inner);
        Lockdep.Release(inner);
        Lockdep.Release(outer);
    }

    private static void Release(string name, LockClassKey? key = null) =>
        Lockdep.Release(new LockdepMap(name, key ?? new LockClassKey()));

    private string InFolder(string name) => Path.Combine(_folder, name);

    private sealed class Listener : EventListener
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<object?[]> _payloads = new();

        internal IEnumerable<object?[]> Payloads => _payloads;

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == EventSourceSink.SourceName)
            {
                EnableEvents(eventSource, EventLevel.Warning);
            }
        }

        // Created, and perhaps called, before the constructor ran.
        protected override void OnEventWritten(EventWrittenEventArgs eventData) => _payloads?.Enqueue([.. eventData.Payload!]);
    }
}

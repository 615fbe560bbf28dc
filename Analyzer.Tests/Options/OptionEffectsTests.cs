using CrossRelease.Analyzers.Options;
using Cycle = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;
using Order = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockOrderCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Options;

/// <summary>Each option both ways: the same source with the value and without it, or with the next value.</summary>
public class OptionEffectsTests
{
    private const string BothOrders = """
        public class C
        {
            private readonly object _gate = new();
            private readonly object _other = new();
            public void One() { lock (_gate) { lock (_other) { } } }
            public void Two() { lock (_other) { lock (_gate) { } } }
        }
        """;

    [Theory]
    [InlineData("5000", "[|_done.Wait(5000)|]")]
    [InlineData("5000", "_done.Wait(4999)")]
    [InlineData("5000", "[|_done.Wait(TimeSpan.FromSeconds(5))|]")]
    [InlineData("5000", "_done.Wait(TimeSpan.FromSeconds(4))")]
    [InlineData("5000", "[|_done.Wait(TimeSpan.FromMinutes(1))|]")]
    [InlineData("5000", "[|_done.Wait(TimeSpan.MaxValue)|]")]
    [InlineData("5000", "_done.Wait(TimeSpan.Zero)")]
    [InlineData("5000", "_done.Wait(limit)")]
    [InlineData("", "_done.Wait(5000)")]
    [InlineData("", "_done.Wait(TimeSpan.FromDays(1))")]
    public Task LimitFromTheThresholdOn_IsNone(string threshold, string wait) => CycleAsync(AnalysisOptions.ThresholdKey, threshold, $$"""
        public class C
        {
            private readonly object _gate = new();
            private readonly ManualResetEventSlim _done = new();
            public void Start() => new Thread(Work).Start();
            public void Stop(int limit) { lock (_gate) { {{wait}}; } }
            private void Work() { lock (_gate) { } _done.Set(); }
        }
        """);

    [Theory]
    [InlineData("crossrelease.additional_waits", "My.Latch::Await", "[|latch.Await()|]")]
    [InlineData("crossrelease.additional_waits", "My.Latch::Other", "latch.Await()")]
    [InlineData("crossrelease.additional_waits", "My.Latch::On(0)", "[|My.Latch.On(latch)|]")]
    [InlineData("crossrelease.additional_waits", "My.Latch::On", "My.Latch.On(latch)")]
    public Task AdditionalWait_IsAWait(string key, string value, string wait) => CycleAsync(key, value + "\ncrossrelease.additional_signals = My.Latch::Open", $$"""
        namespace My { public class Latch { public void Await() { } public static void On(Latch latch) { } public void Other() { } public void Open() { } } }
        public class C
        {
            private readonly object _gate = new();
            private readonly My.Latch latch = new();
            public void Start() => new Thread(Work).Start();
            public void Stop() { lock (_gate) { {{wait}}; } }
            private void Work() { lock (_gate) { } latch.Open(); }
        }
        """);

    // Moving the wait behind the inner lock leaves the caller's: no fix may be offered that does not see it, and the law of fixes would tell.
    [Theory]
    [InlineData("lock (_gate) { Inner(); }")]
    [InlineData("Inner();")]
    public Task FixOfAnAdditionalWait_IsTriedWithTheOptions(string call) => CycleAsync("crossrelease.additional_waits", "My.Latch::Await\ncrossrelease.additional_signals = My.Latch::Open", $$"""
        namespace My { public class Latch { public void Await() { } public void Open() { } } }
        public class C
        {
            private readonly object _gate = new();
            private readonly My.Latch latch = new();
            private int _n;
            public void Start() => new Thread(Work).Start();
            public void Stop() { {{call}} }
            private void Inner()
            {
                lock (_gate)
                {
                    _n++;
                    [|latch.Await()|];
                }
            }
            private void Work() { lock (_gate) { _n++; } latch.Open(); }
        }
        """);

    [Theory]
    [InlineData("My.Latch::Open", "[|latch.Await()|]")]
    [InlineData("My.Latch::Other", "latch.Await()")]
    public Task AdditionalSignal_IsASignal(string value, string wait) => CycleAsync("crossrelease.additional_signals", value + "\ncrossrelease.additional_waits = My.Latch::Await", $$"""
        namespace My { public class Latch { public void Await() { } public void Other() { } public void Open() { } } }
        public class C
        {
            private readonly object _gate = new();
            private readonly My.Latch latch = new();
            public void Start() => new Thread(Work).Start();
            public void Stop() { lock (_gate) { {{wait}}; } }
            private void Work() { lock (_gate) { } latch.Open(); }
        }
        """);

    [Theory]
    [InlineData("My.Gate::Take", "[|_gate|]")]
    [InlineData("My.Gate::Peek", "_gate")]
    public Task AdditionalAcquireAndRelease_AreALock(string value, string second) => OrderAsync("crossrelease.additional_acquires", value + "\ncrossrelease.additional_releases = My.Gate::Leave", $$"""
        namespace My { public class Gate { public void Take() { } public void Peek() { } public void Leave() { } } }
        public class C
        {
            private readonly object _gate = new();
            private readonly My.Gate _mine = new();
            public void One() { _mine.Take(); lock ({{second}}) { } _mine.Leave(); }
            public void Two() { lock (_gate) { _mine.Take(); _mine.Leave(); } }
        }
        """);

    [Fact]
    public Task ReleasedAdditionalLock_IsNotHeld() => OrderAsync("crossrelease.additional_acquires", "My.Gate::Take\ncrossrelease.additional_releases = My.Gate::Leave", """
        namespace My { public class Gate { public void Take() { } public void Leave() { } } }
        public class C
        {
            private readonly object _gate = new();
            private readonly My.Gate _mine = new();
            public void One() { _mine.Take(); _mine.Leave(); lock (_gate) { } }
            public void Two() { lock (_gate) { _mine.Take(); _mine.Leave(); } }
        }
        """);

    [Theory]
    [InlineData("2", "[|_other|]")]
    [InlineData("1", "_other")]
    public Task WidthOfVirtualCalls_BoundsWhatIsFollowed(string width, string inner) => OrderAsync(AnalysisOptions.WidthKey, width, $$"""
        public abstract class Step { public abstract void Run(C owner); }
        public sealed class First : Step { public override void Run(C owner) => owner.Touch(); }
        public sealed class Second : Step { public override void Run(C owner) { } }
        public class C
        {
            private readonly object _gate = new();
            private readonly object _other = new();
            internal void Touch() { lock ({{inner}}) { } }
            public void One(Step step) { lock (_gate) { step.Run(this); } }
            public void Two() { lock (_other) { lock (_gate) { } } }
        }
        """);

    [Theory]
    [InlineData("true", "[|_other|]")]
    [InlineData("false", "_other")]
    public Task PublicMethodThatOthersCall_IsAnEntryUnlessToldOtherwise(string value, string inner) => OrderAsync(AnalysisOptions.EntriesKey, value, $$"""
        public class C
        {
            private readonly object _gate = new();
            private readonly object _other = new();
            private readonly object _outer = new();
            public void All() { lock (_outer) { One(); Two(); } }
            public void One() { lock (_gate) { lock ({{inner}}) { } } }
            public void Two() { lock (_other) { lock (_gate) { } } }
        }
        """);

    [Fact]
    public Task PublicMethodThatNobodyCalls_IsAnEntryAnyway() => OrderAsync(AnalysisOptions.EntriesKey, "false", Mark(BothOrders));

    [Theory]
    [InlineData("Other")]
    [InlineData("My.C")]
    public Task TypeThatIsNotNamed_IsNotSingleThreaded(string names) => OrderAsync(AnalysisOptions.SingleThreadedKey, names, Mark(BothOrders));

    [Theory]
    [InlineData("C")]
    [InlineData("Other,C")]
    public Task NamedType_IsSingleThreaded(string names) => OrderAsync(AnalysisOptions.SingleThreadedKey, names, BothOrders);

    [Fact]
    public Task LockTakenInASingleThreadedType_KeepsNobodyOut() => OrderAsync(AnalysisOptions.SingleThreadedKey, "C", BothOrders + """
        public class Caller
        {
            private readonly C _c = new();
            public void One() => _c.One();
            public void Two() => _c.Two();
        }
        """);

    [Fact]
    public Task SectionOfAnEditorConfig_CountsForTheProject()
    {
        var test = new Order.Test { TestCode = BothOrders };
        test.TestState.AnalyzerConfigFiles.Add(("/.editorconfig", $"root = true\n[*.cs]\n{AnalysisOptions.SingleThreadedKey} = C\n"));
        return test.RunAsync();
    }

    [Fact]
    public Task GlobalValue_GoesBeforeASection()
    {
        var test = new Order.Test { TestCode = Mark(BothOrders) };
        test.TestState.AnalyzerConfigFiles.Add(("/.editorconfig", $"root = true\n[*.cs]\n{AnalysisOptions.SingleThreadedKey} = C\n"));
        test.TestState.AnalyzerConfigFiles.Add(("/.globalconfig", $"is_global = true\n{AnalysisOptions.SingleThreadedKey} = D\n"));
        return test.RunAsync();
    }

    private static string Mark(string source) => source.Replace("lock (_gate) { lock (_other)", "lock (_gate) { lock ([|_other|])", StringComparison.Ordinal);

    private static Task CycleAsync(string key, string value, string source)
    {
        var test = new Cycle.Test { TestCode = source };
        test.TestState.AnalyzerConfigFiles.Add(("/.globalconfig", Config(key, value)));
        return test.RunAsync();
    }

    private static Task OrderAsync(string key, string value, string source)
    {
        var test = new Order.Test { TestCode = source };
        test.TestState.AnalyzerConfigFiles.Add(("/.globalconfig", Config(key, value)));
        return test.RunAsync();
    }

    private static string Config(string key, string value) => $"is_global = true\n{key} = {value}\n";
}

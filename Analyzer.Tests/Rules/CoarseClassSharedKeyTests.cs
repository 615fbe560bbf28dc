using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CoarseClassAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR3001 where one key is given to objects of several purposes. What is of several kinds is XR3003's report.</summary>
public class CoarseClassSharedKeyTests
{
    [Fact]
    public Task KeyOfTwoPurposes_TellsTheWholeStory() => Verify.VerifyAnalyzerAsync(
        "using KThreadRuntime;\n" + Disk("new(_shared)", "new(_shared)", "_load", "_save"),
        Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR3001_ClassClosesRing).WithLocation(0)
            .WithOptions(Support.DiagnosticOptions.IgnoreAdditionalLocations)
            .WithMessage(
                "All that gets the key '_shared' is one lock class: 'Disk.Reset' waits for '_load' while holding '_gate', and 'Disk.Save', which signals '_save', acquires '_gate' "
                + "first, so the class closes a ring that no objects can. Give each use a LockClassKey of its own."));

    [Theory]
    [InlineData("new(_shared)", "new(_shared)", "_load", "_save", true)]
    [InlineData("new(_shared)", "new(_shared)", "_load", "_load", false)]
    [InlineData("new(_shared)", "new(_other)", "_load", "_save", false)]
    [InlineData("new(_shared)", "new()", "_load", "_save", false)]
    [InlineData("new(key: _shared, name: \"load\")", "new(key: _shared, name: \"save\")", "_load", "_save", true)]
    [InlineData("new(_shared)", "new(_alias)", "_load", "_save", true)]
    [InlineData("new(_shared)", "_load", "_load", "_save", false)]
    [InlineData("new(_shared)", "new(_any)", "_load", "_save", false)]
    public Task OneKeyForTwoPurposes_Reports(string load, string save, string waited, string signalled, bool reports) => RunAsync(reports, Disk(load, save, waited, signalled));

    [Theory]
    [InlineData("_shared", "_shared", true)]
    [InlineData("_shared", "_other", false)]
    [InlineData("_shared", "new LockClassKey()", false)]
    public Task KeyThatTwoCallersHandOn_Reports(string load, string save, bool reports) => RunAsync(reports, $$"""
        public sealed class Job(LockClassKey key) { public readonly Completion Done = new(key); }
        public sealed class Disk
        {
            private static readonly LockClassKey _shared = {|#0:new()|};
            private static readonly LockClassKey _other = new();
            private readonly object _gate = new();
            private readonly Job _load = new Job({{load}});
            private readonly Job _save = new Job({{save}});
            public void Start() { new Thread(Load).Start(); new Thread(Save).Start(); GC.KeepAlive(_other); }
            public void Reset() { lock (_gate) { _load.Done.Wait(); } }
            private void Load() { _load.Done.Complete(); }
            private void Save() { lock (_gate) { } _save.Done.Complete(); }
        }
        """);

    [Theory]
    [InlineData("KThread.Run(Signal, key: _shared)", "KThread.Run(Fault, key: _shared)", true)]
    [InlineData("KThread.Run(Signal, key: _shared)", "KThread.Run(Fault, key: _other)", false)]
    public Task ThreadsOfOneKey_Report(string signals, string faults, bool reports) => RunAsync(reports, $$"""
        public sealed class Device
        {
            private static readonly LockClassKey _shared = {|#0:new()|};
            private static readonly LockClassKey _other = new();
            private readonly KMutex _gate = new();
            private readonly KThread _signals;
            private readonly KThread _faults;
            public Device() { _signals = {{signals}}; _faults = {{faults}}; GC.KeepAlive(_other); }
            public void Reset() { _gate.Acquire(); _signals.Park(); _gate.Release(); }
            public void Close() { _faults.Stop(); }
            private int Signal(KThread thread) { while (!thread.ShouldStop) { thread.ParkMe(); } return 0; }
            private int Fault(KThread thread) { while (!thread.ShouldStop) { _gate.Acquire(); _gate.Release(); thread.ParkMe(); } return 0; }
        }
        """);

    [Theory]
    [InlineData("private readonly Completion _done", true)]
    [InlineData("private readonly KMutex _done", false)]
    public async Task KeyOfTwoKinds_IsXR3003sReportOnly(string third, bool reports)
    {
        string source = Disk("new(_shared)", "new(_shared)", "_load", "_save").Replace("private readonly object _gate = new();", $"private readonly object _gate = new(); {third} = new(_shared);", StringComparison.Ordinal);
        await RunAsync(reports, source);

        var keys = new Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.KeyIsNoClassAnalyzer>.Test { TestCode = "using KThreadRuntime;\n" + source };
        if (!reports)
        {
            keys.ExpectedDiagnostics.Add(Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.KeyIsNoClassAnalyzer>.Diagnostic(CrossRelease.Analyzers.Rules.XR3003_KeyOfUnrelatedObjects)
                .WithLocation(0).WithOptions(Support.DiagnosticOptions.IgnoreAdditionalLocations));
        }

        await keys.RunAsync();
    }

    private static string Disk(string load, string save, string waited, string signalled) => $$"""
        public sealed class Disk
        {
            private static readonly LockClassKey _shared = {|#0:new()|};
            private static readonly LockClassKey _other = new();
            private static readonly LockClassKey _alias = _shared;
            private static readonly LockClassKey _any = Environment.ProcessorCount > 1 ? _shared : _other;
            private readonly object _gate = new();
            private readonly Completion _load;
            private readonly Completion _save;
            public Disk() { _load = {{load}}; _save = {{save}}; GC.KeepAlive(_alias); GC.KeepAlive(_any); }
            public void Start() { new Thread(Load).Start(); new Thread(Save).Start(); }
            public void Reset() { lock (_gate) { {{waited}}.Wait(); } }
            public void Close() { _save.Wait(); }
            private void Load() { {{waited}}.Complete(); }
            private void Save() { lock (_gate) { } {{signalled}}.Complete(); }
        }
        """;

    private static Task RunAsync(bool reports, string source) => CoarseClassTests.RunAsync(reports, source);
}

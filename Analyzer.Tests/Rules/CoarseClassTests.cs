using CrossRelease.Analyzers.Options;
using Microsoft.CodeAnalysis;
using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CoarseClassAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR3001. The shapes are those of the kernel's threads: one line creates what many wait for, each for its own reasons.</summary>
public class CoarseClassTests
{
    private const string Worker = """
        public sealed class Worker
        {
            private readonly KThread _thread;
            public Worker(Func<KThread, int> loop) { _thread = {|#0:KThread.Run(loop)|}; }
            public void Park() => _thread.Park();
        }
        """;

    private const string Job = """
        public sealed class Job
        {
            public readonly Completion Done = {|#0:new()|};
        }
        """;

    private const string Table = """
        public sealed class Table
        {
            public readonly KMutex Gate = {|#0:new()|};
        }
        """;

    [Fact]
    public Task ThreadsOfOneWrapper_TellTheWholeStory() => Verify.VerifyAnalyzerAsync(
        Source("""
            public sealed class Worker
            {
                private readonly KThread _thread;
                public Worker(Func<KThread, int> loop) { _thread = {|#0:KThread.Run(loop)|}; }
                public void Park() => {|#3:_thread.Park()|};
            }
            public sealed class Device
            {
                private readonly KMutex _gate = new();
                private readonly Worker _signals;
                private readonly Worker _faults;
                public Device() { _signals = new Worker(Signal); _faults = new Worker(Fault); }
                public void Reset() { {|#1:_gate.Acquire()|}; {|#2:_signals.Park()|}; _gate.Release(); }
                private int Signal(KThread thread) { while (!thread.ShouldStop) { thread.ParkMe(); } return 0; }
                private int {|#5:Fault(KThread thread)|} { while (!thread.ShouldStop) { {|#4:_gate.Acquire()|}; _gate.Release(); thread.ParkMe(); } return 0; }
            }
            """),
        Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR3001_ClassClosesRing).WithLocation(0)
            .WithOptions(Support.DiagnosticOptions.IgnoreAdditionalLocations)
            .WithMessage(
                "All that this line creates is one lock class: 'Worker.Park' waits for '_signals._thread' while holding '_gate', and 'Device.Fault', which signals "
                + "'_faults._thread', acquires '_gate' first, so the class closes a ring that no objects can. Let the constructor of 'Worker' take its caller's file, line "
                + "and member and pass them on, so that each line that calls it has a class of its own."));

    [Theory]
    [InlineData("Reset() { _gate.Acquire(); _signals.Park(); _gate.Release(); }", true)]
    [InlineData("Reset() { _signals.Park(); _gate.Acquire(); _gate.Release(); }", false)]
    [InlineData("Reset() { _gate.Acquire(); _faults.Park(); _gate.Release(); }", false)]
    public Task WaitUnderTheLock_OfTheThreadThatDoesNotNeedIt_Reports(string reset, bool reports) => RunAsync(reports, Worker + $$"""
        public sealed class Device
        {
            private readonly KMutex _gate = new();
            private readonly Worker _signals;
            private readonly Worker _faults;
            public Device() { _signals = new Worker(Signal); _faults = new Worker(Fault); }
            public void {{reset}}
            private int Signal(KThread thread) { while (!thread.ShouldStop) { thread.ParkMe(); } return 0; }
            private int Fault(KThread thread) { while (!thread.ShouldStop) { _gate.Acquire(); _gate.Release(); thread.ParkMe(); } return 0; }
        }
        """);

    [Theory]
    [InlineData("_load", "_save", true)]
    [InlineData("_load", "_load", false)]
    public Task CompletionsOfOneClass_WithTwoOwners_Report(string waited, string signalled, bool reports) => RunAsync(reports, Job + $$"""
        public sealed class Disk
        {
            private readonly object _gate = new();
            private readonly Job _load = new Job();
            private readonly Job _save = new Job();
            public void Start() { new Thread(Load).Start(); new Thread(Save).Start(); }
            public void Reset() { lock (_gate) { {{waited}}.Done.Wait(); } }
            private void Load() { _load.Done.Complete(); }
            private void Save() { lock (_gate) { } {{signalled}}.Done.Complete(); }
        }
        """);

    [Theory]
    [InlineData("_load = new Job(); _save = new Job();", true)]
    [InlineData("_load = new Job(); _save = _load;", false)]
    [InlineData("var job = new Job(); _load = job; _save = job;", false)]
    [InlineData("_load = Make(); _save = Make();", true)]
    [InlineData("_load = Make(); _save = Again();", false)]
    public Task OwnersThatMayBeOne_AreQuiet(string made, bool reports) => RunAsync(reports, Job + $$"""
        public sealed class Disk
        {
            private readonly object _gate = new();
            private readonly Job _load;
            private readonly Job _save;
            public Disk() { {{made}} }
            private static Job Make() => new Job();
            private Job Again() => _load;
            public void Start() { new Thread(Load).Start(); new Thread(Save).Start(); }
            public void Reset() { lock (_gate) { _load.Done.Wait(); } }
            private void Load() { _load.Done.Complete(); }
            private void Save() { lock (_gate) { } _save.Done.Complete(); }
        }
        """);

    [Theory]
    [InlineData("base()", "private readonly Completion _idle = {|#0:new()|};", true)]
    [InlineData("base(_key)", "private static readonly LockClassKey _key = new(); private readonly Completion _idle; public Device() { _idle = new(_key); }", false)]
    public Task CompletionOfABaseClass_WithTwoDerivedOnes_Reports(string call, string field, bool reports) => RunAsync(reports, $$"""
        public abstract class Device
        {
            {{field}}
            protected void Signal() => _idle.Complete();
            protected void Await() => _idle.Wait();
        }
        public sealed class Disk : Device
        {
            public readonly object Gate = new();
            public void Start() => new Thread(Work).Start();
            public void Reset() { lock (Gate) { Await(); } }
            private void Work() { Signal(); }
        }
        public sealed class Net : Device
        {
            private readonly Disk _disk; // {{call}}
            public Net(Disk disk) => _disk = disk;
            public void Start() => new Thread(Work).Start();
            public void Reset() { Await(); }
            private void Work() { lock (_disk.Gate) { } Signal(); }
        }
        """);

    [Theory]
    [InlineData("Signal();", true)]
    [InlineData("other.Signal();", false)]
    public Task CompletionOfAnyDerivedClass_IsQuiet(string signal, bool reports) => RunAsync(reports, $$"""
        public abstract class Device
        {
            private readonly Completion _idle = {|#0:new()|};
            public void Signal() => _idle.Complete();
            protected void Await() => _idle.Wait();
        }
        public sealed class Disk : Device
        {
            public readonly object Gate = new();
            public void Start() => new Thread(Work).Start();
            public void Reset() { lock (Gate) { Await(); } }
            private void Work() { Signal(); }
        }
        public sealed class Net : Device
        {
            private readonly Disk _disk;
            public Net(Disk disk) => _disk = disk;
            public void Work(Device other) { lock (_disk.Gate) { } {{signal}} }
        }
        """);

    [Theory]
    [InlineData("lock (_other) { } _save.Done.Complete();", "Disk.Save")]
    public Task DifferentUsesWithoutARing_AreASuggestion(string save, string signaller) => Verify.VerifyAnalyzerAsync(
        Source(Job + $$"""
            public sealed class Disk
            {
                private readonly object _gate = new();
                private readonly object _other = new();
                private readonly Job _load = new Job();
                private readonly Job _save = new Job();
                public void Start() { new Thread(Load).Start(); new Thread(Save).Start(); }
                public void Reset() { lock (_gate) { _load.Done.Wait(); } }
                public void Close() { _save.Done.Wait(); }
                private void Load() { _load.Done.Complete(); }
                private void Save() { {{save}} } // {{signaller}}
            }
            """),
        Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR3001_ClassIsShared).WithLocation(0).WithSeverity(DiagnosticSeverity.Info)
            .WithOptions(Support.DiagnosticOptions.IgnoreAdditionalLocations)
            .WithMessage(
                "All that this line creates is one lock class: 'Disk.Reset' waits for '_load.Done' while holding '_gate', 'Disk.Close' waits for '_save.Done' without it, "
                + "and each has signallers of its own, so what is learned of one is held against the other. Let the constructor of 'Job' take its caller's file, line and "
                + "member and pass them on, so that each line that calls it has a class of its own."));

    [Theory]
    [InlineData("lock (_gate) { _load.Done.Wait(); }", "_save.Done.Complete();")]
    [InlineData("_load.Done.Wait();", "_save.Done.Complete();")]
    [InlineData("lock (_gate) { _load.Done.Wait(); }", "_load.Done.Complete();")]
    public Task UsesAlike_AreQuiet(string wait, string signal) => RunAsync(false, Job + $$"""
        public sealed class Disk
        {
            private readonly object _gate = new();
            private readonly Job _load = new Job();
            private readonly Job _save = new Job();
            public void Start() { new Thread(Load).Start(); new Thread(Save).Start(); }
            public void Reset() { {{wait}} }
            public void Close() { {{wait.Replace("_load", "_save", StringComparison.Ordinal)}} }
            private void Load() { _load.Done.Complete(); }
            private void Save() { {{signal}} }
        }
        """);

    [Theory]
    [InlineData("new()", true)]
    [InlineData("new(key: null)", true)]
    [InlineData("new(Keys.Done)", false)]
    [InlineData("new(policy: ClassPolicy.Instance)", false)]
    [InlineData("new(policy: ClassPolicy.CreationSite)", true)]
    [InlineData("new(line: 7)", false)]
    public Task ObjectThatNamesItsClass_IsQuiet(string made, bool reports) => RunAsync(reports, $$"""
        public static class Keys { public static readonly LockClassKey Done = new(); }
        public sealed class Job { public readonly Completion Done = {|#0:{{made}}|}; }
        public sealed class Disk
        {
            private readonly object _gate = new();
            private readonly Job _load = new Job();
            private readonly Job _save = new Job();
            public void Start() { new Thread(Load).Start(); new Thread(Save).Start(); }
            public void Reset() { lock (_gate) { _load.Done.Wait(); } }
            private void Load() { _load.Done.Complete(); }
            private void Save() { lock (_gate) { } _save.Done.Complete(); }
        }
        """);

    [Theory]
    [InlineData("", true, true)]
    [InlineData("creation_site", true, true)]
    [InlineData("wait_site", false, true)]
    [InlineData("instance", false, false)]
    [InlineData("key", false, false)]
    public async Task Policy_Decides(string policy, bool reportsCompletions, bool reportsThreads)
    {
        await RunAsync(reportsCompletions, Job + """
            public sealed class Disk
            {
                private readonly object _gate = new();
                private readonly Job _load = new Job();
                private readonly Job _save = new Job();
                public void Start() { new Thread(Load).Start(); new Thread(Save).Start(); }
                public void Reset() { lock (_gate) { _load.Done.Wait(); } }
                private void Load() { _load.Done.Complete(); }
                private void Save() { lock (_gate) { } _save.Done.Complete(); }
            }
            """, policy);
        await RunAsync(reportsThreads, Worker + """
            public sealed class Device
            {
                private readonly KMutex _gate = new();
                private readonly Worker _signals;
                private readonly Worker _faults;
                public Device() { _signals = new Worker(Signal); _faults = new Worker(Fault); }
                public void Reset() { _gate.Acquire(); _signals.Park(); _gate.Release(); }
                private int Signal(KThread thread) { while (!thread.ShouldStop) { thread.ParkMe(); } return 0; }
                private int Fault(KThread thread) { while (!thread.ShouldStop) { _gate.Acquire(); _gate.Release(); thread.ParkMe(); } return 0; }
            }
            """, policy);
    }

    [Fact]
    public Task LambdaFactory_Reports() => RunAsync(true, """
        public sealed class Disk
        {
            private readonly object _gate = new();
            private readonly Completion _load;
            private readonly Completion _save;
            public Disk() { Func<Completion> make = () => {|#0:new Completion()|}; _load = make(); _save = make(); }
            public void Start() { new Thread(Load).Start(); new Thread(Save).Start(); }
            public void Reset() { lock (_gate) { _load.Wait(); } }
            private void Load() { _load.Complete(); }
            private void Save() { lock (_gate) { } _save.Complete(); }
        }
        """);

    [Fact]
    public Task FactoryThatXR3002Reports_IsQuiet() => RunAsync(false, """
        public sealed class Disk
        {
            private readonly object _gate = new();
            private readonly Completion _load = Make();
            private readonly Completion _save = Make();
            private static Completion Make() => new Completion();
            public void Start() { new Thread(Load).Start(); new Thread(Save).Start(); }
            public void Reset() { lock (_gate) { _load.Wait(); } }
            private void Load() { _load.Complete(); }
            private void Save() { lock (_gate) { } _save.Complete(); }
        }
        """);

    [Fact]
    public Task OwnerInAPart_IsFollowedToItsOwners() => RunAsync(true, Job + """
        public sealed class Queue { private readonly Job _job = new Job(); public void Flush() => _job.Done.Wait(); public void Ran() => _job.Done.Complete(); }
        public sealed class Disk
        {
            private readonly object _gate = new();
            private readonly Queue _load = new Queue();
            private readonly Queue _save = new Queue();
            public void Start() { new Thread(Load).Start(); new Thread(Save).Start(); }
            public void Reset() { lock (_gate) { _load.Flush(); } }
            private void Load() { _load.Ran(); }
            private void Save() { lock (_gate) { } _save.Ran(); }
        }
        """);

    [Fact]
    public Task LocksOfTwoOwnersThatNest_AreASuggestion() => Verify.VerifyAnalyzerAsync(
        Source(Table + """
            public sealed class Store
            {
                private readonly Table _users = new Table();
                private readonly Table _orders = new Table();
                public void Order() { _users.Gate.Acquire(); _orders.Gate.Acquire(); _orders.Gate.Release(); _users.Gate.Release(); }
            }
            """),
        Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR3001_ClassNests).WithLocation(0).WithSeverity(DiagnosticSeverity.Info)
            .WithOptions(Support.DiagnosticOptions.IgnoreAdditionalLocations)
            .WithMessage(
                "All that this line creates is one lock class: 'Store.Order' acquires '_orders.Gate' while holding '_users.Gate', so their order is one within a class, and the "
                + "validator learns it for each pair of objects anew. Let the constructor of 'Table' take its caller's file, line and member and pass them on, so that each line "
                + "that calls it has a class of its own."));

    [Theory]
    [InlineData("_users.Gate.Acquire(); _users.Gate.Release(); _orders.Gate.Acquire(); _orders.Gate.Release();")]
    [InlineData("_users.Gate.Acquire(); if (_orders.Gate.TryAcquire()) { _orders.Gate.Release(); } _users.Gate.Release();")]
    [InlineData("Move(_users, _orders);")]
    public Task LocksOfTwoOwnersThatDoNotNest_AreQuiet(string body) => RunAsync(false, Table + $$"""
        public sealed class Store
        {
            private readonly Table _users = new Table();
            private readonly Table _orders = new Table();
            public void Order() { {{body}} }
            private static void Move(Table from, Table to) { from.Gate.Acquire(); from.Gate.Release(); to.Gate.Acquire(); to.Gate.Release(); }
        }
        """);

    [Fact]
    public Task RealDeadlock_IsReportedAsOneOnly() => RunAsync(false, Job + """
        public sealed class Disk
        {
            private readonly object _gate = new();
            private readonly Job _load = new Job();
            private readonly Job _save = new Job();
            public void Start() { new Thread(Load).Start(); new Thread(Save).Start(); }
            public void Reset() { lock (_gate) { _load.Done.Wait(); } }
            private void Load() { lock (_gate) { } _load.Done.Complete(); }
            private void Save() { lock (_gate) { } _save.Done.Complete(); }
        }
        """);

    internal static Task RunAsync(bool reports, string source, string policy = "")
    {
        var test = new Verify.Test { TestCode = Source(source) };
        if (policy.Length > 0)
        {
            test.TestState.AnalyzerConfigFiles.Add(("/.globalconfig", $"is_global = true\n{AnalysisOptions.ClassPolicyKey} = {policy}\n"));
        }

        if (reports)
        {
            test.ExpectedDiagnostics.Add(Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR3001_ClassClosesRing).WithLocation(0).WithOptions(Support.DiagnosticOptions.IgnoreAdditionalLocations));
        }

        return test.RunAsync();
    }

    private static string Source(string text) => "using KThreadRuntime;\n" + text;
}

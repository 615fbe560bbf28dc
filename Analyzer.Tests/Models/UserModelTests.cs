using System.Collections.Immutable;
using CrossRelease.Analyzers.Graph;
using CrossRelease.Analyzers.Options;
using CrossRelease.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Models;

/// <summary>Model files of a project: what they say counts like what the shipped ones say.</summary>
public class UserModelTests
{
    private const string Library = """
        namespace My
        {
            public class Latch { public void Await() { } public void Await(int timeout) { } public void Open() { } }
            public static class Pool { public static Latch Start(System.Action work) => new(); public static void All(System.Action work) { } }
        }
        """;

    private const string Latch = "My.Latch::Await wait\nMy.Latch::Open signal\n";

    private const string Waits = """
        public class C
        {
            private readonly object _gate = new();
            private readonly object _other = new();
            private readonly My.Latch _done = new();
            public void Start() => new Thread(Work).Start();
            public void Stop() { lock (_gate) { [|_done.Await()|]; } }
            private void Work() { lock (_gate) { } _done.Open(); }
        }
        """;

    [Fact]
    public Task ModelledWaitAndSignal_Report() => RunAsync(Latch, Waits);

    [Theory]
    [InlineData("")]
    [InlineData("My.Latch::Await wait")]
    [InlineData("My.Latch::Open signal")]
    [InlineData("My.Latch::Await nonsense\nMy.Latch::Open signal")]
    public Task HalfAModel_IsQuiet(string models) => RunAsync(models, Waits.Replace("[|", "").Replace("|]", ""));

    [Theory]
    [InlineData("close", true)]
    [InlineData("signal", false)]
    public Task EndOfAQueueOfOnesOwn_IsOwed(string word, bool reports)
    {
        var test = new CSharpAnalyzerTest<LostCompletionAnalyzer>
        {
            TestCode = $$"""
                public static class My { public static void End<T>(System.Collections.Concurrent.BlockingCollection<T> queue) { } }
                public sealed class C
                {
                    private readonly System.Collections.Concurrent.BlockingCollection<int> _queue = new(); private bool _cancelled;
                    public void Run() { Task.Run(Produce); foreach (int item in {{(reports ? "[|_queue.GetConsumingEnumerable()|]" : "_queue.GetConsumingEnumerable()")}}) { } }
                    private void Produce() { if (_cancelled) { return; } _queue.Add(1); My.End(_queue); }
                }
                """,
        };
        test.TestState.AdditionalFiles.Add(("/0/a.models.txt", $"My::End {word}(0)"));
        return test.RunAsync();
    }

    // Whoever adds by a method of another class adds to the queue, too.
    [Theory]
    [InlineData("lock (_gate) { [|_items.Take()|]; }")]
    [InlineData("_items.Take();")]
    public Task QueueThatAMethodOfOnesOwnAddsTo(string take)
    {
        Verify.Test test = New($$"""
            public static class Mine { public static void Put(System.Collections.Concurrent.BlockingCollection<int> queue) { } }
            public sealed class C
            {
                private readonly object _gate = new(); private readonly System.Collections.Concurrent.BlockingCollection<int> _items = new();
                public void Start() => new Thread(Work).Start();
                public void Stop() { {{take}} }
                private void Work() { lock (_gate) { } Mine.Put(_items); }
            }
            """);
        test.TestState.AdditionalFiles.Add(("/0/a.models.txt", "Mine::Put signal(0)"));
        return test.RunAsync();
    }

    [Fact]
    public Task LineBesideAWrongOne_Counts() => RunAsync("My.Latch nonsense\n" + Latch, Waits);

    [Fact]
    public Task TwoFiles_CountTogether()
    {
        var test = New(Waits);
        test.TestState.AdditionalFiles.Add(("/0/a.models.txt", "My.Latch::Await wait"));
        test.TestState.AdditionalFiles.Add(("/0/b.models.txt", "My.Latch::Open signal"));
        return test.RunAsync();
    }

    [Fact]
    public Task LimitOfAModelledWait_Bounds() => RunAsync(Latch, Waits.Replace("[|_done.Await()|]", "_done.Await(100)"));

    [Theory]
    [InlineData("_gate", "[|My.Pool.All(Work)|]")]
    [InlineData("_other", "My.Pool.All(Work)")]
    public Task ModelledFork_RunsItsBodies(string taken, string call) => RunAsync("My.Pool::All fork(0)", $$"""
        public class C
        {
            private readonly object _gate = new();
            private readonly object _other = new();
            public void Touch() { lock (_other) { } }
            public void Stop() { lock (_gate) { {{call}}; } }
            private void Work() { lock ({{taken}}) { } }
        }
        """);

    [Theory]
    [InlineData("_gate", "[|_work!.Await()|]")]
    [InlineData("_other", "_work!.Await()")]
    public Task ModelledSpawn_EndsWhatItReturns(string taken, string call) => RunAsync("My.Pool::Start spawn-task(0)\n" + Latch, $$"""
        public class C
        {
            private readonly object _gate = new();
            private readonly object _other = new();
            private My.Latch? _work;
            public void Touch() { lock (_other) { } }
            public void Start() => _work = My.Pool.Start(Work);
            public void Stop() { lock (_gate) { {{call}}; } }
            private void Work() { lock ({{taken}}) { } }
        }
        """);

    [Fact]
    public async Task ChangedModelFile_IsAnotherQuestion()
    {
        ImmutableArray<DiagnosticAnalyzer> analyzers = [new CrossReleaseCycleAnalyzer()];
        string source = Library + Waits.Replace("[|", "").Replace("|]", "");
        Project without = TestWorkspace.CreateProject(new TestState(), [("/0/Test.cs", source)], []);
        Compilation compilation = await AnalysisRun.CompileAsync(without);

        Assert.Empty(await FoundAsync(""));
        Assert.Single(await FoundAsync(Latch));
        Assert.Empty(await FoundAsync(Latch.Replace("signal", "wait")));
        Assert.Single(await FoundAsync(Latch));

        Task<ImmutableArray<Diagnostic>> FoundAsync(string models)
        {
            var state = new TestState();
            state.AdditionalFiles.Add(("/0/own.models.txt", models));
            AnalyzerOptions options = TestWorkspace.CreateProject(state, [], []).AnalyzerOptions;
            return compilation.WithAnalyzers(analyzers, options).GetAnalyzerDiagnosticsAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task EqualModelFiles_ShareTheirFindings()
    {
        Compilation compilation = await AnalysisRun.CompileAsync(TestWorkspace.CreateProject(new TestState(), [("/0/Test.cs", Library)], []));

        Assert.Same(SharedFindings.Of(compilation, Settings(Latch)), SharedFindings.Of(compilation, Settings(Latch)));
        Assert.NotSame(SharedFindings.Of(compilation, Settings(Latch)), SharedFindings.Of(compilation, Settings("")));

        AnalysisSettings Settings(string models)
        {
            var state = new TestState();
            state.AdditionalFiles.Add(("/0/own.models.txt", models));
            return AnalysisSettings.Of(compilation, TestWorkspace.CreateProject(state, [], []).AnalyzerOptions, CancellationToken.None);
        }
    }

    private static Verify.Test New(string source)
    {
        var test = new Verify.Test { TestCode = source };
        test.TestState.Sources.Add(Library);
        return test;
    }

    private static Task RunAsync(string models, string source)
    {
        Verify.Test test = New(source);
        test.TestState.AdditionalFiles.Add(("/0/own.models.txt", models));
        return test.RunAsync();
    }
}

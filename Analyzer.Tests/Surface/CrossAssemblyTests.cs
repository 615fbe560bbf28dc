using System.Collections.Immutable;
using CrossRelease.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CrossRelease.Analyzers.Tests.Surface;

/// <summary>Deadlocks of which one part is in a referenced project: built or held as a compilation, the answer is the same.</summary>
public class CrossAssemblyTests
{
    private const string Engine = """
        namespace Lib;
        public sealed class Engine
        {
            private readonly object _gate = new();
            private readonly ManualResetEventSlim _idle = new();
            private TaskCompletionSource _done = new();
            public event Action? Changed;
            public object Gate => _gate;
            public Task Done => _done.Task;
            public void Start() => new Thread(Work).Start();
            public void WaitIdle() => _idle.Wait();
            public void Finish() => _done.SetResult();
            public void Count() { lock (_gate) { } }
            public void Raise() { lock (_gate) { Changed?.Invoke(); } }
            public void Locked(Action run) { lock (_gate) { run(); } }
            public async Task WorkAsync() { await Task.Delay(1); }
            public async Task FreeAsync() { await Task.Delay(1).ConfigureAwait(false); }
            private void Work() { lock (_gate) { } _idle.Set(); }
        }
        public sealed class Pump : SynchronizationContext
        {
            private readonly System.Collections.Concurrent.BlockingCollection<(SendOrPostCallback Callback, object? State)> _turns = new();
            public Pump() => new Thread(Loop).Start();
            public override void Post(SendOrPostCallback d, object? state) => _turns.Add((d, state));
            public void Run(Action turn) => Post(_ => turn(), null);
            private void Loop()
            {
                SetSynchronizationContext(this);
                foreach (var (callback, state) in _turns.GetConsumingEnumerable()) { callback(state); }
            }
        }
        """;

    private static readonly CSharpCompilation _engine = TwoProjects.Library("Lib", Engine);

    public static TheoryData<string, string, string> Parts => new()
    {
        // The lock and the wait are there, and come together here.
        { "XR1001", "public void Stop() { lock (_engine.Gate) { [_engine.WaitIdle()]; } }", "public void Stop() { lock (_own) { _engine.WaitIdle(); } }" },
        { "XR1001", "public void Stop() => _engine.Locked(() => [_engine.WaitIdle()]);", "public void Stop() => _engine.Locked(() => _engine.FreeAsync());" },

        // One order there, through a handler given from here; the other here.
        { "XR1002", "public void Go() { _engine.Changed += On; lock (_own) { [_engine.Count()]; } } private void On() { lock (_own) { } }",
            "public void Go() { _engine.Changed += On; lock (_own) { _engine.WorkAsync(); } } private void On() { lock (_own) { } }" },
        { "XR1002", "public void Go() { lock (_own) { [_engine.Count()]; } } public void Else() => _engine.Locked(() => { lock (_own) { } });",
            "public void Go() { lock (_own) { } _engine.Count(); } public void Else() => _engine.Locked(() => { lock (_own) { } });" },

        // The signal there runs a continuation of here.
        { "XR2003", "public void End() { lock (_own) { [_engine.Finish()]; } } public async Task Watch() { await _engine.Done; lock (_other) { } } public void Touch() { lock (_own) { } }",
            "public void End() { lock (_own) { } _engine.Finish(); } public async Task Watch() { await _engine.Done; lock (_other) { } } public void Touch() { lock (_own) { } }" },

        // The context and the work are there, the block here.
        { "XR1006", "public void Start(Pump pump) => pump.Run(Turn); private void Turn() { [_engine.WorkAsync().Wait()]; }",
            "public void Start(Pump pump) => pump.Run(Turn); private void Turn() { _engine.FreeAsync().Wait(); }" },
    };

    [Theory]
    [MemberData(nameof(Parts))]
    public async Task RingThatThisProjectCloses_IsReportedAtItsOwnStep_BuiltOrHeld(string id, string members, string quiet)
    {
        int start = members.IndexOf('[');
        int end = members.IndexOf(']', start) - 1;
        string source = App(members.Remove(end + 1, 1).Remove(start, 1));
        int offset = source.IndexOf(members.Substring(0, start), StringComparison.Ordinal);

        ImmutableArray<Diagnostic> built = await TwoProjects.FindAsync(source, Built());
        ImmutableArray<Diagnostic> held = await TwoProjects.FindAsync(source, TwoProjects.Held(_engine));

        Assert.Equal(Lines(held), Lines(built));
        Diagnostic found = Assert.Single(built, static diagnostic => diagnostic.Severity == DiagnosticSeverity.Warning);
        Assert.Equal(id, found.Id);
        Assert.Equal((offset + start, offset + end), (found.Location.SourceSpan.Start, found.Location.SourceSpan.End));
        Assert.Contains(found.AdditionalLocations, static step => step is { Kind: LocationKind.ExternalFile, SourceTree: null } && step.GetLineSpan().Path == "/Lib/Lib.cs");

        Assert.DoesNotContain(await TwoProjects.FindAsync(App(quiet), Built()), static diagnostic => diagnostic.Severity == DiagnosticSeverity.Warning);
        Assert.DoesNotContain(await TwoProjects.FindAsync(App(quiet), TwoProjects.Held(_engine)), static diagnostic => diagnostic.Severity == DiagnosticSeverity.Warning);
    }

    [Fact]
    public async Task StepsElsewhere_AreToldInWords()
    {
        Diagnostic found = Assert.Single(await TwoProjects.FindAsync(App("public void Stop() { lock (_engine.Gate) { _engine.WaitIdle(); } }"), Built()));

        Assert.Equal(
            "'App.Stop' waits for '_idle' while holding '_gate', but 'Engine.Work', which signals it, needs '_gate' first. Wait after releasing '_gate'. "
            + "Steps elsewhere: 'Engine.WaitIdle' in Lib, Lib.cs(11), 'Engine.Work' in Lib, Lib.cs(18).",
            found.GetMessage(System.Globalization.CultureInfo.InvariantCulture));
        FileLinePositionSpan wait = found.AdditionalLocations.Single(static step => step.GetLineSpan().StartLinePosition.Line == 10).GetLineSpan();
        Assert.Equal(Engine.Split('\n')[10].IndexOf("_idle.Wait()", StringComparison.Ordinal), wait.StartLinePosition.Character);
    }

    [Fact]
    public async Task RingThatIsWhollyThere_IsItsOwnProjectsReport()
    {
        CSharpCompilation library = TwoProjects.Library("Lib", """
            namespace Lib;
            public sealed class Pair
            {
                private readonly object _a = new();
                private readonly object _b = new();
                public void One() { lock (_a) { lock (_b) { } } }
                public void Two() { lock (_b) { lock (_a) { } } }
            }
            """);
        const string app = "public sealed class App { private readonly object _own = new(); public void Go(Lib.Pair pair) { lock (_own) { pair.One(); } pair.Two(); } }";

        Assert.Empty(await TwoProjects.FindAsync(app, TwoProjects.Built(TwoProjects.Generated(library))));
        Assert.Empty(await TwoProjects.FindAsync(app, TwoProjects.Held(library)));
    }

    [Theory]
    [InlineData("public sealed class Plain { public string? Name { get; set; } public int Add(int a, int b) => a + b; }")]
    [InlineData("public sealed class Runs { public void Each(List<int> all, Action<int> run) { foreach (int one in all) { run(one); } } }")]
    [InlineData("internal sealed class Hidden { public void Do() { lock (this) { } } } public sealed class Shown { public int N; }")]
    public void ProjectWithoutALockThatOthersCanReach_EmitsNothing(string source)
        => Assert.Equal(2, TwoProjects.Generated(TwoProjects.Library("Lib", source)).SyntaxTrees.Length);

    [Fact]
    public void ProjectWithALock_EmitsOneAttribute()
    {
        CSharpCompilation generated = TwoProjects.Generated(_engine);

        Assert.Equal(3, generated.SyntaxTrees.Length);
        Assert.Single(generated.Assembly.GetAttributes(), static attribute => attribute.ConstructorArguments is [{ Value: "CrossRelease.Surface" }, _]);
    }

    [Fact]
    public void InternalsThatAFriendMaySee_AreHandedOut()
    {
        const string source = "internal sealed class Hidden { public void Do() { lock (this) { } } }";
        const string friend = "[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"App\")]";

        Assert.Equal(2, TwoProjects.Generated(TwoProjects.Library("Lib", source)).SyntaxTrees.Length);
        Assert.Equal(3, TwoProjects.Generated(TwoProjects.Library("Lib", friend + source)).SyntaxTrees.Length);
    }

    [Theory]
    [InlineData("build_property.CrossReleaseEmitSummary")]
    [InlineData("crossrelease_emit_summary")]
    public void EmittingSwitchedOff_EmitsNothing(string key)
    {
        Assert.Equal(2, TwoProjects.Generated(_engine, (key, "false")).SyntaxTrees.Length);
        Assert.Equal(3, TwoProjects.Generated(_engine, (key, "true")).SyntaxTrees.Length);
    }

    [Theory]
    [InlineData("build_property.CrossReleaseReadSummaries")]
    [InlineData("crossrelease_read_summaries")]
    public async Task ReadingSwitchedOff_FollowsNothing(string key)
    {
        string app = App("public void Stop() { lock (_engine.Gate) { _engine.WaitIdle(); } }");

        Assert.Empty(await TwoProjects.FindAsync(app, [(key, "false")], Built()));
        Assert.Empty(await TwoProjects.FindAsync(app, [(key, "false")], TwoProjects.Held(_engine)));
        Assert.Single(await TwoProjects.FindAsync(app, [(key, "true")], Built()));
    }

    [Fact]
    public async Task AppWithoutALockOfItsOwn_IsReadWhereItCallsIntoOne()
    {
        CSharpCompilation library = TwoProjects.Library("Lib", """
            namespace Lib;
            public sealed class Left { private readonly object _left = new(); public event Action? On; public void Take() { lock (_left) { } } public void Raise() { lock (_left) { On?.Invoke(); } } }
            public sealed class Right { private readonly object _right = new(); public event Action? On; public void Take() { lock (_right) { } } public void Raise() { lock (_right) { On?.Invoke(); } } }
            """);
        const string app = """
            public sealed class App(Lib.Left left, Lib.Right right)
            {
                public void Wire() { left.On += OnLeft; right.On += OnRight; }
                private void OnLeft() => right.Take();
                private void OnRight() => left.Take();
            }
            """;

        Diagnostic found = Assert.Single(await TwoProjects.FindAsync(app, TwoProjects.Built(TwoProjects.Generated(library))), static diagnostic => diagnostic.Id == "XR1002");
        Assert.Equal(DiagnosticSeverity.Warning, found.Severity);
        Assert.DoesNotContain(
            await TwoProjects.FindAsync(app.Replace("=> left.Take()", "=> left.ToString()"), TwoProjects.Built(TwoProjects.Generated(library))), static diagnostic => diagnostic.Id == "XR1002");
    }

    private static string App(string members) => $$"""
        using Lib;
        public sealed class App
        {
            private readonly Engine _engine = new();
            private readonly object _own = new();
            private readonly object _other = new();
            {{members}}
        }
        """;

    private static MetadataReference Built() => TwoProjects.Built(TwoProjects.Generated(_engine));

    internal static IEnumerable<string> Lines(ImmutableArray<Diagnostic> found) => found.Select(DiagnosticText.Of).Order(StringComparer.Ordinal);
}

using Verify = CrossRelease.Analyzers.Tests.Support.CSharpCodeFixVerifier<CrossRelease.Analyzers.CoarseClassAnalyzer, CrossRelease.Analyzers.CodeFixes.CoarseClassFixer>;

namespace CrossRelease.Analyzers.Tests.Fixes;

public class CoarseClassFixerTests
{
    private const string Site = "[CallerFilePath] string callerFilePath = \"\", [CallerLineNumber] int callerLineNumber = 0, [CallerMemberName] string callerMemberName = \"\"";
    private const string Forwarded = "file: callerFilePath, line: callerLineNumber, member: callerMemberName";

    private const string Disk = """

        public sealed class Disk
        {
            private readonly object _gate = new();
            private readonly Job _load = new(1);
            private readonly Job _save = new(2);
            public void Start() { new Thread(Load).Start(); new Thread(Save).Start(); }
            public void Reset() { lock (_gate) { _load.Done.Wait(); } }
            private void Load() { _load.Done.Complete(); }
            private void Save() { lock (_gate) { } _save.Done.Complete(); }
        }
        """;

    [Fact]
    public Task Constructor_TakesItsCallersSite() => FixAsync(
        """
        public sealed class Job
        {
            public readonly Completion Done;

            // Made by whoever has work.
            public Job(int number) { Number = number; Done = [|new Completion()|]; }

            public int Number { get; }
        }
        """,
        $$"""
        public sealed class Job
        {
            public readonly Completion Done;

            // Made by whoever has work.
            public Job(int number, {{Site}}) { Number = number; Done = new Completion({{Forwarded}}); }

            public int Number { get; }
        }
        """);

    [Fact]
    public Task Arguments_StayFirst() => FixAsync(
        """
        public sealed class Job
        {
            public readonly Completion Done;
            public Job(int number) => Done = [|new Completion(name: "job" + number)|];
        }
        """,
        $$"""
        public sealed class Job
        {
            public readonly Completion Done;
            public Job(int number, {{Site}}) => Done = new Completion(name: "job" + number, {{Forwarded}});
        }
        """);

    [Fact]
    public Task PrimaryConstructor_TakesItsCallersSite() => FixAsync(
        """
        public sealed class Job(int number)
        {
            public readonly Completion Done = [|new()|];
            public int Number => number;
        }
        """,
        $$"""
        public sealed class Job(int number, {{Site}})
        {
            public readonly Completion Done = new({{Forwarded}});
            public int Number => number;
        }
        """);

    [Fact]
    public Task ClassWithoutAConstructor_GetsOne() => FixAsync(
        """
        internal sealed class Job
        {
            public readonly Completion Done = [|new()|];
        }
        """,
        $$"""
        internal sealed class Job({{Site}})
        {
            public readonly Completion Done = new({{Forwarded}});
        }
        """,
        Disk.Replace("new(1)", "new()", StringComparison.Ordinal).Replace("new(2)", "new()", StringComparison.Ordinal));

    [Theory]
    [InlineData("public", "")]
    [InlineData("internal", "public static class Jobs { public static object New() => System.Activator.CreateInstance<Job>(); }")]
    [InlineData("internal", "public static class Jobs { public static object? New() => System.Activator.CreateInstance(typeof(Job)); }")]
    public Task ClassThatOthersMayMake_IsLeft(string access, string maker) => LeftAsync(
        $$"""
        {{access}} sealed class Job
        {
            public readonly Completion Done = [|new()|];
        }
        {{maker}}
        """,
        Disk.Replace("new(1)", "new()", StringComparison.Ordinal).Replace("new(2)", "new()", StringComparison.Ordinal));

    [Fact]
    public Task FieldBesideAConstructorOfItsOwn_IsLeft() => LeftAsync(
        """
        public sealed class Job
        {
            public readonly Completion Done = [|new()|];
            public Job(int number) => Number = number;
            public int Number { get; }
        }
        """);

    [Fact]
    public Task ThreadOfAWrapper_TakesItsCallersSite()
    {
        const string device = """

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
            """;
        return FixAsync(
            """
            public sealed class Worker
            {
                private readonly KThread _thread;
                public Worker(Func<KThread, int> loop) { _thread = [|KThread.Run(loop)|]; }
                public void Park() => _thread.Park();
            }
            """,
            $$"""
            public sealed class Worker
            {
                private readonly KThread _thread;
                public Worker(Func<KThread, int> loop, {{Site}}) { _thread = KThread.Run(loop, {{Forwarded}}); }
                public void Park() => _thread.Park();
            }
            """,
            device);
    }

    [Theory]
    [InlineData("()", "()", " : base()", true)]
    [InlineData("", "", " : base()", false)]
    [InlineData("()", "()", "", false)]
    public Task BaseClass_TakesTheLineOfDerivedOnesThatWriteTheCall(string parameters, string arguments, string call, bool isFixed)
    {
        string derived = $$"""

            public sealed class Disk{{parameters}} : Device{{arguments}}
            {
                public readonly object Gate = new();
                public void Start() => new Thread(Work).Start();
                public void Reset() { lock (Gate) { Await(); } }
                private void Work() { Signal(); }
            }
            public sealed class Net : Device
            {
                private readonly Disk _disk;
                public Net(Disk disk){{call}} => _disk = disk;
                public void Start() => new Thread(Work).Start();
                private void Work() { lock (_disk.Gate) { } Signal(); }
            }
            """;
        const string source = """
            public abstract class Device
            {
                private readonly Completion _idle = [|new()|];
                protected void Signal() => _idle.Complete();
                protected void Await() => _idle.Wait();
            }
            """;
        const string better = $$"""
            public abstract class Device({{Site}})
            {
                private readonly Completion _idle = new({{Forwarded}});
                protected void Signal() => _idle.Complete();
                protected void Await() => _idle.Wait();
            }
            """;
        return FixAsync(source, isFixed ? better : source, derived);
    }

    [Fact]
    public async Task CallOfABaseConstructor_HasALineOnlyIfItIsWritten()
    {
        // Why the fix leaves a base class whose derived ones do not write the call.
        const string source = """
            using System.Runtime.CompilerServices;
            public abstract class Device([CallerLineNumber] int line = 0) { public int Line => line; }
            public sealed class Disk : Device;
            public sealed class Net : Device { public Net() { } }
            public sealed class Tape() : Device();
            public sealed class Card : Device { public Card() : base() { } }
            """;
        var project = TestWorkspace.CreateProject(new TestState(), [("/0/Device.cs", source)], []);
        using var image = new MemoryStream();
        Assert.True((await AnalysisRun.CompileAsync(project)).Emit(image).Success);
        var assembly = System.Reflection.Assembly.Load(image.ToArray());

        Assert.Equal([0, 0, 5, 6], new[] { "Disk", "Net", "Tape", "Card" }.Select(name => (int)((dynamic)Activator.CreateInstance(assembly.GetType(name)!)!).Line));
    }

    [Fact]
    public Task LambdaFactory_GoesByTheWaitSite() => FixAsync(
        """
        public sealed class Job
        {
            private readonly object _gate = new();
            private readonly Completion _load;
            private readonly Completion _save;
            public Job() { Func<Completion> make = () => [|new Completion()|]; _load = make(); _save = make(); }
            public void Start() { new Thread(Load).Start(); new Thread(Save).Start(); }
            public void Reset() { lock (_gate) { _load.Wait(); } }
            public void Close() { _save.Wait(); }
            private void Load() { _load.Complete(); }
            private void Save() { lock (_gate) { } _save.Complete(); }
        }
        """,
        """
        public sealed class Job
        {
            private readonly object _gate = new();
            private readonly Completion _load;
            private readonly Completion _save;
            public Job() { Func<Completion> make = () => new Completion(policy: ClassPolicy.WaitSite); _load = make(); _save = make(); }
            public void Start() { new Thread(Load).Start(); new Thread(Save).Start(); }
            public void Reset() { lock (_gate) { _load.Wait(); } }
            public void Close() { _save.Wait(); }
            private void Load() { _load.Complete(); }
            private void Save() { lock (_gate) { } _save.Complete(); }
        }
        """,
        "");

    [Theory]
    [InlineData("new()", "new(policy: ClassPolicy.Instance)")]
    [InlineData("new(name: \"done\")", "new(name: \"done\", policy: ClassPolicy.Instance)")]
    public Task ElementsThatOneLineWaitsFor_GoByTheInstance(string creation, string fixedCreation) => FixAsync(
        $"public sealed class Job {{ public readonly Completion Done = [|{creation}|]; }}",
        $"public sealed class Job {{ public readonly Completion Done = {fixedCreation}; }}",
        Rules.CoarseClassElementTests.OneWaitingLine);

    private static Task FixAsync(string source, string fixedSource, string more = Disk) => Verify.VerifyCodeFixAsync(
        "using System.Runtime.CompilerServices;\nusing KThreadRuntime;\n" + source + more, "using System.Runtime.CompilerServices;\nusing KThreadRuntime;\n" + fixedSource + more);

    private static Task LeftAsync(string source, string more = Disk) => FixAsync(source, source, more);
}

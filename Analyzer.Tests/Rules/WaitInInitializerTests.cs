using Cycle = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;
using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.WaitInInitializerAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

public class WaitInInitializerTests
{
    private const string Load = "private static async Task<int> LoadAsync() { await Task.Yield(); return 1; }";

    [Fact]
    public Task StaticConstructor_TellsWhoWaits() => Verify.VerifyAnalyzerAsync(
        """
        public static class Settings
        {
            private static readonly ManualResetEventSlim s_loaded = Host.Loaded;
            static Settings() { {|#0:s_loaded.Wait()|}; }
        }
        public static class Host
        {
            public static readonly ManualResetEventSlim Loaded = new();
            public static void Load() => Loaded.Set();
        }
        """,
        Verify.Diagnostic().WithLocation(0).WithMessage(
            "'static Settings' waits for 's_loaded' without limit while every user of the type waits for this code to end; "
            + "whoever signals it may be among them. Start the work here and wait for it where it is needed."));

    // A delay ends by the clock, unless it has no end.
    [Theory]
    [InlineData("Task.Delay(25).Wait()")]
    [InlineData("Task.Delay(TimeSpan.FromSeconds(1)).Wait()")]
    [InlineData("[|Task.Delay(Timeout.Infinite, CancellationToken.None).Wait()|]")]
    [InlineData("[|Pause.Delay(25).Wait()|]")]
    public Task Delay_HasALimit(string wait) => Verify.VerifyAnalyzerAsync($$"""
        public static class Settings { static Settings() { {{wait}}; } }
        public static class Pause { public static Task Delay(int turns) => Task.Run(() => { for (int i = 0; i < turns; i++) { } }); }
        """);

    [Fact]
    public async Task SignallerThatNeedsTheType_IsAReportOfXR1001()
    {
        await Verify.VerifyAnalyzerAsync(Settings("s_loaded.Wait()"));
        await Cycle.VerifyAnalyzerAsync(
            Settings("{|#0:s_loaded.Wait()|}"),
            Cycle.Diagnostic(CrossRelease.Analyzers.Rules.XR1001_CrossReleaseCycle).WithLocation(0).WithOptions(Support.DiagnosticOptions.IgnoreAdditionalLocations));

        static string Settings(string wait) => $$"""
            public static class Settings
            {
                private static readonly ManualResetEventSlim s_loaded = new();
                static Settings() { {{wait}}; }
                public static void Loaded() => s_loaded.Set();
            }
            """;
    }

    [Fact]
    public async Task WaitForATask_Reports()
    {
        await Verify.VerifyAnalyzerAsync($$"""public static class C { private static readonly int s_value; static C() { s_value = [|LoadAsync().Result|]; } public static int Value => s_value; {{Load}} }""");
        await Verify.VerifyAnalyzerAsync($$"""public static class C { private static readonly Task<int> s_value; static C() { s_value = LoadAsync(); } public static int Value => s_value.Result; {{Load}} }""");
    }

    [Fact]
    public async Task FieldInitializer_Reports()
    {
        await Verify.VerifyAnalyzerAsync($$"""public static class C { public static readonly int Value = [|LoadAsync().GetAwaiter().GetResult()|]; {{Load}} }""");
        await Verify.VerifyAnalyzerAsync($$"""public static class C { public static readonly Task<int> Value = LoadAsync(); {{Load}} }""");
        await Verify.VerifyAnalyzerAsync($$"""public sealed class C { public readonly int Value = LoadAsync().GetAwaiter().GetResult(); {{Load}} }""");
    }

    [Fact]
    public Task WaitInACallee_ReportsTheCall() => Verify.VerifyAnalyzerAsync(
        $$"""public static class C { static C() { {|#0:Init()|}; } private static void Init() => {|#1:LoadAsync().Wait()|}; {{Load}} }""",
        Verify.Diagnostic().WithLocation(0).WithLocation(1));

    [Fact]
    public async Task LazyFactory_Reports()
    {
        await Verify.VerifyAnalyzerAsync($$"""public sealed class C { private readonly Lazy<int> _value = new(() => [|LoadAsync().Result|]); public int Value => _value.Value; {{Load}} }""");
        await Verify.VerifyAnalyzerAsync($$"""public sealed class C { private readonly Lazy<Task<int>> _value = new(() => LoadAsync()); public int Value => _value.Value.Result; {{Load}} }""");
    }

    [Theory]
    [InlineData("LazyThreadSafetyMode.PublicationOnly")]
    [InlineData("LazyThreadSafetyMode.None")]
    [InlineData("false")]
    public Task LazyWithoutALock_IsQuiet(string mode) => Verify.VerifyAnalyzerAsync(
        $$"""public sealed class C { private readonly Lazy<int> _value = new(() => LoadAsync().Result, {{mode}}); public int Value => _value.Value; {{Load}} }""");

    [Fact]
    public async Task Finalizer_Reports()
    {
        await Verify.VerifyAnalyzerAsync("public sealed class C { private readonly Thread _t = new(() => { }); ~C() { [|_t.Join()|]; } }");
        await Verify.VerifyAnalyzerAsync("public sealed class C { private readonly Thread _t = new(() => { }); ~C() { _t.Join(100); } }");
        await Verify.VerifyAnalyzerAsync("public sealed class C { private readonly Thread _t = new(() => { }); public void Close() { _t.Join(); } }");
    }

    [Fact]
    public async Task ModuleInitializer_Reports()
    {
        await Verify.VerifyAnalyzerAsync($$"""public static class C { [System.Runtime.CompilerServices.ModuleInitializer] internal static void Init() { [|LoadAsync().Wait()|]; } {{Load}} }""");
        await Verify.VerifyAnalyzerAsync($$"""public static class C { internal static void Init() { LoadAsync().Wait(); } {{Load}} }""");
    }

    [Theory]
    [InlineData("static C() { s_task = LoadAsync(); }")]
    [InlineData("static C() { if (LoadAsync() is { IsCompleted: true } done) { s_task = done; } }")]
    [InlineData("public C() { LoadAsync().Wait(); }")]
    [InlineData("public static int Value => LoadAsync().Result;")]
    public Task WaitThatNoInitializerMakes_IsQuiet(string member) => Verify.VerifyAnalyzerAsync(
        $$"""public class C { private static Task<int>? s_task; {{member}} public Task<int>? Use() => s_task; {{Load}} }""");

    [Fact]
    public Task TimedWait_IsQuiet() => Verify.VerifyAnalyzerAsync($$"""public static class C { static C() { LoadAsync().Wait(1000); } public static void Use() { } {{Load}} }""");

    [Fact]
    public Task WorkThatIsOnlyStarted_IsQuiet() => Verify.VerifyAnalyzerAsync($$"""public static class C { static C() { _ = Task.Run(() => LoadAsync().Wait()); } public static void Use() { } {{Load}} }""");

    [Fact]
    public Task WorkThatNeedsTheType_IsAReportOfXR1001() => Verify.VerifyAnalyzerAsync("""
        public static class C
        {
            static C() { Task.Run(() => Work()).Wait(); }
            private static void Work() { }
            public static void Use() { }
        }
        """);
}

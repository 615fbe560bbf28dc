using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockOrderCycleAnalyzer>;
using Broken = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.BrokenDeclarationAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Declarations;

/// <summary>What one thread alone runs starts no context, and its locks keep nobody out.</summary>
public class SingleThreadedTests
{
    [Theory]
    [InlineData("", "", "[|_b|]")]
    [InlineData("[SingleThreaded]", "", "_b")]
    [InlineData("", "[SingleThreaded]", "_b")]
    [InlineData("", "[NonBlocking]", "[|_b|]")]
    public Task Rings_NeedTwoThreads(string ofType, string ofMethod, string second) => Verify.VerifyAnalyzerAsync($$"""
        using KThreadRuntime;
        {{ofType}} public class View
        {
            private readonly object _a = new();
            private readonly object _b = new();
            {{ofMethod}} public void One() { lock (_a) { lock ({{second}}) { } } }
            public void Two() { lock (_b) { lock (_a) { } } }
        }
        """);

    [Theory]
    [InlineData("[SingleThreaded]", "_b")]
    [InlineData("", "[|_b|]")]
    public Task NestedType_BelongsToTheOuterOne(string attribute, string second) => Verify.VerifyAnalyzerAsync($$"""
        using KThreadRuntime;
        {{attribute}} public class Outer
        {
            public class Inner
            {
                private readonly object _a = new();
                private readonly object _b = new();
                public void One() { lock (_a) { lock ({{second}}) { } } }
                public void Two() { lock (_b) { lock (_a) { } } }
            }
        }
        """);

    [Theory]
    [InlineData("[SingleThreaded]")]
    [InlineData("")]
    public Task OtherTypes_StillRunBesideEachOther(string attribute) => Verify.VerifyAnalyzerAsync($$"""
        using KThreadRuntime;
        {{attribute}} public class View { public void M(Store store) => store.Touch(); }
        public class Store
        {
            private readonly object _a = new();
            private readonly object _b = new();
            public void Touch() { lock (_a) { lock ([|_b|]) { } } }
            public void Two() { lock (_b) { lock (_a) { } } }
        }
        """);

    [Fact]
    public Task MethodInAThreadOfItsOwn_IsTold() => Broken.VerifyAnalyzerAsync(
        """
        using KThreadRuntime;
        [SingleThreaded] public class View
        {
            private int _count;
            public void Start() => {|#0:new Thread(Work)|}.Start();
            public void Touch() => _count++;
            private void Work() => _count++;
        }
        """,
        Broken.Diagnostic().WithLocation(0).WithMessage(
            "'View.Start' starts a context of its own for 'View.Work', but [SingleThreaded] on 'View' says that one thread runs all of its code. Do it in that thread, or take the attribute away."));

    [Theory]
    [InlineData("[SingleThreaded]", "[|new Thread(Work)|].Start()")]
    [InlineData("[SingleThreaded]", "[|Task.Run(Work)|]")]
    [InlineData("[SingleThreaded]", "new Timer(_ => Work()).Dispose()")]
    [InlineData("[SingleThreaded]", "Work()")]
    [InlineData("[SingleThreaded]", "Task.Run(() => { })")]
    [InlineData("", "new Thread(Work).Start()")]
    public Task Method_RunsInTheOneThread(string attribute, string start) => Broken.VerifyAnalyzerAsync($$"""
        using KThreadRuntime;
        {{attribute}} public class View
        {
            private int _count;
            public void Start() { {{start}}; }
            public void Touch() => _count++;
            private void Work() => _count++;
        }
        """);

    [Fact]
    public Task MethodThatIsTheOneThread_IsQuiet() => Broken.VerifyAnalyzerAsync("""
        using KThreadRuntime;
        public class Loop
        {
            private int _count;
            public void Start() => new Thread(Work).Start();
            [SingleThreaded] private void Work() => _count++;
        }
        """);
}

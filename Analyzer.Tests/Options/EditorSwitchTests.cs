using System.Collections.Immutable;
using CrossRelease.Analyzers.Options;
using CrossRelease.Analyzers.Tests.Robustness;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.Tests.Options;

/// <summary>The rules are quiet where an editor asks and its user has said so, and nowhere else.</summary>
public class EditorSwitchTests
{
    private const string Mistakes = """
        using KThreadRuntime;
        public class C
        {
            private readonly object _a = new();
            private readonly object _b = new();
            public void One() { lock (_a) { lock (_b) { } } }
            public void Two() { lock (_b) { lock (_a) { } } }
            [RequiresLock("nothing")] public Completion Make() => new();
            private readonly LockClassKey _key = new();
            public C() => Gate = new(_key);
            public KMutex Gate { get; }
            public void Start() => KThread.Run(self => { while (true) { Thread.Sleep(1); } }).Stop();
            [System.Diagnostics.CodeAnalysis.SuppressMessage("CrossRelease", "XR1002")] public void Three() { }
        #pragma warning disable XR1001
        #pragma warning restore XR1001
        }
        """;

    [Theory]
    [InlineData("", true)]
    [InlineData("crossrelease.editor_analysis = false", true)]
    [InlineData("crossrelease.is_editor = true", true)]
    [InlineData("crossrelease.is_editor = true\ncrossrelease.editor_analysis = true", true)]
    [InlineData("crossrelease.is_editor = true\ncrossrelease.editor_analysis = nonsense", true)]
    [InlineData("crossrelease.is_editor = false\ncrossrelease.editor_analysis = false", true)]
    [InlineData("crossrelease.is_editor = true\ncrossrelease.editor_analysis = false", false)]
    [InlineData("crossrelease.is_editor = true\ncrossrelease.editor_analysis = False", false)]
    public async Task Editor_IsQuietOnlyWhereItShallBe(string options, bool tells)
    {
        ImmutableArray<Diagnostic> found = await FindAsync(options, "");

        Assert.Equal(
            tells ? ["XR1002", "XR3002", "XR3003", "XR4001", "XR9002", "XR9006"] : [],
            found.Select(static diagnostic => diagnostic.Id).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task SectionsValue_Counts() =>
        Assert.Empty(await FindAsync("crossrelease.is_editor = true", "root = true\n[*.cs]\ncrossrelease.editor_analysis = false"));

    [Fact]
    public async Task LinesOfModelsAndBaselines_AreQuietToo()
    {
        Assert.Equal(5, (await FindAsync("", "", withFiles: true)).Count(static diagnostic => diagnostic.Location.SourceTree is null));
        Assert.Empty(await FindAsync("crossrelease.is_editor = true\ncrossrelease.editor_analysis = false", "", withFiles: true));
    }

    [Fact]
    public async Task WrongValue_IsTold() => Assert.Single(
        await FindAsync("crossrelease.editor_analysis = nonsense", ""),
        static diagnostic => diagnostic.Id == "XR9002" && diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture).Contains("'nonsense' is not true or false", StringComparison.Ordinal));

    [Fact]
    public async Task Value_IsNoPartOfWhatIsAsked()
    {
        Compilation compilation = await AnalysisRun.CompileAsync(TestWorkspace.CreateProject(new TestState(), [("/0/Test.cs", Mistakes)], []));
        var state = new TestState();
        state.AnalyzerConfigFiles.Add(("/.globalconfig", "is_global = true\ncrossrelease.editor_analysis = false"));

        Assert.Same(AnalysisSettings.Default, AnalysisSettings.Of(compilation, TestWorkspace.CreateProject(state, [], []).AnalyzerOptions, CancellationToken.None));
    }

    private static Task<ImmutableArray<Diagnostic>> FindAsync(string options, string sections, bool withFiles = false)
    {
        var state = new TestState();
        state.AnalyzerConfigFiles.Add(("/.globalconfig", "is_global = true\n" + options));
        if (sections.Length > 0)
        {
            state.AnalyzerConfigFiles.Add(("/.editorconfig", sections));
        }

        if (withFiles)
        {
            state.AdditionalFiles.Add(("/0/own.models.txt", "nonsense"));
            state.AdditionalFiles.Add(("/0/own.lockdep-baseline.txt", "nonsense\n0123456789abcdef a reason\nfedcba9876543210 TODO\n"));
        }

        return AllAnalyzers.RunAsync(TestWorkspace.CreateProject(state, [("/0/Test.cs", Mistakes)], []));
    }
}

using CrossRelease.Analyzers.CodeFixes;
using CrossRelease.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace CrossRelease.Analyzers.Tests.Fixes;

/// <summary>All fixes at once, the way <c>dotnet format</c> asks for them, where it is hard.</summary>
public class FixAllTests
{
    private const string Free = """
                lock (_gate)
                {
                    _stopping = true;
                    [|_done.Wait()|];
                }
        """;

    private const string Moved = """
                lock (_gate)
                {
                    _stopping = true;
                }

                _done.Wait();
        """;

    private const string Bound = """
                lock (_gate)
                {
                    [|_done.Wait()|];
                    _stopping = true;
                }
        """;

    [Fact]
    public Task UnfixableDiagnosticFirst_DoesNotStopTheRest() => CSharpCodeFixVerifier<CrossReleaseCycleAnalyzer, MoveWaitOutOfLockFixer>.VerifyCodeFixAsync(
        InClass(Bound, Free, Free),
        InClass(Bound, Moved, Moved));

    [Fact]
    public async Task FileOfTwoProjects_IsFixedInBoth()
    {
        var solution = await TwoFrameworksAsync(TestMarkup.Parse(InClass(Free, Bound, Free)).Source);
        var provider = new MoveWaitOutOfLockFixer();
        var first = solution.Projects.First();
        var found = (await FixLaw.DiagnoseAsync(first)).Where(diagnostic => diagnostic.Id == "XR1001").OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start).ToList();

        var single = Assert.Single(await FixLaw.OfferedAsync(provider, first, found[0]));
        var context = new FixAllContext(
            first.Documents.First(), provider, FixAllScope.Solution, codeActionEquivalenceKey: null!, provider.FixableDiagnosticIds, new Diagnostics(), CancellationToken.None);
        var all = await provider.GetFixAllProvider().GetFixAsync(context);

        Assert.Equal(3, found.Count);
        Assert.Equal(await SourcesAsync(InClass(Moved, Bound, Free)), await SourcesAsync(await ChangedAsync(single)));
        Assert.NotNull(all);
        Assert.Equal(await SourcesAsync(InClass(Moved, Bound, Moved)), await SourcesAsync(await ChangedAsync(all)));
    }

    private static async Task<IEnumerable<string>> SourcesAsync(string markup)
        => await SourcesAsync(await TwoFrameworksAsync(TestMarkup.Parse(markup).Source));

    private static async Task<IEnumerable<string>> SourcesAsync(Solution solution)
    {
        var texts = await Task.WhenAll(solution.Projects.Select(project => project.Documents.Single(document => document.FilePath == "/0/Shared.cs").GetTextAsync()));
        return texts.Select(text => text.ToString());
    }

    private static async Task<Solution> ChangedAsync(Microsoft.CodeAnalysis.CodeActions.CodeAction action)
        => (await action.GetOperationsAsync(CancellationToken.None)).OfType<Microsoft.CodeAnalysis.CodeActions.ApplyChangesOperation>().Single().ChangedSolution;

    private static async Task<Solution> TwoFrameworksAsync(string source)
    {
        var first = TestWorkspace.CreateProject(new TestState(), [("/0/Shared.cs", source)], []);
        var id = ProjectId.CreateNewId();
        var second = first.Solution.AddProject(ProjectInfo.Create(
            id, VersionStamp.Create(), "TestProject(other)", first.AssemblyName, LanguageNames.CSharp,
            compilationOptions: first.CompilationOptions, parseOptions: first.ParseOptions, metadataReferences: first.MetadataReferences));
        foreach (var document in first.Documents)
        {
            second = second.AddDocument(DocumentId.CreateNewId(id), document.Name, await document.GetTextAsync(), filePath: document.FilePath);
        }

        return second;
    }

    private static string InClass(string one, string two, string three) => $$"""
        sealed class Worker
        {
            private readonly object _gate = new();
            private readonly ManualResetEventSlim _done = new();
            private bool _stopping;

            public void Start() => new Thread(Loop).Start();

            private void Loop()
            {
                lock (_gate) { _stopping = !_stopping; }
                _done.Set();
            }

            public void One()
            {
        {{one}}
            }

            public void Two()
            {
        {{two}}
            }

            public void Three()
            {
        {{three}}
            }
        }
        """;

    private sealed class Diagnostics : FixAllContext.DiagnosticProvider
    {
        public override async Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken)
            => (await FixLaw.DiagnoseAsync(project)).Where(diagnostic => diagnostic.Id == "XR1001");

        public override async Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken)
        {
            var tree = await document.GetSyntaxTreeAsync(cancellationToken);
            return (await GetAllDiagnosticsAsync(document.Project, cancellationToken)).Where(diagnostic => diagnostic.Location.SourceTree == tree);
        }

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken)
            => Task.FromResult<IEnumerable<Diagnostic>>([]);
    }
}

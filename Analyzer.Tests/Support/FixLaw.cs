using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CrossRelease.Analyzers.Tests.Support;

/// <summary>
/// What holds for every fix, whatever it fixes: the result compiles, the diagnostic is gone, none of ours is new, every comment is still there;
/// and where there are several, Fix All, asked as <c>dotnet format</c> does, keeps the same.
/// </summary>
internal static class FixLaw
{
    private static readonly ImmutableArray<DiagnosticAnalyzer> _analyzers = OwnAnalyzers.Of(typeof(CrossReleaseCycleAnalyzer).Assembly);

    public static ImmutableArray<CodeFixProvider> Providers { get; } =
    [
        .. typeof(CodeFixes.EditsFixProvider).Assembly.GetTypes()
            .Where(type => type.GetCustomAttribute<ExportCodeFixProviderAttribute>() is not null)
            .OrderBy(type => type.Name, StringComparer.Ordinal)
            .Select(type => (CodeFixProvider)Activator.CreateInstance(type)!),
    ];

    /// <summary>Applies, one by one, every fix that is offered for the diagnostics, and all of each provider at once.</summary>
    public static async Task VerifyAsync(Project project, ImmutableArray<Diagnostic> diagnostics)
    {
        var had = new Lazy<Task<ImmutableArray<Diagnostic>>>(() => DiagnoseAsync(project));
        foreach (var provider in Providers)
        {
            var fixable = diagnostics.Where(diagnostic => provider.FixableDiagnosticIds.Contains(diagnostic.Id)).ToList();
            var keys = new HashSet<string?>();
            foreach (var diagnostic in fixable)
            {
                foreach (var action in await OfferedAsync(provider, project, diagnostic))
                {
                    keys.Add(action.EquivalenceKey);
                    await VerifyAsync($"{provider.GetType().Name} for {diagnostic.Id}", project, await ApplyAsync(action, project), await had.Value, diagnostic.Id);
                }
            }

            Assert.True(keys.Count <= 1, $"{provider.GetType().Name} has more than one equivalence key: Fix All would not know which.");
            if (keys.Count == 1 && fixable.Count > 1)
            {
                var fixAll = new FixApplication(_analyzers, provider, actionIndex: null, equivalenceKey: null);
                await VerifyAsync($"Fix All of {provider.GetType().Name}", project, await fixAll.FormatAsync(project), await had.Value, gone: null);
            }
        }
    }

    public static async Task<ImmutableArray<CodeAction>> OfferedAsync(CodeFixProvider provider, Project project, Diagnostic diagnostic)
    {
        var actions = ImmutableArray.CreateBuilder<CodeAction>();
        var document = project.GetDocument(diagnostic.Location.SourceTree)!;
        await provider.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => actions.Add(action), CancellationToken.None));
        return actions.ToImmutable();
    }

    public static async Task<Project> ApplyAsync(CodeAction action, Project project)
        => (await action.GetOperationsAsync(CancellationToken.None)).OfType<ApplyChangesOperation>().Single().ChangedSolution.GetProject(project.Id)!;

    public static async Task<ImmutableArray<Diagnostic>> DiagnoseAsync(Project project)
        => await (await AnalysisRun.CompileAsync(project)).WithAnalyzers(_analyzers, project.AnalyzerOptions).GetAnalyzerDiagnosticsAsync(CancellationToken.None);

    /// <param name="gone">The id of which there has to be one less; null where only nothing may be new.</param>
    public static async Task VerifyAsync(string what, Project before, Project after, ImmutableArray<Diagnostic> had, string? gone)
    {
        var errors = (await AnalysisRun.CompileAsync(after)).GetDiagnostics().Where(found => found.Severity == DiagnosticSeverity.Error).ToList();
        Assert.True(errors.Count == 0, $"{what} gives what does not compile: {string.Join('\n', errors)}\n{await TextOfAsync(after)}");

        var has = await DiagnoseAsync(after);
        foreach (var id in had.Concat(has).Select(found => found.Id).Distinct())
        {
            var allowed = had.Count(found => found.Id == id) - (id == gone ? 1 : 0);
            Assert.True(
                has.Count(found => found.Id == id) <= allowed,
                $"{what} leaves or brings {id}:\n{string.Join('\n', has.Where(found => found.Id == id).Select(DiagnosticText.Of))}\n{await TextOfAsync(after)}");
        }

        var lost = (await CommentsOfAsync(before)).Except(await CommentsOfAsync(after)).ToList();
        Assert.True(lost.Count == 0, $"{what} loses comments: {string.Join('\n', lost)}\n{await TextOfAsync(after)}");
    }

    private static async Task<string> TextOfAsync(Project project)
        => string.Join('\n', await Task.WhenAll(project.Documents.Select(async document => (await document.GetTextAsync()).ToString())));

    private static async Task<IEnumerable<string>> CommentsOfAsync(Project project)
    {
        var comments = new List<string>();
        foreach (var document in project.Documents)
        {
            var root = await document.GetSyntaxRootAsync();
            comments.AddRange(root!.DescendantTrivia(descendIntoTrivia: true)
                .Where(trivia => trivia.IsKind(SyntaxKind.SingleLineCommentTrivia) || trivia.IsKind(SyntaxKind.MultiLineCommentTrivia))
                .Select(trivia => trivia.ToString()));
        }

        return comments;
    }
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CrossRelease.Analyzers.Tests.Support;

/// <summary>Applies code fixes to a project the ways that an editor and <c>dotnet format</c> do.</summary>
internal sealed class FixApplication(ImmutableArray<DiagnosticAnalyzer> analyzers, CodeFixProvider provider, int? actionIndex, string? equivalenceKey)
{
    /// <summary>The diagnostics of the project that the provider says it can fix.</summary>
    public async Task<ImmutableArray<Diagnostic>> FixableAsync(Project project)
        => [.. (await AnalysisRun.DiagnoseAsync(project, analyzers)).Where(diagnostic => provider.FixableDiagnosticIds.Contains(diagnostic.Id))];

    /// <summary>Fixes the first diagnostic that can be fixed, again and again, until none is left.</summary>
    public async Task<Project> OneByOneAsync(Project project, int iterations)
    {
        for (var done = 0; ; done++)
        {
            var (_, action) = await FirstActionAsync(project);
            if (action is null)
            {
                return project;
            }

            Assert.True(done < iterations, $"A fix is still offered after {iterations} have been applied.");
            project = (await ApplyAsync(action)).GetProject(project.Id)!;
        }
    }

    /// <summary>Fixes all of the scope, for every document in turn when the scope is the document.</summary>
    public async Task<Project> FixAllAsync(Project project, FixAllScope scope, int iterations)
    {
        for (var done = 0; ; done++)
        {
            var (_, action) = await FirstActionAsync(project);
            if (action is null)
            {
                return project;
            }

            Assert.True(done < iterations, $"Fix All in {scope} leaves a fixable diagnostic after {iterations} iterations.");
            project = scope == FixAllScope.Document
                ? await FixAllDocumentsAsync(project, action.EquivalenceKey)
                : await FixAllOnceAsync(project.Documents.First(), scope, action.EquivalenceKey);
        }
    }

    /// <summary>
    /// One pass as <c>dotnet format analyzers</c> makes it: only the very first diagnostic is asked for its action, and when it
    /// has none, Fix All is still called, with no equivalence key.
    /// </summary>
    public async Task<Project> FormatAsync(Project project)
    {
        var fixable = await FixableAsync(project);
        if (fixable.IsEmpty)
        {
            return project;
        }

        var document = project.GetDocument(fixable[0].Location.SourceTree)!;
        var first = (await ActionsAsync(document, fixable[0])).FirstOrDefault();
        return await FixAllOnceAsync(document, FixAllScope.Solution, first?.EquivalenceKey);
    }

    public async Task<ImmutableArray<CodeAction>> ActionsAsync(Document document, Diagnostic diagnostic)
    {
        var actions = ImmutableArray.CreateBuilder<CodeAction>();
        await provider.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => actions.Add(action), CancellationToken.None));
        return actions.ToImmutable();
    }

    private static async Task<Solution> ApplyAsync(CodeAction action)
        => (await action.GetOperationsAsync(CancellationToken.None)).OfType<ApplyChangesOperation>().Single().ChangedSolution;

    private async Task<(Document? Document, CodeAction? Action)> FirstActionAsync(Project project)
    {
        foreach (var diagnostic in await FixableAsync(project))
        {
            var document = project.GetDocument(diagnostic.Location.SourceTree)!;
            var actions = await ActionsAsync(document, diagnostic);
            var chosen = equivalenceKey is { } key
                ? actions.FirstOrDefault(action => action.EquivalenceKey == key)
                : actions.ElementAtOrDefault(actionIndex ?? 0);
            if (chosen is not null)
            {
                return (document, chosen);
            }
        }

        return default;
    }

    private async Task<Project> FixAllDocumentsAsync(Project project, string? key)
    {
        foreach (var id in project.DocumentIds)
        {
            project = await FixAllOnceAsync(project.GetDocument(id)!, FixAllScope.Document, key);
        }

        return project;
    }

    private async Task<Project> FixAllOnceAsync(Document document, FixAllScope scope, string? key)
    {
        var fixAll = provider.GetFixAllProvider() ?? throw new InvalidOperationException($"{provider.GetType().Name} has no Fix All.");
        Assert.Contains(scope, fixAll.GetSupportedFixAllScopes());
        var context = new FixAllContext(document, provider, scope, key!, provider.FixableDiagnosticIds, new FoundDiagnostics(this), CancellationToken.None);
        var action = await fixAll.GetFixAsync(context);
        var solution = action is null ? document.Project.Solution : await ApplyAsync(action);
        return solution.GetProject(document.Project.Id)!;
    }

    private sealed class FoundDiagnostics(FixApplication fixes) : FixAllContext.DiagnosticProvider
    {
        public override async Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken)
            => await fixes.FixableAsync(project);

        public override async Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken)
        {
            var tree = await document.GetSyntaxTreeAsync(cancellationToken);
            return (await fixes.FixableAsync(document.Project)).Where(diagnostic => diagnostic.Location.SourceTree == tree);
        }

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken)
            => Task.FromResult<IEnumerable<Diagnostic>>([]);
    }
}

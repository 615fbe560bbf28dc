using System.Collections.Generic;
using System.Linq;
using System.Resources;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>A fix whose work is a set of text changes, so that one diagnostic and all of them are fixed by the same code.</summary>
/// <remarks>
/// A set is offered only after it has been tried (<see cref="FixTrial"/>). Fix All merges the sets. A diagnostic that cannot be fixed, or whose
/// changes meet those of an earlier one, is left for the next run. The equivalence key is not looked at: there is one action, and
/// <c>dotnet format</c> passes none when the first diagnostic has no action.
/// </remarks>
public abstract class EditsFixProvider : CodeFixProvider
{
    /// <summary>In how many places one fix may be made: a ring often has a second way, which shows when the first is closed.</summary>
    private const int MaxPlaces = 4;

    private static readonly ResourceManager _titles = new("CrossRelease.Analyzers.CodeFixes.FixTitles", typeof(EditsFixProvider).Assembly);

    private string Title => TitleOf(GetType());

    /// <summary>What a fixer's action is called in a menu: a text of FixTitles.resx, under the name of the fixer.</summary>
    internal static string TitleOf(System.Type fixer) => new LocalizableResourceString(fixer.Name, _titles, typeof(EditsFixProvider)).ToString();

    /// <inheritdoc/>
    public sealed override FixAllProvider GetFixAllProvider() => new MergedFixes(this);

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        foreach (var diagnostic in context.Diagnostics)
        {
            if (await FindTriedAsync(context.Document, diagnostic, context.CancellationToken).ConfigureAwait(false) is { } edits)
            {
                var solution = context.Document.Project.Solution;
                context.RegisterCodeFix(CodeAction.Create(Title, token => edits.ApplyAsync(solution, token), GetType().Name), diagnostic);
            }
        }
    }

    /// <summary>
    /// The ways to fix it, the best one first; none when each could change what the program does. Lazy: the ways behind the one that is taken
    /// are not worked out.
    /// </summary>
    private protected abstract Task<IEnumerable<FixEdits>> FindEditsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellation);

    private async Task<FixEdits?> FindTriedAsync(Document document, Diagnostic diagnostic, CancellationToken cancellation)
    {
        var trial = new FixTrial(document, diagnostic);
        return await FindTriedAsync(trial, document, diagnostic, MaxPlaces, cancellation).ConfigureAwait(false) is { } after
            ? await FixEdits.BetweenAsync(document.Project.Solution, after, cancellation).ConfigureAwait(false)
            : null;
    }

    /// <summary>One change after the other; where none is enough, each with what is left after it.</summary>
    private async Task<Solution?> FindTriedAsync(FixTrial trial, Document document, Diagnostic diagnostic, int places, CancellationToken cancellation)
    {
        var begun = new List<(Solution After, Diagnostic Next)>();
        foreach (var edits in await FindEditsAsync(document, diagnostic, cancellation).ConfigureAwait(false))
        {
            if (trial.IsOver)
            {
                return null;
            }

            var after = await edits.ApplyAsync(document.Project.Solution, cancellation).ConfigureAwait(false);
            var result = await trial.TryAsync(after, cancellation).ConfigureAwait(false);
            if (result.Holds)
            {
                return after;
            }

            if (!result.Rest.IsEmpty && result.Rest.All(next => FixableDiagnosticIds.Contains(next.Id)))
            {
                begun.Add((after, result.Rest.OrderBy(next => next.Id == diagnostic.Id).First()));
            }
        }

        // Another way of the same before what the first change has brought to light.
        foreach (var (after, next) in begun.OrderBy(step => step.Next.Id != diagnostic.Id).TakeWhile(_ => places > 1))
        {
            if (after.GetDocument(next.Location.SourceTree) is { } place
                && await FindTriedAsync(trial, place, next, places - 1, cancellation).ConfigureAwait(false) is { } more)
            {
                return more;
            }
        }

        return null;
    }

    private sealed class MergedFixes(EditsFixProvider fixes) : FixAllProvider
    {
        public override IEnumerable<FixAllScope> GetSupportedFixAllScopes() => [FixAllScope.Document, FixAllScope.Project, FixAllScope.Solution];

        public override async Task<CodeAction?> GetFixAsync(FixAllContext context)
        {
            var merged = new FixEdits();
            var any = false;
            foreach (var (document, diagnostic) in await FindDiagnosticsAsync(context).ConfigureAwait(false))
            {
                any |= await fixes.FindTriedAsync(document, diagnostic, context.CancellationToken).ConfigureAwait(false) is { } edits && merged.TryMerge(edits);
            }

            return any ? CodeAction.Create(fixes.Title, token => merged.ApplyAsync(context.Solution, token), fixes.GetType().Name) : null;
        }

        private static async Task<IEnumerable<(Document Document, Diagnostic Diagnostic)>> FindDiagnosticsAsync(FixAllContext context)
        {
            var projects = context.Scope == FixAllScope.Solution ? context.Solution.Projects : [context.Project];
            var found = new List<(Document, Diagnostic)>();
            foreach (var project in projects)
            {
                var diagnostics = context is { Scope: FixAllScope.Document, Document: { } only }
                    ? await context.GetDocumentDiagnosticsAsync(only).ConfigureAwait(false)
                    : await context.GetAllDiagnosticsAsync(project).ConfigureAwait(false);
                found.AddRange(diagnostics
                    .OrderBy(diagnostic => diagnostic.Location.SourceTree?.FilePath, System.StringComparer.Ordinal)
                    .ThenBy(diagnostic => diagnostic.Location.SourceSpan.Start)
                    .Select(diagnostic => (project.GetDocument(diagnostic.Location.SourceTree), diagnostic))
                    .Where(pair => pair.Item1 is not null)
                    .Select(pair => (pair.Item1!, pair.diagnostic)));
            }

            return found;
        }
    }
}

using System.Collections.Immutable;
using System.Composition;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using CrossRelease.Analyzers.Options;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>Adds a finding to the project's baseline, where it has one. The reason stays to be written: XR9006 asks for it.</summary>
/// <remarks>
/// One finding at a time: a reason is that of one finding, and <c>dotnet format</c>, which applies whatever can fix all, is not to mute
/// what it cannot mend. Many at once are the <c>baseline create</c> command's.
/// </remarks>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(BaselineFixer)), Shared]
public sealed class BaselineFixer : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds =>
    [
        "XR1001", "XR1002", "XR1003", "XR1004", "XR1005", "XR1006",
        "XR2001", "XR2002", "XR2003", "XR2004", "XR2005", "XR2006", "XR2007", "XR2008",
        "XR3001", "XR3002", "XR3003", "XR3004", "XR4001", "XR4002",
    ];

    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => null;

    /// <inheritdoc/>
    public override Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var project = context.Document.Project;
        var options = project.AnalyzerOptions;
        if (project.AdditionalDocuments.FirstOrDefault(file => options.AdditionalFiles.Any(text => text.Path == file.FilePath && Baseline.IsBaseline(text))) is { } baseline)
        {
            foreach (var diagnostic in context.Diagnostics.Where(found => found.Properties.ContainsKey(Baseline.FingerprintProperty)))
            {
                var title = string.Format(CultureInfo.InvariantCulture, EditsFixProvider.TitleOf(typeof(BaselineFixer)), baseline.Name);
                context.RegisterCodeFix(CodeAction.Create(title, token => AddAsync(baseline, diagnostic, token), nameof(BaselineFixer)), diagnostic);
            }
        }

        return Task.CompletedTask;
    }

    private static async Task<Solution> AddAsync(TextDocument baseline, Diagnostic diagnostic, CancellationToken cancellation)
    {
        var text = await baseline.GetTextAsync(cancellation).ConfigureAwait(false);
        var newline = StatementLines.Break(text.Lines[0], text);
        var isOpen = text.Lines[text.Lines.Count - 1].Span.Length > 0;
        var message = diagnostic.GetMessage(CultureInfo.InvariantCulture);
        var entry = $"# {diagnostic.Id}: {message}{newline}{diagnostic.Properties[Baseline.FingerprintProperty]} {Baseline.NoReasonYet}{newline}";
        return baseline.Project.Solution.WithAdditionalDocumentText(baseline.Id, text.Replace(text.Length, 0, isOpen ? newline + entry : entry));
    }
}

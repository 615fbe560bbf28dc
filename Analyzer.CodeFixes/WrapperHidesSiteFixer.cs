using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Threading;
using System.Threading.Tasks;
using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>XR3002: the wrapper takes its caller's site in optional parameters and passes it on, and so does every wrapper that it calls.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(WrapperHidesSiteFixer)), Shared]
public sealed class WrapperHidesSiteFixer : EditsFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["XR3002"];

    private protected override async Task<IEnumerable<FixEdits>> FindEditsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellation)
    {
        var root = await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false);
        var model = await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false);
        if (root?.FindToken(diagnostic.Location.SourceSpan.Start).Parent is not MethodDeclarationSyntax declaration
            || model?.GetDeclaredSymbol(declaration, cancellation) is not { } method
            || CreationSymbols.From(model.Compilation) is not { } symbols)
        {
            return [];
        }

        var edits = new FixEdits();
        var wrappers = new Queue<IMethodSymbol>([method]);
        var seen = new HashSet<IMethodSymbol>(wrappers, SymbolEqualityComparer.Default);
        var creations = new WrapperHidesSiteCreations(model.Compilation, symbols, model, cancellation);
        while (wrappers.Count > 0)
        {
            var wrapper = wrappers.Dequeue();
            if (await WrapperHidesSiteEdit.FindAsync(wrapper, document.Project.Solution, symbols, cancellation).ConfigureAwait(false) is not { } edit)
            {
                return [];
            }

            foreach (var creation in creations.Of(wrapper))
            {
                var inner = edit.Forward(creation, edits);
                if (inner is not null && seen.Add(inner))
                {
                    wrappers.Enqueue(inner);
                }
            }

            edit.TakeSite(edits);
        }

        return [edits];
    }
}

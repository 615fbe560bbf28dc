using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>XR1004: who reads and then writes says so at once, with an upgradeable read; one holder at a time may have it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UpgradeableReadFixer)), Shared]
public sealed class UpgradeableReadFixer : StoryFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["XR1004"];

    private protected override IEnumerable<FixEdits> FindEdits(IReadOnlyList<DiagnosticPlace> places)
    {
        foreach (var place in places.Skip(1))
        {
            if (place.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "EnterReadLock" } enter } call
                && place.Model.GetSymbolInfo(call).Symbol is IMethodSymbol { ContainingType: { Name: "ReaderWriterLockSlim", ContainingNamespace.Name: "Threading" } }
                && Upgrade(place, enter) is { } edits)
            {
                yield return edits;
            }
        }
    }

    /// <summary>Null when the method does not itself release what it acquires, once acquired.</summary>
    private static FixEdits? Upgrade(DiagnosticPlace place, MemberAccessExpressionSyntax enter)
    {
        var member = enter.FirstAncestorOrSelf<MemberDeclarationSyntax>()!;
        var sameLock = member.DescendantNodes().OfType<MemberAccessExpressionSyntax>().Where(access => access.Expression.ToString() == enter.Expression.ToString()).ToList();
        var exits = sameLock.Where(access => access.Name.Identifier.ValueText == "ExitReadLock").ToList();
        if (exits.Count == 0 || sameLock.Count(access => access.Name.Identifier.ValueText == "EnterReadLock") != 1)
        {
            return null;
        }

        var edits = new FixEdits();
        edits.Add(place.Document.Id, new TextChange(enter.Name.Span, "EnterUpgradeableReadLock"));
        exits.ForEach(exit => edits.Add(place.Document.Id, new TextChange(exit.Name.Span, "ExitUpgradeableReadLock")));
        return edits;
    }
}

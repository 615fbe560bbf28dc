using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.CodeFixes;

/// <summary>Text changes by document. Text, not nodes: what a change does not name keeps its every space and comment.</summary>
internal sealed class FixEdits
{
    private readonly Dictionary<DocumentId, List<TextChange>> _changes = [];

    public void Add(DocumentId document, TextChange change)
    {
        if (!_changes.TryGetValue(document, out var changes))
        {
            _changes.Add(document, changes = []);
        }

        if (!changes.Contains(change))
        {
            changes.Add(change);
        }
    }

    /// <summary>Takes the other's changes over, all or none: none when one of them touches what is changed here in another way.</summary>
    public bool TryMerge(FixEdits other)
    {
        var conflict = other._changes.Any(entry => _changes.TryGetValue(entry.Key, out var own)
            && entry.Value.Any(change => !own.Contains(change) && own.Any(taken => Touches(taken.Span, change.Span))));
        if (conflict)
        {
            return false;
        }

        foreach (var entry in other._changes)
        {
            foreach (var change in entry.Value)
            {
                Add(entry.Key, change);
            }
        }

        return true;
    }

    /// <summary>A file that several projects share is changed in all of them.</summary>
    public async Task<Solution> ApplyAsync(Solution solution, CancellationToken cancellation)
    {
        foreach (var entry in OfEachFile(solution))
        {
            var document = solution.GetDocument(entry.Key)!;
            var text = await document.GetTextAsync(cancellation).ConfigureAwait(false);
            var changed = text.WithChanges(entry.Value._changes[entry.Key].OrderBy(change => change.Span));
            solution = document.GetLinkedDocumentIds().Aggregate(solution.WithDocumentText(entry.Key, changed), (linked, id) => linked.WithDocumentText(id, changed));
        }

        return solution;
    }

    /// <summary>What has been done, one change upon the other, as one set of changes.</summary>
    public static async Task<FixEdits> BetweenAsync(Solution before, Solution after, CancellationToken cancellation)
    {
        var edits = new FixEdits();
        foreach (var id in after.GetChanges(before).GetProjectChanges().SelectMany(project => project.GetChangedDocuments()))
        {
            var old = await before.GetDocument(id)!.GetTextAsync(cancellation).ConfigureAwait(false);
            var text = await after.GetDocument(id)!.GetTextAsync(cancellation).ConfigureAwait(false);
            edits._changes.Add(id, [.. text.GetTextChanges(old)]);
        }

        return edits;
    }

    private Dictionary<DocumentId, FixEdits> OfEachFile(Solution solution)
    {
        var files = new Dictionary<DocumentId, FixEdits>();
        foreach (var entry in _changes)
        {
            var first = solution.GetDocument(entry.Key)!.GetLinkedDocumentIds().FirstOrDefault(files.ContainsKey) ?? entry.Key;
            var own = new FixEdits();
            entry.Value.ForEach(change => own.Add(first, change));
            if (!files.TryGetValue(first, out var known))
            {
                files.Add(first, own);
            }
            else
            {
                // What the projects would change in different ways is left as the first one has it.
                known.TryMerge(own);
            }
        }

        return files;
    }

    private static bool Touches(TextSpan left, TextSpan right) => left.IntersectsWith(right);
}

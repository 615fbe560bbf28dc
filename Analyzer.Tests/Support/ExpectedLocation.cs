using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Tests.Support;

/// <summary>A place that a test expects: a markup key, or a document's path with a span (or only its start).</summary>
internal sealed record ExpectedLocation(int? MarkupKey, string? Path, LinePositionSpan Span, bool StartOnly)
{
    public static ExpectedLocation OfMarkup(int key) => new(key, null, default, StartOnly: false);

    public static ExpectedLocation OfStart(string? path, int line, int column)
    {
        var start = new LinePosition(line - 1, column - 1);
        return new(null, path, new LinePositionSpan(start, start), StartOnly: true);
    }

    public static ExpectedLocation OfSpan(string? path, LinePositionSpan span) => new(null, path, span, StartOnly: false);

    public ExpectedLocation Resolve(IReadOnlyDictionary<int, ExpectedLocation> markup, string firstPath)
    {
        if (MarkupKey is not { } key)
        {
            return Path is null ? this with { Path = firstPath } : this;
        }

        Assert.True(markup.TryGetValue(key, out var place), $"The sources have no markup {{|#{key}:...|}}.");
        return place;
    }

    public bool Matches(string path, LinePositionSpan actual)
        => Path == path && Span.Start == actual.Start && (StartOnly || Span.End == actual.End);

    public override string ToString()
        => MarkupKey is { } key ? $"#{key}" : $"{Path}({Span.Start.Line + 1},{Span.Start.Character + 1})" + (StartOnly ? "" : $"-({Span.End.Line + 1},{Span.End.Character + 1})");
}

using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Tests.Support;

/// <summary>A source without its markup, and the spans that <c>[|...|]</c>, <c>{|id:...|}</c> and <c>{|#0:...|}</c> stood around.</summary>
internal sealed record TestMarkup(
    string Source,
    ImmutableArray<TextSpan> DefaultSpans,
    ImmutableArray<(string Id, TextSpan Span)> NamedSpans,
    ImmutableArray<(int Key, TextSpan Span)> KeyedSpans)
{
    private const string AnonymousName = "";

    public static TestMarkup Parse(string text)
    {
        var source = new StringBuilder(text.Length);
        var open = new Stack<(string Name, int Start)>();
        var closed = new List<(string Name, TextSpan Span)>();
        var at = 0;
        while (at < text.Length)
        {
            if (OpeningAt(text, at, out var name, out var length))
            {
                open.Push((name, source.Length));
                at += length;
            }
            else if (open.Count > 0 && IsClosingAt(text, at, open.Peek().Name))
            {
                var (closedName, start) = open.Pop();
                closed.Add((closedName, TextSpan.FromBounds(start, source.Length)));
                at += 2;
            }
            else
            {
                source.Append(text[at++]);
            }
        }

        Assert.True(open.Count == 0, "A markup is opened and not closed.");
        return Sort(source.ToString(), closed);
    }

    private static TestMarkup Sort(string source, List<(string Name, TextSpan Span)> closed)
    {
        var keyed = closed.Where(mark => mark.Name.StartsWith('#'));
        var named = closed.Where(mark => mark.Name.Length > 0 && mark.Name[0] != '#');
        return new TestMarkup(
            source,
            [.. closed.Where(mark => mark.Name == AnonymousName).Select(mark => mark.Span)],
            [.. named],
            [.. keyed.Select(mark => (int.Parse(mark.Name.AsSpan(1), CultureInfo.InvariantCulture), mark.Span))]);
    }

    private static bool OpeningAt(string text, int at, out string name, out int length)
    {
        name = AnonymousName;
        length = 2;
        if (string.CompareOrdinal(text, at, "[|", 0, 2) == 0)
        {
            return true;
        }

        if (string.CompareOrdinal(text, at, "{|", 0, 2) != 0)
        {
            return false;
        }

        var colon = text.IndexOf(':', at);
        if (colon < 0)
        {
            return false;
        }

        name = text[(at + 2)..colon];
        length = colon + 1 - at;
        return name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '#');
    }

    private static bool IsClosingAt(string text, int at, string name)
        => string.CompareOrdinal(text, at, name == AnonymousName ? "|]" : "|}", 0, 2) == 0;
}

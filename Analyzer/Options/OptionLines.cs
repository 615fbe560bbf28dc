using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Options;

/// <summary>
/// Where an option is written: the compiler tells its value only, so the package's targets hand the files over as additional ones as well. Immutable and thread-safe.
/// </summary>
internal static class OptionLines
{
    private static readonly char[] _separators = ['=', ':'];
    private static readonly char[] _comments = ['#', ';'];

    /// <summary>Whether an additional file has options, by its name.</summary>
    public static bool IsOptionFile(AdditionalText file) =>
        file.Path.EndsWith(".editorconfig", StringComparison.OrdinalIgnoreCase) || file.Path.EndsWith(".globalconfig", StringComparison.OrdinalIgnoreCase);

    /// <summary>The line that gives an option its value: the last one of the deepest file, as it would win over others. Null if none of the files does.</summary>
    /// <param name="value">The value; null for any.</param>
    public static (AdditionalText File, TextLine Line)? Of(string key, string? value, ImmutableArray<AdditionalText> files, CancellationToken cancellation)
    {
        foreach (AdditionalText file in files.Where(IsOptionFile).OrderByDescending(static file => file.Path.Count(static letter => letter is '/' or '\\')).ThenBy(static file => file.Path, StringComparer.Ordinal))
        {
            foreach (TextLine line in (file.GetText(cancellation)?.Lines ?? Enumerable.Empty<TextLine>()).Reverse())
            {
                if (Gives(line.ToString(), key, value))
                {
                    return (file, line);
                }
            }
        }

        return null;
    }

    // key = value, or key: value; a comment may follow.
    private static bool Gives(string line, string key, string? value)
    {
        int separator = line.IndexOfAny(_separators);
        return separator > 0
            && string.Equals(line.Substring(0, separator).Trim(), key, StringComparison.OrdinalIgnoreCase)
            && (value is null || line.Substring(separator + 1).Split(_comments)[0].Trim() == value);
    }
}

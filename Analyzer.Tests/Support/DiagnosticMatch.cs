using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.Tests.Support;

/// <summary>Pairs the diagnostics that were found with those that were expected; whatever stays alone fails the test.</summary>
internal static class DiagnosticMatch
{
    public static void Verify(ImmutableArray<DiagnosticResult> expected, ImmutableArray<Diagnostic> found, string state)
    {
        var open = found.ToList();
        var missing = new List<DiagnosticResult>();
        foreach (var result in expected)
        {
            var at = open.FindIndex(diagnostic => IsMatch(result, diagnostic));
            if (at < 0)
            {
                missing.Add(result);
            }
            else
            {
                open.RemoveAt(at);
            }
        }

        if (missing.Count + open.Count > 0)
        {
            Assert.Fail($"""
                The diagnostics of the {state} differ.
                Expected and not found:
                {Lines(missing.Select(result => result.ToString()))}
                Found and not expected:
                {Lines(open.Select(DiagnosticText.Of))}
                """);
        }
    }

    private static bool IsMatch(DiagnosticResult expected, Diagnostic found)
        => expected.Id == found.Id
            && (expected.Options.HasFlag(DiagnosticOptions.IgnoreSeverity) || expected.Severity == found.Severity)
            && (expected.Message is not { } message || message == found.GetMessage(CultureInfo.InvariantCulture))
            && AreAtPlace(expected, found);

    private static bool AreAtPlace(DiagnosticResult expected, Diagnostic found)
    {
        if (expected.Locations.Length == 0)
        {
            return found.Location.Kind == LocationKind.None;
        }

        return IsAt(expected.Locations[0], found.Location)
            && (expected.Options.HasFlag(DiagnosticOptions.IgnoreAdditionalLocations)
                || (expected.Locations.Length - 1 == found.AdditionalLocations.Count
                    && expected.Locations.Skip(1).Zip(found.AdditionalLocations, IsAt).All(same => same)));
    }

    private static bool IsAt(ExpectedLocation expected, Location found)
    {
        var span = found.GetLineSpan();
        return expected.Matches(span.Path, span.Span);
    }

    private static string Lines(IEnumerable<string> lines)
    {
        var text = string.Join('\n', lines.Select(line => "  " + line));
        return text.Length == 0 ? "  (none)" : text;
    }
}

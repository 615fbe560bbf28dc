using System.Globalization;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.Tests.Support;

/// <summary>A diagnostic in one line, with its severity and every location, for comparison and for failure messages.</summary>
internal static class DiagnosticText
{
    public static string Of(Diagnostic diagnostic)
        => $"{Of(diagnostic.Location)} {diagnostic.Severity} {diagnostic.Id}: {diagnostic.GetMessage(CultureInfo.InvariantCulture)}"
            + string.Concat(diagnostic.AdditionalLocations.Select(location => " + " + Of(location)));

    public static string Of(Location location)
    {
        if (location.Kind == LocationKind.None)
        {
            return "(no place)";
        }

        var span = location.GetLineSpan();
        return $"{span.Path}({span.StartLinePosition.Line + 1},{span.StartLinePosition.Character + 1})-({span.EndLinePosition.Line + 1},{span.EndLinePosition.Character + 1})";
    }
}

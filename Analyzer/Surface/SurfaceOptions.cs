using Microsoft.CodeAnalysis.Diagnostics;

namespace CrossRelease.Analyzers.Surface;

/// <summary>The two switches of a project: MSBuild properties, or keys of a global analyzer config.</summary>
internal static class SurfaceOptions
{
    /// <summary>Whether the project's assembly tells those that reference it what its bodies do.</summary>
    public static bool Emits(AnalyzerConfigOptions options) => IsOn(options, "CrossReleaseEmitSummary", "crossrelease_emit_summary");

    /// <summary>Whether the project reads what its references tell.</summary>
    public static bool Follows(AnalyzerConfigOptions options) => IsOn(options, "CrossReleaseReadSummaries", "crossrelease_read_summaries");

    private static bool IsOn(AnalyzerConfigOptions options, string property, string key) =>
        !(IsFalse(options, "build_property." + property) || IsFalse(options, key));

    private static bool IsFalse(AnalyzerConfigOptions options, string key) =>
        options.TryGetValue(key, out string? value) && bool.TryParse(value, out bool isOn) && !isOn;
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CrossRelease.Analyzers.Options;

/// <summary>
/// Whether the rules keep quiet because an editor asks and its user wants to know from builds alone. Nothing tells an analyzer who runs it: the
/// package adds a file that says so to projects that are read by a design-time build.
/// </summary>
internal static class EditorSwitch
{
    /// <summary>The option: false for rules that only builds tell.</summary>
    public const string Key = "crossrelease.editor_analysis";

    /// <summary>The package's word that an editor reads the project; no option.</summary>
    public const string IsEditorKey = "crossrelease.is_editor";

    /// <param name="tree">A tree of the project, for an option that only a section gives; null if it has none.</param>
    public static bool IsOff(AnalyzerOptions options, SyntaxTree? tree)
    {
        AnalyzerConfigOptionsProvider provider = options.AnalyzerConfigOptionsProvider;
        return Is(provider.GlobalOptions, IsEditorKey, true)
            && (Is(provider.GlobalOptions, Key, false) || (tree is not null && Is(provider.GetOptions(tree), Key, false)));
    }

    private static bool Is(AnalyzerConfigOptions options, string key, bool wanted) =>
        options.TryGetValue(key, out string? text) && bool.TryParse(text, out bool value) && value == wanted;
}

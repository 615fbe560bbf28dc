using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CrossRelease.Analyzers.Models;
using CrossRelease.Analyzers.Surface;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CrossRelease.Analyzers.Options;

/// <summary>
/// All that a project tells the analyzer beside its code: options and model files. Two projects that say the same share one
/// object, so that it can stand for its content in caches. Immutable and thread-safe.
/// </summary>
internal sealed class AnalysisSettings
{
    /// <summary>How many trees are asked for options that only a section gives.</summary>
    private const int AskedTrees = 16;
    private const string ModelFileEnd = ".models.txt";

    private static readonly ConditionalWeakTable<AnalyzerOptions, AnalysisSettings> _known = new();
    private static AnalysisSettings? _latest;

    private AnalysisSettings(string content, AnalysisOptions options, ApiModels models, ImmutableArray<ModelProblem> problems, bool followsReferences)
    {
        FollowsReferences = followsReferences;
        Content = content;
        Options = options;
        Models = models;
        Problems = problems;
    }

    /// <summary>What a project without options and model files has.</summary>
    public static AnalysisSettings Default { get; } = new("", AnalysisOptions.Default, ApiModels.Shipped, [], followsReferences: true);

    /// <summary>The options and model files as one text: equal for equal settings.</summary>
    public string Content { get; }

    public AnalysisOptions Options { get; }

    public ApiModels Models { get; }

    /// <summary>Whether calls into references that tell what they do are followed.</summary>
    public bool FollowsReferences { get; }

    /// <summary>What does not count, and why: lines of model files in the order of their paths, then options.</summary>
    public ImmutableArray<ModelProblem> Problems { get; }

    public static AnalysisSettings Of(Compilation compilation, AnalyzerOptions options, CancellationToken cancellation)
    {
        if (!_known.TryGetValue(options, out AnalysisSettings? settings))
        {
            settings = Read(compilation, options, cancellation);
            settings = _known.GetValue(options, _ => settings);
        }

        return settings;
    }

    /// <summary>What the project's options say, by their keys.</summary>
    public static SortedDictionary<string, string> ValuesOf(Compilation compilation, AnalyzerOptions options) =>
        AnalysisOptions.ValuesIn(options.AnalyzerConfigOptionsProvider.GlobalOptions, OfTrees(compilation, options.AnalyzerConfigOptionsProvider));

    /// <summary>Keys of options that no version has, each with the key that is meant.</summary>
    public static SortedDictionary<string, string> MisspelledKeys(Compilation compilation, AnalyzerOptions options) =>
        AnalysisOptions.MisspelledIn(options.AnalyzerConfigOptionsProvider.GlobalOptions, OfTrees(compilation, options.AnalyzerConfigOptionsProvider));

    /// <summary>Whether an additional file is a model file, by its name.</summary>
    public static bool IsModelFile(AdditionalText file) => file.Path.EndsWith(ModelFileEnd, StringComparison.OrdinalIgnoreCase);

    private static AnalysisSettings Read(Compilation compilation, AnalyzerOptions options, CancellationToken cancellation)
    {
        SortedDictionary<string, string> values = ValuesOf(compilation, options);
        if (values.TryGetValue(EditorSwitch.Key, out string? editor) && bool.TryParse(editor, out _))
        {
            // It decides whether anything is asked, and not what the answer is.
            values.Remove(EditorSwitch.Key);
        }

        (string Path, string Text)[] files =
        [
            .. options.AdditionalFiles.Where(IsModelFile).OrderBy(static file => file.Path, StringComparer.Ordinal)
                .Select(file => (file.Path, Text: file.GetText(cancellation)?.ToString() ?? "")),
        ];
        bool follows = SurfaceOptions.Follows(options.AnalyzerConfigOptionsProvider.GlobalOptions);
        string content = (follows ? "" : "alone\n") + string.Join("\n", values.Select(static value => value.Key + "=" + value.Value).Concat(files.Select(static file => file.Path + "\n" + file.Text)));
        AnalysisSettings? latest = content.Length == 0 ? Default : Volatile.Read(ref _latest);
        if (latest?.Content == content)
        {
            return latest;
        }

        ModelReader reader = ApiModels.Extend();
        var problems = new List<ModelProblem>();
        foreach ((string path, string text) in files)
        {
            reader.Read(path, text);
        }

        foreach ((string key, string effect) in AnalysisOptions.MemberKeys)
        {
            foreach (string member in values.TryGetValue(key, out string? list) ? AnalysisOptions.NamesIn(list) : [])
            {
                if (AnalysisOptions.IsMember(member))
                {
                    reader.ReadLine(key, 0, LineOf(member, effect));
                }
                else
                {
                    problems.Add(new ModelProblem(key, 0, $"'{member}' is not Namespace.Type::Member or Namespace.Type::Member(0)"));
                }
            }
        }

        AnalysisOptions read = AnalysisOptions.Read(values, problems);
        var settings = new AnalysisSettings(content, read, ApiModels.Of(reader), [.. reader.Problems, .. problems], follows);
        Volatile.Write(ref _latest, settings);
        return settings;
    }

    private static IEnumerable<AnalyzerConfigOptions> OfTrees(Compilation compilation, AnalyzerConfigOptionsProvider provider) =>
        compilation.SyntaxTrees.Take(AskedTrees).Select(provider.GetOptions);

    // Type::Member, or Type::Member(n) where the n-th argument is the lock or completion.
    private static string LineOf(string member, string effect)
    {
        int open = member.IndexOf('(');
        return open < 0 ? member + " " + effect : member.Substring(0, open) + " " + effect + member.Substring(open);
    }
}

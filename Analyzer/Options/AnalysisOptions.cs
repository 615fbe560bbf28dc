using System.Collections.Immutable;
using System.Globalization;
using CrossRelease.Analyzers.Models;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CrossRelease.Analyzers.Options;

/// <summary>What <c>.globalconfig</c> and <c>.editorconfig</c> say to the analyzer; docs/options.md explains each key. Immutable.</summary>
/// <param name="TimedWaitThreshold">From how many milliseconds on a limit counts as none; null if every limit counts.</param>
/// <param name="VirtualCallWidth">How many bodies a call may have and still be followed.</param>
/// <param name="PublicEntryPoints">Whether public methods may run at any time beside each other.</param>
/// <param name="SingleThreadedTypes">Full names of types that one thread alone uses.</param>
internal sealed record AnalysisOptions(long? TimedWaitThreshold, int VirtualCallWidth, bool PublicEntryPoints, ImmutableHashSet<string> SingleThreadedTypes)
{
    public const string ThresholdKey = "crossrelease.timed_wait_threshold";
    public const string WidthKey = "crossrelease.virtual_call_width";
    public const string EntriesKey = "crossrelease.public_entry_points";
    public const string SingleThreadedKey = "crossrelease.single_threaded_types";
    public const string ClassPolicyKey = "crossrelease.class_policy";
    public const int DefaultWidth = 8;

    private const string KeyStart = "cross";
    private const int MaxWidth = 64;
    private static readonly char[] _separators = [',', ' '];
    private static readonly (string Word, ClassPolicy Policy)[] _policies =
    [
        ("creation_site", ClassPolicy.CreationSite), ("wait_site", ClassPolicy.WaitSite), ("instance", ClassPolicy.Instance), ("key", ClassPolicy.Key),
    ];

    /// <summary>How the validator that the project runs with finds the classes of objects that have no key.</summary>
    public ClassPolicy ClassPolicy { get; init; }

    /// <summary>The keys that name members, each with the effect that its members have.</summary>
    public static ImmutableArray<(string Key, string Effect)> MemberKeys { get; } =
    [
        ("crossrelease.additional_acquires", "acquire"),
        ("crossrelease.additional_releases", "release"),
        ("crossrelease.additional_waits", "wait"),
        ("crossrelease.additional_signals", "signal"),
    ];

    /// <summary>Every key.</summary>
    public static ImmutableArray<string> Keys { get; } = [ThresholdKey, WidthKey, EntriesKey, SingleThreadedKey, ClassPolicyKey, EditorSwitch.Key, .. MemberKeys.Select(static key => key.Key)];

    public static AnalysisOptions Default { get; } = new(null, DefaultWidth, true, []);

    /// <summary>The options of these values.</summary>
    /// <param name="problems">Gets the values that do not count.</param>
    public static AnalysisOptions Read(IReadOnlyDictionary<string, string> values, ICollection<ModelProblem> problems)
    {
        AnalysisOptions options = Default;
        if (values.TryGetValue(ThresholdKey, out string? threshold))
        {
            options = long.TryParse(threshold, NumberStyles.None, CultureInfo.InvariantCulture, out long limit) && limit > 0
                ? options with { TimedWaitThreshold = limit }
                : Wrong(ThresholdKey, threshold, "a number of milliseconds above zero");
        }

        if (values.TryGetValue(WidthKey, out string? width))
        {
            options = int.TryParse(width, NumberStyles.None, CultureInfo.InvariantCulture, out int targets) && targets is > 0 and <= MaxWidth
                ? options with { VirtualCallWidth = targets }
                : Wrong(WidthKey, width, $"a number from 1 to {MaxWidth}");
        }

        if (values.TryGetValue(EntriesKey, out string? entries))
        {
            options = bool.TryParse(entries, out bool areEntries) ? options with { PublicEntryPoints = areEntries } : Wrong(EntriesKey, entries, "true or false");
        }

        if (values.TryGetValue(ClassPolicyKey, out string? policy))
        {
            int known = Array.FindIndex(_policies, candidate => candidate.Word == policy);
            options = known >= 0 ? options with { ClassPolicy = _policies[known].Policy } : Wrong(ClassPolicyKey, policy, string.Join(", ", _policies.Take(3).Select(static candidate => candidate.Word)) + " or key");
        }

        if (values.TryGetValue(EditorSwitch.Key, out string? editor) && !bool.TryParse(editor, out _))
        {
            Wrong(EditorSwitch.Key, editor, "true or false");
        }

        return values.TryGetValue(SingleThreadedKey, out string? types)
            ? options with { SingleThreadedTypes = [.. NamesIn(types).Where(name => IsTypeName(name) || Wrong(SingleThreadedKey, name, "the full name of a type") is null)] }
            : options;

        AnalysisOptions Wrong(string key, string value, string expected)
        {
            problems.Add(new ModelProblem(key, 0, $"'{value}' is not {expected}"));
            return options;
        }
    }

    /// <summary>The names in a list of them.</summary>
    public static string[] NamesIn(string list) => list.Split(_separators, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The values of our keys. Where a section gives them, the first of these trees that it covers decides for the project.</summary>
    public static SortedDictionary<string, string> ValuesIn(AnalyzerConfigOptions global, IEnumerable<AnalyzerConfigOptions> ofTrees)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (AnalyzerConfigOptions options in ofTrees.Prepend(global))
        {
            foreach (string key in Keys)
            {
                if (!values.ContainsKey(key) && options.TryGetValue(key, out string? value) && value.Trim().Length > 0)
                {
                    values.Add(key, value.Trim());
                }
            }
        }

        return values;
    }

    /// <summary>The keys that are none of ours and all but one, each with that one. Others may be those of another version.</summary>
    public static SortedDictionary<string, string> MisspelledIn(AnalyzerConfigOptions global, IEnumerable<AnalyzerConfigOptions> ofTrees)
    {
        var misspelled = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string key in ofTrees.Prepend(global).SelectMany(KeysOf).Where(static key => key.StartsWith(KeyStart, StringComparison.OrdinalIgnoreCase)))
        {
            if (!Keys.Contains(key, StringComparer.OrdinalIgnoreCase) && Keys.FirstOrDefault(known => Misspelling.Is(key, known)) is { } meant)
            {
                misspelled[key] = meant;
            }
        }

        return misspelled;
    }

    private static IEnumerable<string> KeysOf(AnalyzerConfigOptions options)
    {
        try
        {
            return options.Keys;
        }
        catch (NotImplementedException)
        {
            // The host's own kind of options need not tell them.
            return [];
        }
    }

    /// <summary>Whether a name in a list of members has their form: <c>Namespace.Type::Member</c>, or that with an argument's number.</summary>
    public static bool IsMember(string name)
    {
        int separator = name.IndexOf("::", StringComparison.Ordinal);
        int open = name.IndexOf('(');
        int end = open < 0 ? name.Length : open;
        return separator > 0
            && end > separator + 2
            && (open < 0 || (name[name.Length - 1] == ')' && int.TryParse(name.Substring(open + 1, name.Length - open - 2), NumberStyles.None, CultureInfo.InvariantCulture, out _)));
    }

    private static bool IsTypeName(string name) => name.Split('.').All(static part => part.Length > 0 && part.All(static letter => char.IsLetterOrDigit(letter) || letter == '_'));
}

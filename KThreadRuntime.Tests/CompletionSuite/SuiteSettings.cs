using System.Globalization;

namespace KThreadRuntime.Tests.CompletionSuite;

/// <summary>
/// A row's settings: words such as <c>unpredicted</c>, <c>kernel</c>, <c>history=8</c>, <c>kthreads=Kind</c>, and for the
/// completions of one name <c>C=WaitSite</c>, <c>X=Keys</c> (a key for each instance) or <c>X=Key:g</c> (the key called g).
/// </summary>
internal sealed record SuiteSettings
{
    internal const string Default = "default";

    private const string Keys = "Keys";
    private const string SharedKey = "Key:";

    private readonly Dictionary<string, string> _classes = [];

    /// <summary>As the table has it.</summary>
    internal string Text { get; private init; } = Default;

    internal bool Predicts { get; private init; } = true;

    internal LockdepPolicy Policy { get; private init; }

    internal int History { get; private init; } = 64;

    internal ClassPolicy KThreads { get; private init; }

    internal bool IsKernel => Policy == LockdepPolicy.Kernel;

    internal static SuiteSettings Parse(string words)
    {
        var settings = new SuiteSettings();
        foreach (string word in words.Split(' '))
        {
            string[] pair = word.Split('=');
            settings = pair[0] switch
            {
                Default => settings,
                "unpredicted" => settings with { Predicts = false },
                "kernel" => settings with { Policy = LockdepPolicy.Kernel },
                "history" => settings with { History = int.Parse(pair[1], CultureInfo.InvariantCulture) },
                "kthreads" => settings with { KThreads = Enum.Parse<ClassPolicy>(pair[1]) },
                _ => settings.WithClasses(pair[0], pair[1]),
            };
        }

        return settings with { Text = words };
    }

    /// <summary>The same with a suggested split applied.</summary>
    internal SuiteSettings With(SplitSuggestion split) =>
        split.Class.Name.Contains("->", StringComparison.Ordinal)
            ? new SuiteSettings { Predicts = Predicts, Policy = Policy, History = History, KThreads = split.By }
            : WithClasses(split.Class.Name.Replace("(completion)", "", StringComparison.Ordinal), split.By.ToString());

    internal LockdepOptions Options(Confidence threshold) => new()
    {
        Threshold = threshold, Prediction = Predicts, Policy = Policy, HistoryCapacity = History, KThreadClasses = KThreads,
    };

    /// <summary>How the completions of a class name find their class; null for the default.</summary>
    internal ClassPolicy? PolicyOf(string name) => _classes.TryGetValue(name, out string? by) && Enum.TryParse(by, out ClassPolicy policy) ? policy : null;

    /// <summary>The name of an instance's key; null without one.</summary>
    internal string? KeyOf(string name, string instance) =>
        !_classes.TryGetValue(name, out string? by) ? null
        : by == Keys ? instance
        : by.StartsWith(SharedKey, StringComparison.Ordinal) ? by[SharedKey.Length..]
        : null;

    /// <summary>What is of one class by kind is split together: its first instance only gave the class its name.</summary>
    private SuiteSettings WithClasses(string name, string by)
    {
        bool isKey = by == Keys || by.StartsWith(SharedKey, StringComparison.Ordinal);
        if (!isKey && !Enum.TryParse(by, out ClassPolicy _))
        {
            throw new FormatException($"\"{by}\" is no class of {name}.");
        }

        var copy = new SuiteSettings { Predicts = Predicts, Policy = Policy, History = History, KThreads = KThreads };
        bool wasByKind = PolicyOf(name) == ClassPolicy.Kind;
        foreach ((string other, string otherBy) in _classes)
        {
            copy._classes[other] = wasByKind && otherBy == nameof(ClassPolicy.Kind) ? by : otherBy;
        }

        copy._classes[name] = by;
        return copy;
    }
}

namespace KThreadRuntime;

/// <summary>Reports that are known and muted, by fingerprint, each with its reason.</summary>
/// <remarks>
/// The text has a line for each: the fingerprint, white space, the reason. Empty lines and lines that begin with <c>#</c> are passed
/// over. A hang that is really there is told all the same. Immutable; safe to share.
/// </remarks>
public sealed class LockdepBaseline
{
    private const int FingerprintLength = 16;

    private readonly Dictionary<string, LockdepBaselineEntry> _byFingerprint = new(StringComparer.Ordinal);

    private LockdepBaseline()
    {
    }

    /// <summary>The entries, in the order of the text.</summary>
    public IReadOnlyList<LockdepBaselineEntry> Entries { get; private init; } = [];

    /// <summary>Reads a baseline file.</summary>
    /// <param name="path">The file, in UTF-8.</param>
    /// <exception cref="LockdepFormatException">A line is neither an entry nor a comment; it names file and line.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static LockdepBaseline Load(string path) => Parse(File.ReadAllText(path ?? throw new ArgumentNullException(nameof(path))), path);

    /// <summary>Reads a baseline's text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">What errors call it: a path, as a rule.</param>
    /// <exception cref="LockdepFormatException">A line is neither an entry nor a comment; it names the text and the line.</exception>
    public static LockdepBaseline Parse(string text, string name = "baseline")
    {
        string[] lines = (text ?? throw new ArgumentNullException(nameof(text))).Split('\n');
        var entries = new List<LockdepBaselineEntry>();
        var baseline = new LockdepBaseline { Entries = entries };
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            LockdepBaselineEntry entry = ParseLine(line, i + 1, name);
            if (baseline._byFingerprint.TryGetValue(entry.Fingerprint, out LockdepBaselineEntry? first))
            {
                throw new LockdepFormatException(name, i + 1, 0, $"the fingerprint {entry.Fingerprint} stands in line {first.Line} already.");
            }

            baseline._byFingerprint.Add(entry.Fingerprint, entry);
            entries.Add(entry);
        }

        return baseline;
    }

    internal LockdepBaselineEntry? Find(string fingerprint) => _byFingerprint.TryGetValue(fingerprint, out LockdepBaselineEntry? entry) ? entry : null;

    private static LockdepBaselineEntry ParseLine(string line, int number, string name)
    {
        int end = 0;
        while (end < line.Length && !char.IsWhiteSpace(line[end]))
        {
            end++;
        }

        string fingerprint = line.Substring(0, end), reason = line.Substring(end).Trim();
        if (fingerprint.Length != FingerprintLength || !fingerprint.All(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'f')))
        {
            throw new LockdepFormatException(name, number, 0, $"\"{fingerprint}\" is no fingerprint: {FingerprintLength} digits 0-9 and a-f are expected.");
        }

        return reason.Length > 0
            ? new LockdepBaselineEntry(fingerprint, reason, number)
            : throw new LockdepFormatException(name, number, 0, $"the fingerprint {fingerprint} has no reason; write it behind, on the same line.");
    }
}

using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Options;

/// <summary>
/// Findings that a project knows and lives with, by fingerprint, each with its reason: the additional files named
/// <c>*.lockdep-baseline.txt</c>. The form is that of the validator's baseline. Immutable.
/// </summary>
internal sealed class Baseline
{
    /// <summary>The property of a diagnostic that holds its fingerprint: error logs and fixes find it there.</summary>
    public const string FingerprintProperty = "Fingerprint";

    /// <summary>What stands for a reason that is still to be written. Such an entry counts, and is asked for its reason.</summary>
    public const string NoReasonYet = "TODO: say why this cannot happen";

    private const string Todo = "TODO";
    private const string Suffix = ".lockdep-baseline.txt";
    private const int FingerprintLength = 16;

    private static readonly ConditionalWeakTable<SourceText, Baseline> _read = new();
    private static readonly Baseline _empty = new([], []);

    private readonly ImmutableHashSet<string> _fingerprints;

    private Baseline(ImmutableArray<Entry> entries, ImmutableArray<BadLine> badLines)
    {
        Entries = entries;
        BadLines = badLines;
        _fingerprints = entries.Select(static entry => entry.Fingerprint).ToImmutableHashSet(StringComparer.Ordinal);
    }

    public ImmutableArray<Entry> Entries { get; }

    /// <summary>Lines that are neither an entry nor a comment. The other lines count all the same.</summary>
    public ImmutableArray<BadLine> BadLines { get; }

    public static bool IsBaseline(AdditionalText file) => file.Path.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase);

    /// <summary>The baselines of a project, one for each file.</summary>
    public static ImmutableArray<Baseline> Of(AnalyzerOptions options, CancellationToken cancellation) =>
        options.AdditionalFiles.IsEmpty ? [] : [.. options.AdditionalFiles.Where(IsBaseline).Select(file => Read(file, cancellation))];

    /// <summary>A file that cannot be read at all has no entries; the compiler says so.</summary>
    public static Baseline Read(AdditionalText file, CancellationToken cancellation) =>
        file.GetText(cancellation) is { } text ? _read.GetValue(text, Parse) : _empty;

    public bool Contains(string fingerprint) => _fingerprints.Contains(fingerprint);

    private static Baseline Parse(SourceText text)
    {
        ImmutableArray<Entry>.Builder entries = ImmutableArray.CreateBuilder<Entry>();
        ImmutableArray<BadLine>.Builder badLines = ImmutableArray.CreateBuilder<BadLine>();
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (TextLine line in text.Lines)
        {
            string content = line.ToString().Trim();
            if (content.Length == 0 || content[0] == '#')
            {
                continue;
            }

            int end = content.IndexOfAny([' ', '\t']);
            string fingerprint = end < 0 ? content : content.Substring(0, end);
            if (fingerprint.Length != FingerprintLength || !fingerprint.All(static digit => digit is (>= '0' and <= '9') or (>= 'a' and <= 'f')))
            {
                badLines.Add(new BadLine(line, $"\"{fingerprint}\" is no fingerprint: {FingerprintLength} digits 0-9 and a-f are expected"));
            }
            else if (end < 0)
            {
                badLines.Add(new BadLine(line, $"the fingerprint {fingerprint} has no reason; write it behind, on the same line"));
            }
            else if (first.TryGetValue(fingerprint, out int known))
            {
                badLines.Add(new BadLine(line, $"the fingerprint {fingerprint} stands in line {known} already"));
            }
            else
            {
                first.Add(fingerprint, line.LineNumber + 1);
                entries.Add(new Entry(line, fingerprint, content.Substring(end).Trim()));
            }
        }

        return new Baseline(entries.ToImmutable(), badLines.ToImmutable());
    }

    internal sealed record Entry(TextLine Line, string Fingerprint, string Reason)
    {
        /// <summary>Whether somebody has written why.</summary>
        public bool HasReason => !Reason.StartsWith(Todo, StringComparison.OrdinalIgnoreCase);

        public Location LocationIn(string path) => Location.Create(
            path, Line.Span, new LinePositionSpan(new LinePosition(Line.LineNumber, 0), new LinePosition(Line.LineNumber, Line.Span.Length)));
    }

    internal sealed record BadLine(TextLine Line, string Problem);
}

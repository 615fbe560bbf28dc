using System.Reflection;

namespace KThreadRuntime.Tests.CompletionSuite;

/// <summary>The public table: <c>completion-suite.tsv</c>, one fact a line.</summary>
internal static class SuiteTable
{
    private const string Resource = "completion-suite.tsv";
    private const string Head = "id\tplay\tsettings\tstory\tverdict\tanswer\tlearned\tknown\twhy";

    private static readonly Lazy<IReadOnlyList<SuiteRow>> _rows = new(Read);

    internal static IReadOnlyList<SuiteRow> Rows => _rows.Value;

    internal static SuiteRow Row(string id) => Rows.Single(r => r.Id == id);

    private static IReadOnlyList<SuiteRow> Read()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The table {Resource} is not embedded.");
        using var reader = new StreamReader(stream);
        return [.. Parse(reader)];
    }

    internal static IReadOnlyList<SuiteRow> Parse(TextReader reader)
    {
        string[] lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines[0] == Head
            ? [.. lines.Skip(1).Where(l => l[0] != '#').Select(ParseRow)]
            : throw new InvalidDataException($"The table's head is \"{lines[0]}\".");
    }

    private static SuiteRow ParseRow(string line)
    {
        string[] cells = line.Split('\t');
        if (cells.Length != Head.Split('\t').Length || cells.Any(c => c.Length == 0))
        {
            throw new InvalidDataException($"A row has {cells.Length} cells, or an empty one: {line}");
        }

        bool isCode = cells[1] switch { "code" => true, "story" => false, _ => throw new InvalidDataException($"{cells[0]} is played by \"{cells[1]}\".") };
        return new SuiteRow(
            cells[0], isCode, SuiteSettings.Parse(cells[2]), cells[3], Enum.Parse<Verdict>(cells[4], ignoreCase: true), cells[5], cells[6], cells[7], cells[8]);
    }
}

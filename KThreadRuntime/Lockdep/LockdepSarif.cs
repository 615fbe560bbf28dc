using System.Text;
using KThreadRuntime.Reports;

namespace KThreadRuntime;

/// <summary>Writes reports as a SARIF 2.1.0 log, as code hosts and editors read it.</summary>
/// <remarks>
/// A report is a result: its rule is the kind (<c>XR9101</c> for <see cref="ReportKind.Circular"/> and so on, in the order of the
/// enumeration), its place the event that closed it, each context a thread flow, and its fingerprint the partial fingerprint
/// <c>lockdep/v1</c>. Files are named as the compiler named them; a relative one is relative to the base <c>%SRCROOT%</c>.
/// </remarks>
public static class LockdepSarif
{
    /// <summary>Writes a whole log.</summary>
    /// <param name="writer">Where to; what it throws is thrown.</param>
    /// <param name="reports">The results; none is a log without results.</param>
    public static void Write(TextWriter writer, IEnumerable<LockdepReport> reports)
    {
        _ = writer ?? throw new ArgumentNullException(nameof(writer));
        _ = reports ?? throw new ArgumentNullException(nameof(reports));
        var text = new StringBuilder();
        JsonWriter json = new JsonWriter(text).BeginObject()
            .Member("$schema", "https://json.schemastore.org/sarif-2.1.0.json").Member("version", "2.1.0")
            .Name("runs").BeginArray().BeginObject();
        SarifRules.WriteTool(json);
        json.Member("columnKind", "utf16CodeUnits").Name("results").BeginArray();
        foreach (LockdepReport report in reports)
        {
            SarifResult.Write(json, report);
            writer.Write(text.ToString());
            text.Clear();
        }

        json.EndArray().EndObject().EndArray().EndObject();
        writer.Write(text.Append('\n').ToString());
    }

    /// <summary>The id of a kind's rule.</summary>
    /// <param name="kind">The kind.</param>
    public static string RuleId(ReportKind kind) => SarifRules.Id(kind);
}

using System.Globalization;

namespace KThreadRuntime.Reports;

/// <summary>The tool component of a SARIF log: a rule for each kind of report.</summary>
internal static class SarifRules
{
    private const int FirstId = 9101;
    private const int Kinds = (int)ReportKind.Abandoned + 1;

    internal static string Id(ReportKind kind) => $"XR{(FirstId + (int)kind).ToString(CultureInfo.InvariantCulture)}";

    internal static void WriteTool(JsonWriter json)
    {
        json.Name("tool").BeginObject().Name("driver").BeginObject()
            .Member("name", "KThreadRuntime.Lockdep")
            .Member("semanticVersion", Version())
            .Name("rules").BeginArray();
        for (int i = 0; i < Kinds; i++)
        {
            var kind = (ReportKind)i;
            json.BeginObject().Member("id", Id(kind)).Member("name", kind.ToString());
            Message(json, "shortDescription", Title(kind));
            json.EndObject();
        }

        json.EndArray().EndObject().EndObject();
    }

    internal static void Message(JsonWriter json, string name, string text) => json.Name(name).BeginObject().Member("text", text).EndObject();

    private static string Version()
    {
        Version version = typeof(SarifRules).Assembly.GetName().Version ?? new Version(0, 0, 0);
        return version.ToString(3);
    }

    private static string Title(ReportKind kind) => ReportWords.Title(kind, isClosed: false);
}

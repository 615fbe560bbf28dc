using System.Text.RegularExpressions;

namespace KThreadRuntime.Tests.Reports;

public class DotTests
{
    [Fact]
    public void Ring_IsAGraphOfItsClasses() => Assert.Equal(
        """
        digraph report {
          label="possible circular locking dependency 0123456789abcdef";
          n0 [label="_gate\nOrders (Orders.cs:10)", shape=box];
          n1 [label="(kthread completion)->parked\nOrders (Orders.cs:12)", shape=ellipse];
          n0 -> n1 [label="main/1\nMethod42 (Orders.cs:42)"];
          n1 -> n0 [label="worker/9\nMethod51 (Orders.cs:51)", style=dashed];
        }

        """.ReplaceLineEndings("\n"),
        Dot(SampleReports.CrossRelease));

    /// <summary>The grammar of the subset in use, a line at a time; a quoted string ends at the first quote without a backslash.</summary>
    [Fact]
    public void EverySample_IsQuotedSoThatItCanBeRead()
    {
        const string Quoted = "\"(?:[^\"\\\\\n]|\\\\.)*\"";
        var line = new Regex($"^(?:digraph report \\{{|\\}}|  label={Quoted};|  n\\d+ \\[label={Quoted}, shape=(?:box|ellipse)\\];|  n\\d+ -> n\\d+ \\[label={Quoted}(?:, style=dashed)?\\];)$");

        Assert.All(SampleReports.All, report => Assert.All(Dot(report).TrimEnd('\n').Split('\n'), l => Assert.Matches(line, l)));
    }

    [Fact]
    public void WholeGraph_HasEveryClassAndDependency()
    {
        using var lab = new Lab();
        var a = new KMutex(name: "a");
        var b = new KMutex(name: "b\"");
        var c = new KMutex(name: "c");
        lab.Thread("T1").Do(() => CrossReleaseTests.Under(a, () => CircularRuleTests.Nest(b, c)));
        var writer = new StringWriter();
        lab.Validator.WriteDot(writer);
        string[] lines = writer.ToString().Split('\n');

        Assert.Equal("digraph lockdep {", lines[0]);
        Assert.Single(lines, l => l.StartsWith("  n2 [label=\"b\\\"\\n", StringComparison.Ordinal));
        Assert.Equal(["n1 -> n2", "n1 -> n3", "n2 -> n3"], lines.Where(l => l.Contains("->", StringComparison.Ordinal)).Select(l => l.Trim()[..8]).Order(StringComparer.Ordinal));
    }

    private static string Dot(LockdepReport report)
    {
        var writer = new StringWriter();
        report.Write(writer, LockdepReportFormat.Dot);
        return writer.ToString();
    }
}

using System.Text.Json;

namespace KThreadRuntime.Tests.Reports;

/// <summary>What the SARIF 2.1.0 schema requires, and what its readers need beside.</summary>
public class SarifTests
{
    private static readonly JsonElement _run = Run([.. SampleReports.All]);

    [Fact]
    public void Log_HasVersionAndOneRunWithItsRules()
    {
        JsonElement log = Log([SampleReports.Circular]);
        JsonElement driver = _run.GetProperty("tool").GetProperty("driver");
        string?[] ids = [.. driver.GetProperty("rules").EnumerateArray().Select(r => r.GetProperty("id").GetString())];

        Assert.Equal("2.1.0", log.GetProperty("version").GetString());
        Assert.Equal(1, log.GetProperty("runs").GetArrayLength());
        Assert.Equal("KThreadRuntime.Lockdep", driver.GetProperty("name").GetString());
        Assert.Equal(Enum.GetValues<ReportKind>().Select(LockdepSarif.RuleId), ids);
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.Equal("XR9101", LockdepSarif.RuleId(ReportKind.Circular));
    }

    [Fact]
    public void EveryResult_HasWhatTheSchemaRequires()
    {
        JsonElement[] results = [.. _run.GetProperty("results").EnumerateArray()];
        Assert.Equal(SampleReports.All.Count(), results.Length);
        Assert.All(results.Zip(SampleReports.All), pair =>
        {
            (JsonElement result, LockdepReport report) = pair;
            Assert.Equal(LockdepSarif.RuleId(report.Kind), result.GetProperty("ruleId").GetString());
            Assert.Equal(report.Kind.ToString(), Rule(result.GetProperty("ruleIndex").GetInt32()).GetProperty("name").GetString());
            Assert.NotEmpty(result.GetProperty("message").GetProperty("text").GetString()!);
            Assert.Contains(result.GetProperty("level").GetString(), new[] { "note", "warning", "error" });
            Assert.Equal(report.Fingerprint, result.GetProperty("partialFingerprints").GetProperty("lockdep/v1").GetString());
            JsonElement location = Assert.Single(result.GetProperty("locations").EnumerateArray());
            Assert.True(location.GetProperty("physicalLocation").GetProperty("region").GetProperty("startLine").GetInt32() >= 1);
        });
    }

    [Fact]
    public void EveryContext_IsAThreadFlowOfThreeLocations()
    {
        JsonElement result = Run([SampleReports.ThreeContexts]).GetProperty("results")[0];
        JsonElement[] flows = [.. Assert.Single(result.GetProperty("codeFlows").EnumerateArray()).GetProperty("threadFlows").EnumerateArray()];

        Assert.Equal(["A: reset/3", "B: reader/5", "C: fault/6"], flows.Select(f => f.GetProperty("id").GetString()));
        Assert.All(flows, f => Assert.Equal(
            ["[S]", "[W]", "[E]"], f.GetProperty("locations").EnumerateArray().Select(l => l.GetProperty("location").GetProperty("message").GetProperty("text").GetString()![..3])));
        Assert.Equal("note", result.GetProperty("level").GetString());
    }

    [Theory]
    [InlineData("/_/Shop/My Orders.cs", "Shop/My%20Orders.cs", true)]
    [InlineData("/_1/Orders.cs", "Orders.cs", true)]
    [InlineData("Shop\\Orders.cs", "Shop/Orders.cs", true)]
    [InlineData("/home/me/Orders.cs", "file:///home/me/Orders.cs", false)]
    [InlineData("C:\\me\\Orders#1.cs", "file:///C:/me/Orders%231.cs", false)]
    public void Files_AreRelativeToTheSourceRootOrUrisOfTheirOwn(string file, string uri, bool isRelative)
    {
        using var lab = new Lab();
        var a = new LockdepMap("a");
        Lockdep.Release(a, file, 7, "Member");
        JsonElement artifact = Run([lab.Single()]).GetProperty("results")[0].GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("artifactLocation");

        Assert.Equal(uri, artifact.GetProperty("uri").GetString());
        Assert.Equal(isRelative, artifact.TryGetProperty("uriBaseId", out _));
    }

    [Fact]
    public void NoReports_AreALogWithoutResults() => Assert.Equal(0, Run([]).GetProperty("results").GetArrayLength());

    private static JsonElement Rule(int index) => _run.GetProperty("tool").GetProperty("driver").GetProperty("rules")[index];

    private static JsonElement Run(LockdepReport[] reports) => Log(reports).GetProperty("runs")[0];

    private static JsonElement Log(LockdepReport[] reports)
    {
        var writer = new StringWriter();
        LockdepSarif.Write(writer, reports);
        return JsonDocument.Parse(writer.ToString()).RootElement;
    }
}

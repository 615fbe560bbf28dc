using System.Text.Json;

namespace KThreadRuntime.Tests.Reports;

public class ReportJsonTests
{
    public static TheoryData<int> Samples => [.. Enumerable.Range(0, SampleReports.All.Count())];

    [Theory]
    [MemberData(nameof(Samples))]
    public void WrittenAndRead_IsTheSame(int sample)
    {
        LockdepReport written = SampleReports.All.ElementAt(sample);
        LockdepReport read = LockdepReport.Parse(written.ToJson());

        Assert.Equal(written.ToJson(), read.ToJson());
        Assert.Equal(written.ToString(), read.ToString());
        Assert.Equal(written.ToKernelText(), read.ToKernelText());
        Assert.Equal((written.Kind, written.Confidence, written.Flags, written.Fingerprint, written.Task), (read.Kind, read.Confidence, read.Flags, read.Fingerprint, read.Task));
        Assert.Equal((written.SubjectSite, written.Detail, written.Split?.By), (read.SubjectSite, read.Detail, read.Split?.By));
        Assert.Equal(written.Steps.Select(Facts), read.Steps.Select(Facts));
        Assert.Equal(written.Held.Select(h => (h.Class.DisplayName, h.Mode, h.Site)), read.Held.Select(h => (h.Class.DisplayName, h.Mode, h.Site)));
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Written_FollowsTheDocumentedSchema(int sample)
    {
        string json = SampleReports.All.ElementAt(sample).ToJson();
        var schema = new JsonSchema(JsonDocument.Parse(File.ReadAllText(Path.Combine(Docs.Folder, "schema", "lockdep-report-1.json"))).RootElement);

        Assert.DoesNotContain('\n', json);
        Assert.Empty(schema.Faults(JsonDocument.Parse(json).RootElement));
    }

    [Theory]
    [InlineData("kind", typeof(ReportKind))]
    [InlineData("confidence", typeof(Confidence))]
    public void Schema_NamesEveryValue(string member, Type type)
    {
        JsonElement schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(Docs.Folder, "schema", "lockdep-report-1.json"))).RootElement;

        Assert.Equal(Enum.GetNames(type), schema.GetProperty("properties").GetProperty(member).GetProperty("enum").EnumerateArray().Select(e => e.GetString()));
    }

    [Fact]
    public void ClassesNamedTwice_AreOneClassAgain()
    {
        LockdepReport read = LockdepReport.Parse(SampleReports.ThreeContexts.ToJson());

        Assert.Same(read.Steps[0].Wanted, read.Steps[1].Held);
        Assert.Same(read.Steps[2].Wanted, read.Held[1].Class);
        Assert.Same(read.Split!.Class, read.Steps[1].Held);
        Assert.True(read.Steps[0].Wanted.IsCompletion);
    }

    [Fact]
    public void ReportOfARun_WrittenAndRead_IsTheSame()
    {
        using var lab = new Lab();
        var key = new LockClassKey("keyed");
        var a = new KMutex(key);
        var b = new KMutex(name: "b");
        lab.Thread("T1").Do(() => CircularRuleTests.Nest(a, b));
        lab.Thread("T2").Do(() => CircularRuleTests.Nest(b, a));
        LockdepReport written = lab.Single();
        LockdepReport read = LockdepReport.Parse(written.ToJson());

        Assert.Equal(written.ToString(), read.ToString());
        Assert.Equal(key.Site, read.Steps[0].Wanted.Key!.Site);
        Assert.Contains(read.Stack!.Frames, f => f.Contains($"{nameof(CircularRuleTests)}.{nameof(CircularRuleTests.Nest)}(", StringComparison.Ordinal));
    }

    [Fact]
    public void MembersOfALaterWriter_ArePassedOver()
    {
        string json = SampleReports.Circular.ToJson();

        Assert.Equal(json, LockdepReport.Parse(json.Insert(1, "\"later\":[{\"x\":-1.5e+3}],")).ToJson());
    }

    [Theory]
    [InlineData("", 1, 1, "the text ends where a value is expected.")]
    [InlineData("{\n  \"version\": 1,\n  oops\n}", 3, 3, "a name in quotes is expected here.")]
    [InlineData("{\"version\": 2}", 1, 13, "version 2 is not one that this library reads; it reads 1.")]
    [InlineData("{\"version\": 1", 1, 14, "',' is expected here.")]
    [InlineData("{\"version\": 1} x", 1, 16, "nothing may follow the value.")]
    [InlineData("{\"version\": 1, \"version\": 1}", 1, 16, "the object has a member of this name already.")]
    [InlineData("{\"version\": 01}", 1, 14, "',' is expected here.")]
    [InlineData("{\"version\": \"1\"}", 1, 13, "a whole number is expected here.")]
    [InlineData("{\"version\": 1.5}", 1, 13, "a whole number of 32 bits is expected here.")]
    [InlineData("{\"version\": tru}", 1, 13, "a value is expected here.")]
    [InlineData("[\"\\x\"]", 1, 4, "this is no escape that JSON knows.")]
    [InlineData("[\"open", 1, 7, "the text ends inside a string.")]
    [InlineData("[\"a\nb\"]", 1, 4, "a control character must be escaped in a string.")]
    [InlineData("[]", 1, 1, "an object is expected here.")]
    public void BadText_SaysWhereAndWhy(string json, int line, int column, string problem)
    {
        var thrown = Assert.Throws<LockdepFormatException>(() => LockdepReport.Parse(json));

        Assert.Equal((line, column, problem), (thrown.Line, thrown.Column, thrown.Problem));
        Assert.Equal($"lockdep report, line {line}, column {column}: {problem}", thrown.Message);
    }

    [Theory]
    [InlineData("\"kind\":\"Circular\"", "\"kind\":\"3\"", "\"3\" is no ReportKind.")]
    [InlineData("\"kind\":\"Circular\",", "", "the member \"kind\" is missing.")]
    [InlineData("\"isOwed\":false", "\"isOwed\":0", "true or false is expected here.")]
    [InlineData("\"wanted\":1", "\"wanted\":9", "there is no class of this number.")]
    [InlineData("\"held\":0", "\"held\":-1", "there is no class of this number.")]
    [InlineData("\"flags\":[]", "\"flags\":[\"Stall, Predicted\"]", "\"Stall, Predicted\" is no ReportFlags.")]
    public void BadReport_SaysWhy(string part, string instead, string problem)
    {
        string json = SampleReports.Circular.ToJson();
        Assert.Contains(part, json, StringComparison.Ordinal);
        int at = json.IndexOf(part, StringComparison.Ordinal);
        string bad = string.Concat(json.AsSpan(0, at), instead, json.AsSpan(at + part.Length));

        Assert.Equal(problem, Assert.Throws<LockdepFormatException>(() => LockdepReport.Parse(bad)).Problem);
    }

    [Fact]
    public void RingWithoutSteps_IsRefused()
    {
        string json = SampleReports.UnbalancedRelease.ToJson();
        string bad = json.Replace("\"fault\":", "\"other\":", StringComparison.Ordinal);

        Assert.Equal("a report without a fault has at least one step.", Assert.Throws<LockdepFormatException>(() => LockdepReport.Parse(bad)).Problem);
    }

    [Fact]
    public void HalfASurrogatePair_IsReplaced()
    {
        using var lab = new Lab();
        Lockdep.Release(new LockdepMap("a\ud800\ude00\udc00"));

        Assert.Contains("\"a\ud800\ude00\ufffd\"", lab.Single().ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void EndlessNesting_IsRefusedBeforeTheStackEnds() =>
        Assert.Equal("nested deeper than 64 levels.", Assert.Throws<LockdepFormatException>(() => LockdepReport.Parse(new string('[', 100_000))).Problem);

    [Fact]
    public void TruncatedAnywhere_IsRefused()
    {
        string json = SampleReports.ThreeContexts.ToJson();
        for (int length = 0; length < json.Length; length++)
        {
            Assert.Throws<LockdepFormatException>(() => LockdepReport.Parse(json[..length]));
        }
    }

    private static string Facts(LockdepStep step) => string.Join(
        "; ", step, step.Thread, step.HeldSite, step.HeldSite.File, step.WantedSite, step.SignalSite, step.IsOwed, step.IsWait, step.HeldMode, step.WantedMode, step.Flags, step.Stack);
}

namespace CrossRelease.Analyzers.Tests.Tools;

public sealed class BaselineCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crossrelease-").FullName;

    private string Baseline => Path.Combine(_folder, "app.lockdep-baseline.txt");

    [Fact]
    public void Findings_BecomeEntriesOnce()
    {
        var log = Log(Result("XR1001", "warning", "00000000000000aa"), Result("XR1002", "error", "00000000000000bb"), Result("XR1001", "warning", "00000000000000aa"));

        Assert.Equal((0, "2 entries added to app.lockdep-baseline.txt."), Run(log, "old"));
        Assert.Equal(
            ["# XR1001: the message", "00000000000000aa old", "# XR1002: the message", "00000000000000bb old"],
            File.ReadAllLines(Baseline));
    }

    [Fact]
    public void KnownEntry_KeepsItsReason()
    {
        File.WriteAllText(Baseline, "# ours\n00000000000000aa the worker has ended\n");

        Assert.Equal((0, "0 entries added to app.lockdep-baseline.txt."), Run(Log(Result("XR1001", "warning", "00000000000000aa")), "old"));
        Assert.Equal("# ours\n00000000000000aa the worker has ended\n", File.ReadAllText(Baseline));
    }

    [Theory]
    [InlineData("note", "")]
    [InlineData("warning", ", \"suppressions\": [{ \"kind\": \"inSource\" }]")]
    public void SuggestionsAndSuppressed_AreLeftOut(string level, string more)
        => Assert.Equal((0, "0 entries added to app.lockdep-baseline.txt."), Run(Log(Result("XR1001", level, "00000000000000aa", more)), "old"));

    [Fact]
    public void DiagnosticsOfOthers_AreLeftOut()
        => Assert.Equal(
            (0, "0 entries added to app.lockdep-baseline.txt."),
            Run(Log("{ \"ruleId\": \"CS0168\", \"level\": \"warning\", \"message\": { \"text\": \"unused\" } }"), "old"));

    [Theory]
    [InlineData("{\n\"runs\": [", "build.sarif(2): this is no JSON")]
    [InlineData("{}", "build.sarif: this is no SARIF log of version 2.1; build with -p:ErrorLog=FILE%2Cversion=2.1.")]
    [InlineData("{ \"runs\": [ {} ] }", "build.sarif: this is no SARIF log of version 2.1")]
    public void UnusableLog_IsNamed(string content, string expected)
    {
        var (code, output) = Run(Write(content), "old");

        Assert.Equal(1, code);
        Assert.Contains(expected, output);
        Assert.False(File.Exists(Baseline));
    }

    [Fact]
    public void MissingLog_IsNamed()
    {
        var (code, output) = Run(Path.Combine(_folder, "none.sarif"), "old");

        Assert.Equal(1, code);
        Assert.Contains("none.sarif", output);
    }

    [Fact]
    public void EmptyReason_IsRefused() => Assert.Equal((1, "--reason: a reason is one line, and not empty."), Run(Log(), " "));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Result(string rule, string level, string fingerprint, string more = "")
        => $$$"""{ "ruleId": "{{{rule}}}", "level": "{{{level}}}", "message": { "text": "the message" }{{{more}}}, "properties": { "customProperties": { "Fingerprint": "{{{fingerprint}}}" } } }""";

    private string Log(params string[] results) => Write($$"""{ "runs": [ { "results": [ {{string.Join(", ", results)}} ] } ] }""");

    private string Write(string content)
    {
        var path = Path.Combine(_folder, "build.sarif");
        File.WriteAllText(path, content);
        return path;
    }

    private (int Code, string Output) Run(string log, string reason)
    {
        var output = new StringWriter();
        var code = CrossRelease.Tool.Program.Run(["baseline", "create", log, "--reason", reason, "--output", Baseline], output, output);
        return (code, output.ToString().Trim());
    }
}

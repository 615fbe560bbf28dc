using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.Tests.Meta;

/// <summary>The profiles that the package ships say something of every rule, and of nothing else.</summary>
public class ProfileTests
{
    [Theory]
    [InlineData("strict", "error", "warning")]
    [InlineData("adopt", "warning", "suggestion")]
    public void Profile_SetsEveryRule(string profile, string ofDeadlocks, string ofOthers)
        => Assert.Equal(
            RuleFacts.All.Select(rule => (rule.Id, rule.Category == "Deadlock" ? ofDeadlocks : rule.Category == "Evidence" ? OwnSeverity(rule) : ofOthers)).Order(),
            Severities(profile).Order());

    [Fact]
    public void DefaultProfile_LeavesEveryRuleAsItsPageSays() => Assert.Empty(Severities("default"));

    [Theory]
    [InlineData("default")]
    [InlineData("strict")]
    [InlineData("adopt")]
    public void Profile_GivesWayToTheProjectsOwnSettings(string profile)
        => Assert.StartsWith("is_global = true\nglobal_level = -100\n", Read(profile));

    // What is told about the analysis itself is no finding that a project could be strict about.
    private static string OwnSeverity(DiagnosticDescriptor rule) => rule.DefaultSeverity == DiagnosticSeverity.Info ? "suggestion" : "warning";

    private static IEnumerable<(string Id, string Severity)> Severities(string profile)
        => Read(profile).Split('\n')
            .Where(line => line.StartsWith("dotnet_diagnostic.", StringComparison.Ordinal))
            .Select(line => line.Split('.', '=') is var parts ? (parts[1], parts[3].Trim()) : default);

    private static string Read(string profile) => ProjectFiles.Read($"Analyzer.Package/CrossRelease.Analyzers/profiles/{profile}.globalconfig");
}

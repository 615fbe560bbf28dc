namespace CrossRelease.Analyzers.Tests.Meta;

/// <summary>What is written about a rule in more than one place is the same in all of them.</summary>
public class RuleTableTests
{
    [Fact]
    public void Ids_AreUniqueAndReported()
    {
        Assert.NotEmpty(RuleFacts.All);
        Assert.Equal(RuleFacts.All.Count, RuleFacts.All.Select(rule => rule.Id).Distinct().Count());
        Assert.Equal(RuleFacts.All.Select(rule => rule.Id).Order(), RuleFacts.Reported().Order());
    }

    [Theory]
    [MemberData(nameof(RuleFacts.Ids), MemberType = typeof(RuleFacts))]
    public void FieldName_StartsWithId(string id)
        => Assert.Contains(typeof(CrossRelease.Analyzers.Rules).GetFields(), field => field.Name.StartsWith(id + "_", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(RuleFacts.Ids), MemberType = typeof(RuleFacts))]
    public void Page_HasTheDescriptorsFactsAndEverySection(string id)
    {
        var rule = RuleFacts.Of(id);
        var page = ProjectFiles.Read($"docs/rules/{id}.md");

        Assert.StartsWith(
            $"# {id} {rule.Title}\n\n| Category | Severity | Fix |\n|---|---|---|\n| {rule.Category} | {rule.DefaultSeverity} | {RuleFacts.FixOf(rule)} |\n",
            page);
        Assert.Equal(
            ["Cause", "Why it deadlocks", "Violates", "Does not violate", "How to fix", "When to suppress", "Limits", "Options"],
            page.Split('\n').Where(line => line.StartsWith("## ", StringComparison.Ordinal)).Select(line => line[3..]));
    }

    [Fact]
    public void ReadmeTable_EqualsDescriptors() => Assert.Equal(
        RuleFacts.All.Select(rule => $"| [{rule.Id}](docs/rules/{rule.Id}.md) | {rule.Title} | {rule.DefaultSeverity} | {RuleFacts.FixOf(rule)} |"),
        ProjectFiles.Section(ProjectFiles.Read("README.md"), "Rules").Split('\n').Where(line => line.StartsWith("| [", StringComparison.Ordinal)));

    [Fact]
    public void ReleaseFiles_NameEveryRuleOnce()
    {
        var lines = (ProjectFiles.Read("Analyzer/AnalyzerReleases.Shipped.md") + ProjectFiles.Read("Analyzer/AnalyzerReleases.Unshipped.md"))
            .Split('\n').Where(line => line.StartsWith("XR", StringComparison.Ordinal)).Select(line => line[..line.LastIndexOf('|')].TrimEnd());

        Assert.Equal(RuleFacts.All.Select(rule => $"{rule.Id} | {rule.Category} | {rule.DefaultSeverity}").Order(), lines.Order());
    }

    [Fact]
    public void DescriptorsOfOneRule_DifferInTheirMessageOnly() => Assert.All(RuleFacts.Descriptors, descriptor =>
    {
        var rule = RuleFacts.Of(descriptor.Id);
        Assert.Equal(
            (rule.Title.ToString(), rule.Category, rule.DefaultSeverity, rule.Description.ToString()),
            (descriptor.Title.ToString(), descriptor.Category, descriptor.DefaultSeverity, descriptor.Description.ToString()));
    });

    [Theory]
    [InlineData("https://example.org/cross", "https://example.org/cross/blob/main/docs/rules/XR1001.md")]
    [InlineData("https://example.org/cross/", "https://example.org/cross/blob/main/docs/rules/XR1001.md")]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Page_IsBelowTheProjectUrl(string? url, string? page) => Assert.Equal(page, CrossRelease.Analyzers.Rules.PageOf("XR1001", url));

    [Fact]
    public void HelpLinks_AreAbsentWithoutAProjectUrl()
        => Assert.All(RuleFacts.All, rule => Assert.Equal("", rule.HelpLinkUri));
}

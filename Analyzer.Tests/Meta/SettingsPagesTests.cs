using CrossRelease.Analyzers.Options;
using CrossRelease.Analyzers.Tests.Models;

namespace CrossRelease.Analyzers.Tests.Meta;

/// <summary>The pages on options and models know all that there is.</summary>
public class SettingsPagesTests
{
    public static TheoryData<string> Keys => [.. AnalysisOptions.Keys];

    public static TheoryData<string> Words => [.. ApiModelsTests.Lines.SelectMany(static line => ((string)line[3]).Split(' ')).Select(static word => word.Split('(')[0]).Distinct()];

    [Theory]
    [MemberData(nameof(Keys))]
    public void Option_HasARowAndAPageOfARule(string key)
    {
        Assert.Contains($"| `{key}` |", ProjectFiles.Read("docs/options.md"), StringComparison.Ordinal);
        Assert.Contains(RuleFacts.All, rule => ProjectFiles.Section(ProjectFiles.Read($"docs/rules/{rule.Id}.md"), "Options").Contains($"`{key}`", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Words))]
    public void Effect_IsExplained(string word) => Assert.Matches($"`{word}(\\(n\\))?`", ProjectFiles.Read("docs/models.md"));

    [Fact]
    public void Pages_AreLinkedFromTheReadme()
    {
        Assert.Contains("(docs/options.md)", ProjectFiles.Read("README.md"), StringComparison.Ordinal);
        Assert.Contains("(docs/models.md)", ProjectFiles.Read("README.md"), StringComparison.Ordinal);
    }
}

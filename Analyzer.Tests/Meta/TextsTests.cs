using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Resources;
using CrossRelease.Analyzers.Tests.Robustness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace CrossRelease.Analyzers.Tests.Meta;

/// <summary>Titles, messages, descriptions and the names of fixes are resources, each of which is used and found.</summary>
public class TextsTests
{
    private static readonly IReadOnlyDictionary<string, string> _texts = Resources(typeof(CrossReleaseCycleAnalyzer).Assembly, "CrossRelease.Analyzers.Texts");
    private static readonly IReadOnlyDictionary<string, string> _fixTitles = Resources(typeof(CodeFixes.WrapperHidesSiteFixer).Assembly, "CrossRelease.Analyzers.CodeFixes.FixTitles");

    private static readonly IReadOnlyList<string> _descriptors =
        [.. typeof(CrossRelease.Analyzers.Rules).GetFields().Where(member => member.FieldType == typeof(DiagnosticDescriptor)).Select(member => member.Name)];

    public static TheoryData<string> Descriptors => [.. _descriptors];

    [Theory]
    [MemberData(nameof(Descriptors))]
    public void TextsOfADescriptor_AreItsResources(string name)
    {
        var rule = (DiagnosticDescriptor)typeof(CrossRelease.Analyzers.Rules).GetField(name)!.GetValue(null)!;

        Assert.All(new[] { rule.Title, rule.MessageFormat, rule.Description }, text => Assert.IsType<LocalizableResourceString>(text));
        Assert.Equal(_texts[rule.Id + "_Title"], rule.Title.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(_texts[name + "_Message"], rule.MessageFormat.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(_texts[rule.Id + "_Description"], rule.Description.ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public void EveryText_IsUsedAndSaysSomething()
    {
        var used = RuleFacts.All.SelectMany(rule => new[] { rule.Id + "_Title", rule.Id + "_Description" }).Concat(_descriptors.Select(name => name + "_Message")).Append("StepsElsewhere");

        Assert.Equal(used.Order(StringComparer.Ordinal), _texts.Keys.Order(StringComparer.Ordinal));
        Assert.All(_texts.Values, text => Assert.NotEqual("", text.Trim()));
    }

    [Fact]
    public void EveryFix_HasItsTitleAndNoOther()
    {
        var fixers = typeof(CodeFixes.WrapperHidesSiteFixer).Assembly.GetTypes().Where(type => type.IsDefined(typeof(ExportCodeFixProviderAttribute), inherit: false)).Select(type => type.Name);

        Assert.Equal(fixers.Order(StringComparer.Ordinal), _fixTitles.Keys.Order(StringComparer.Ordinal));
        Assert.All(_fixTitles.Values, text => Assert.NotEqual("", text.Trim()));
    }

    [Theory]
    [InlineData("tr-TR")]
    [InlineData("ar-SA")]
    [InlineData("de-DE")]
    public async Task Messages_AreTheSameEverywhere(string culture)
    {
        var found = await AllAnalyzers.RunAsync(
            """
            public class C
            {
                private readonly object _a = new();
                private readonly object _b = new();
                public void One() { lock (_a) { lock (_b) { } } }
                public void Two() { lock (_b) { lock (_a) { } } }
            }
            """);
        var (before, beforeUi) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        var expected = found.Select(diagnostic => diagnostic.GetMessage(CultureInfo.InvariantCulture));
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo(culture);
            Assert.NotEmpty(found);
            Assert.Equal(expected, found.Select(diagnostic => diagnostic.GetMessage()));
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (before, beforeUi);
        }
    }

    [Fact]
    public void StepsElsewhere_FollowTheMessage()
    {
        var rule = CrossRelease.Analyzers.Rules.WithStepsElsewhere(CrossRelease.Analyzers.Rules.XR1002_LockOrderCycle, 4);

        Assert.Equal(CrossRelease.Analyzers.Rules.XR1002_LockOrderCycle.MessageFormat + " Steps elsewhere: {4}.", rule.MessageFormat.ToString(CultureInfo.InvariantCulture));
    }

    private static Dictionary<string, string> Resources(Assembly assembly, string name) =>
        new ResourceManager(name, assembly).GetResourceSet(CultureInfo.InvariantCulture, createIfNotExists: true, tryParents: false)!
            .Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!);
}

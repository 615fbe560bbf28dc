using CrossRelease.Analyzers.Models;
using CrossRelease.Analyzers.Options;

namespace CrossRelease.Analyzers.Tests.Options;

public class AnalysisOptionsTests
{
    [Fact]
    public void NoValues_AreTheDefaults()
    {
        Assert.Equal(AnalysisOptions.Default, Read([], out List<ModelProblem> problems));
        Assert.Empty(problems);
    }

    [Fact]
    public void GoodValues_Count()
    {
        AnalysisOptions options = Read(
            new()
            {
                [AnalysisOptions.ThresholdKey] = "30000",
                [AnalysisOptions.WidthKey] = "16",
                [AnalysisOptions.EntriesKey] = "False",
                [AnalysisOptions.SingleThreadedKey] = "My.View, My.Outer.Inner",
                [AnalysisOptions.ClassPolicyKey] = "wait_site",
            },
            out List<ModelProblem> problems);

        Assert.Empty(problems);
        Assert.Equal((30000L, 16, false, ClassPolicy.WaitSite), (options.TimedWaitThreshold, options.VirtualCallWidth, options.PublicEntryPoints, options.ClassPolicy));
        Assert.Equal(["My.Outer.Inner", "My.View"], options.SingleThreadedTypes.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(AnalysisOptions.ThresholdKey, "0", "'0' is not a number of milliseconds above zero")]
    [InlineData(AnalysisOptions.ThresholdKey, "5s", "'5s' is not a number of milliseconds above zero")]
    [InlineData(AnalysisOptions.WidthKey, "0", "'0' is not a number from 1 to 64")]
    [InlineData(AnalysisOptions.WidthKey, "65", "'65' is not a number from 1 to 64")]
    [InlineData(AnalysisOptions.WidthKey, "many", "'many' is not a number from 1 to 64")]
    [InlineData(AnalysisOptions.EntriesKey, "yes", "'yes' is not true or false")]
    [InlineData(AnalysisOptions.ClassPolicyKey, "kind", "'kind' is not creation_site, wait_site, instance or key")]
    [InlineData(AnalysisOptions.ClassPolicyKey, "WaitSite", "'WaitSite' is not creation_site, wait_site, instance or key")]
    [InlineData(AnalysisOptions.SingleThreadedKey, "My.View<T>", "'My.View<T>' is not the full name of a type")]
    [InlineData(AnalysisOptions.SingleThreadedKey, "My..View", "'My..View' is not the full name of a type")]
    [InlineData(AnalysisOptions.SingleThreadedKey, ".View", "'.View' is not the full name of a type")]
    public void WrongValue_IsAProblemAndTheDefaultStands(string key, string value, string fault)
    {
        AnalysisOptions options = Read(new() { [key] = value }, out List<ModelProblem> problems);

        Assert.Equal(new ModelProblem(key, 0, fault), Assert.Single(problems));
        Assert.Equal(
            (AnalysisOptions.Default.TimedWaitThreshold, AnalysisOptions.Default.VirtualCallWidth, AnalysisOptions.Default.PublicEntryPoints, 0),
            (options.TimedWaitThreshold, options.VirtualCallWidth, options.PublicEntryPoints, options.SingleThreadedTypes.Count));
    }

    [Fact]
    public void RightNamesInAListWithAWrongOne_Count()
    {
        AnalysisOptions options = Read(new() { [AnalysisOptions.SingleThreadedKey] = "My.View,?,My.Form" }, out List<ModelProblem> problems);

        Assert.Single(problems);
        Assert.Equal(2, options.SingleThreadedTypes.Count);
    }

    private static AnalysisOptions Read(Dictionary<string, string> values, out List<ModelProblem> problems) => AnalysisOptions.Read(values, problems = []);
}

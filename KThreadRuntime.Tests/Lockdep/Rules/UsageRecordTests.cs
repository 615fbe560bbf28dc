using KThreadRuntime.Rules;

namespace KThreadRuntime.Tests.Rules;

public class UsageRecordTests
{
    private readonly UsageRecord _record = new();

    [Fact]
    public void FirstEvidenceOfEachState_Stays()
    {
        UsageEvidence first = Evidence("first"), second = Evidence("second");

        Assert.Equal(UsageStates.UsedInHard, _record.Add(UsageStates.UsedInHard, first));
        Assert.Equal(UsageStates.EnabledHard, _record.Add(UsageStates.UsedInHard | UsageStates.EnabledHard, second));
        Assert.Equal(UsageStates.UsedInHard | UsageStates.EnabledHard, _record.States);
        Assert.Same(first, _record.First(UsageStates.UsedInHard));
        Assert.Same(second, _record.First(UsageStates.EnabledHard));
        Assert.Same(first, _record.First(UsageStates.EnabledHard | UsageStates.UsedInHard));
        Assert.Null(_record.First(UsageStates.UsedInSoft));
    }

    [Fact]
    public void NothingNew_ChangesNothing()
    {
        _record.Add(UsageStates.UsedInHard, Evidence("first"));

        Assert.Equal(UsageStates.None, _record.Add(UsageStates.UsedInHard, Evidence("second")));
        Assert.Equal(UsageStates.UsedInHard, _record.States);
    }

    [Fact]
    public void SeveralStates_AreHadOnlyTogether()
    {
        _record.Add(UsageStates.UsedInHard, Evidence("first"));

        Assert.True(_record.Has(UsageStates.UsedInHard));
        Assert.False(_record.Has(UsageStates.UsedInHard | UsageStates.EnabledHard));
        Assert.False(_record.Has(UsageStates.EnabledHard));
    }

    private static UsageEvidence Evidence(string task) => new(task, CodeSite.Unknown, CodeSite.Unknown, Stack: null);
}

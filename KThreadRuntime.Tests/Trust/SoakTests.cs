using Stress.Soak;

namespace KThreadRuntime.Tests.Trust;

/// <summary>A short run of what <c>Stress soak</c> does for minutes.</summary>
public class SoakTests
{
    [Fact]
    public void ProgramThatKeepsTheRules_IsQuiet_AndEveryMisdeedIsFound()
    {
        var run = new SoakRun(threads: 16, TimeSpan.FromSeconds(2), seed: 7, misdeeds: 30);
        run.Run();

        Assert.Empty(run.Thrown);
        Assert.Empty(run.False.Select(r => r.ToString()));
        Assert.Empty(run.Missed);
        Assert.Equal(30, run.Done);
        Assert.True(run.Actions > 100, $"only {run.Actions} actions");
    }
}

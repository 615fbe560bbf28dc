using CrossRelease.Demo;

namespace CrossRelease.Analyzers.Tests.Uses;

[Collection(InstalledPackageTests.Name)]
public class ProfileTests(InstalledPackage installed)
{
    [Fact]
    public void Strict_MakesADeadlockAnError()
    {
        var failed = installed.Install("strict", Mistake.Source, "CrossRelease").Build("-p:CrossReleaseProfile=strict");

        Assert.NotEqual(0, failed.ExitCode);
        Assert.Single(failed.LinesWith("error " + Mistake.Id));
    }

    [Fact]
    public void UnknownProfile_IsRefusedByName()
    {
        var failed = installed.Install("unknown-profile", Mistake.Source, "CrossRelease").Build("-p:CrossReleaseProfile=stict");

        Assert.NotEqual(0, failed.ExitCode);
        Assert.Single(failed.LinesWith("there is no profile 'stict'"));
    }
}

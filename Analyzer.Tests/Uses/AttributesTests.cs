using CrossRelease.Demo;

namespace CrossRelease.Analyzers.Tests.Uses;

/// <summary>The attributes in a project that installs the package: those of the runtime, or those that the analyzers bring along.</summary>
[Collection(InstalledPackageTests.Name)]
public class AttributesTests(InstalledPackage installed)
{
    private const string Source = """
        using KThreadRuntime;

        namespace Consumer;

        public sealed class Store
        {
            private readonly object _gate = new();
            private int _count;

            public void Add() => Grow();

            public void Touch()
            {
                lock (_gate)
                {
                    Grow();
                }
            }

            [RequiresLock(nameof(_gate))]
            private void Grow() => _count++;
        }
        """;

    [Fact]
    public void AnalyzersAlone_BringThemOnRequest()
    {
        var consumer = installed.Install("attributes-alone", Source, "CrossRelease.Analyzers");

        var without = consumer.Build();
        Assert.NotEqual(0, without.ExitCode);
        Assert.NotEmpty(without.LinesWith("error CS0246"));

        var with = consumer.Build("-p:CrossReleaseAttributes=true");
        Assert.True(with.ExitCode == 0, with.Output);
        Assert.Single(with.LinesWith("warning XR2008"));
        Assert.Single(with.LinesWith("1 Warning(s)"));
    }

    [Theory]
    [InlineData("true")]
    [InlineData("")]
    public void Runtime_HasThemOnce(string property)
    {
        var warned = installed.Install("attributes-runtime" + property, Source, "CrossRelease").Build("-p:CrossReleaseAttributes=" + property);

        Assert.True(warned.ExitCode == 0, warned.Output);
        Assert.Single(warned.LinesWith("warning XR2008"));
        Assert.Single(warned.LinesWith("1 Warning(s)"));
    }
}

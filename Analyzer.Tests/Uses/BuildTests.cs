using CrossRelease.Demo;

namespace CrossRelease.Analyzers.Tests.Uses;

[Collection(InstalledPackageTests.Name)]
public class BuildTests(InstalledPackage installed)
{
    [Fact]
    public void OneReference_WarnsThenFailsThenIsFixed()
    {
        var consumer = installed.Install("build", Mistake.Source, "CrossRelease");

        var warned = consumer.Build();
        Assert.True(warned.ExitCode == 0, warned.Output);
        Assert.Single(warned.LinesWith("warning " + Mistake.Id));

        var failed = consumer.Build("-warnaserror");
        Assert.NotEqual(0, failed.ExitCode);
        Assert.Single(failed.LinesWith("error " + Mistake.Id));

        var formatted = consumer.Fix(Mistake.Id);
        Assert.True(formatted.ExitCode == 0, formatted.Output);

        var mended = consumer.Build("-warnaserror");
        Assert.True(mended.ExitCode == 0, mended.Output);
        Assert.Empty(mended.LinesWith("XR"));
    }

    [Theory]
    [InlineData("false", 1)]
    [InlineData("", 0)]
    public void SwitchOfProbes_ReachesTheRuntimeConfiguration(string value, int times)
    {
        var consumer = installed.Install("switch" + value, Mistake.Source, "CrossRelease");
        var built = consumer.Build();
        Assert.True(built.ExitCode == 0, built.Output);

        var options = consumer.Items("RuntimeHostConfigurationOption", "-p:CrossReleaseLockdep=" + value);

        Assert.Equal(times, options.LinesWith("Identity", "KThreadRuntime.Lockdep.IsSupported").Count);
    }

    [Fact]
    public void FaultOfAnOption_IsToldAtItsLine()
    {
        var consumer = installed.Install("option", Mistake.Source, "CrossRelease", "CrossRelease.Analyzers");
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(consumer.ProjectPath)!, ".editorconfig"), "root = true\n[*.cs]\ncrossrelease.virtual_call_width = many\n");

        var warned = consumer.Build();

        Assert.True(warned.ExitCode == 0, warned.Output);
        Assert.Single(warned.LinesWith(".editorconfig(3,1): warning XR9002"));
    }

    [Fact]
    public void BothPackages_WarnOnce()
    {
        var warned = installed.Install("both", Mistake.Source, "CrossRelease", "CrossRelease.Analyzers").Build();

        Assert.True(warned.ExitCode == 0, warned.Output);
        Assert.Single(warned.LinesWith("warning " + Mistake.Id));
        Assert.Single(warned.LinesWith("1 Warning(s)"));
    }

    [Fact]
    public void AnalyzersAlone_WarnOfTheBaseLibrarysLocks()
    {
        const string source = """
            namespace Consumer;

            public sealed class Engine
            {
                private readonly object _gate = new();
                private readonly ManualResetEventSlim _idle = new();

                public void Start() => new Thread(Work).Start();

                public void Reset()
                {
                    lock (_gate)
                    {
                        _idle.Wait();
                    }
                }

                private void Work()
                {
                    lock (_gate)
                    {
                        Console.WriteLine();
                    }

                    _idle.Set();
                }
            }
            """;

        var warned = installed.Install("alone", source, "CrossRelease.Analyzers").Build();

        Assert.True(warned.ExitCode == 0, warned.Output);
        Assert.Single(warned.LinesWith("warning XR1001"));
        Assert.Single(warned.LinesWith("1 Warning(s)"));
    }

    [Fact]
    public void CompilerBelowFloor_LeavesAnalyzersOutWithOneMessage()
    {
        var consumer = installed.Install("floor", Mistake.Source, "CrossRelease");

        var quiet = consumer.Build("-warnaserror", "-p:CompilerApiVersion=roslyn4.13");

        Assert.True(quiet.ExitCode == 0, quiet.Output);
        Assert.Empty(quiet.LinesWith("XR"));
        Assert.Equal(1, quiet.Output.Split('\n').Count(line => line.Contains("CrossRelease: the analyzers need Roslyn 4.14")));
    }

    [Fact]
    public void CompilerAtFloor_KeepsAnalyzers()
    {
        var consumer = installed.Install("at-floor", Mistake.Source, "CrossRelease");

        var failed = consumer.Build("-warnaserror", "-p:CompilerApiVersion=roslyn4.14");

        Assert.NotEqual(0, failed.ExitCode);
        Assert.Single(failed.LinesWith("error " + Mistake.Id));
    }

    [Theory]
    [InlineData("", 2)]
    [InlineData("net10.0", 1)]
    public void SeveralTargetFrameworks_AreToldOnceWhereOneIsNamed(string named, int times)
    {
        var built = BuildForTwoFrameworks(named);

        Assert.True(built.ExitCode == 0, built.Output);
        Assert.Single(built.LinesWith($"{times} Warning(s)"));
    }

    [Fact]
    public void NamedFrameworkThatTheProjectDoesNotHave_IsRefused()
    {
        var failed = BuildForTwoFrameworks("net9.0");

        Assert.NotEqual(0, failed.ExitCode);
        Assert.NotEmpty(failed.LinesWith("the property CrossReleaseTargetFramework is 'net9.0', which is none of"));
    }

    // One a line, as projects with many of them are written.
    private Command BuildForTwoFrameworks(string named)
    {
        var consumer = installed.Install("frameworks" + named, Mistake.Source, "CrossRelease");
        File.WriteAllText(
            consumer.ProjectPath,
            File.ReadAllText(consumer.ProjectPath).Replace(
                "<TargetFramework>net10.0</TargetFramework>",
                "<TargetFrameworks>\n  net10.0;\n  net10.0-windows\n</TargetFrameworks><EnableWindowsTargeting>true</EnableWindowsTargeting><DisableTransitiveFrameworkReferenceDownloads>true</DisableTransitiveFrameworkReferenceDownloads>",
                StringComparison.Ordinal));
        return consumer.Build("-p:CrossReleaseTargetFramework=" + named);
    }
}

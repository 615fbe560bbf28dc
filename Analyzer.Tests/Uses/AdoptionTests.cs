using CrossRelease.Demo;
using CrossRelease.Tool;

namespace CrossRelease.Analyzers.Tests.Uses;

/// <summary>The way of docs/adopting.md, walked in a new project.</summary>
[Collection(InstalledPackageTests.Name)]
public class AdoptionTests(InstalledPackage installed)
{
    private const string Baseline = "app.lockdep-baseline.txt";

    [Fact]
    public void OldBugsAreKnown_NewOneBreaksTheBuild()
    {
        var consumer = installed.Install("adoption", Mistake.Source, "CrossRelease");
        var folder = Path.GetDirectoryName(consumer.ProjectPath)!;
        var log = Path.Combine(folder, "build.sarif");
        var logged = consumer.Build($"-p:ErrorLog={log}%2Cversion=2.1", "-p:CrossReleaseProfile=adopt");
        Assert.True(logged.ExitCode == 0, logged.Output);

        var output = new StringWriter();
        var code = Tool.Program.Run(["baseline", "create", log, "--reason", "seen before", "--output", Path.Combine(folder, Baseline)], output, output);
        Assert.True(code == 0, output.ToString());
        Assert.Equal("1 entry added to app.lockdep-baseline.txt.", output.ToString().Trim());
        File.WriteAllText(
            Path.Combine(folder, "Directory.Build.targets"),
            $"<Project><ItemGroup><AdditionalFiles Include=\"{Baseline}\" /></ItemGroup></Project>");

        var green = consumer.Build("-warnaserror", "-p:CrossReleaseProfile=adopt");
        Assert.True(green.ExitCode == 0, green.Output);

        File.WriteAllText(
            Path.Combine(folder, "Second.cs"),
            """
            public sealed class Second
            {
                private readonly object _left = new(), _right = new();
                public void One() { lock (_left) { lock (_right) { } } }
                public void Other() { lock (_right) { lock (_left) { } } }
            }
            """);
        var red = consumer.Build("-warnaserror", "-p:CrossReleaseProfile=adopt");
        Assert.NotEqual(0, red.ExitCode);
        Assert.Single(red.LinesWith("error XR1002"));
        Assert.Single(red.LinesWith("1 Error(s)"));
    }
}

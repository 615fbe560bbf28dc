using CrossRelease.Demo;

namespace CrossRelease.Analyzers.Tests.Uses;

/// <summary>Two projects that install the package: the second sees the deadlock of which the first has a half.</summary>
[Collection(InstalledPackageTests.Name)]
public class ReferencedProjectTests(InstalledPackage installed)
{
    private const string Library = """
        namespace Lib;

        public sealed class Engine
        {
            private readonly object _gate = new();
            private readonly ManualResetEventSlim _idle = new();

            public void Start() => new Thread(Work).Start();

            public void Locked(Action run)
            {
                lock (_gate)
                {
                    run();
                }
            }

            public void WaitIdle() => _idle.Wait();

            private void Work()
            {
                lock (_gate)
                {
                }

                _idle.Set();
            }
        }
        """;

    private const string Application = """
        namespace App;

        public sealed class Shutdown(Lib.Engine engine)
        {
            public void Stop() => engine.Locked(() => engine.WaitIdle());
        }
        """;

    [Fact]
    public void ProjectReference_IsFollowed_UnlessSwitchedOff()
    {
        Consumer library = Write("by-project-lib", "Lib", Library);
        Consumer application = Write("by-project-app", "App", Application, $"<ProjectReference Include=\"{library.ProjectPath}\" />");

        Command warned = application.Build();
        Command unread = application.Build("-p:CrossReleaseReadSummaries=false");
        Command unwritten = application.Build("-p:CrossReleaseEmitSummary=false");

        AssertWarns(warned);
        AssertQuiet(unread);
        AssertQuiet(unwritten);
    }

    [Fact]
    public void PackageReference_IsFollowed()
    {
        Consumer library = Write("by-package-lib", "Lib", Library);
        Command packed = Command.Dotnet(
            Path.GetDirectoryName(library.ProjectPath)!, "pack", library.ProjectPath, "-o", installed.Feed.Folder, $"-p:Version={installed.Feed.Version}", "-p:ProduceReferenceAssembly=true", "-nodeReuse:false");
        Assert.True(packed.ExitCode == 0, packed.Output);

        AssertWarns(Write("by-package-app", "App", Application, $"<PackageReference Include=\"Lib\" Version=\"{installed.Feed.Version}\" />").Build());
    }

    private Consumer Write(string folder, string assembly, string source, string reference = "")
    {
        Consumer consumer = installed.Install(folder, source, "CrossRelease.Analyzers");
        string project = File.ReadAllText(consumer.ProjectPath)
            .Replace("<TargetFramework>", $"<AssemblyName>{assembly}</AssemblyName><PackageId>{assembly}</PackageId><TargetFramework>")
            .Replace("</ItemGroup>", reference + "</ItemGroup>");
        File.WriteAllText(consumer.ProjectPath, project);
        return consumer;
    }

    private static void AssertWarns(Command built)
    {
        Assert.True(built.ExitCode == 0, built.Output);
        string warning = Assert.Single(built.LinesWith("warning XR1001"));
        Assert.Contains("Engine.cs(5,47)", warning);
        Assert.Contains("Steps elsewhere: 'Engine.Locked' in Lib, Engine.cs(12)", warning);
        Assert.DoesNotContain("AD0001", built.Output);
    }

    private static void AssertQuiet(Command built)
    {
        Assert.True(built.ExitCode == 0, built.Output);
        Assert.Empty(built.LinesWith("warning XR"));
    }
}

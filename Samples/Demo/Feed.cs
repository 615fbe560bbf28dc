using System.Globalization;

namespace CrossRelease.Demo;

/// <summary>A folder with this clone's two packages, under a version that no other run has used: an old package can never be taken for the new one.</summary>
internal sealed class Feed
{
    private Feed(string folder, string version)
    {
        Folder = folder;
        Version = version;
    }

    public string Folder { get; }

    public string Version { get; }

    public static Feed Pack(string folder, Story story)
    {
        var version = "0.1.0-demo." + DateTime.UtcNow.ToString("yyyyMMddHHmmssfff", CultureInfo.InvariantCulture).TrimStart('0');
        foreach (var package in new[] { "CrossRelease.Analyzers", "CrossRelease" })
        {
            var project = Path.Combine(Repository.Root, "Analyzer.Package", package, package + ".csproj");
            story.Require(
                $"pack {package}",
                Command.Dotnet(Repository.Root, "pack", project, "-c", "Release", "-o", folder, $"-p:Version={version}", "-nodeReuse:false"),
                packed => packed.ExitCode == 0 && File.Exists(Path.Combine(folder, $"{package}.{version}.nupkg")));
        }

        return new Feed(folder, version);
    }
}

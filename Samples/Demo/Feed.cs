using System.Globalization;

namespace CrossRelease.Demo;

/// <summary>A folder with this clone's two packages, under a version that no other run has used: an old package can never be taken for the new one.</summary>
internal sealed class Feed(string folder)
{
    public static IReadOnlyList<string> Packages { get; } = ["CrossRelease.Analyzers", "CrossRelease"];

    public string Folder => folder;

    public string Version { get; } = "0.1.0-local." + DateTime.UtcNow.ToString("yyyyMMddHHmmssfff", CultureInfo.InvariantCulture);

    public string PathOf(string package) => Path.Combine(folder, $"{package}.{Version}.nupkg");

    public Command Pack(string package)
    {
        var project = Path.Combine(Repository.Root, "Analyzer.Package", package, package + ".csproj");
        return Command.Dotnet(Repository.Root, "pack", project, "-c", "Release", "-o", folder, $"-p:Version={Version}", "-nodeReuse:false");
    }
}

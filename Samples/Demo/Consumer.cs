namespace CrossRelease.Demo;

/// <summary>A project of somebody else's: it takes nothing from the clone that it lies in but packages of the feed.</summary>
internal sealed class Consumer
{
    private const string Name = "Consumer";

    private readonly string _folder;

    private Consumer(string folder) => _folder = folder;

    public string ProjectPath => Path.Combine(_folder, Name + ".csproj");

    public string SourcePath => Path.Combine(_folder, "Engine.cs");

    public string Source => File.ReadAllText(SourcePath).ReplaceLineEndings();

    /// <summary>Writes the project; the packages folder is its own, so that nothing installed elsewhere is found.</summary>
    public static Consumer Write(string folder, string packagesFolder, Feed feed, string source, params string[] packages)
    {
        Directory.CreateDirectory(folder);
        var consumer = new Consumer(folder);
        consumer.Put("Directory.Build.targets", "<Project />");
        consumer.Put("Directory.Packages.props", "<Project />");
        consumer.Put(".editorconfig", "root = true");
        consumer.Put("Directory.Build.props", $"""
            <Project>
              <PropertyGroup>
                <RestorePackagesPath>{packagesFolder}</RestorePackagesPath>
              </PropertyGroup>
            </Project>
            """);
        consumer.Put("nuget.config", $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="local" value="{feed.Folder}" />
              </packageSources>
              <fallbackPackageFolders>
                <clear />
              </fallbackPackageFolders>
            </configuration>
            """);
        consumer.Put(Name + ".csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup>
            {string.Join(Environment.NewLine, packages.Select(package => $"    <PackageReference Include=\"{package}\" Version=\"{feed.Version}\" />"))}
              </ItemGroup>
            </Project>
            """);
        consumer.Put("Engine.cs", source);
        return consumer;
    }

    /// <summary>Builds from scratch: an up-to-date build would print no warning.</summary>
    public Command Build(params string[] options)
        => Command.Dotnet(_folder, ["build", Name + ".csproj", "--no-incremental", "-nodeReuse:false", .. options]);

    /// <summary>What the project's evaluation gives for a kind of item, as JSON.</summary>
    public Command Items(string kind, params string[] options)
        => Command.Dotnet(_folder, ["msbuild", Name + ".csproj", "-getItem:" + kind, "-nodeReuse:false", .. options]);

    public Command Fix(string id) => Fix("warn", [id]);

    /// <param name="severity">The least severity that counts: <c>warn</c> or <c>info</c>.</param>
    public Command Fix(string severity, IEnumerable<string> ids)
        => Command.Dotnet(_folder, ["format", "analyzers", Name + ".csproj", "--no-restore", "--severity", severity, "--diagnostics", .. ids]);

    /// <summary>A line of a build's output as it reads in the project's own folder.</summary>
    public string Relative(string line)
        => line.Replace(_folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal).Replace($" [{Name}.csproj]", "", StringComparison.Ordinal);

    private void Put(string name, string content) => File.WriteAllText(Path.Combine(_folder, name), content + Environment.NewLine);
}

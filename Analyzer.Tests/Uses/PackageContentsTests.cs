using System.IO.Compression;
using System.Xml.Linq;

namespace CrossRelease.Analyzers.Tests.Uses;

[Collection(InstalledPackageTests.Name)]
public class PackageContentsTests(InstalledPackage installed)
{
    [Fact]
    public void Analyzers_CarryTheirAssembliesAndTheCompilerFloor() => Assert.Equal(
        [
            "CrossRelease.Analyzers.nuspec",
            "LICENSE",
            "README.md",
            "analyzers/dotnet/cs/CrossRelease.Analyzers.CodeFixes.dll",
            "analyzers/dotnet/cs/CrossRelease.Analyzers.dll",
            "build/CrossRelease.Analyzers.targets",
            "build/editor.globalconfig",
            "build/other-framework.globalconfig",
            "buildTransitive/CrossRelease.Analyzers.targets",
            "profiles/adopt.globalconfig",
            "profiles/default.globalconfig",
            "profiles/strict.globalconfig",
            "source/CrossReleaseAttributes.cs",
        ],
        Contents("CrossRelease.Analyzers"));

    [Fact]
    public void CrossRelease_CarriesTheRuntimeAndItsSwitch() => Assert.Equal(
        [
            "CrossRelease.nuspec",
            "LICENSE",
            "README.md",
            "build/CrossRelease.targets",
            "buildTransitive/CrossRelease.targets",
            "lib/net10.0/KThreadRuntime.dll",
            "lib/net10.0/KThreadRuntime.xml",
            "lib/netstandard2.0/KThreadRuntime.dll",
            "lib/netstandard2.0/KThreadRuntime.xml",
        ],
        Contents("CrossRelease"));

    [Fact]
    public void CrossRelease_DependsOnExactlyItsAnalyzers_AndAPolyfill_AndLetsThemFlow()
    {
        var groups = Metadata("CrossRelease").Elements().Single(element => element.Name.LocalName == "dependencies").Elements().ToList();

        Assert.Equal(["net10.0", ".NETStandard2.0"], groups.Select(group => group.Attribute("targetFramework")?.Value));
        Assert.All(groups, group =>
        {
            var dependency = group.Elements().First();
            Assert.Equal("CrossRelease.Analyzers", dependency.Attribute("id")?.Value);
            Assert.Equal($"[{installed.Feed.Version}]", dependency.Attribute("version")?.Value);
            Assert.Equal("all", dependency.Attribute("include")?.Value);
        });
        Assert.Equal([[], ["Microsoft.Bcl.AsyncInterfaces"]], groups.Select(group => group.Elements().Skip(1).Select(element => element.Attribute("id")?.Value)));
    }

    [Fact]
    public void Analyzers_AreADevelopmentDependencyWithoutDependencies()
    {
        var metadata = Metadata("CrossRelease.Analyzers");

        Assert.Equal("true", metadata.Elements().Single(element => element.Name.LocalName == "developmentDependency").Value);
        Assert.DoesNotContain(metadata.Elements(), element => element.Name.LocalName == "dependencies" && element.HasElements);
    }

    private IEnumerable<string> Contents(string package)
    {
        using var archive = ZipFile.OpenRead(installed.Feed.PathOf(package));
        return [.. archive.Entries.Select(entry => entry.FullName).Where(IsOurs).Order(StringComparer.Ordinal)];
    }

    /// <summary>The container's own parts have names that the packer makes up.</summary>
    private static bool IsOurs(string path)
        => path != "[Content_Types].xml" && !path.StartsWith("_rels/", StringComparison.Ordinal) && !path.StartsWith("package/", StringComparison.Ordinal);

    private XElement Metadata(string package)
    {
        using var archive = ZipFile.OpenRead(installed.Feed.PathOf(package));
        using var nuspec = archive.GetEntry(package + ".nuspec")!.Open();
        return XDocument.Load(nuspec).Root!.Elements().Single(element => element.Name.LocalName == "metadata");
    }
}

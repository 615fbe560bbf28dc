using CrossRelease.Demo;

namespace CrossRelease.Analyzers.Tests.Uses;

/// <summary>The two packages, packed once for all tests of their use, and projects that install them into a packages folder of their own.</summary>
public sealed class InstalledPackage
{
    private readonly string _work = Path.Combine(Repository.Root, "artifacts", "uses");

    public InstalledPackage()
    {
        if (Directory.Exists(_work))
        {
            Directory.Delete(_work, recursive: true);
        }

        Feed = new Feed(Path.Combine(_work, "feed"));
        foreach (var package in Feed.Packages)
        {
            var packed = Feed.Pack(package);
            Assert.True(packed.ExitCode == 0, packed.Output);
        }
    }

    internal string PackagesFolder => Path.Combine(_work, "packages");

    internal Feed Feed { get; }

    internal Consumer Install(string name, string source, params string[] packages)
        => Consumer.Write(Path.Combine(_work, name), PackagesFolder, Feed, source, packages);
}

/// <summary>All tests of the installed package share one feed.</summary>
[CollectionDefinition(Name)]
public sealed class InstalledPackageTests : ICollectionFixture<InstalledPackage>
{
    public const string Name = "installed package";
}

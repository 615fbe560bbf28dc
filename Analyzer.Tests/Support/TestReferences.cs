using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.Tests.Support;

/// <summary>The assemblies that a project with <c>net10.0</c> and the runtime package would compile against.</summary>
internal static class TestReferences
{
    public static ImmutableArray<MetadataReference> Framework { get; } = LoadFramework();

    public static MetadataReference Runtime { get; } = MetadataReference.CreateFromFile(typeof(KThreadRuntime.Completion).Assembly.Location);

    private static ImmutableArray<MetadataReference> LoadFramework()
    {
        var trusted = (string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")
            ?? throw new InvalidOperationException("The host does not say which assemblies are the platform's.");
        var folder = Path.GetDirectoryName(typeof(object).Assembly.Location);
        return
        [
            .. trusted.Split(Path.PathSeparator)
                .Where(path => Path.GetDirectoryName(path) == folder)
                .Select(path => MetadataReference.CreateFromFile(path)),
        ];
    }
}

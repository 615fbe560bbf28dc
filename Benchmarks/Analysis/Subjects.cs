using System.Collections.Immutable;
using CrossRelease.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Benchmarks.Analysis;

/// <summary>What is measured in this process: our analyzers, and compilations to run them over.</summary>
internal static class Subjects
{
    internal static string AnalyzerPath { get; } = typeof(CrossReleaseCycleAnalyzer).Assembly.Location;

    /// <summary>All analyzers of the package.</summary>
    internal static ImmutableArray<DiagnosticAnalyzer> Analyzers() => [.. typeof(CrossReleaseCycleAnalyzer).Assembly.GetTypes()
        .Where(static type => !type.IsAbstract && typeof(DiagnosticAnalyzer).IsAssignableFrom(type))
        .Select(static type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!)];

    internal static CSharpCompilation Compile(IEnumerable<(string Path, string Text)> sources) => CSharpCompilation.Create(
        "Measured",
        sources.Prepend(("Usings.cs", GeneratedSources.Usings)).Select(static source => CSharpSyntaxTree.ParseText(source.Item2, path: source.Item1)),
        References,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

    internal static IEnumerable<string> ReferencePaths => ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(Path.PathSeparator)
        .Where(static path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal));

    private static ImmutableArray<MetadataReference> References { get; } = [.. ReferencePaths.Select(static path => MetadataReference.CreateFromFile(path))];
}

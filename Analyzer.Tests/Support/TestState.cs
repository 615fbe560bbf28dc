using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.Tests.Support;

/// <summary>What a test compiles, and what it expects of it beside its markup.</summary>
public sealed class TestState
{
    public SourceList Sources { get; } = [];

    public SourceList AdditionalFiles { get; } = [];

    /// <summary>Files in <c>.editorconfig</c> or <c>.globalconfig</c> syntax; the paths are absolute, as <c>/.editorconfig</c>.</summary>
    public SourceList AnalyzerConfigFiles { get; } = [];

    public List<MetadataReference> AdditionalReferences { get; } = [];

    public List<DiagnosticResult> ExpectedDiagnostics { get; } = [];

    public OutputKind OutputKind { get; set; } = OutputKind.DynamicallyLinkedLibrary;
}

using System.Collections.Immutable;
using CrossRelease.Analyzers.Tests.Robustness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace CrossRelease.Analyzers.Tests.Surface;

/// <summary>A project that others reference, as a build leaves it and as an editor holds it; and what is found in one that references it.</summary>
internal static class TwoProjects
{
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    public static CSharpCompilation Library(string name, string source, params MetadataReference[] references) => CSharpCompilation.Create(
        name,
        [CSharpSyntaxTree.ParseText(Usings, path: $"/{name}/Usings.cs"), CSharpSyntaxTree.ParseText(source, path: $"/{name}/{name}.cs")],
        [.. TestReferences.Framework, TestReferences.Runtime, .. references],
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

    /// <summary>The library after the generator has run.</summary>
    public static CSharpCompilation Generated(CSharpCompilation library, params (string Key, string Value)[] options)
    {
        GeneratorDriver driver = CSharpGeneratorDriver.Create(
            [new SurfaceGenerator().AsSourceGenerator()], optionsProvider: new OptionsOfAProject(options.ToImmutableDictionary(static option => option.Key, static option => option.Value)));
        driver.RunGeneratorsAndUpdateCompilation(library, out Compilation generated, out ImmutableArray<Diagnostic> diagnostics);
        Assert.Empty(diagnostics);
        return (CSharpCompilation)generated;
    }

    /// <summary>The reference assembly that a build makes of the library.</summary>
    public static MetadataReference Built(CSharpCompilation library)
    {
        using var image = new MemoryStream();
        EmitResult emitted = library.Emit(image, options: new EmitOptions(metadataOnly: true, includePrivateMembers: false));
        Assert.True(emitted.Success, string.Join('\n', emitted.Diagnostics));
        return MetadataReference.CreateFromImage(image.ToArray());
    }

    public static MetadataReference Held(CSharpCompilation library) => library.ToMetadataReference();

    /// <summary>What all rules find, live and as a batch, without an exception.</summary>
    public static Task<ImmutableArray<Diagnostic>> FindAsync(string source, params MetadataReference[] references)
        => FindAsync(source, [], references);

    public static Task<ImmutableArray<Diagnostic>> FindAsync(string source, (string Key, string Value)[] options, params MetadataReference[] references)
    {
        var state = new TestState();
        state.AdditionalReferences.AddRange(references);
        foreach ((string key, string value) in options)
        {
            state.AnalyzerConfigFiles.Add(("/.globalconfig", $"is_global = true\n{key} = {value}"));
        }

        Project project = TestWorkspace.CreateProject(state, [("/app/App.cs", source)], []);
        Assert.Empty(project.GetCompilationAsync().Result!.GetDiagnostics().Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        return AnalysisRun.DiagnoseAsync(project, AllAnalyzers.Instances);
    }

    private sealed class OptionsOfAProject(ImmutableDictionary<string, string> options) : Microsoft.CodeAnalysis.Diagnostics.AnalyzerConfigOptionsProvider
    {
        public override Microsoft.CodeAnalysis.Diagnostics.AnalyzerConfigOptions GlobalOptions { get; } = new Options(options);

        public override Microsoft.CodeAnalysis.Diagnostics.AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

        public override Microsoft.CodeAnalysis.Diagnostics.AnalyzerConfigOptions GetOptions(AdditionalText textFile) => GlobalOptions;

        private sealed class Options(ImmutableDictionary<string, string> options) : Microsoft.CodeAnalysis.Diagnostics.AnalyzerConfigOptions
        {
            public override bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value) => options.TryGetValue(key, out value);
        }
    }
}

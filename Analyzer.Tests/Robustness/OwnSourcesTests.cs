using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CrossRelease.Analyzers.Tests.Robustness;

/// <summary>All our analyzers over our own projects: real code, of the newest language.</summary>
public class OwnSourcesTests
{
    private static readonly TimeSpan _bound = TimeSpan.FromMinutes(5);
    private static readonly string[] _symbols =
        ["NET", "NETCOREAPP", "NET10_0", "NET8_0_OR_GREATER", "NET9_0_OR_GREATER", "NET10_0_OR_GREATER", "NET5_0_OR_GREATER", "NET6_0_OR_GREATER", "NET7_0_OR_GREATER"];

    [Theory]
    [InlineData("Analyzer", "CrossRelease.Analyzers")]
    [InlineData("Analyzer.CodeFixes", "CrossRelease.Analyzers.CodeFixes")]
    [InlineData("KThreadRuntime", "KThreadRuntime")]
    public async Task ProductCode_HasNoWarning(string folder, string assembly)
    {
        CSharpCompilation compilation = Compile(folder, assembly);

        AssertNone(compilation.GetDiagnostics(), DiagnosticSeverity.Error);
        AssertNone(await DiagnoseAsync(compilation), DiagnosticSeverity.Warning);
    }

    // The samples and the runtime's tests deadlock on purpose.
    [Theory]
    [InlineData("Analyzer.Tests", "Analyzer.Tests")]
    [InlineData("KThreadRuntime.Tests", "KThreadRuntime.Tests")]
    [InlineData("Samples/I915Reset", "I915Reset")]
    [InlineData("Samples/Demo", "Demo")]
    [InlineData("Benchmarks", "Benchmarks")]
    public async Task OtherCode_IsAnalyzed(string folder, string assembly) => await DiagnoseAsync(Compile(folder, assembly));

    private static async Task<ImmutableArray<Diagnostic>> DiagnoseAsync(CSharpCompilation compilation)
    {
        var failures = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var options = new CompilationWithAnalyzersOptions(
            new AnalyzerOptions([]),
            onAnalyzerException: (exception, analyzer, _) => failures.Enqueue($"{analyzer.GetType().Name}: {exception}"),
            concurrentAnalysis: true,
            logAnalyzerExecutionTime: false);
        var withAnalyzers = compilation.WithAnalyzers(AllAnalyzers.Instances, options);
        ImmutableArray<Diagnostic> found = await Task.Run(() => withAnalyzers.GetAnalyzerDiagnosticsAsync(CancellationToken.None)).WaitAsync(_bound);
        Assert.Empty(failures);
        return found;
    }

    private static void AssertNone(ImmutableArray<Diagnostic> diagnostics, DiagnosticSeverity least)
    {
        string lines = string.Join('\n', diagnostics.Where(diagnostic => diagnostic.Severity >= least).Select(DiagnosticText.Of));
        Assert.True(lines.Length == 0, lines);
    }

    private static CSharpCompilation Compile(string folder, string assembly)
    {
        string root = Path.Combine(SolutionFolder(), folder);
        var options = new CSharpParseOptions(LanguageVersion.Preview, preprocessorSymbols: _symbols);
        SyntaxTree[] trees =
        [
            .. Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
                .Where(path => !IsOutput(Path.GetRelativePath(root, path)))
                .Order(StringComparer.Ordinal)
                .Select(path => CSharpSyntaxTree.ParseText(File.ReadAllText(path), options, path)),
            CSharpSyntaxTree.ParseText(ImplicitUsings + (folder.Contains("Tests", StringComparison.Ordinal) ? "global using global::Xunit;" : ""), options, "Usings.g.cs"),
        ];
        Assert.True(trees.Length > 1, $"{folder} has no source.");
        bool isProgram = folder.StartsWith("Samples", StringComparison.Ordinal) || folder == "Benchmarks";
        return CSharpCompilation.Create(
            assembly,
            trees,
            References(assembly),
            new CSharpCompilationOptions(
                isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
    }

    private const string ImplicitUsings = """
        global using global::System;
        global using global::System.Collections.Generic;
        global using global::System.IO;
        global using global::System.Linq;
        global using global::System.Net.Http;
        global using global::System.Threading;
        global using global::System.Threading.Tasks;

        """;

    /// <summary>All that this test runs with, but for the compiled assembly's own older self.</summary>
    private static IEnumerable<MetadataReference> References(string assembly) => ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(Path.PathSeparator)
        .Where(path => Path.GetFileNameWithoutExtension(path) != assembly)
        .Select(static path => MetadataReference.CreateFromFile(path));

    private static bool IsOutput(string path) => path.Split(Path.DirectorySeparatorChar)[..^1].Any(static part => part is "obj" or "bin");

    private static string SolutionFolder()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "CrossRelease.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests do not lie in the solution's folder.");
    }
}

using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Graph;
using CrossRelease.Analyzers.Options;
using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CrossRelease.Analyzers.Tests.Graph;

/// <summary>The facts of one source that compiles, as the engine reads them.</summary>
internal static class ProgramFacts
{
    public static Analyzers.Graph.Program Of(string source)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText("using System; using System.Collections.Generic; using System.Threading; using System.Threading.Tasks;\n" + source);
        var compilation = CSharpCompilation.Create(
            "Facts", [tree], [.. TestReferences.Framework, TestReferences.Runtime], new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        Assert.Empty(compilation.GetDiagnostics().Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        return new Analyzers.Graph.Program([TreeReader.Read(compilation.GetSemanticModel(tree), AnalysisSettings.Default, new FollowedAssemblies([]), CancellationToken.None)]);
    }
}

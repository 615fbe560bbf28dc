using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Tests.Support;

/// <summary>Makes a project as an editor holds it out of a test's state: references and implicit usings as in a new project.</summary>
internal static class TestWorkspace
{
    public const string ImplicitUsingsPath = "/0/ImplicitUsings.g.cs";

    private const string ImplicitUsings = """
        global using global::System;
        global using global::System.Collections.Generic;
        global using global::System.IO;
        global using global::System.Linq;
        global using global::System.Net.Http;
        global using global::System.Threading;
        global using global::System.Threading.Tasks;
        """;

    public static Project CreateProject(TestState state, IEnumerable<(string Path, string Content)> sources, IEnumerable<string> disabledDiagnostics)
    {
        var id = ProjectId.CreateNewId();
        var options = new CSharpCompilationOptions(
            state.OutputKind,
            allowUnsafe: true,
            nullableContextOptions: NullableContextOptions.Enable,
            specificDiagnosticOptions: disabledDiagnostics.ToImmutableDictionary(disabled => disabled, _ => ReportDiagnostic.Suppress));
        var info = ProjectInfo.Create(
            id,
            VersionStamp.Create(),
            "TestProject",
            "TestProject",
            LanguageNames.CSharp,
            compilationOptions: options,
            parseOptions: new CSharpParseOptions(LanguageVersion.Preview, DocumentationMode.Parse, preprocessorSymbols: ["NET", "NET10_0", "NET10_0_OR_GREATER", "NET9_0_OR_GREATER", "NET8_0_OR_GREATER"]),
            metadataReferences: [.. TestReferences.Framework, TestReferences.Runtime, .. state.AdditionalReferences]);

        var solution = new AdhocWorkspace().CurrentSolution.AddProject(info);
        foreach (var (path, content) in sources.Append((Path: ImplicitUsingsPath, Content: ImplicitUsings)))
        {
            solution = solution.AddDocument(DocumentId.CreateNewId(id), Path.GetFileName(path), SourceText.From(content), filePath: path);
        }

        foreach (var (path, content) in state.AdditionalFiles)
        {
            solution = solution.AddAdditionalDocument(DocumentId.CreateNewId(id), Path.GetFileName(path), SourceText.From(content), filePath: path);
        }

        foreach (var (path, content) in state.AnalyzerConfigFiles)
        {
            solution = solution.AddAnalyzerConfigDocument(DocumentId.CreateNewId(id), Path.GetFileName(path), SourceText.From(content), filePath: path);
        }

        return solution.GetProject(id)!;
    }
}

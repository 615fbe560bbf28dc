using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CrossRelease.Analyzers.Tests.Robustness;

/// <summary>All our analyzers over sources that need not compile: live and as a batch, without an exception, in bounded time.</summary>
internal static class AllAnalyzers
{
    private static readonly TimeSpan _bound = TimeSpan.FromMinutes(3);

    public static ImmutableArray<DiagnosticAnalyzer> Instances { get; } = OwnAnalyzers.Of(typeof(CrossReleaseCycleAnalyzer).Assembly);

    /// <summary>Fails for an analyzer exception, for a live answer that is not the batch's, and for a run beyond the bound.</summary>
    public static Task<ImmutableArray<Diagnostic>> RunAsync(params string[] sources) => RunAsync(ProjectOf(sources));

    public static Project ProjectOf(params string[] sources)
    {
        var state = new TestState { OutputKind = sources.Any(IsProgram) ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary };
        return TestWorkspace.CreateProject(state, sources.Select((source, i) => ($"/0/Test{i}.cs", source)), []);
    }

    /// <inheritdoc cref="RunAsync(string[])"/>
    public static async Task<ImmutableArray<Diagnostic>> RunAsync(Project project)
    {
        Task<ImmutableArray<Diagnostic>> run = Task.Run(() => AnalysisRun.DiagnoseAsync(project, Instances));
        return await run.WaitAsync(_bound);
    }

    private static bool IsProgram(string source) => source.Contains("return args.Length;", StringComparison.Ordinal);
}

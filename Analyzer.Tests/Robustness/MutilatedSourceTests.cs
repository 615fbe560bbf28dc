using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CrossRelease.Analyzers.Tests.Robustness;

/// <summary>
/// What stands in an editor is broken most of the time: 200 sources that lost tokens at random, or as many of each of the ten
/// as the environment's <c>MUTANTS_OF_EACH</c> says.
/// </summary>
public class MutilatedSourceTests
{
    private const int MostDeleted = 12;

    private static int MutantsOfEach { get; } = int.Parse(Environment.GetEnvironmentVariable("MUTANTS_OF_EACH") ?? "20", CultureInfo.InvariantCulture);

    public static TheoryData<int> Sources => [.. Enumerable.Range(0, RichSources.All.Count)];

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task WholeSource_CompilesAndIsAnalyzed(int index)
    {
        var state = new TestState { OutputKind = RichSources.All[index].Contains("return args.Length;") ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary };
        Project project = TestWorkspace.CreateProject(state, [("/0/Test0.cs", RichSources.All[index])], []);
        Compilation compilation = await AnalysisRun.CompileAsync(project);

        Assert.Empty(compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        await AllAnalyzers.RunAsync(RichSources.All[index]);
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task SourceWithTokensDeleted_IsAnalyzed(int index)
    {
        for (int mutant = 0; mutant < MutantsOfEach; mutant++)
        {
            int seed = (index * MutantsOfEach) + mutant;
            string mutilated = Mutilate(RichSources.All[index], new Random(seed));
            try
            {
                await AllAnalyzers.RunAsync(mutilated);
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                Assert.Fail($"Seed {seed}: {failure}\n{mutilated}");
            }
        }
    }

    [Fact]
    public async Task SourcesThatDeclareTheSame_AreAnalyzedTogether() => await AllAnalyzers.RunAsync([.. RichSources.All, .. RichSources.All]);

    private static string Mutilate(string source, Random random)
    {
        SyntaxToken[] tokens = [.. CSharpSyntaxTree.ParseText(source).GetRoot().DescendantTokens().Where(static token => token.Span.Length > 0)];
        string mutilated = source;
        int deleted = random.Next(1, MostDeleted + 1);
        foreach (SyntaxToken token in random.GetItems(tokens, deleted).Distinct().OrderByDescending(static token => token.SpanStart))
        {
            mutilated = mutilated.Remove(token.SpanStart, token.Span.Length);
        }

        Assert.NotEqual(source, mutilated);
        return mutilated;
    }
}

using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Benchmarks.Analysis;

/// <summary>
/// One body of a large project is changed, and the document's diagnostics are asked for, as an editor does after a keystroke:
/// with our analyzers, and with an empty one over the same edit.
/// </summary>
internal static class EditBenchmark
{
    private const int LinesPerFile = 400;
    private const string Mark = "_count--;";

    // Half of the edits add or remove a lock, a wait or a call; the other half changes nothing that the analyzer follows.
    private static readonly string[] _bodies =
        ["lock (_queue) { _count--; }", "_count -= 1;", "_ready.Wait(); _count--;", "_count = _count - 1;", "_count -= Take();", "_name = _name + \"x\"; _count--;"];

    /// <summary>The milliseconds from the edit to the diagnostics. False if an edit that makes a deadlock was not told of.</summary>
    internal static bool Run(bool isSmoke)
    {
        int files = isSmoke ? 5 : 275;
        int edits = isSmoke ? 6 : 200;
        CSharpCompilation compilation = Subjects.Compile(Enumerable.Range(0, files)
            .Select(static file => ($"File{file}.cs", GeneratedSources.File($"F{file}_", LinesPerFile))));
        long lines = compilation.SyntaxTrees.Sum(static tree => (long)tree.GetText().Lines.Count);
        SyntaxTree[] trees = [.. compilation.SyntaxTrees.Skip(1)];
        ImmutableArray<DiagnosticAnalyzer> ours = Subjects.Analyzers();
        ImmutableArray<DiagnosticAnalyzer> empty = [new EmptyTreeAnalyzer()];
        Diagnose(compilation, trees[0], empty);
        double cold = Time(() => Diagnose(compilation, trees[0], ours));

        var random = new Random(20171207);
        var emptyTimes = new List<double>();
        var ourTimes = new List<double>();
        bool found = true;
        for (int edit = 0; edit < edits; edit++)
        {
            int file = random.Next(trees.Length);
            string body = _bodies[edit % _bodies.Length];
            string before = trees[file].GetText().ToString();
            int place = before.IndexOf(Mark, StringComparison.Ordinal);
            string text = place < 0 ? GeneratedSources.File($"F{file}_", LinesPerFile) : before.Remove(place, Mark.Length).Insert(place, body);
            SyntaxTree tree = CSharpSyntaxTree.ParseText(text, path: trees[file].FilePath);
            compilation = compilation.ReplaceSyntaxTree(trees[file], tree);
            trees[file] = tree;
            emptyTimes.Add(Time(() => Diagnose(compilation, tree, empty)));
            int cycles = 0;
            ourTimes.Add(Time(() => cycles = Diagnose(compilation, tree, ours)));
            found &= cycles >= GeneratedSources.CyclesIn(LinesPerFile);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{lines} lines in {trees.Length} files, {edits} edits; the first answer took {cold:F0} ms"));
        Console.WriteLine("| analyzer | p50 ms | p95 ms |");
        Console.WriteLine("|---|---|---|");
        Print("empty, per tree", emptyTimes);
        Print("ours", ourTimes);
        return found;
    }

    // A new driver for each question, as editors make one.
    private static int Diagnose(CSharpCompilation compilation, SyntaxTree tree, ImmutableArray<DiagnosticAnalyzer> analyzers) => compilation
        .WithAnalyzers(analyzers)
        .GetAnalyzerSemanticDiagnosticsAsync(compilation.GetSemanticModel(tree), filterSpan: null, CancellationToken.None).GetAwaiter().GetResult()
        .Count(static diagnostic => diagnostic.Id == "XR1002");

    private static double Time(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static void Print(string name, List<double> times) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"| {name} | {Quantile(times, 0.5):F0} | {Quantile(times, 0.95):F0} |"));

    private static double Quantile(List<double> times, double at) => times.Order().ElementAt((int)Math.Ceiling((times.Count - 1) * at));
}

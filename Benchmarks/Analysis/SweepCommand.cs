using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Benchmarks.Analysis;

/// <summary>All rules at their default severities over code bases whose projects need neither restore nor build: what cannot be bound stays broken.</summary>
internal static class SweepCommand
{
    /// <summary>A row for each code base, and each warning with its steps to <paramref name="reports"/>. False if an analyzer threw.</summary>
    /// <param name="codeBases">Project files, those of one code base joined by commas; the projects they refer to belong to it.</param>
    /// <param name="packages">A folder of assemblies that stand for the packages; may be null.</param>
    /// <param name="reports">A file to write; may be null.</param>
    internal static bool Run(IReadOnlyList<string> codeBases, string? packages, string? reports)
    {
        using TextWriter? writer = reports is null ? null : File.CreateText(reports);
        Console.WriteLine("| code base | KLOC | errors | a thousand expressions | XR1xxx | other warnings | KLOC a warning | AD0001 | s |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        int thrown = 0;
        foreach (string codeBase in codeBases)
        {
            thrown += Sweep(codeBase.Split(','), packages, writer);
        }

        return thrown == 0 && codeBases.Count > 0;
    }

    private static int Sweep(string[] roots, string? packages, TextWriter? writer)
    {
        var compilations = new CompiledProjects(packages);
        foreach (string root in roots)
        {
            compilations.Add(root);
        }

        long lines = 0, errors = 0, expressions = 0;
        var found = new List<Diagnostic>();
        TimeSpan spent = TimeSpan.Zero;
        foreach (Compilation compilation in compilations.All)
        {
            lines += compilation.SyntaxTrees.Sum(static tree => (long)tree.GetText().Lines.Count);
            expressions += compilation.SyntaxTrees.Sum(static tree => tree.GetRoot().DescendantNodes().LongCount(static node => node is ExpressionSyntax));
            errors += compilation.GetDiagnostics().LongCount(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
            var clock = Stopwatch.StartNew();
            found.AddRange(Analyze(compilation));
            spent += clock.Elapsed;
        }

        Diagnostic[] warnings = [.. found.Where(static diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning && diagnostic.Id != "AD0001")];
        Diagnostic[] thrown = [.. found.Where(static diagnostic => diagnostic.Id == "AD0001")];
        string name = Path.GetFileNameWithoutExtension(roots[0]);
        int deadlocks = warnings.Count(static warning => warning.Id.StartsWith("XR1", StringComparison.Ordinal));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {lines / 1000.0:F1} | {errors} | {errors * 1000.0 / expressions:F1} | {deadlocks} | {warnings.Length - deadlocks} | {lines / 1000.0 / warnings.Length:F1} | {thrown.Length} | {spent.TotalSeconds:F1} |"));
        writer?.WriteLine($"# {name}\n");
        foreach (Diagnostic diagnostic in thrown.Concat(warnings.OrderBy(static warning => warning.Id, StringComparer.Ordinal).ThenBy(static warning => Place(warning.Location), StringComparer.Ordinal)))
        {
            writer?.WriteLine($"{diagnostic.Id} {Place(diagnostic.Location)}\n    {diagnostic.GetMessage(CultureInfo.InvariantCulture)}");
            foreach (Location step in diagnostic.AdditionalLocations)
            {
                writer?.WriteLine($"    {Place(step)}: {step.SourceTree?.GetText().Lines[step.GetLineSpan().StartLinePosition.Line].ToString().Trim()}");
            }

            writer?.WriteLine();
        }

        writer?.Flush();
        return thrown.Length;
    }

    private static ImmutableArray<Diagnostic> Analyze(Compilation compilation)
    {
        var options = new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), onAnalyzerException: null, concurrentAnalysis: true, logAnalyzerExecutionTime: false);
        return compilation.WithAnalyzers(Subjects.Analyzers(), options).GetAnalyzerDiagnosticsAsync(CancellationToken.None).GetAwaiter().GetResult();
    }

    private static string Place(Location location)
    {
        FileLinePositionSpan span = location.GetLineSpan();
        return $"{Path.GetRelativePath(Environment.CurrentDirectory, span.Path)}:{span.StartLinePosition.Line + 1}";
    }
}

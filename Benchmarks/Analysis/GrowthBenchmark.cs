using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Benchmarks.Analysis;

/// <summary>Whether the analyzer's cost grows in step with the source: one file of ever more lines, one graph of ever more methods.</summary>
internal static class GrowthBenchmark
{
    /// <summary>How much dearer a line of the largest file may be than one of the smallest.</summary>
    private const double Bound = 9.0 / 8.0;

    /// <summary>The CPU milliseconds of this process, by size. False if a known deadlock was not found, or (unless it is a smoke) growth is not linear.</summary>
    internal static bool Run(bool isSmoke)
    {
        int rounds = isSmoke ? 1 : 7;
        int[] lines = isSmoke ? [1000, 2000] : [1000, 2000, 4000, 8000];
        int[] methods = isSmoke ? [100, 1000] : [100, 1000, 10_000];
        Console.WriteLine("| source | CPU ms | CPU us a line or method | deadlocks |");
        Console.WriteLine("|---|---|---|---|");

        // The first analysis of a process compiles the analyzer and the compiler themselves.
        bool found = Measure("warm-up", 1000, GeneratedSources.File("W", 1000), GeneratedSources.CyclesIn(1000), isSmoke ? 1 : 5, out _);
        double first = 0, last = 0;
        foreach (int count in lines)
        {
            found &= Measure($"{count} lines", count, GeneratedSources.File("U", count), GeneratedSources.CyclesIn(count), rounds, out last);
            first = first == 0 ? last : first;
        }

        foreach (int count in methods)
        {
            found &= Measure($"{count} methods", count, GeneratedSources.CallGraph(count), 1, rounds, out _);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"a line of the largest file costs {last / first:F2} times one of the smallest"));
        return found && (isSmoke || last / first <= Bound);
    }

    private static bool Measure(string name, int size, string source, int deadlocks, int rounds, out double perUnit)
    {
        var times = new double[rounds];
        int found = 0;
        for (int round = 0; round < rounds; round++)
        {
            CSharpCompilation compilation = Subjects.Compile([("File.cs", source)]);
            TimeSpan before = Environment.CpuUsage.TotalTime;
            found = compilation.WithAnalyzers(Subjects.Analyzers()).GetAnalyzerDiagnosticsAsync(CancellationToken.None).GetAwaiter().GetResult()
                .Count(static diagnostic => diagnostic.Id == "XR1002");
            times[round] = (Environment.CpuUsage.TotalTime - before).TotalMilliseconds;
        }

        double median = times.Order().ElementAt(rounds / 2);
        perUnit = median * 1000 / size;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {median:F1} | {perUnit:F1} | {found} of {deadlocks} |"));
        return found == deadlocks;
    }
}

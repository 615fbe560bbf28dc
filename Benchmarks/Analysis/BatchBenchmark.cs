using System.Globalization;

namespace Benchmarks.Analysis;

/// <summary>
/// What the analyzer costs a build: CPU seconds of the whole compiler process, bare, with an empty analyzer, and with ours,
/// in turns, so that whatever else the machine does meets all three.
/// </summary>
internal static class BatchBenchmark
{
    private const int SmokeLines = 1000;

    /// <summary>A row for each project, and the sum. False if nothing was compiled, or the smoke's known deadlocks were not reported.</summary>
    internal static bool Run(IReadOnlyList<string> projects, string? framework, int rounds)
    {
        Console.WriteLine("| project | KLOC | bare s | empty / bare | ours / bare | ours / empty |");
        Console.WriteLine("|---|---|---|---|---|---|");
        double[] sum = new double[3];
        foreach (string project in projects)
        {
            CompilerInput input = CompilerInput.OfProject(project, framework);
            double[] row = Measure(input, rounds, out _);
            Print(input, row);
            sum = [.. sum.Zip(row, static (left, right) => left + right)];
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"together: empty / bare {sum[1] / sum[0]:F2}, ours / bare {sum[2] / sum[0]:F2}"));
        return projects.Count > 0;
    }

    /// <summary>One round over a generated file: checks that all three compile and that ours reports.</summary>
    internal static bool Smoke()
    {
        string folder = Directory.CreateTempSubdirectory("analyzer-batch").FullName;
        try
        {
            CompilerInput input = CompilerInput.Generated(folder, SmokeLines);
            Print(input, Measure(input, rounds: 1, out string[] output));
            int reported = output.Count(static line => line.Contains(": warning XR1002", StringComparison.Ordinal));
            Console.WriteLine($"{reported} of {GeneratedSources.CyclesIn(SmokeLines)} deadlocks reported");
            return reported == GeneratedSources.CyclesIn(SmokeLines);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // The medians of: bare, empty, ours.
    private static double[] Measure(CompilerInput input, int rounds, out string[] output)
    {
        string?[] analyzers = [null, typeof(EmptyAnalyzer).Assembly.Location, Subjects.AnalyzerPath];
        var times = new double[analyzers.Length][];
        output = [];
        for (int i = 0; i < analyzers.Length; i++)
        {
            times[i] = new double[rounds];
        }

        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < analyzers.Length; i++)
            {
                (times[i][round], output) = CompilerRun.Run(input, analyzers[i]);
            }
        }

        return [.. times.Select(static values => values.Order().ElementAt(values.Length / 2))];
    }

    private static void Print(CompilerInput input, double[] row) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"| {input.Name} | {input.Lines / 1000.0:F1} | {row[0]:F1} | {row[1] / row[0]:F2} | {row[2] / row[0]:F2} | {row[2] / row[1]:F2} |"));
}

using System.Diagnostics;
using System.Globalization;

namespace Benchmarks.Analysis;

/// <summary>One run of the command-line compiler in a process of its own.</summary>
internal static class CompilerRun
{
    private const double TicksPerSecond = 100;

    /// <summary>The CPU seconds of the whole process, and the lines it wrote. Linux and Windows.</summary>
    /// <param name="analyzer">The assembly whose analyzers run; null for none.</param>
    internal static (double Cpu, string[] Output) Run(CompilerInput input, string? analyzer)
    {
        string response = Path.GetTempFileName();
        try
        {
            IEnumerable<string> arguments = analyzer is null ? input.Arguments : input.Arguments.Append("/analyzer:" + analyzer);
            File.WriteAllLines(response, arguments.Select(static argument => argument.Contains(' ', StringComparison.Ordinal) ? Quoted(argument) : argument));
            return Start(input, response);
        }
        finally
        {
            File.Delete(response);
        }
    }

    private static (double Cpu, string[] Output) Start(CompilerInput input, string response)
    {
        double before = OfEndedChildren();
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [input.Compiler, "@" + response])
        {
            WorkingDirectory = input.Folder,
            RedirectStandardOutput = true,
        })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        double cpu = OperatingSystem.IsLinux() ? OfEndedChildren() - before : process.TotalProcessorTime.TotalSeconds;
        return process.ExitCode == 0 ? (cpu, output.Split('\n')) : throw new InvalidOperationException($"{input.Name} does not compile: {output}");
    }

    // Linux forgets a process that has ended, but for what its parent is told: the children's user and system time.
    private static double OfEndedChildren()
    {
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        string[] fields = File.ReadAllText("/proc/self/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return (double.Parse(fields[13], CultureInfo.InvariantCulture) + double.Parse(fields[14], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }

    private static string Quoted(string argument)
    {
        int colon = argument.IndexOf(':', StringComparison.Ordinal);
        return argument.StartsWith('/') && colon > 0 && File.Exists(argument[(colon + 1)..])
            ? argument[..(colon + 1)] + '"' + argument[(colon + 1)..] + '"'
            : '"' + argument + '"';
    }
}

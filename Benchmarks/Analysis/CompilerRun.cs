using System.Diagnostics;
using System.Globalization;

namespace Benchmarks.Analysis;

/// <summary>One run of the command-line compiler in a process of its own.</summary>
internal static class CompilerRun
{
    private const double TicksPerSecond = 100;
    private static readonly string[] _written = ["/out:", "/refout:", "/pdb:", "/doc:"];

    /// <summary>The CPU seconds of the whole process, and the lines it wrote. What it compiles goes to a folder of its own. Linux and Windows.</summary>
    /// <param name="analyzer">The assembly whose analyzers run; null for none.</param>
    internal static (double Cpu, string[] Output) Run(CompilerInput input, string? analyzer)
    {
        string folder = Directory.CreateTempSubdirectory("analyzer-run").FullName;
        try
        {
            string response = Path.Combine(folder, "arguments.rsp");
            IEnumerable<string> arguments = input.Arguments.Select(argument => Redirected(argument, folder));
            arguments = analyzer is null ? arguments : arguments.Append("/analyzer:" + analyzer);
            File.WriteAllLines(response, arguments.Select(static argument => argument.Contains(' ', StringComparison.Ordinal) ? Quoted(argument) : argument));
            return Start(input, response);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // The name of the output is the name of the assembly: it stays.
    private static string Redirected(string argument, string folder) =>
        Array.Find(_written, known => argument.StartsWith(known, StringComparison.Ordinal)) is { } option
            ? option + Path.Combine(Directory.CreateDirectory(Path.Combine(folder, option.Trim('/', ':'))).FullName, Path.GetFileName(argument[option.Length..]))
            : argument;

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

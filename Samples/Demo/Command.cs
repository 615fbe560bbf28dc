using System.Diagnostics;

namespace CrossRelease.Demo;

/// <summary>A command that has ended: what it printed, on both streams in the order of the lines, and its exit code.</summary>
internal sealed record Command(string Line, int ExitCode, string Output)
{
    /// <summary>Runs <c>dotnet</c> and waits for its end. Another working folder than the caller's is given, so no argument depends on it.</summary>
    public static Command Dotnet(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        Isolate(start.Environment);

        var lines = new List<string>();
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Add(lines, line.Data);
        process.ErrorDataReceived += (_, line) => Add(lines, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.WaitForExit();
        return new Command("dotnet " + string.Join(' ', arguments), process.ExitCode, string.Join(Environment.NewLine, lines));
    }

    /// <summary>The lines that contain all of the words, each once: a build repeats its warnings in its summary.</summary>
    public IReadOnlyList<string> LinesWith(params string[] words)
        => [.. Output.Split('\n').Select(line => line.Trim()).Where(line => words.All(line.Contains)).Distinct()];

    /// <summary>The build that runs this program leaves its own settings in the environment; a user's shell has none of them.</summary>
    private static void Isolate(IDictionary<string, string?> environment)
    {
        foreach (var name in environment.Keys.Where(name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            environment.Remove(name);
        }

        // No server of this run may stay behind and keep the package's files open.
        environment["MSBUILDDISABLENODEREUSE"] = "1";
        environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        environment["DOTNET_NOLOGO"] = "1";
    }

    private static void Add(List<string> lines, string? line)
    {
        if (line is not null)
        {
            lock (lines)
            {
                lines.Add(line);
            }
        }
    }
}

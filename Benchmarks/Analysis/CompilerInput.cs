using System.Diagnostics;
using System.Text.Json;

namespace Benchmarks.Analysis;

/// <summary>What the command-line compiler is given for one project, without any analyzer.</summary>
/// <param name="Name">How the table calls it.</param>
/// <param name="Folder">Where the compiler runs: relative paths of the arguments start there.</param>
/// <param name="Arguments">One argument an entry.</param>
/// <param name="Compiler">The compiler's assembly.</param>
internal sealed record CompilerInput(string Name, string Folder, string[] Arguments, string Compiler)
{
    /// <summary>The lines of all sources.</summary>
    internal long Lines => Arguments.Where(static argument => argument.EndsWith(".cs", StringComparison.Ordinal) && !argument.StartsWith('/'))
        .Sum(source => File.ReadLines(Path.Combine(Folder, source)).LongCount());

    /// <summary>The compilation that a build of the project would start; the project is restored first, not built.</summary>
    /// <param name="path">A project file, or a folder that holds one.</param>
    /// <param name="framework">For a project with several target frameworks, the one to take; a path that ends in <c>@</c> and a framework names its own.</param>
    internal static CompilerInput OfProject(string path, string? framework)
    {
        int own = path.LastIndexOf('@');
        (path, framework) = own < 0 ? (path, framework) : (path[..own], path[(own + 1)..]);
        string project = File.Exists(path) ? path : Directory.GetFiles(path, "*.csproj").Single();
        string folder = Path.GetDirectoryName(Path.GetFullPath(project))!;
        List<string> arguments =
        [
            "msbuild", Path.GetFileName(project), "-nologo", "-restore", "-t:Compile", "-p:ProvideCommandLineArgs=true", "-p:SkipCompilerExecution=true",
            "-p:TreatWarningsAsErrors=false",

            // One of the outputs of the step that compiles, for just this: it is never found up to date.
            "-p:NonExistentFile=__none__/__none__", "-getItem:CscCommandLineArgs", "-getProperty:RoslynTargetsPath",
        ];
        if (framework is not null)
        {
            arguments.Add("-p:TargetFramework=" + framework);
        }

        string output = Start(folder, arguments);
        JsonElement answer = JsonDocument.Parse(output[output.IndexOf('{', StringComparison.Ordinal)..]).RootElement;
        string[] found = [.. answer.GetProperty("Items").GetProperty("CscCommandLineArgs").EnumerateArray().Select(static item => item.GetProperty("Identity").GetString()!)];
        if (found.Length == 0)
        {
            throw new InvalidOperationException($"{project}: the build starts no compiler. With several target frameworks, name one.");
        }

        return new CompilerInput(
            Path.GetFileNameWithoutExtension(project), folder, [.. found.Where(static argument => !IsOfAnalyzers(argument))], CompilerIn(answer.GetProperty("Properties").GetProperty("RoslynTargetsPath").GetString()!));
    }

    /// <summary>A generated file of that many lines, compiled against this process's own framework.</summary>
    internal static CompilerInput Generated(string folder, int lines)
    {
        File.WriteAllText(Path.Combine(folder, "Usings.cs"), GeneratedSources.Usings);
        File.WriteAllText(Path.Combine(folder, "File.cs"), GeneratedSources.File("U", lines));
        string toolset = Start(folder, ["--list-sdks"]).Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        int open = toolset.IndexOf('[', StringComparison.Ordinal);
        string compiler = CompilerIn(Path.Combine(toolset[(open + 1)..toolset.LastIndexOf(']')], toolset[..open].Trim(), "Roslyn"));
        return new CompilerInput(
            "generated", folder,
            ["/noconfig", "/nologo", "/target:library", "/nullable:enable", "/out:Generated.dll", .. Subjects.ReferencePaths.Select(static path => "/reference:" + path), "Usings.cs", "File.cs"],
            compiler);
    }

    private static string CompilerIn(string toolset) => Path.Combine(toolset, "bincore", "csc.dll");

    // Warnings as errors would end a compilation that our warnings reach.
    private static bool IsOfAnalyzers(string argument) =>
        argument.StartsWith("/analyzer:", StringComparison.Ordinal) || argument.StartsWith("/warnaserror", StringComparison.Ordinal);

    private static string Start(string folder, IEnumerable<string> arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"dotnet {string.Join(' ', arguments)}: {output}");
    }
}

using System.Diagnostics;

namespace Stress.Switch;

/// <summary>The machine code of a few methods, printed by the compiler of a child process with the switch on or off.</summary>
internal static class CompiledCode
{
    private const string Switch = "KThreadRuntime.Lockdep.IsSupported";

    /// <summary>Whether calls of the validator are in the code with the switch on, as they must be, and gone with it off.</summary>
    internal static bool Check()
    {
        IReadOnlyList<string> on = ValidatorCalls(enabled: true), off = ValidatorCalls(enabled: false);
        Console.WriteLine($"Switch on: {on.Count} calls of the validator in the compiled methods; switch off: {off.Count}.");
        foreach (string call in off)
        {
            Console.WriteLine($"LEFT {call}");
        }

        return on.Count > 0 && off.Count == 0;
    }

    /// <summary>The call instructions that lead into the validator, as printed: by name, and any at all between two bare probes.</summary>
    internal static IReadOnlyList<string> ValidatorCalls(bool enabled)
    {
        string listing = Print(enabled);
        var calls = new List<string>();
        var methods = new HashSet<string>(StringComparer.Ordinal);
        string method = "";
        foreach (string line in listing.Split('\n').Select(l => l.Trim()))
        {
            if (line.StartsWith("; Assembly listing for method ", StringComparison.Ordinal))
            {
                method = line.Split('(')[0].Split(':')[^1];
                methods.Add(method);
            }
            else if ((line.StartsWith("call", StringComparison.Ordinal) || line.StartsWith("tail.jmp", StringComparison.Ordinal))
                && (method == nameof(SwitchTarget.Nest) || line.Contains("Lockdep", StringComparison.Ordinal) || line.Contains("Tracked", StringComparison.Ordinal)))
            {
                calls.Add($"{method}: {line}");
            }
        }

        return methods.SetEquals([nameof(SwitchTarget.Nest), nameof(SwitchTarget.Mutex)])
            ? calls : throw new InvalidOperationException($"The compiler printed other code than was asked for:\n{listing}");
    }

    private static string Print(bool enabled)
    {
        string directory = Directory.CreateTempSubdirectory("switch").FullName;
        try
        {
            string output = Path.Combine(directory, "code.txt"), configuration = Path.Combine(directory, "target.runtimeconfig.json");
            string own = typeof(CompiledCode).Assembly.Location;
            File.WriteAllText(configuration, File.ReadAllText(Path.ChangeExtension(own, "runtimeconfig.json"))
                .Replace("\"configProperties\": {", $"\"configProperties\": {{ \"{Switch}\": {(enabled ? "true" : "false")},", StringComparison.Ordinal));
            var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet")
            {
                ArgumentList = { "exec", "--runtimeconfig", configuration, own, "switch-target" },
                RedirectStandardOutput = true,
            };

            // At once with all optimisations: the question is what is left at the end, not how soon.
            start.Environment["DOTNET_TieredCompilation"] = "0";
            start.Environment["DOTNET_JitDisasm"] = $"*{nameof(SwitchTarget)}:{nameof(SwitchTarget.Nest)} *{nameof(SwitchTarget)}:{nameof(SwitchTarget.Mutex)}";
            start.Environment["DOTNET_JitStdOutFile"] = output;
            using Process child = Process.Start(start)!;
            string said = child.StandardOutput.ReadToEnd();
            child.WaitForExit();
            if (!said.StartsWith(enabled ? "True 2" : "False 2", StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"The child process ended with {child.ExitCode} and said: {said}");
            }

            return File.ReadAllText(output);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}

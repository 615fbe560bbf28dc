using System.Diagnostics;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Stress.Switch;

/// <summary>A small program, published trimmed with the switch on or off, and what is left of the library in it.</summary>
internal static class TrimmedProgram
{
    /// <summary>The namespaces that only the validator needs.</summary>
    private static readonly string[] _validator = ["KThreadRuntime.Context", "KThreadRuntime.Graph", "KThreadRuntime.Rules", "KThreadRuntime.Reports"];

    /// <summary>What a primitive keeps from one call for the next: data, which the trimmer cannot know to be never made.</summary>
    private static readonly string[] _carried = ["KThreadRuntime.Context.FlowHold", "KThreadRuntime.Context.WorkMaps"];

    /// <summary>Publishes the program both ways; it needs the source tree and the runtime's packages.</summary>
    internal static bool Check(string project)
    {
        (int On, long OnBytes) = Publish(project, unprobed: false, []);
        var left = new List<string>();
        (int Off, long OffBytes) = Publish(project, unprobed: true, left);
        Console.WriteLine($"Trimmed, switch on: {On} types of the validator in {OnBytes:N0} bytes; switch off: {Off} in {OffBytes:N0} bytes.");
        left.ForEach(type => Console.WriteLine($"LEFT {type}"));
        return On > 0 && Off == 0;
    }

    private static (int Types, long Bytes) Publish(string project, bool unprobed, List<string> names)
    {
        string directory = Directory.CreateTempSubdirectory("trimmed").FullName;
        try
        {
            // No servers: one that outlives the build keeps its output open, and whoever reads that waits for it.
            string said = Run("dotnet", "publish", project, "-c", "Release", "-nodeReuse:false", "-maxcpucount:1", "-p:UseSharedCompilation=false", "-v:q", $"-p:Unprobed={(unprobed ? "true" : "false")}", "-o", directory);
            string library = Path.Combine(directory, "KThreadRuntime.dll");
            if (!File.Exists(library))
            {
                throw new InvalidOperationException($"The program was not published: {said}");
            }

            string answer = Run(Path.Combine(directory, "Unprobed"));
            if (answer.Trim() != $"{!unprobed} 7")
            {
                throw new InvalidOperationException($"The trimmed program said: {answer}");
            }

            names.AddRange(TypesOfTheValidator(library));
            return (names.Count, new FileInfo(library).Length);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static List<string> TypesOfTheValidator(string library)
    {
        using var file = new PEReader(File.OpenRead(library));
        MetadataReader metadata = file.GetMetadataReader();
        return [.. metadata.TypeDefinitions.Select(metadata.GetTypeDefinition)
            // A type without a method is a name that a signature mentions.
            .Where(type => type.GetMethods().Count > 0)
            .Select(type => $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}")
            .Where(name => _validator.Any(space => name.StartsWith(space + ".", StringComparison.Ordinal)))
            .Except(_carried)];
    }

    private static string Run(string file, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true })!;
        string said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return said;
    }
}

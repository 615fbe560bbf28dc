using System.Diagnostics;
using System.Text.Json;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Benchmarks.Analysis;

/// <summary>What a project says of its compilation, asked of the build's evaluation: nothing is restored, so packages are not known.</summary>
/// <param name="Path">The project file, absolute.</param>
/// <param name="Sources">Absolute.</param>
/// <param name="References">The projects whose assemblies it is compiled against, absolute.</param>
/// <param name="GlobalUsings">The text of the usings that hold in all its files.</param>
internal sealed record EvaluatedProject(
    string Path, string[] Sources, string[] References, string GlobalUsings, CSharpParseOptions ParseOptions, CSharpCompilationOptions Options)
{
    private static readonly string[] _frameworks = ["net10.0", "net9.0", "net8.0", "net6.0", "netstandard2.1", "netstandard2.0"];

    internal string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>Evaluates for the newest target framework that the project has and this process can refer to.</summary>
    internal static EvaluatedProject Of(string path)
    {
        Dictionary<string, string> targets = Properties(Ask(path, ["-getProperty:TargetFramework", "-getProperty:TargetFrameworks"]));
        string framework = targets["TargetFramework"];
        if (framework.Length == 0)
        {
            string[] offered = targets["TargetFrameworks"].Split(';', StringSplitOptions.TrimEntries);
            framework = _frameworks.FirstOrDefault(offered.Contains) ?? throw new InvalidOperationException($"{path}: none of {targets["TargetFrameworks"]} can be compiled here.");
        }

        JsonElement answer = Ask(path,
        [
            "-p:Configuration=Release", "-p:TargetFramework=" + framework, "-t:AddImplicitDefineConstants",
            "-getItem:Compile", "-getItem:ProjectReference", "-getItem:Using",
            "-getProperty:AssemblyName", "-getProperty:DefineConstants", "-getProperty:LangVersion", "-getProperty:Nullable", "-getProperty:OutputType",
            "-getProperty:SignAssembly", "-getProperty:AssemblyOriginatorKeyFile", "-getProperty:ImplicitUsings",
        ]);
        Dictionary<string, string> properties = Properties(answer);
        JsonElement items = answer.GetProperty("Items");
        string[] references = [.. items.GetProperty("ProjectReference").EnumerateArray().Where(IsReferred).Select(FullPath)];
        return new EvaluatedProject(
            System.IO.Path.GetFullPath(path),
            [.. items.GetProperty("Compile").EnumerateArray().Select(FullPath).Where(File.Exists).Distinct()],
            references,
            Usings(items.GetProperty("Using")),
            new CSharpParseOptions(LanguageVersion.Preview, preprocessorSymbols: properties["DefineConstants"].Split(';', StringSplitOptions.RemoveEmptyEntries)),
            OptionsOf(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!, properties));
    }

    private static CSharpCompilationOptions OptionsOf(string folder, Dictionary<string, string> properties)
    {
        OutputKind kind = properties["OutputType"] is "Exe" or "WinExe" ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary;
        var options = new CSharpCompilationOptions(
            kind,
            allowUnsafe: true,
            nullableContextOptions: properties["Nullable"] is "enable" ? NullableContextOptions.Enable : NullableContextOptions.Disable,
            metadataImportOptions: MetadataImportOptions.Public);

        // Friends of signed assemblies are known by their key.
        string key = properties["AssemblyOriginatorKeyFile"].Length == 0 ? "" : System.IO.Path.GetFullPath(properties["AssemblyOriginatorKeyFile"].Replace('\\', '/'), folder);
        return properties["SignAssembly"] is "true" or "True" && File.Exists(key)
            ? options.WithPublicSign(true).WithCryptoKeyFile(key).WithStrongNameProvider(new DesktopStrongNameProvider())
            : options;
    }

    // An analyzer's or generator's project is built beside, not referred to.
    private static bool IsReferred(JsonElement item) =>
        !(item.TryGetProperty("ReferenceOutputAssembly", out JsonElement isReferred) && isReferred.GetString() is "false" or "False")
        && !(item.TryGetProperty("OutputItemType", out JsonElement type) && type.GetString() is "Analyzer");

    private static string FullPath(JsonElement item) => item.GetProperty("FullPath").GetString()!;

    private static string Usings(JsonElement items) => string.Concat(items.EnumerateArray().Select(static item =>
    {
        string name = item.GetProperty("Identity").GetString()!;
        string alias = item.TryGetProperty("Alias", out JsonElement value) && value.GetString() is { Length: > 0 } given ? given + " = " : "";
        bool isStatic = item.TryGetProperty("Static", out JsonElement flag) && flag.GetString() is "true" or "True";
        return $"global using {(isStatic ? "static " : "")}{alias}{name};\n";
    }));

    private static Dictionary<string, string> Properties(JsonElement answer) =>
        answer.GetProperty("Properties").EnumerateObject().ToDictionary(static property => property.Name, static property => property.Value.GetString()!);

    private static JsonElement Ask(string path, string[] questions)
    {
        string[] arguments = ["msbuild", path, "-nologo", .. questions];
        using Process process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? JsonDocument.Parse(output[output.IndexOf('{', StringComparison.Ordinal)..]).RootElement
            : throw new InvalidOperationException($"dotnet {string.Join(' ', arguments)}: {output}");
    }
}

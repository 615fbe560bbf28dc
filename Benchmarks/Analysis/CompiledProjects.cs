using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Benchmarks.Analysis;

/// <summary>A compilation for each project and for each that it refers to, against this process's own framework.</summary>
/// <param name="packages">A folder of assemblies that stand for the packages; may be null.</param>
internal sealed class CompiledProjects(string? packages)
{
    private readonly Dictionary<string, CSharpCompilation> _byProject = [];
    private readonly MetadataReference[] _references = [.. Assemblies(packages).Select(static path => MetadataReference.CreateFromFile(path))];

    /// <summary>In the order in which a build would compile them.</summary>
    internal List<CSharpCompilation> All { get; } = [];

    internal CSharpCompilation Add(string project)
    {
        string path = Path.GetFullPath(project);
        if (_byProject.TryGetValue(path, out CSharpCompilation? known))
        {
            return known;
        }

        EvaluatedProject evaluated = EvaluatedProject.Of(path);
        MetadataReference[] projects = [.. Closure(evaluated)];
        var compilation = CSharpCompilation.Create(
            evaluated.Name,
            evaluated.Sources.Select(source => CSharpSyntaxTree.ParseText(File.ReadAllText(source), evaluated.ParseOptions, source))
                .Append(CSharpSyntaxTree.ParseText(evaluated.GlobalUsings, evaluated.ParseOptions, "GlobalUsings.g.cs")),
            [.. _references, .. projects],
            evaluated.Options);
        _byProject.Add(path, compilation);
        All.Add(compilation);
        return compilation;
    }

    // What a project refers to, its users see too.
    private IEnumerable<MetadataReference> Closure(EvaluatedProject project)
    {
        var all = new HashSet<CSharpCompilation>();
        foreach (string reference in project.References)
        {
            CSharpCompilation compilation = Add(reference);
            all.Add(compilation);
            all.UnionWith(compilation.References.OfType<CompilationReference>().Select(static inner => (CSharpCompilation)inner.Compilation));
        }

        return all.Select(static compilation => compilation.ToMetadataReference());
    }

    // The framework's own assembly goes before a package of that name, which is older.
    private static IEnumerable<string> Assemblies(string? packages)
    {
        string core = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string web = core.Replace("Microsoft.NETCore.App", "Microsoft.AspNetCore.App", StringComparison.Ordinal);
        string[] folders = [core, web, .. packages is null ? Array.Empty<string>() : [packages]];
        return folders.Where(Directory.Exists).SelectMany(static folder => Directory.GetFiles(folder, "*.dll")).DistinctBy(Path.GetFileName);
    }
}

using System.Reflection;
using System.Runtime.CompilerServices;

namespace KThreadRuntime.Reports;

/// <summary>Where the sources of the loaded assemblies lie, by their <see cref="LockdepProjectAttribute"/>.</summary>
/// <remarks>Looked up when a report is built, never before. A weak table, so that an assembly that can be unloaded can be.</remarks>
internal static class ProjectFolders
{
    private static readonly ConditionalWeakTable<Assembly, Project> _known = new();

    /// <summary>The file as assembly and project-relative path; by its name alone when no project claims it.</summary>
    internal static string Portable(CodeSite site)
    {
        string file = (site.File ?? "").Replace('\\', '/');
        Project? best = null;
        foreach (Assembly assembly in AppDomain.CurrentDomain.GetAssemblies())
        {
            Project project = _known.GetValue(assembly, Project.Of);
            if (project.Folder.Length > (best?.Folder.Length ?? 0) && file.StartsWith(project.Folder, StringComparison.Ordinal))
            {
                best = project;
            }
        }

        return best is null ? site.FileName : $"{best.Assembly}:{file.Substring(best.Folder.Length)}";
    }

    private sealed class Project(string assembly, string folder)
    {
        internal string Assembly { get; } = assembly;

        internal string Folder { get; } = folder;

        internal static Project Of(Assembly assembly) =>
            new(assembly.GetName().Name ?? "", assembly.IsDynamic ? "" : assembly.GetCustomAttribute<LockdepProjectAttribute>()?.Folder ?? "");
    }
}

using System.Runtime.CompilerServices;

namespace KThreadRuntime;

/// <summary>
/// Tells where an assembly's sources lie, as its compiler names them, so that fingerprints name a file by assembly and
/// project-relative path. Without it they name a file by its name alone.
/// </summary>
/// <remarks>
/// Apply it once, in a file at the top of the project: <c>[assembly: LockdepProject]</c>. A generated file elsewhere says where it
/// lies: <c>[assembly: LockdepProject("obj/Locks.g.cs")]</c>. Path maps, checkouts and build machines do not matter, since the file
/// goes through the same map as those that create locks.
/// </remarks>
/// <param name="fileInProject">The path of the applying file in its project; its name alone by default.</param>
/// <param name="file">Filled in by the compiler.</param>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class LockdepProjectAttribute(string fileInProject = "", [CallerFilePath] string file = "") : Attribute
{
    /// <summary>The path of the applying file in its project; empty for its name alone.</summary>
    public string FileInProject { get; } = fileInProject;

    /// <summary>The applying file, as the compiler names it.</summary>
    public string File { get; } = file;

    /// <summary>The project's folder as the compiler names it, with <c>/</c> and one at its end; null when the two paths do not fit.</summary>
    internal string? Folder
    {
        get
        {
            string whole = File.Replace('\\', '/'), part = FileInProject.Replace('\\', '/').TrimStart('/');
            return part.Length == 0 ? whole.Substring(0, whole.LastIndexOf('/') + 1)
                : whole.EndsWith("/" + part, StringComparison.OrdinalIgnoreCase) ? whole.Substring(0, whole.Length - part.Length)
                : null;
        }
    }
}

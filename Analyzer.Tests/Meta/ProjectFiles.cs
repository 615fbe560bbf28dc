using CrossRelease.Demo;

namespace CrossRelease.Analyzers.Tests.Meta;

/// <summary>The files of the clone that the tests run in.</summary>
internal static class ProjectFiles
{
    public static string Read(string path) => File.ReadAllText(Path.Combine(Repository.Root, path)).ReplaceLineEndings("\n");

    /// <summary>The sources of a project, without what its build has generated.</summary>
    public static IEnumerable<string> Sources(string project)
        => Directory.EnumerateFiles(Path.Combine(Repository.Root, project), "*.cs", SearchOption.AllDirectories)
            .Where(path => !Path.GetRelativePath(Repository.Root, path).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
            .Order(StringComparer.Ordinal);

    /// <summary>The text of a page's section, without its heading.</summary>
    public static string Section(string page, string heading)
    {
        var start = page.IndexOf($"\n## {heading}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"The page has no section '{heading}'.");
        var body = page[(start + heading.Length + 5)..];
        var end = body.IndexOf("\n## ", StringComparison.Ordinal);
        return end < 0 ? body : body[..end];
    }

    /// <summary>The fenced blocks of a language.</summary>
    public static IEnumerable<string> Blocks(string text, string language)
        => text.Split("```" + language + "\n").Skip(1).Select(block => block[..block.IndexOf("```", StringComparison.Ordinal)]);
}

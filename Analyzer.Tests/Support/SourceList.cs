using System.Collections;

namespace CrossRelease.Analyzers.Tests.Support;

/// <summary>Sources in the order they are added; one without a path is named <c>/0/Test{n}.cs</c>.</summary>
public sealed class SourceList : IEnumerable<(string Path, string Content)>
{
    private readonly List<(string Path, string Content)> _files = [];

    public int Count => _files.Count;

    public (string Path, string Content) this[int index] => _files[index];

    public void Add(string content) => _files.Add(($"/0/Test{_files.Count}.cs", content));

    public void Add((string Path, string Content) file) => _files.Add(file);

    public IEnumerator<(string Path, string Content)> GetEnumerator() => _files.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

namespace Benchmarks;

/// <summary>One comparison: two bodies that run a number of operations.</summary>
internal sealed class PairRow(string name, string @base, int operations, Func<int, int> bare, Func<int, int> tracked, Action? end = null) : IDisposable
{
    internal string Name => name;

    /// <summary>What it is compared with.</summary>
    internal string Base => @base;

    internal int Operations => operations;

    internal Func<int, int> Bare => bare;

    internal Func<int, int> Tracked => tracked;

    /// <summary>Whether the row may go on to learn, and so to allocate, while it is measured.</summary>
    internal bool MayAllocate { get; init; }

    public void Dispose() => end?.Invoke();
}

namespace CrossRelease.Analyzers.Symbols;

/// <summary>Whether a call of a collection's member makes the collection emptier or fuller, told by the member's name.</summary>
internal static class CollectionCalls
{
    // Who calls it has one element, and nobody else gets that.
    private static readonly HashSet<string> _takings = new(StringComparer.Ordinal) { "Dequeue", "TryDequeue", "Pop", "TryPop", "Take", "TryTake" };

    private static readonly HashSet<string> _otherRemovals = new(StringComparer.Ordinal)
    {
        "Clear", "Remove", "RemoveAt", "RemoveAll", "RemoveFirst", "RemoveLast", "RemoveRange", "RemoveWhere", "TryRemove",
    };

    private static readonly HashSet<string> _additions = new(StringComparer.Ordinal)
    {
        "Add", "Enqueue", "Push", "AddFirst", "AddLast", "AddRange", "PushRange", "Insert", "InsertRange", "TryAdd", "UnionWith",
    };

    public static bool IsRemoval(string name) => _takings.Contains(name) || _otherRemovals.Contains(name);

    public static bool IsAddition(string name) => _additions.Contains(name);

    public static bool IsTaking(string name) => _takings.Contains(name);
}

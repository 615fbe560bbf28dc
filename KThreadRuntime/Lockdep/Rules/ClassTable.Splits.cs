using System.Collections.Concurrent;

namespace KThreadRuntime.Rules;

/// <content>Classes that turned out too coarse: by what their instances are told apart since.</content>
internal sealed partial class ClassTable
{
    private readonly ConcurrentDictionary<ClassIdentity, ClassSplit> _splits = new();
    private volatile bool _anySplit;

    internal bool AnySplit => _anySplit;

    /// <summary>How a class was split; null when it was not. Free of cost while none was.</summary>
    internal ClassSplit? SplitOf(in ClassIdentity identity) =>
        _anySplit && _splits.TryGetValue(identity.Root, out ClassSplit? split) ? split : null;

    /// <summary>From now on the instances of a class find finer ones. Returns the classes that are to be retired.</summary>
    internal IReadOnlyList<LockClass> Split(LockClass coarse, ClassPolicy by)
    {
        if (coarse.IsRetired)
        {
            return [];
        }

        _splits[coarse.Identity.Root] = new ClassSplit(coarse, by);
        _anySplit = true;
        return [.. Snapshot().Where(c => ReferenceEquals(c.Family, coarse.Family))];
    }
}

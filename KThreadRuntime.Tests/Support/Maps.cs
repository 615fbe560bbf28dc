namespace KThreadRuntime.Tests.Support;

/// <summary>Bare maps, used as locks that never block.</summary>
internal static class Maps
{
    /// <summary>Instances of one class: one creation site.</summary>
    internal static LockdepMap[] Many(int count, string name) => [.. Enumerable.Range(0, count).Select(_ => new LockdepMap(name))];

    internal static void Nest(LockdepMap outer, LockdepMap inner) => Under(outer, () => Under(inner, () => { }));

    internal static void Under(LockdepMap map, Action body)
    {
        Lockdep.Acquire(map);
        body();
        Lockdep.Release(map);
    }
}

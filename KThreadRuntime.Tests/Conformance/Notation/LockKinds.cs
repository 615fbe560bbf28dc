namespace KThreadRuntime.Tests.Conformance.Notation;

/// <summary>
/// The column of lock kinds: says what a lock without a prefix is. <c>spin</c> speaks for all of them,
/// <c>rwlock(A)+spin(B)</c> for each by its name.
/// </summary>
internal sealed class LockKinds
{
    private readonly Dictionary<string, LockSort> _byName = new(StringComparer.Ordinal);
    private readonly LockSort? _forAll;

    internal LockKinds(string column)
    {
        string[] parts = column.Split('+');
        foreach (string part in parts)
        {
            int open = part.IndexOf('(', StringComparison.Ordinal);
            if (open > 0 && SortOf(part[..open]) is LockSort sort)
            {
                _byName[part[(open + 1)..].Split(';', ')')[0]] = sort;
            }
        }

        _forAll = parts.Length == 1 ? SortOf(column) : null;
    }

    internal LockSort? this[string name] => _byName.TryGetValue(name, out LockSort sort) ? sort : _forAll;

    private static LockSort? SortOf(string kind) => kind switch
    {
        "spin" => LockSort.Spin,
        "wlock" => LockSort.Write,
        "rlock" => LockSort.Read,
        "mutex" or "pthread_mutex" => LockSort.Mutex,
        "wsem" => LockSort.SemaphoreWrite,
        "rsem" => LockSort.SemaphoreRead,
        "rtmutex" => LockSort.RtMutex,
        _ => null,
    };
}

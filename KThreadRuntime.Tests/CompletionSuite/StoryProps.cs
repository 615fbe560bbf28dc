namespace KThreadRuntime.Tests.CompletionSuite;

/// <summary>
/// What a story is about. A name without its digits is a creation site: <c>X1</c> and <c>X2</c> are two instances from one line.
/// </summary>
internal sealed class StoryProps(SuiteSettings settings)
{
    internal const string File = "story";

    private const int CreationLines = 2000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, object> _props = [];
    private readonly Dictionary<string, LockClassKey> _keys = [];
    private readonly List<string> _sites = [];

    internal KMutex Mutex(string name) => Get(name, (site, line) => new KMutex(name: site, file: File, line: line, member: site));

    internal KRwSemaphore RwSemaphore(string name) => Get(name, (site, line) => new KRwSemaphore(name: site, file: File, line: line, member: site));

    internal Completion Completion(string name) =>
        Get(name, (site, line) => new Completion(Key(site, name), site, settings.PolicyOf(site), File, line, site));

    /// <summary>A semaphore: of one unit when its name begins with N, of none otherwise.</summary>
    internal KSemaphore Semaphore(string name) =>
        Get(name, (site, line) => new KSemaphore(name[0] == 'N' ? 1 : 0, int.MaxValue, Key(site, name), site, null, File, line, site));

    /// <summary>A completion of the program's own: a bare map.</summary>
    internal LockdepMap Map(string name) =>
        Get(name, (site, line) => new LockdepMap(site, Key(site, name), LockdepMapKind.Completion, settings.PolicyOf(site), file: File, line: line, member: site));

    /// <summary>A lock of the program's own: a bare map, on which nothing blocks. One that spins when its name begins with I.</summary>
    internal LockdepMap LockMap(string name) =>
        Get(name, (site, line) => new LockdepMap(
            site, kind: LockdepMapKind.Lock, waitType: name[0] == 'I' ? LockWaitType.Spin : LockWaitType.Sleep, file: File, line: line, member: site));

    internal StoryKThread KThread(string name) => Get(name, (site, line) => new StoryKThread(name, Key(site, name), line, site));

    /// <summary>The map behind the name of a completion or of a bare map.</summary>
    internal LockdepMap MapOf(string name)
    {
        lock (_gate)
        {
            return _props.TryGetValue(name, out object? prop) && prop is Completion completion ? completion.Map! : Map(name);
        }
    }

    internal IReadOnlyList<StoryKThread> KThreads()
    {
        lock (_gate)
        {
            return [.. _props.Values.OfType<StoryKThread>()];
        }
    }

    private T Get<T>(string name, Func<string, int, T> create)
        where T : class
    {
        lock (_gate)
        {
            if (!_props.TryGetValue(name, out object? prop))
            {
                string site = name.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
                if (!_sites.Contains(site))
                {
                    _sites.Add(site);
                }

                _props[name] = prop = create(site, CreationLines + _sites.IndexOf(site));
            }

            return (T)prop;
        }
    }

    private LockClassKey? Key(string site, string instance)
    {
        if (settings.KeyOf(site, instance) is not { } name)
        {
            return null;
        }

        if (!_keys.TryGetValue(name, out LockClassKey? key))
        {
            _keys[name] = key = new LockClassKey(name, File, CreationLines, name);
        }

        return key;
    }
}

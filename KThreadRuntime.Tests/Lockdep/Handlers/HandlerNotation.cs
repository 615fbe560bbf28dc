using System.Text.RegularExpressions;

namespace KThreadRuntime.Tests;

/// <summary>
/// Plays a line of the notation in which the kernel's own cases are written: <c>hirq{ } sirq{ }</c> are handlers,
/// <c>-H +H -S +S</c> switch them off and on, <c>s. w. r. m. ll.</c> name the kind of lock, <c>L(A) U(A)</c> acquire and
/// release, and <c>|</c> begins another event. One thread plays all events: nothing blocks, and the classes decide. A read in
/// a handler passes queued writers.
/// </summary>
internal sealed partial class HandlerNotation(string kinds, bool queuedReads)
{
    private readonly Dictionary<string, LockdepMap> _maps = [];
    private readonly Stack<Lockdep.HandlerScope> _handlers = new();

    internal void Play(string sequence)
    {
        foreach (string token in sequence.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            switch (token)
            {
                case "|": break;
                case "hirq{": _handlers.Push(Lockdep.EnterHandler(HandlerLevel.Hard)); break;
                case "sirq{": _handlers.Push(Lockdep.EnterHandler(HandlerLevel.Soft)); break;
                case "}": _handlers.Pop().Dispose(); break;
                case "-H": Lockdep.HandlersOff(HandlerLevel.Hard); break;
                case "+H": Lockdep.HandlersOn(HandlerLevel.Hard); break;
                case "-S": Lockdep.HandlersOff(HandlerLevel.Soft); break;
                case "+S": Lockdep.HandlersOn(HandlerLevel.Soft); break;
                default: Touch(Operation().Match(token)); break;
            }
        }
    }

    private void Touch(Match operation)
    {
        Assert.True(operation.Success, "A token was not understood.");
        (string prefix, string verb, string name) = (operation.Groups[1].Value, operation.Groups[2].Value, operation.Groups[3].Value);
        LockdepMap map = MapOf(prefix, name);
        if (verb == "U")
        {
            Lockdep.Release(map);
            return;
        }

        bool isRead = prefix == "r." || (prefix.Length == 0 && PlainMeansRead());
        LockMode mode = !isRead ? LockMode.Exclusive : queuedReads && _handlers.Count == 0 ? LockMode.Shared : LockMode.SharedRecursive;
        Lockdep.Acquire(map, mode);
    }

    /// <summary>What a plain <c>L(A)</c> is: the row's lock kind, and of a pair of kinds the second.</summary>
    private bool PlainMeansRead() => kinds.StartsWith("rlock", StringComparison.Ordinal) || kinds.Contains("+rlock", StringComparison.Ordinal);

    /// <summary>The readers and writers of a name are one lock; any other two kinds are two.</summary>
    private LockdepMap MapOf(string prefix, string name)
    {
        string family = prefix switch { "ll." => "local", "m." => "mutex", "s." => "spin", _ => "" };
        if (!_maps.TryGetValue(family + name, out LockdepMap? map))
        {
            _maps[family + name] = map = new LockdepMap(
                family + name, new LockClassKey(family + name), family == "local" ? LockdepMapKind.LocalLock : LockdepMapKind.Lock,
                waitType: family == "mutex" ? LockWaitType.Sleep : LockWaitType.Config);
        }

        return map;
    }

    [GeneratedRegex(@"^(ll\.|[a-z]\.)?([LU])\((\w+)\)$")]
    private static partial Regex Operation();
}

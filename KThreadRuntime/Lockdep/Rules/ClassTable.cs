using System.Collections.Concurrent;
using KThreadRuntime.Blocking;

namespace KThreadRuntime.Rules;

/// <summary>The classes of one validator. Grows without a limit set beforehand; lookups take no lock.</summary>
internal sealed class ClassTable
{
    private readonly ConcurrentDictionary<ClassIdentity, LockClass> _byIdentity = new();
    private readonly Dictionary<string, int> _versions = new(StringComparer.Ordinal);
    private readonly BriefLock _gate = new();
    private LockClass?[] _byIndex = new LockClass?[64];
    private int _count;

    internal int Count => Volatile.Read(ref _count);

    internal LockClass this[int index] => Volatile.Read(ref _byIndex)[index]!;

    /// <summary>All classes, in the order of their numbers.</summary>
    internal IReadOnlyList<LockClass> Snapshot()
    {
        int count = Count;
        LockClass?[] table = Volatile.Read(ref _byIndex);
        var classes = new LockClass[count];
        for (int i = 0; i < count; i++)
        {
            classes[i] = table[i + 1]!;
        }

        return classes;
    }

    /// <summary>Stands for a wait that nothing is known about: what reports name when an unnamed wait may not happen.</summary>
    internal LockClass AnyWait => Resolve(
        new ClassIdentity("any wait", default, "wait", "", 0), "(wait)", CodeSite.Unknown, null,
        new ClassTraits(LockdepMapKind.Completion, LockWaitType.Sleep, LockWaitType.Sleep));

    internal LockClass Resolve(in ClassIdentity identity, string name, CodeSite site, LockClassKey? key, in ClassTraits traits)
    {
        if (_byIdentity.TryGetValue(identity, out LockClass? known))
        {
            return known;
        }

        _gate.Enter();
        try
        {
            return _byIdentity.TryGetValue(identity, out known) ? known : Register(identity, name, site, key, traits);
        }
        finally
        {
            _gate.Exit();
        }
    }

    private LockClass Register(in ClassIdentity identity, string name, CodeSite site, LockClassKey? key, in ClassTraits traits)
    {
        string versioned = identity.Subclass > 0 ? $"{name}/{identity.Subclass}" : name;
        int version = _versions[versioned] = _versions.TryGetValue(versioned, out int last) ? last + 1 : 1;
        var created = new LockClass(_count + 1, name, version, identity.Subclass, site, key, traits);
        if (created.Index >= _byIndex.Length)
        {
            var grown = new LockClass?[_byIndex.Length * 2];
            Array.Copy(_byIndex, grown, _byIndex.Length);
            Volatile.Write(ref _byIndex, grown);
        }

        _byIndex[created.Index] = created;
        Volatile.Write(ref _count, created.Index);
        _byIdentity[identity] = created;
        return created;
    }
}

using System.Collections.Concurrent;
using KThreadRuntime.Blocking;

namespace KThreadRuntime.Rules;

/// <summary>The classes of one validator. Grows up to its budget; lookups take no lock.</summary>
internal sealed partial class ClassTable
{
    private readonly ConcurrentDictionary<ClassIdentity, LockClass> _byIdentity = new();
    private readonly Dictionary<ClassIdentity, ClassFamily> _families = [];
    private BriefLock _gate;
    private readonly int _budget;
    private LockClass?[] _byIndex = new LockClass?[64];
    private int _highest;
    private int _count;
    private long _lastNumber;

    internal ClassTable(int budget = int.MaxValue)
    {
        _budget = budget;
        _eviction = new Eviction(budget);
        Untracked = Unregistered("(untracked)", CodeSite.Unknown, null, default);
        _byIndex[0] = Untracked;
    }

    /// <summary>Classes there are now.</summary>
    internal int Count => Volatile.Read(ref _count);

    /// <summary>The highest index in use so far.</summary>
    internal int Highest => Volatile.Read(ref _highest);

    /// <summary>Stands for whatever has no class: nothing is learned about it.</summary>
    internal LockClass Untracked { get; }

    /// <summary>The class of a number, or <see cref="Untracked"/> when it has gone.</summary>
    internal LockClass this[int index] => Volatile.Read(ref _byIndex)[index] ?? Untracked;

    /// <summary>Stands for a wait that nothing is known about: what reports name when an unnamed wait may not happen.</summary>
    internal LockClass AnyWait => Resolve(
        new ClassIdentity("any wait", default, "wait", "", 0), "(wait)", CodeSite.Unknown, null,
        new ClassTraits(LockdepMapKind.Completion, LockWaitType.Sleep, LockWaitType.Sleep));

    /// <summary>All classes, in the order of their registration.</summary>
    internal IReadOnlyList<LockClass> Snapshot()
    {
        int highest = Highest;
        return [.. Volatile.Read(ref _byIndex).Skip(1).Take(highest).OfType<LockClass>().OrderBy(c => c.Number)];
    }

    /// <summary>Finds or registers a class; <see cref="Untracked"/> when there is no room for another.</summary>
    internal LockClass Resolve(in ClassIdentity identity, string name, CodeSite site, LockClassKey? key, in ClassTraits traits, LockdepMap? owner = null)
    {
        if (_byIdentity.TryGetValue(identity, out LockClass? known))
        {
            return known;
        }

        using PutOffInterrupt putOff = PutOffInterrupt.Begin();
        _gate.Enter();
        try
        {
            return _byIdentity.TryGetValue(identity, out known) ? known : Register(identity, name, site, key, traits, owner);
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>A class that nobody finds, for reports about what has none.</summary>
    internal static LockClass Unregistered(string name, CodeSite site, LockClassKey? key, in ClassTraits traits) =>
        new(0, 0, default, new ClassFamily(name, 1), site, key, traits) { IsRetired = true };

    private LockClass Register(in ClassIdentity identity, string name, CodeSite site, LockClassKey? key, in ClassTraits traits, LockdepMap? owner)
    {
        if (_count >= _budget)
        {
            _eviction.Refuse();
            return Untracked;
        }

        var created = new LockClass(TakeIndex(), ++_lastNumber, identity, FamilyOf(identity, name), site, key, traits, owner);
        if (created.Index >= _byIndex.Length)
        {
            var grown = new LockClass?[_byIndex.Length * 2];
            Array.Copy(_byIndex, grown, _byIndex.Length);
            Volatile.Write(ref _byIndex, grown);
        }

        _byIndex[created.Index] = created;
        Volatile.Write(ref _count, _count + 1);
        _byIdentity[identity] = created;
        CountInstance(owner);
        return created;
    }

    /// <summary>The subclasses of a class bear one name, whichever came first.</summary>
    private ClassFamily FamilyOf(in ClassIdentity identity, string name)
    {
        ClassIdentity root = identity.Root;
        if (!_families.TryGetValue(root, out ClassFamily? family))
        {
            _families[root] = family = new ClassFamily(name, NextVersion(name));
        }

        family.Members++;
        return family;
    }
}

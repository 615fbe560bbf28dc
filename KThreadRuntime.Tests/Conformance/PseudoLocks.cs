namespace KThreadRuntime.Tests.Conformance;

/// <summary>Sections that no object stands for: RCU read sides and memory reclaim. A program marks them with maps of its own.</summary>
internal sealed class PseudoLocks(LockdepValidator validator)
{
    private readonly LockdepMap _rcu = Section(validator, "rcu_read_lock", LockWaitType.Config);
    private readonly LockdepMap _rcuBh = Section(validator, "rcu_read_lock_bh", LockWaitType.Config);
    private readonly LockdepMap _rcuSched = Section(validator, "rcu_read_lock_sched", LockWaitType.Spin);
    private readonly LockdepMap _reclaim =
        new(validator, LockdepMapKind.Lock, "pseudo", "", "fs_reclaim", new LockClassKey("fs_reclaim"), null, default);

    private readonly ThreadLocal<int> _noFs = new();

    internal void Enter(string section, string? argument)
    {
        if (section != "fsr")
        {
            Lockdep.Acquire(Rcu(section), LockMode.SharedRecursive);
        }
        else if (MayReclaimFs(argument))
        {
            Lockdep.Acquire(_reclaim);
        }
    }

    internal void Leave(string section, string? argument)
    {
        if (section != "fsr")
        {
            Lockdep.Release(Rcu(section));
        }
        else if (MayReclaimFs(argument))
        {
            Lockdep.Release(_reclaim);
        }
    }

    /// <summary>An allocation may go into reclaim, so it counts as a moment inside.</summary>
    internal void MightAllocate(string flags)
    {
        Enter("fsr", flags);
        Leave("fsr", flags);
    }

    internal void NoFs(bool begins) => _noFs.Value += begins ? 1 : -1;

    private bool MayReclaimFs(string? flags) => flags switch
    {
        "GFP_KERNEL" => _noFs.Value == 0,
        "GFP_NOFS" => false,
        _ => throw new ArgumentException($"'{flags}' are no allocation flags of the catalogue.", nameof(flags)),
    };

    private LockdepMap Rcu(string section) => section switch
    {
        "rcu" => _rcu,
        "rcu_bh" => _rcuBh,
        _ => _rcuSched,
    };

    private static LockdepMap Section(LockdepValidator validator, string name, LockWaitType inner) =>
        new(validator, LockdepMapKind.Lock, "pseudo", "", name, new LockClassKey(name), null, default, LockWaitType.Free, inner);
}

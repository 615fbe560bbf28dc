using KThreadRuntime.Graph;

namespace KThreadRuntime.Rules;

/// <summary>
/// Locks and handlers. A handler that wants a lock waits for its holder, and whoever it interrupted waits for the handler: so a
/// class acquired in handlers and a class held while such a handler may run are a deadlock when they are one class, or when
/// the first leads to the second over a strong path.
/// </summary>
/// <remarks>
/// Found when a class is first used in a way, and when a dependency is new or has weakened. The nearest conflict of each event
/// is told, and each pair of classes once. A class that is inconsistent by itself at a level was told as that, and takes no part
/// in the other conflicts of the level. Not thread-safe: the class graph's lock is held.
/// </remarks>
internal sealed class HandlerRule(ClassTable classes, LockdepPolicy policy, DependencyGraph<Dependency> graph)
{
    private const int MaxTries = 16;

    private static readonly HandlerLevel[] _levels = [HandlerLevel.Hard, HandlerLevel.Soft];
    private static readonly DependencyKinds[] _kinds = [DependencyKinds.EN, DependencyKinds.ER, DependencyKinds.SN, DependencyKinds.SR];

    private readonly HandlerPaths _back = new(classes);
    private readonly HandlerPaths _forth = new(classes);
    private readonly OpenPath _open = new(classes, policy, graph);
    private readonly HashSet<(HandlerLevel Level, LockClass Used, LockClass Held)> _told = [];
    private UsageStates _everSeen;

    /// <summary>
    /// Whether a handler may want what it interrupted. A lock that its holder may acquire again lets the handler in, since that
    /// runs on the holder's thread.
    /// </summary>
    internal static bool IsInconsistent(LockClass lockClass, HandlerLevel level) =>
        lockClass.Traits.Kind != LockdepMapKind.ReentrantLock && Conflicts(lockClass.UsageRecord.States, level);

    /// <summary>A class is used in a way; if nobody did before, its dependencies may now join what must not be joined.</summary>
    internal void Marked(LockClass lockClass, UsageStates states, UsageEvidence evidence, Findings findings)
    {
        UsageStates before = lockClass.UsageRecord.States, fresh = lockClass.UsageRecord.Add(states, evidence);
        _everSeen |= fresh;
        foreach (HandlerLevel level in _levels)
        {
            uint wanted = UsageBits.Wanted(fresh, level), held = UsageBits.Held(fresh, level);
            if (IsInconsistent(lockClass, level))
            {
                if (!Conflicts(before, level))
                {
                    findings.Add(HandlerStory.Inconsistent(lockClass, level, evidence, wasAcquired: wanted != 0));
                }
            }
            else if (wanted != 0)
            {
                Look(lockClass, wanted, Direction.Forward, level, evidence, findings);
            }
            else if (held != 0 && Seen(level))
            {
                Look(lockClass, held, Direction.Backward, level, evidence, findings);
            }
        }
    }

    /// <summary>How many pairs of classes were told and are remembered, so that none is told twice.</summary>
    internal int ToldPairs => _told.Count;

    /// <summary>Forgets what was told of a class that has gone; it never comes back as the same. Cost: one pass over all that was told.</summary>
    internal void Forget(LockClass gone) => _told.RemoveWhere(t => ReferenceEquals(t.Used, gone) || ReferenceEquals(t.Held, gone));

    /// <summary>A dependency is new or has weakened.</summary>
    internal void Joined(LockClass from, LockClass to, Dependency label, Findings findings)
    {
        foreach (HandlerLevel level in _levels.Where(Seen))
        {
            _ = _kinds.Any(kind => (label.Kinds & kind) != 0 && Join(from, to, label, kind, level, findings));
        }
    }

    private static bool Conflicts(UsageStates states, HandlerLevel level) =>
        UsageBits.Blocks(UsageBits.Wanted(states, level), UsageBits.Held(states, level));

    private bool Seen(HandlerLevel level) => (_everSeen & UsageBits.UsedIn(level)) != 0;

    private void Look(LockClass start, uint ends, Direction direction, HandlerLevel level, UsageEvidence evidence, Findings findings)
    {
        HandlerPaths paths = direction == Direction.Forward ? _forth : _back;
        paths.Towards(direction, level).PassOver(start.Index);
        for (int tries = 0; tries < MaxTries && graph.Reach(start.Index, ends, direction, paths) is { } walk; tries++)
        {
            paths.PassOver(direction == Direction.Forward ? walk.Nodes[walk.Nodes.Length - 1] : walk.Nodes[0]);
            if (_open.Between(walk.Nodes, walk.Labels, level) is { } path)
            {
                if (IsNews(path, level))
                {
                    findings.Add(HandlerStory.Inversion(new HandlerConflict(level, path), start, evidence));
                }

                return;
            }
        }
    }

    /// <summary>Whether the dependency joins a class acquired in handlers to one held while they may run, told now or before.</summary>
    private bool Join(LockClass from, LockClass to, Dependency label, DependencyKinds kind, HandlerLevel level, Findings findings)
    {
        uint held = (kind & (DependencyKinds.ER | DependencyKinds.EN)) != 0 ? 1u : 2u;
        uint wanted = (kind & (DependencyKinds.EN | DependencyKinds.SN)) != 0 ? 1u : 2u;
        int tries = 0;
        _back.Towards(Direction.Backward, level);
        while (tries < MaxTries && graph.Reach(from.Index, held, Direction.Backward, _back) is { } before)
        {
            _back.PassOver(before.Nodes[0]);
            _forth.Towards(Direction.Forward, level).PassOver(before.Nodes[0]);
            while (tries++ < MaxTries && graph.Reach(to.Index, wanted, Direction.Forward, _forth) is { } after)
            {
                _forth.PassOver(after.Nodes[after.Nodes.Length - 1]);
                if (_open.Between([.. before.Nodes, .. after.Nodes], [.. before.Labels, label, .. after.Labels], level) is { } path)
                {
                    if (IsNews(path, level))
                    {
                        findings.Add(HandlerStory.Order(new HandlerConflict(level, path), from, to, label.Evidence.ToSite));
                    }

                    return true;
                }
            }
        }

        return false;
    }

    private bool IsNews(Ring path, HandlerLevel level) => _told.Add((level, path.Classes[0], path.Classes[path.Classes.Count - 1]));
}

using KThreadRuntime.Graph;

namespace KThreadRuntime.Rules;

/// <summary>A ring is a possible deadlock when it is strong and, under the default policy, no gate stands in it.</summary>
internal sealed class RingPredicate(LockdepPolicy policy) : ICyclePredicate<Dependency>
{
    public bool MayExtend(IReadOnlyList<Dependency> path) => Follow(path).IsPossible && !NewestIsGated(path);

    public bool Accepts(IReadOnlyList<Dependency> cycle) => Follow(cycle).Closes() && !NewestIsGated(cycle);

    private static StrongPath Follow(IReadOnlyList<Dependency> path)
    {
        StrongPath strong = StrongPath.Start(path[0].Kinds);
        for (int i = 1; i < path.Count && strong.IsPossible; i++)
        {
            strong = strong.Extend(path[i].Kinds);
        }

        return strong;
    }

    /// <summary>Earlier pairs were compared when the path was shorter.</summary>
    private bool NewestIsGated(IReadOnlyList<Dependency> path)
    {
        if (policy == LockdepPolicy.Kernel)
        {
            return false;
        }

        Dependency newest = path[path.Count - 1];
        for (int i = 0; i < path.Count - 1; i++)
        {
            if (HeldAt(newest).Excludes(HeldAt(path[i])))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The whole held side of a critical pair: the gates and the first end itself, unless that is not surely held, or any.</summary>
    private static GateSet HeldAt(Dependency step) =>
        step.From is null || step.Evidence.FromMode is ChainMode.Owed or ChainMode.Inherited ? step.Gates : step.Gates.With(step.From.Id, (step.Kinds & (DependencyKinds.SR | DependencyKinds.SN)) == 0);
}

using KThreadRuntime.Graph;

namespace KThreadRuntime.Rules;

/// <summary>
/// The nearest class, along or against the dependencies, that conflicts at a level with where the walk begins. A walk goes on
/// only where it is strong, as a ring's path does; see <see cref="StrongPath"/>.
/// </summary>
/// <remarks>
/// The state is what the walk's open end admits, as in <see cref="UsageBits"/>: forward, 0 where the last lock is wanted so that
/// any holder blocks it, 1 where it is a read that passes writers; backward, 0 where the first lock is held so that it blocks
/// everybody, 1 where it is only read. A local lock blocks nobody else, so no walk goes over one.
/// </remarks>
internal sealed class HandlerPaths(ClassTable classes) : IReachVisitor<Dependency>
{
    private readonly HashSet<int> _passedOver = [];
    private Direction _direction;
    private HandlerLevel _level;
    private bool _endsHere;

    /// <summary>Prepares a search; classes passed over before are candidates again.</summary>
    internal HandlerPaths Towards(Direction direction, HandlerLevel level)
    {
        _direction = direction;
        _level = level;
        _passedOver.Clear();
        return this;
    }

    /// <summary>Leaves a class out of the candidates; walks still go over it.</summary>
    internal void PassOver(int node) => _passedOver.Add(node);

    public uint Step(int state, Dependency label)
    {
        if (_endsHere)
        {
            return 0;
        }

        DependencyKinds kinds = label.Kinds;
        if (_direction == Direction.Forward)
        {
            kinds &= state == 1 ? DependencyKinds.ER | DependencyKinds.EN : kinds;
            return Ends(kinds, DependencyKinds.EN | DependencyKinds.SN, DependencyKinds.ER | DependencyKinds.SR);
        }

        kinds &= state == 1 ? DependencyKinds.EN | DependencyKinds.SN : kinds;
        return Ends(kinds, DependencyKinds.ER | DependencyKinds.EN, DependencyKinds.SR | DependencyKinds.SN);
    }

    /// <summary>The search asks this of a visit before it steps on from it.</summary>
    public bool Arrives(int node, int state)
    {
        LockClass here = classes[node];
        _endsHere = here.Traits.Kind == LockdepMapKind.LocalLock;
        if (_endsHere || _passedOver.Contains(node) || HandlerRule.IsInconsistent(here, _level))
        {
            return false;
        }

        UsageStates states = here.UsageRecord.States;
        return _direction == Direction.Forward
            ? UsageBits.Blocks(1u << state, UsageBits.Held(states, _level))
            : UsageBits.Blocks(UsageBits.Wanted(states, _level), 1u << state);
    }

    private static uint Ends(DependencyKinds kinds, DependencyKinds strong, DependencyKinds weak) =>
        ((kinds & strong) != 0 ? 1u : 0u) | ((kinds & weak) != 0 ? 2u : 0u);
}

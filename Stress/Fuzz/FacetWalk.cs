using KThreadRuntime.Graph;

namespace Stress.Fuzz;

/// <summary>
/// A visitor with three states: what a label does to them depends on its facet, and a gate lets no walk through that is in the
/// state of its number. It keeps what it saw, and ends the search at one node in one state if it is told to.
/// </summary>
internal sealed class FacetWalk((int Node, int State)? goal = null) : IReachVisitor<TestLabel>
{
    internal List<(int Node, int State)> Seen { get; } = [];

    public uint Step(int state, TestLabel label)
    {
        if ((label.Gates & (1 << state)) != 0)
        {
            return 0;
        }

        return label.Facet switch
        {
            0 => 1u << state,
            1 => 1u << ((state + 1) % 3),
            2 => 0b101,
            _ => state == 1 ? 0u : 0b010,
        };
    }

    public bool Arrives(int node, int state)
    {
        Seen.Add((node, state));
        return goal == (node, state);
    }
}

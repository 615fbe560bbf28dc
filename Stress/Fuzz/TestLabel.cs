using KThreadRuntime.Graph;

namespace Stress.Fuzz;

/// <summary>A label with a facet and a set of gates: a cycle counts when no gate is on two of its edges.</summary>
internal sealed record TestLabel(int Facet, int Gates)
{
    public override string ToString() => $"{Facet}/{Gates}";
}

/// <summary>Joins by intersecting the gates.</summary>
internal sealed class TestAlgebra : IEdgeAlgebra<TestLabel>
{
    public bool SameFacet(TestLabel existing, TestLabel added) => existing.Facet == added.Facet;

    public TestLabel Join(TestLabel existing, TestLabel added)
    {
        int gates = existing.Gates & added.Gates;
        return gates == existing.Gates ? existing : existing with { Gates = gates };
    }
}

/// <summary>Refuses a cycle with one gate on two edges; prunes as soon as a path has one.</summary>
internal sealed class UngatedCycle : ICyclePredicate<TestLabel>
{
    public bool MayExtend(IReadOnlyList<TestLabel> path) => IsUngated(path);

    public bool Accepts(IReadOnlyList<TestLabel> cycle) => IsUngated(cycle);

    internal static bool IsUngated(IReadOnlyList<TestLabel> path)
    {
        int seen = 0;
        foreach (TestLabel label in path)
        {
            if ((seen & label.Gates) != 0)
            {
                return false;
            }

            seen |= label.Gates;
        }

        return true;
    }
}

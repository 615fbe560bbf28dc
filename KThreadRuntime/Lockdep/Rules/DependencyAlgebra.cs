using KThreadRuntime.Graph;

namespace KThreadRuntime.Rules;

/// <summary>
/// Facets are pairs of instances. Joining keeps what holds of all observations (gates) and admits what any of them
/// admits (kinds, contexts, signallers); a qualifying flag stays only while every observation carries it.
/// </summary>
internal sealed class DependencyAlgebra : IEdgeAlgebra<Dependency>
{
    /// <summary>An owed first end and a held one are never one facet: they tell different stories.</summary>
    public bool SameFacet(Dependency existing, Dependency added) =>
        ReferenceEquals(existing.From, added.From) && ReferenceEquals(existing.To, added.To);

    public Dependency Join(Dependency existing, Dependency added)
    {
        var joined = new Dependency
        {
            Kinds = existing.Kinds | added.Kinds,
            From = ReferenceEquals(existing.From, added.From) ? existing.From : null,
            To = ReferenceEquals(existing.To, added.To) ? existing.To : null,
            Gates = existing.Gates.Intersect(added.Gates),
            Given = existing.Given.Intersect(added.Given),
            Thread = existing.Thread == added.Thread ? existing.Thread : Dependency.Several,
            Signaller = JoinSignallers(existing, added),
            GivesBack = existing.GivesBack || added.GivesBack,
            GivesFirst = existing.GivesFirst && added.GivesFirst,
            Flags = existing.Flags & added.Flags,
            Evidence = (existing.Flags & ~added.Flags) != 0 ? added.Evidence : existing.Evidence,
        };
        return Same(existing, joined) ? existing : joined;
    }

    private static int JoinSignallers(Dependency existing, Dependency added)
    {
        if (existing.Signaller == added.Signaller)
        {
            return existing.Signaller;
        }

        // Of one instance, unknown merely means not yet known; of two, it may be anybody.
        bool oneInstance = existing.To is not null && ReferenceEquals(existing.To, added.To);
        return oneInstance && existing.Signaller == 0 ? added.Signaller
            : oneInstance && added.Signaller == 0 ? existing.Signaller
            : Dependency.Several;
    }

    private static bool Same(Dependency a, Dependency b) =>
        a.Kinds == b.Kinds && ReferenceEquals(a.From, b.From) && ReferenceEquals(a.To, b.To) && a.Gates.Equals(b.Gates)
        && a.Given.Equals(b.Given) && a.Thread == b.Thread && a.Signaller == b.Signaller && a.GivesBack == b.GivesBack && a.GivesFirst == b.GivesFirst && a.Flags == b.Flags;
}

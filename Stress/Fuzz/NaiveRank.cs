using KThreadRuntime;
using KThreadRuntime.Rules;

namespace Stress.Fuzz;

/// <summary>
/// How sure a ring is, said once more and from the twin's own facts, for rings whose completions are one instance each: two that
/// differ are told apart by their signallers, which labels keep and the twin does not.
/// </summary>
internal static class NaiveRank
{
    internal static (Confidence Confidence, ReportFlags Flags) Of(IReadOnlyList<Dependency> steps, NaiveWorld world, bool isClosed, bool mayBePrivate)
    {
        ReportFlags flags = steps.Aggregate(ReportFlags.None, (all, s) => all | s.Flags);
        int[] threads = [.. steps.Select(s => s.Thread)];
        bool isAlone = threads[0] != Dependency.Several && threads.Distinct().Count() == 1;
        flags |= isAlone ? ReportFlags.SingleContext : ReportFlags.None;
        if (isClosed)
        {
            return (Confidence.Closed, flags);
        }

        bool isPrivate = mayBePrivate && isAlone && steps.Count > 1 && steps.All(s => world.IsPrivate(s.From, threads[0]) && world.IsPrivate(s.To, threads[0]));
        if (isPrivate || PassesAUnit(steps, world) || Asks(steps))
        {
            return (Confidence.ClassLevelOnly, flags);
        }

        bool isPlain = (flags & (ReportFlags.Predicted | ReportFlags.Stall)) == 0 && !isAlone;
        int[] known = [.. threads.Where(t => t != Dependency.Several)];
        bool isCertain = isPlain && Meets(steps) && known.Distinct().Count() == known.Length && !steps.Any(s => s.ToWait && world.Signallers(s.To) > 1);
        return (isCertain ? Confidence.Certain : Confidence.Possible, flags);
    }

    /// <summary>Nothing but waits and the signals that follow them, begun by a unit that was there before.</summary>
    private static bool PassesAUnit(IReadOnlyList<Dependency> steps, NaiveWorld world) =>
        steps.All(s => s.FromOwed && s.ToWait && !s.GivesBack) && steps.Any(s => s.GivesFirst || world.HadUnit(s.From) || world.HadUnit(s.To));

    /// <summary>Whether a step signals, under its lock and before it waits, what another step than itself waits for.</summary>
    private static bool Asks(IReadOnlyList<Dependency> steps) =>
        steps.Where((owing, i) => owing.FromOwed
            && steps.Where((asking, j) => j != i && (j + 1) % steps.Count != i && asking.Given.Contains(owing.From!.Class!.Number)).Any()).Any();

    /// <summary>Whether each wants the very lock that the next holds, in a way that this hold alone blocks.</summary>
    private static bool Meets(IReadOnlyList<Dependency> steps)
    {
        for (int i = 0; i < steps.Count; i++)
        {
            Dependency next = steps[(i + 1) % steps.Count];
            bool isHeldToReadOnly = (next.Kinds & (DependencyKinds.ER | DependencyKinds.EN)) == 0;
            if (steps[i].To is null || steps[i].To != next.From || (steps[i].Evidence.ToMode == ChainMode.Shared && isHeldToReadOnly))
            {
                return false;
            }
        }

        return steps.Count > 1;
    }
}

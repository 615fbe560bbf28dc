using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Graph;

/// <summary>What the analysis of a body may cost; docs/limits.md tells them all.</summary>
internal enum Budget
{
    /// <summary>Critical pairs that callers are told of.</summary>
    Pairs,

    /// <summary>Calls between a body and an event.</summary>
    Chain,

    /// <summary>Bodies that one call may run.</summary>
    Width,

    /// <summary>Delegates run in each other.</summary>
    Delegates,

    /// <summary>Rounds over bodies that call each other.</summary>
    Rounds,

    /// <summary>Visits of one block.</summary>
    Visits,

    /// <summary>Combinations of place, flags and what is held or owed.</summary>
    Combinations,

    /// <summary>Ways in which two locks nest.</summary>
    Evidence,

    /// <summary>Nesting of one expression.</summary>
    Stack,
}

/// <summary>Which bodies have hit a budget, so that nothing is dropped in silence. Thread-safe.</summary>
internal sealed class Budgets(int width)
{
    private readonly Dictionary<BodyFacts, SortedSet<Budget>> _hit = [];

    /// <summary>Gets what is hit besides, while one body is looked at: what is kept of it for after an edit includes that.</summary>
    public List<(BodyFacts Body, Budget Budget)>? Log { get; set; }

    public void Hit(BodyFacts body, Budget budget)
    {
        lock (_hit)
        {
            Log?.Add((body, budget));
            if (!_hit.TryGetValue(body, out SortedSet<Budget>? budgets))
            {
                _hit.Add(body, budgets = []);
            }

            budgets.Add(budget);
        }
    }

    /// <summary>The ways out of a body that were found; none where there are too many, and that is noted.</summary>
    public IReadOnlyList<PathEnd> Within(BodyFacts body, IReadOnlyList<PathEnd>? ends)
    {
        if (ends is null)
        {
            Hit(body, Budget.Combinations);
        }

        return ends ?? [];
    }

    /// <summary>One finding for each body that hit a budget.</summary>
    public IEnumerable<Finding> Findings()
    {
        lock (_hit)
        {
            return
            [
                .. _hit.Select(hit => new Finding(
                    Fault.CutShort,
                    new Site(hit.Key, new TextSpan(hit.Key.Span.Start, 0)),
                    [hit.Key.Name, string.Join(", and ", hit.Value.Select(Describe))],
                    [],
                    IsSuggestion: true)),
            ];
        }
    }

    private string Describe(Budget budget) => budget switch
    {
        Budget.Pairs => $"it has more than {BodySummarizer.MaxEvents} events that its callers should know",
        Budget.Chain => $"a chain of more than {BodySummarizer.MaxTrace} calls begins in it",
        Budget.Width => $"a call in it may run more than {width} bodies",
        Budget.Delegates => $"delegates run each other more than {BodySummarizer.MaxExpansions} deep in it",
        Budget.Rounds => $"the recursion it is part of has not settled in {Contexts.MaxRounds} rounds, or {Contexts.MaxKnotRounds} if it has more than {Contexts.MaxRecursion} bodies",
        Budget.Visits => $"its loops have not settled in {FlowSolver.MaxVisits} passes",
        Budget.Combinations => $"it has more than {PathExplorer.MaxStates} combinations of places and flags",
        Budget.Evidence => $"the two locks that it nests nest in more than {LockGraph.MaxEvidence} ways",
        _ => "an expression in it is nested too deep to be read",
    };
}

using KThreadRuntime;
using KThreadRuntime.Graph;
using KThreadRuntime.Rules;

namespace Stress.Fuzz;

/// <summary>
/// The twin of what a validator learns: every dependency it is told, with nothing left out because it was seen before, and
/// every ring tried by walking all paths. What a label means (algebra and predicate) is the validator's own.
/// </summary>
internal sealed class NaiveRules(LockdepPolicy policy, NaiveWorld world, FuzzProfile profile)
{
    private readonly DependencyAlgebra _algebra = new();
    private readonly RingPredicate _predicate = new(policy);
    private readonly Dictionary<string, Dictionary<(long From, long To), List<Dependency>>> _orders = [];
    private readonly Dictionary<string, HashSet<(Confidence Confidence, ReportFlags Flags)>> _ranks = [];

    /// <summary>The labels between classes, by name.</summary>
    internal Dictionary<(string From, string To), List<Dependency>> Labels { get; } = [];

    /// <summary>All rings found so far: the kind and the classes, in canonical rotation.</summary>
    internal HashSet<string> Rings { get; } = [];

    /// <summary>The rings that were reported: each is told once, and its rank is of no interest any more.</summary>
    internal HashSet<string> Told { get; } = [];

    internal void Learn(string from, string to, Dependency label)
    {
        if (from != to)
        {
            LearnBetween(Labels, (from, to), label, nodes => Show(ReportKind.Circular, nodes));
        }
        else if ((ReferenceEquals(label.From, label.To) && !label.FromOwed) || policy == LockdepPolicy.Kernel)
        {
            if (label.Kinds != DependencyKinds.SR)
            {
                // A second read blocks only behind a writer queued in between.
                bool isSecondRead = (label.Kinds & DependencyKinds.SN) != 0 && label.Evidence.ToMode != ChainMode.Exclusive;
                Found(Show(ReportKind.Recursive, [from]), [label], isClosed: ReferenceEquals(label.From, label.To) && !isSecondRead);
            }
        }
        else
        {
            if (!_orders.TryGetValue(from, out Dictionary<(long, long), List<Dependency>>? order))
            {
                _orders[from] = order = [];
            }

            LearnBetween(order, (label.From!.Id, label.To!.Id), label, nodes => Show(ReportKind.Recursive, [.. nodes.Select(_ => from)]));
        }
    }

    /// <summary>
    /// What a ring may be ranked as: as at any moment that closed it, or as it is now, since what is known of its instances changes
    /// without a label of its own.
    /// </summary>
    internal IReadOnlySet<(Confidence Confidence, ReportFlags Flags)> RanksOf(string ring, IReadOnlyList<string> classes)
    {
        if (classes.Count > 1 && classes.Distinct().Count() == classes.Count)
        {
            foreach (List<Dependency> steps in Labels[(classes[0], classes[1])].SelectMany(l => AcceptedLabels(Labels, classes, [l])))
            {
                Rank(ring, steps, isClosed: false);
            }
        }

        return _ranks[ring];
    }

    private void Found(string ring, IReadOnlyList<Dependency> steps, bool isClosed = false)
    {
        Rings.Add(ring);
        if (profile.Ranks)
        {
            Rank(ring, steps, isClosed);
        }
    }

    private void Rank(string ring, IReadOnlyList<Dependency> steps, bool isClosed)
    {
        if (!_ranks.TryGetValue(ring, out HashSet<(Confidence, ReportFlags)>? ranks))
        {
            _ranks[ring] = ranks = [];
        }

        ranks.Add(NaiveRank.Of(steps, world, isClosed, mayBePrivate: true));
        if (profile.ForgetsTouches)
        {
            ranks.Add(NaiveRank.Of(steps, world, isClosed, mayBePrivate: false));
        }
    }

    internal static string Show(ReportKind kind, IReadOnlyList<string> classes)
    {
        IEnumerable<string> rotations = Enumerable.Range(0, classes.Count).Select(i => string.Join(" ", classes.Skip(i).Concat(classes.Take(i))));
        return $"{kind}: {rotations.Min(StringComparer.Ordinal)}";
    }

    private void LearnBetween<TNode>(
        Dictionary<(TNode From, TNode To), List<Dependency>> labels, (TNode From, TNode To) edge, Dependency label, Func<IReadOnlyList<TNode>, string> show)
        where TNode : notnull
    {
        if (Store(labels, edge, label) is not { } changed)
        {
            return;
        }

        if (edge.From.Equals(edge.To))
        {
            if (_predicate.Accepts([changed]))
            {
                Found(show([edge.From]), [changed]);
            }

            return;
        }

        ILookup<TNode, TNode> next = labels.Keys.ToLookup(k => k.From, k => k.To);
        foreach (List<TNode> ring in SimplePaths([edge.From, edge.To], next))
        {
            string shown = show(ring);
            foreach (List<Dependency> steps in AcceptedLabels(labels, ring, [changed]).Take(profile.Ranks && !Told.Contains(shown) ? int.MaxValue : 1))
            {
                Found(shown, steps);
            }
        }
    }

    /// <summary>All paths that end in a node with an edge back to the first.</summary>
    private static IEnumerable<List<TNode>> SimplePaths<TNode>(List<TNode> path, ILookup<TNode, TNode> next)
        where TNode : notnull
    {
        foreach (TNode node in next[path[^1]])
        {
            if (node.Equals(path[0]))
            {
                yield return path;
            }
            else if (!path.Contains(node))
            {
                foreach (List<TNode> longer in SimplePaths([.. path, node], next))
                {
                    yield return longer;
                }
            }
        }
    }

    /// <summary>Each choice of one label for each step, given the first ones, that makes the ring possible.</summary>
    private IEnumerable<List<Dependency>> AcceptedLabels<TNode>(
        Dictionary<(TNode From, TNode To), List<Dependency>> labels, IReadOnlyList<TNode> ring, List<Dependency> chosen)
        where TNode : notnull
    {
        if (chosen.Count == ring.Count)
        {
            return _predicate.Accepts(chosen) ? [chosen] : [];
        }

        return labels[(ring[chosen.Count], ring[(chosen.Count + 1) % ring.Count])]
            .Select(label => (List<Dependency>)[.. chosen, label])
            .Where(longer => _predicate.MayExtend(longer))
            .SelectMany(longer => AcceptedLabels(labels, ring, longer));
    }

    private Dependency? Store<TNode>(Dictionary<(TNode From, TNode To), List<Dependency>> labels, (TNode From, TNode To) edge, Dependency label)
        where TNode : notnull
    {
        if (!labels.TryGetValue(edge, out List<Dependency>? parallel))
        {
            labels[edge] = parallel = [];
        }

        int index = parallel.FindIndex(l => _algebra.SameFacet(l, label));
        if (index < 0 && parallel.Count < SearchLimits.Default.MaxParallel)
        {
            parallel.Add(label);
            return label;
        }

        index = index < 0 ? parallel.Count - 1 : index;
        Dependency joined = _algebra.Join(parallel[index], label);
        if (ReferenceEquals(joined, parallel[index]))
        {
            return null;
        }

        return parallel[index] = joined;
    }
}

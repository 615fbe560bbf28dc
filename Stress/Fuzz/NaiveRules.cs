using KThreadRuntime;
using KThreadRuntime.Graph;
using KThreadRuntime.Rules;

namespace Stress.Fuzz;

/// <summary>
/// The twin of what a validator learns: every dependency it is told, with nothing left out because it was seen before, and
/// every ring tried by walking all paths. What a label means (algebra and predicate) is the validator's own.
/// </summary>
internal sealed class NaiveRules(LockdepPolicy policy)
{
    private readonly DependencyAlgebra _algebra = new();
    private readonly RingPredicate _predicate = new(policy);
    private readonly Dictionary<string, Dictionary<(long From, long To), List<Dependency>>> _orders = [];

    /// <summary>The labels between classes, by name.</summary>
    internal Dictionary<(string From, string To), List<Dependency>> Labels { get; } = [];

    /// <summary>All rings found so far: the kind and the classes, in canonical rotation.</summary>
    internal HashSet<string> Rings { get; } = [];

    internal void Learn(string from, string to, Dependency label)
    {
        if (from != to)
        {
            LearnBetween(Labels, (from, to), label, nodes => Rings.Add(Show(ReportKind.Circular, nodes)));
        }
        else if ((ReferenceEquals(label.From, label.To) && !label.FromOwed) || policy == LockdepPolicy.Kernel)
        {
            if (label.Kinds != DependencyKinds.SR)
            {
                Rings.Add(Show(ReportKind.Recursive, [from]));
            }
        }
        else
        {
            if (!_orders.TryGetValue(from, out Dictionary<(long, long), List<Dependency>>? order))
            {
                _orders[from] = order = [];
            }

            LearnBetween(order, (label.From!.Id, label.To!.Id), label, nodes => Rings.Add(Show(ReportKind.Recursive, [.. nodes.Select(_ => from)])));
        }
    }

    internal static string Show(ReportKind kind, IReadOnlyList<string> classes)
    {
        IEnumerable<string> rotations = Enumerable.Range(0, classes.Count).Select(i => string.Join(" ", classes.Skip(i).Concat(classes.Take(i))));
        return $"{kind}: {rotations.Min(StringComparer.Ordinal)}";
    }

    private void LearnBetween<TNode>(
        Dictionary<(TNode From, TNode To), List<Dependency>> labels, (TNode From, TNode To) edge, Dependency label, Action<IReadOnlyList<TNode>> found)
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
                found([edge.From]);
            }

            return;
        }

        ILookup<TNode, TNode> next = labels.Keys.ToLookup(k => k.From, k => k.To);
        foreach (List<TNode> ring in SimplePaths([edge.From, edge.To], next))
        {
            if (HasAcceptedLabels(labels, ring, [changed]))
            {
                found(ring);
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

    private bool HasAcceptedLabels<TNode>(Dictionary<(TNode From, TNode To), List<Dependency>> labels, List<TNode> ring, List<Dependency> chosen)
        where TNode : notnull
    {
        if (chosen.Count == ring.Count)
        {
            return _predicate.Accepts(chosen);
        }

        foreach (Dependency label in labels[(ring[chosen.Count], ring[(chosen.Count + 1) % ring.Count])])
        {
            List<Dependency> longer = [.. chosen, label];
            if (_predicate.MayExtend(longer) && HasAcceptedLabels(labels, ring, longer))
            {
                return true;
            }
        }

        return false;
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

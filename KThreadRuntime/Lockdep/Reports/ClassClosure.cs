using KThreadRuntime.Rules;

namespace KThreadRuntime.Reports;

/// <summary>How many classes each class leads to, and is reached from, over a snapshot of the dependencies.</summary>
/// <remarks>
/// Counted for all classes at once, for 64 ends in each pass over the dependencies, classes behind others first: a pass or two settle them,
/// and a few more where there are rings. No recursion, and memory in proportion to the snapshot.
/// </remarks>
internal sealed class ClassClosure
{
    private const int EndsPerPass = 64;

    private readonly Dictionary<LockClass, int> _index = [];
    private readonly List<LockClass> _classes = [];
    private readonly List<List<int>> _after = [];
    private readonly List<List<int>> _before = [];
    private int[]? _forward;
    private int[]? _backward;

    internal ClassClosure(IReadOnlyList<ClassDependency> dependencies)
    {
        foreach (ClassDependency dependency in dependencies)
        {
            int from = IndexOf(dependency.From), to = IndexOf(dependency.To);
            _after[from].Add(to);
            _before[to].Add(from);
        }
    }

    /// <summary>The classes directly after one.</summary>
    internal IReadOnlyList<LockClass> After(LockClass lockClass) => _index.TryGetValue(lockClass, out int at) ? [.. _after[at].Select(i => _classes[i])] : [];

    /// <summary>The classes reached forwards, the class itself among them, as the kernel counts.</summary>
    internal int Forward(LockClass lockClass) => _index.TryGetValue(lockClass, out int at) ? (_forward ??= CountAll(_after))[at] : 1;

    /// <summary>The classes that reach it, the class itself among them.</summary>
    internal int Backward(LockClass lockClass) => _index.TryGetValue(lockClass, out int at) ? (_backward ??= CountAll(_before))[at] : 1;

    private int IndexOf(LockClass lockClass)
    {
        if (!_index.TryGetValue(lockClass, out int index))
        {
            _index[lockClass] = index = _classes.Count;
            _classes.Add(lockClass);
            _after.Add([]);
            _before.Add([]);
        }

        return index;
    }

    private static int[] CountAll(List<List<int>> edges)
    {
        int[] order = EndsFirst(edges), counts = new int[edges.Count];
        var reached = new ulong[edges.Count];
        for (int first = 0; first < edges.Count; first += EndsPerPass)
        {
            Array.Clear(reached, 0, reached.Length);
            for (int end = first; end < Math.Min(edges.Count, first + EndsPerPass); end++)
            {
                reached[end] = 1UL << (end - first);
            }

            while (Spread(edges, order, reached))
            {
            }

            for (int i = 0; i < counts.Length; i++)
            {
                counts[i] += Bits(reached[i]);
            }
        }

        return counts;
    }

    private static bool Spread(List<List<int>> edges, int[] order, ulong[] reached)
    {
        bool changed = false;
        foreach (int node in order)
        {
            ulong all = reached[node];
            foreach (int next in edges[node])
            {
                all |= reached[next];
            }

            changed |= all != reached[node];
            reached[node] = all;
        }

        return changed;
    }

    /// <summary>Depth first, each after all it leads to that was not met before.</summary>
    private static int[] EndsFirst(List<List<int>> edges)
    {
        var order = new List<int>(edges.Count);
        var seen = new bool[edges.Count];
        var open = new Stack<(int Node, int Next)>();
        for (int start = 0; start < edges.Count; start++)
        {
            Open(start);
            while (open.Count > 0)
            {
                (int node, int next) = open.Pop();
                if (next == edges[node].Count)
                {
                    order.Add(node);
                    continue;
                }

                open.Push((node, next + 1));
                Open(edges[node][next]);
            }
        }

        return [.. order];

        void Open(int node)
        {
            if (!seen[node])
            {
                seen[node] = true;
                open.Push((node, 0));
            }
        }
    }

    private static int Bits(ulong set)
    {
        int count = 0;
        for (; set != 0; set &= set - 1)
        {
            count++;
        }

        return count;
    }
}

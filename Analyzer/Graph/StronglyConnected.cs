namespace CrossRelease.Analyzers.Graph;

/// <summary>Tarjan's strongly connected components, iterative so that deep call chains cannot exhaust the stack.</summary>
internal static class StronglyConnected
{
    /// <summary>
    /// The components of the graph over 0..count-1, callees before callers: every successor of a component's node lies
    /// in the same or an earlier component. Cost: linear in nodes and edges.
    /// </summary>
    public static List<List<int>> Components(int count, Func<int, IReadOnlyList<int>> successors)
    {
        var components = new List<List<int>>();
        int[] index = new int[count];
        int[] low = new int[count];
        bool[] onStack = new bool[count];
        var stack = new Stack<int>();
        var frames = new Stack<(int Node, int Next)>();
        int visited = 0;
        for (int root = 0; root < count; root++)
        {
            if (index[root] != 0)
            {
                continue;
            }

            frames.Push((root, 0));
            while (frames.Count > 0)
            {
                (int node, int next) = frames.Pop();
                if (next == 0)
                {
                    index[node] = low[node] = ++visited;
                    stack.Push(node);
                    onStack[node] = true;
                }

                IReadOnlyList<int> targets = successors(node);
                if (next > 0)
                {
                    low[node] = Math.Min(low[node], low[targets[next - 1]]);
                }

                while (next < targets.Count && index[targets[next]] != 0)
                {
                    if (onStack[targets[next]])
                    {
                        low[node] = Math.Min(low[node], index[targets[next]]);
                    }

                    next++;
                }

                if (next < targets.Count)
                {
                    frames.Push((node, next + 1));
                    frames.Push((targets[next], 0));
                }
                else if (low[node] == index[node])
                {
                    components.Add(PopComponent(node, stack, onStack));
                }
            }
        }

        return components;
    }

    /// <summary>The nodes of one component in the order in which a walk along its edges leaves them: successors first, but for those that lead around. Cost: linear.</summary>
    /// <param name="component">The nodes, in an order that does not depend on how the component was found.</param>
    public static List<int> CalleesFirst(IReadOnlyCollection<int> component, Func<int, IReadOnlyList<int>> successors)
    {
        var left = new HashSet<int>(component);
        var ordered = new List<int>(component.Count);
        var frames = new Stack<(int Node, int Next)>();
        foreach (int root in component)
        {
            if (left.Remove(root))
            {
                frames.Push((root, 0));
            }

            while (frames.Count > 0)
            {
                (int node, int next) = frames.Pop();
                IReadOnlyList<int> targets = successors(node);
                while (next < targets.Count && !left.Remove(targets[next]))
                {
                    next++;
                }

                if (next < targets.Count)
                {
                    frames.Push((node, next + 1));
                    frames.Push((targets[next], 0));
                }
                else
                {
                    ordered.Add(node);
                }
            }
        }

        return ordered;
    }

    private static List<int> PopComponent(int root, Stack<int> stack, bool[] onStack)
    {
        var component = new List<int>();
        int node;
        do
        {
            node = stack.Pop();
            onStack[node] = false;
            component.Add(node);
        }
        while (node != root);
        return component;
    }
}

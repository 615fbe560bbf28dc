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

using KThreadRuntime.Rules;

namespace KThreadRuntime.Reports;

/// <summary>How many classes each class leads to, and is reached from, over a snapshot of the dependencies.</summary>
internal sealed class ClassClosure
{
    private readonly Dictionary<LockClass, List<LockClass>> _forward = [];
    private readonly Dictionary<LockClass, List<LockClass>> _backward = [];

    internal ClassClosure(IReadOnlyList<ClassDependency> dependencies)
    {
        foreach (ClassDependency dependency in dependencies)
        {
            Add(_forward, dependency.From, dependency.To);
            Add(_backward, dependency.To, dependency.From);
        }
    }

    /// <summary>The classes directly after one.</summary>
    internal IReadOnlyList<LockClass> After(LockClass lockClass) => _forward.TryGetValue(lockClass, out List<LockClass>? after) ? after : [];

    /// <summary>The classes reached forwards, the class itself among them, as the kernel counts.</summary>
    internal int Forward(LockClass lockClass) => Count(_forward, lockClass);

    /// <summary>The classes that reach it, the class itself among them.</summary>
    internal int Backward(LockClass lockClass) => Count(_backward, lockClass);

    private static void Add(Dictionary<LockClass, List<LockClass>> edges, LockClass from, LockClass to)
    {
        if (!edges.TryGetValue(from, out List<LockClass>? list))
        {
            edges[from] = list = [];
        }

        list.Add(to);
    }

    private static int Count(Dictionary<LockClass, List<LockClass>> edges, LockClass start)
    {
        var seen = new HashSet<LockClass> { start };
        var open = new Stack<LockClass>(seen);
        while (open.Count > 0)
        {
            if (!edges.TryGetValue(open.Pop(), out List<LockClass>? next))
            {
                continue;
            }

            foreach (LockClass reached in next)
            {
                if (seen.Add(reached))
                {
                    open.Push(reached);
                }
            }
        }

        return seen.Count;
    }
}

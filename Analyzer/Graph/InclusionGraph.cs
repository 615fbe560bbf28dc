namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Inclusion constraints between places, solved by propagation: an object that a place may hold is held by all places it is
/// copied to. Places and objects are numbered, so that each step costs a probe of a set of numbers; objects arrive in the
/// order in which they were added, so that all that is derived from them comes in one order. Not thread-safe while solving.
/// </summary>
internal sealed class InclusionGraph
{
    private static readonly string[] _none = [];

    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];
    private readonly List<NumberSet?> _copies = [];
    private readonly List<NumberSet?> _objects = [];
    private readonly List<string[]?> _objectNames = [];
    private readonly Queue<(int Node, int Object)> _work = new();

    /// <summary>The number of a place or an object; new names get the next one.</summary>
    public int Number(string name)
    {
        if (!_numbers.TryGetValue(name, out int number))
        {
            _numbers.Add(name, number = _names.Count);
            _names.Add(name);
            _copies.Add(null);
            _objects.Add(null);
            _objectNames.Add(null);
        }

        return number;
    }

    public string Name(int number) => _names[number];

    /// <summary>What is held in a place, in the order of arrival. Remembered: ask after solving.</summary>
    public IReadOnlyCollection<string> Objects(string name)
    {
        if (!_numbers.TryGetValue(name, out int node) || _objects[node] is not { } objects)
        {
            return _none;
        }

        if (_objectNames[node] is not { } names || names.Length != objects.Count)
        {
            _objectNames[node] = names = NamesOf(objects);
        }

        return names;
    }

    /// <summary>The places that what is held in a place is copied to, in the order in which that was said.</summary>
    public IEnumerable<string> CopiesOf(string name) =>
        _numbers.TryGetValue(name, out int node) && _copies[node] is { } targets ? NamesOf(targets) : _none;

    /// <summary>The places that what is held in one of the given ones may be copied to, however far, with those places.</summary>
    public HashSet<string> Reach(IEnumerable<string> names)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(names.Where(_numbers.ContainsKey));
        while (open.Count > 0)
        {
            string name = open.Pop();
            if (reached.Add(name))
            {
                foreach (string target in CopiesOf(name))
                {
                    open.Push(target);
                }
            }
        }

        return reached;
    }

    private string[] NamesOf(NumberSet numbers)
    {
        string[] names = new string[numbers.Count];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = _names[numbers[i]];
        }

        return names;
    }

    public void Add(int node, int @object)
    {
        if ((_objects[node] ??= new NumberSet()).Add(@object))
        {
            _work.Enqueue((node, @object));
        }
    }

    public void Copy(int source, int target)
    {
        if (source == target || !(_copies[source] ??= new NumberSet()).Add(target))
        {
            return;
        }

        NumberSet? objects = _objects[source];
        for (int i = 0; i < objects?.Count; i++)
        {
            Add(target, objects[i]);
        }
    }

    /// <summary>Propagates until nothing moves. <paramref name="arrive"/> is told of each object at each place, and may add constraints.</summary>
    public void Solve(Action<int, int> arrive, CancellationToken cancellation)
    {
        while (_work.Count > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            (int node, int @object) = _work.Dequeue();
            NumberSet? targets = _copies[node];
            for (int i = 0; i < targets?.Count; i++)
            {
                Add(targets[i], @object);
            }

            arrive(node, @object);
        }
    }
}

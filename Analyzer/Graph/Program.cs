using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>The facts of all trees of a compilation, joined: who declares what, and what a virtual call may run.</summary>
internal sealed class Program
{
    /// <summary>A call that more bodies than this may answer is taken for open code: following all would invent cycles.</summary>
    public const int WidthLimit = 8;

    private readonly Dictionary<string, BodyFacts> _bodies = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _trees = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<TreeFacts> _facts;
    private readonly Dictionary<string, List<string>> _overriders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TypeFacts> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<BodyFacts>> _initializers = new(StringComparer.Ordinal);

    public Program(IReadOnlyList<TreeFacts> trees)
    {
        _facts = trees;
        for (int tree = 0; tree < trees.Count; tree++)
        {
            foreach (BodyFacts body in trees[tree].Bodies)
            {
                // Broken code may declare a member twice; the first stands.
                if (!_bodies.ContainsKey(body.Id))
                {
                    _bodies.Add(body.Id, body);
                    _trees.Add(body.Id, tree);
                    Bodies.Add(body);
                    AddInitializer(body);
                }
            }

            foreach (TypeFacts type in trees[tree].Types)
            {
                AddType(type);
            }
        }
    }

    public List<BodyFacts> Bodies { get; } = [];

    /// <summary>The static constructor and the initialisers of the static fields of a type.</summary>
    public IReadOnlyList<BodyFacts> Initializers(string type) => _initializers.TryGetValue(type, out List<BodyFacts>? bodies) ? bodies : [];

    /// <summary>Whether calling the body needs its type to be initialised first: the type has a static constructor of its own.</summary>
    public bool EntersType(BodyFacts body) =>
        body is { Outer: null, Type: { } type, Role: not BodyRole.TypeInitializer }
        && (body.IsStatic || body.IsConstructor)
        && Initializers(type).Any(static initializer => initializer.Id.EndsWith(".#cctor", StringComparison.Ordinal));

    public BodyFacts? Body(string id) => _bodies.TryGetValue(id, out BodyFacts? body) ? body : null;

    /// <summary>The index of the tree that holds a body.</summary>
    public int TreeOf(BodyFacts body) => _trees[body.Id];

    /// <summary>The path of the file that holds a body.</summary>
    public string PathOf(BodyFacts body) => _facts[TreeOf(body)].Path;

    /// <summary>The bodies that a call may run; empty where they are not in the compilation or too many.</summary>
    public ImmutableArray<BodyFacts> Targets(Call call, Value receiver)
    {
        if (!call.IsVirtual)
        {
            return Body(call.Method) is { } only ? [only] : [];
        }

        if (receiver is { Kind: ValueKind.Allocation, Type: { } type } && ExactTarget(type, call.Method) is { } exact)
        {
            return [exact];
        }

        if (call.IsExact)
        {
            return [];
        }

        ImmutableArray<BodyFacts>.Builder targets = ImmutableArray.CreateBuilder<BodyFacts>();
        if (Body(call.Method) is { } declared)
        {
            targets.Add(declared);
        }

        if (_overriders.TryGetValue(call.Method, out List<string>? overriders))
        {
            foreach (string id in overriders)
            {
                if (Body(id) is { } body && !targets.Contains(body))
                {
                    targets.Add(body);
                }
            }
        }

        return targets.Count > WidthLimit ? [] : targets.ToImmutable();
    }

    /// <summary>Whether instances of the type, or of a base type, answer one of the slots.</summary>
    public bool Implements(string type, HashSet<string> slots)
    {
        for (string? current = type; current is not null && _types.TryGetValue(current, out TypeFacts? facts); current = facts.BaseType)
        {
            if (facts.Implements.Any(implemented => slots.Contains(implemented.Slot)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The body that runs when a method is called on an instance of exactly this type.</summary>
    public BodyFacts? ExactTarget(string type, string method)
    {
        for (string? current = type; current is not null && _types.TryGetValue(current, out TypeFacts? facts); current = facts.BaseType)
        {
            foreach ((string slot, string body) in facts.Implements)
            {
                if (slot == method)
                {
                    return Body(body);
                }
            }
        }

        return Body(method);
    }

    private void AddInitializer(BodyFacts body)
    {
        if (body is { Role: BodyRole.TypeInitializer, Type: { } type })
        {
            if (!_initializers.TryGetValue(type, out List<BodyFacts>? bodies))
            {
                _initializers.Add(type, bodies = []);
            }

            bodies.Add(body);
        }
    }

    private void AddType(TypeFacts type)
    {
        if (_types.ContainsKey(type.Id))
        {
            return;
        }

        _types.Add(type.Id, type);
        foreach ((string slot, string body) in type.Implements)
        {
            if (!_overriders.TryGetValue(slot, out List<string>? overriders))
            {
                _overriders.Add(slot, overriders = []);
            }

            if (!overriders.Contains(body))
            {
                overriders.Add(body);
            }
        }
    }
}

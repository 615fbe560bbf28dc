using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// The types of which the program knows one object: one line makes it, and runs once. A static method without parameters that keeps what it makes to itself
/// makes a world of its own each time: then the others are none of its objects' business. Immutable once built.
/// </summary>
internal sealed class SoleObjects
{
    private const int MaxMakers = 6;

    private readonly HashSet<string> _types = new(StringComparer.Ordinal);

    public SoleObjects(Program program)
    {
        var made = new Dictionary<string, Creation?>(StringComparer.Ordinal);
        foreach (BodyFacts body in program.Bodies)
        {
            foreach (Creation creation in body.Derived(Creations.Of).All)
            {
                for (string? type = creation.Type; type is not null; type = program.BaseOf(type))
                {
                    made[type] = made.ContainsKey(type) || body.IsExternal || !creation.IsOnce ? null : creation;
                }
            }
        }

        _types.UnionWith(made.Keys.Where(type => IsMadeOnce(made, type, MaxMakers)));
    }

    /// <summary>Whether the body says anything of such objects.</summary>
    public static bool Matters(BodyFacts body) => body.Derived(Creations.Of).All.Length > 0;

    /// <summary>Whether both say the same.</summary>
    public bool SameAs(SoleObjects other) => _types.SetEquals(other._types);

    /// <summary>Whether both paths end in what the one object of a type keeps.</summary>
    public bool AreOne(Value left, Value right)
    {
        (Value? one, Value? other) = (left, right);
        while (one is { Kind: ValueKind.Member } && other is { Kind: ValueKind.Member } && one.Id == other.Id && !Keep(one.Id))
        {
            (one, other) = (one.Base, other.Base);
        }

        return one is { Kind: ValueKind.Member } && other is { Kind: ValueKind.Member } && one.Id == other.Id;
    }

    private bool Keep(string member) => _types.Count > 0 && DelegateHolders.DeclaringType(member) is { } type && _types.Contains("T:" + type);

    private static bool IsMadeOnce(Dictionary<string, Creation?> made, string type, int levels) =>
        levels > 0 && made.TryGetValue(type, out Creation? creation) && creation is not null
        && (creation.OwnerType is null || IsMadeOnce(made, creation.OwnerType, levels - 1));

    /// <summary>A line that makes an object.</summary>
    /// <param name="OwnerType">The type whose every object it makes one for; null for none.</param>
    /// <param name="IsOnce">Whether it runs once: for each such object, or at all.</param>
    private sealed record Creation(string Type, string? OwnerType, bool IsOnce);

    private sealed record Creations(Creation[] All)
    {
        private static readonly Creations _none = new([]);

        public static Creations Of(BodyFacts body)
        {
            List<Creation>? all = null;
            LocalNames? names = null;
            HashSet<string>? seen = null;
            foreach (Block block in body.Blocks)
            {
                foreach (Instruction instruction in block.Instructions)
                {
                    // What has no constructor of its own is made without a call.
                    switch (instruction)
                    {
                        case AssignLocal assign:
                            Add(assign.Source, block);
                            break;
                        case StoreMember store:
                            Add(store.Source, block);
                            break;
                        case ReturnValue returned:
                            Add(returned.Source, block);
                            break;
                        case Move move:
                            AddAll(move.From, block);
                            break;
                        case Call call:
                            AddAll(call.IsCreation ? call.Arguments.Add(call.Receiver) : call.Arguments, block);
                            break;
                    }
                }
            }

            return all is null ? _none : new Creations([.. all]);

            void AddAll(ImmutableArray<Value> values, Block block)
            {
                foreach (Value value in values)
                {
                    Add(value, block);
                }
            }

            void Add(Value @object, Block block)
            {
                if (@object is { Kind: ValueKind.Allocation, IsSynchronizer: false, Type: { } type } && (seen ??= new HashSet<string>(StringComparer.Ordinal)).Add(@object.Key))
                {
                    string? owner = body is { IsStatic: false, Type: { } own } && IsOfObject(body) ? own : null;
                    bool isOnce = !block.IsInCycle && (owner is not null || (IsOfProgram(body) && !HandsOut(body, @object, names ??= new LocalNames(body))));
                    (all ??= []).Add(new Creation(type, owner, isOnce));
                }
            }
        }

        // A constructor, or the initialiser of a field.
        private static bool IsOfObject(BodyFacts body) => body.Outer is null && (body.IsConstructor || body.Id.EndsWith("~init", StringComparison.Ordinal));

        private static bool IsOfProgram(BodyFacts body) => body.IsStatic && body.Outer is null
            && (body.IsProgramEntry || body.Role == BodyRole.TypeInitializer || !body.Id.Contains('('));

        private static bool HandsOut(BodyFacts body, Value made, LocalNames names) => body.Role != BodyRole.TypeInitializer && body.Instructions.Any(instruction => instruction switch
        {
            ReturnValue returned => names.ResolveObject(returned.Source).Root.Equals(made),
            StoreMember { Target.Root.Kind: ValueKind.Static } store => names.ResolveObject(store.Source).Root.Equals(made),
            Move move => move.Into.Any(static container => container.Root.Kind == ValueKind.Static) && move.From.Any(item => names.ResolveObject(item).Root.Equals(made)),
            _ => false,
        });
    }
}

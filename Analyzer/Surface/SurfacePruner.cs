using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Surface;

/// <summary>
/// Chooses what other assemblies need of an assembly's facts. Kept whole are the bodies that code outside can reach and that
/// reach, through calls, a lock, a wait, a signal, a context, a flag, a callback or an exception; of the others, what they
/// move from one place to another, in a single block. Cost: linear in the facts, but for virtual calls.
/// </summary>
internal sealed class SurfacePruner
{
    private readonly IReadOnlyList<TreeFacts> _trees;
    private readonly Dictionary<string, BodyFacts> _bodies = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _overriders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TypeFacts> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<BodyFacts>> _initializers = new(StringComparer.Ordinal);
    private readonly Dictionary<BodyFacts, HashSet<BodyFacts>> _callers = [];
    private readonly HashSet<BodyFacts> _reached = [];
    private readonly HashSet<string> _reachedTypes = new(StringComparer.Ordinal);
    private readonly Queue<BodyFacts> _work = new();
    private readonly HashSet<BodyFacts> _matters = [];
    private readonly Dictionary<string, BodyFacts> _kept = new(StringComparer.Ordinal);

    private SurfacePruner(IReadOnlyList<TreeFacts> trees, IReadOnlyList<TreeFacts> referenced)
    {
        _trees = trees;
        foreach (TypeFacts type in trees.Concat(referenced).SelectMany(static tree => tree.Types))
        {
            _types[type.Id] = type;
            foreach ((string slot, string body) in type.Implements)
            {
                Add(_overriders, slot, body);
            }
        }

        foreach (BodyFacts body in trees.Concat(referenced).SelectMany(static tree => tree.Bodies))
        {
            // Broken code may declare a member twice; the first stands.
            if (_bodies.ContainsKey(body.Id))
            {
                continue;
            }

            _bodies.Add(body.Id, body);
            if (body.Type is { } type && (body.Role == BodyRole.TypeInitializer || body.Id.EndsWith("~init", StringComparison.Ordinal)))
            {
                Add(_initializers, type, body);
            }
        }
    }

    /// <summary>The facts to hand out, tree by tree; no tree where nothing in them can block or let go.</summary>
    /// <param name="referenced">What the assembly's own references hand out.</param>
    /// <param name="showsInternals">Whether some other assembly may use what is internal.</param>
    public static ImmutableArray<TreeFacts> Prune(
        IReadOnlyList<TreeFacts> trees, IReadOnlyList<TreeFacts> referenced, bool showsInternals, CancellationToken cancellation)
    {
        var pruner = new SurfacePruner(trees, referenced);
        pruner.Reach(showsInternals, cancellation);
        if (!pruner._reached.Any(static body => body.Instructions.Any(Blocks)))
        {
            return [];
        }

        pruner.SpreadToCallers();
        foreach (BodyFacts body in pruner._reached)
        {
            if (!body.IsExternal && pruner.Keep(body) is { } kept)
            {
                pruner._kept.Add(body.Id, kept);
            }
        }

        return [.. trees.Select(pruner.Keep)];
    }

    // ---- what code outside can reach ----

    private void Reach(bool showsInternals, CancellationToken cancellation)
    {
        foreach (BodyFacts body in _trees.SelectMany(static tree => tree.Bodies))
        {
            if (body.IsVisible || body.IsEntry || body.Role is BodyRole.Finalizer or BodyRole.ModuleInitializer || (showsInternals && body.IsInternal))
            {
                Reach(body);
            }
        }

        // What answers for a base or interface member can be called by whoever knows only that.
        foreach (string body in _trees.SelectMany(static tree => tree.Types).SelectMany(static type => type.Implements).Select(static pair => pair.Body))
        {
            ReachById(body);
        }

        while (_work.Count > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            BodyFacts body = _work.Dequeue();
            ReachType(body.Type);
            foreach (Instruction instruction in body.Instructions)
            {
                IEnumerable<Value> values = InstructionValues.Of(instruction);
                foreach (BodyFacts callee in Callees(instruction, values))
                {
                    if (!_callers.TryGetValue(callee, out HashSet<BodyFacts>? callers))
                    {
                        _callers.Add(callee, callers = []);
                    }

                    callers.Add(body);
                    Reach(callee);
                }

                foreach (Value value in values)
                {
                    ReachType(value.Type);
                }
            }
        }
    }

    private void Reach(BodyFacts body)
    {
        if (_reached.Add(body))
        {
            _work.Enqueue(body);
        }
    }

    private void ReachById(string id)
    {
        if (_bodies.TryGetValue(id, out BodyFacts? body))
        {
            Reach(body);
        }
    }

    private void ReachType(string? type)
    {
        for (; type is not null && _reachedTypes.Add(type); type = _types.TryGetValue(type, out TypeFacts? facts) ? facts.BaseType : null)
        {
            foreach (BodyFacts initializer in Initializers(type))
            {
                Reach(initializer);
            }
        }
    }

    private IReadOnlyList<BodyFacts> Initializers(string type) => _initializers.TryGetValue(type, out List<BodyFacts>? bodies) ? bodies : [];

    private IEnumerable<BodyFacts> Callees(Instruction instruction, IEnumerable<Value> values)
    {
        foreach (Value value in values)
        {
            for (Value? part = value; part is not null; part = part.Base ?? part.Part)
            {
                if (part.Kind == ValueKind.Function && _bodies.TryGetValue(part.Id, out BodyFacts? function))
                {
                    yield return function;
                }
            }
        }

        if (instruction is Call call)
        {
            if (_bodies.TryGetValue(call.Method, out BodyFacts? called))
            {
                yield return called;
            }

            foreach (string id in call.IsVirtual && _overriders.TryGetValue(call.Method, out List<string>? overriders) ? overriders : [])
            {
                if (_bodies.TryGetValue(id, out BodyFacts? body))
                {
                    yield return body;
                }
            }
        }

        foreach (BodyFacts initializer in instruction is Touch touch ? Initializers(touch.Type) : [])
        {
            yield return initializer;
        }
    }

    // ---- what matters there ----

    private static bool Blocks(Instruction instruction) => instruction is Affect or Await;

    private static bool Matters(Instruction instruction) => instruction switch
    {
        Affect or Register or Claim or Take or Invoke or Await or YieldElement or Call { IsOpen: true } or Move { MayThrow: true } or LockCondition or Poll => true,
        Throw thrown => !thrown.IsProgrammingError && !thrown.IsRethrow,
        _ => false,
    };

    private void SpreadToCallers()
    {
        foreach (BodyFacts body in _reached)
        {
            if (body.Instructions.Any(Matters))
            {
                _matters.Add(body);
                _work.Enqueue(body);
            }
        }

        while (_work.Count > 0)
        {
            foreach (BodyFacts caller in _callers.TryGetValue(_work.Dequeue(), out HashSet<BodyFacts>? callers) ? callers : [])
            {
                if (_matters.Add(caller))
                {
                    _work.Enqueue(caller);
                }
            }
        }
    }

    private TreeFacts Keep(TreeFacts tree)
    {
        ImmutableArray<BodyFacts> bodies = [.. tree.Bodies.Where(body => _reached.Contains(body) && _kept.ContainsKey(body.Id)).Select(body => _kept[body.Id])];
        return tree with { Bodies = bodies, Types = [.. tree.Types.Select(Keep).Where(static type => type.BaseType is not null || !type.Implements.IsEmpty)] };
    }

    private BodyFacts? Keep(BodyFacts body)
    {
        if (_matters.Contains(body))
        {
            return body;
        }

        ImmutableArray<Instruction> moves = [.. body.Instructions.Where(instruction => Moves(instruction, body.CarriesObjects))];
        return moves.Any(static instruction => instruction is StoreMember or ReturnValue or Move { Into.IsEmpty: false })
            ? body with { Blocks = [new Block(moves, null, null, null, [], IsInCycle: false, EndOfFinally: null)] }
            : null;
    }

    // Objects that come from outside, or are made here and may be locks, completions, delegates or lead to such.
    private static bool Moves(Instruction instruction, bool carriesObjects) => instruction switch
    {
        StoreMember store => IsMade(store.Source) || (carriesObjects && IsObject(store.Source)),
        AssignLocal assign => IsMade(assign.Source) || (carriesObjects && IsObject(assign.Source)),
        ReturnValue returned => carriesObjects && IsObject(returned.Source),
        Move or Call => carriesObjects,
        _ => false,
    };

    private static bool IsMade(Value value) => value is { Kind: ValueKind.Function } or { Kind: ValueKind.Allocation, Type: not null };

    private static bool IsObject(Value value) => value.Kind is not (ValueKind.Unknown or ValueKind.Constant);

    // Where one type's answer is kept the others' have to be known as well, or a base type's would be taken for theirs.
    private TypeFacts Keep(TypeFacts type) => type with { Implements = [.. type.Implements.Where(pair => _overriders[pair.Slot].Any(IsKnown) || IsKnown(pair.Slot))] };

    private bool IsKnown(string id) => _kept.ContainsKey(id) || (_bodies.TryGetValue(id, out BodyFacts? body) && body.IsExternal);

    private static void Add<T>(Dictionary<string, List<T>> lists, string key, T item)
    {
        if (!lists.TryGetValue(key, out List<T>? list))
        {
            lists.Add(key, list = []);
        }

        list.Add(item);
    }
}

using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

/// <summary>What a copy does with an object on its way from one place to the next.</summary>
internal enum CopyKind
{
    /// <summary>The next place keeps it as this one does.</summary>
    Plain,

    /// <summary>It gets into a container there.</summary>
    Put,

    /// <summary>A container there has it at the key at which one here has it.</summary>
    Again,

    /// <summary>A container there has it once, at a key that nobody knows.</summary>
    Anew,

    /// <summary>What is there stays there: the next place is asked for what others put into it only.</summary>
    Idle,

    /// <summary>Nobody knows.</summary>
    Unknown,
}

/// <summary>One copy of what a place holds.</summary>
/// <param name="Source">What is copied, as the code names it; null for all that the place holds.</param>
/// <param name="Body">The body that copies.</param>
/// <param name="Key">The constant key that it is put at.</param>
/// <param name="Turn">Which of several objects it is that one instruction puts.</param>
internal sealed record CopyEdge(string Into, CopyKind Kind, Value? Source, BodyFacts Body, Instruction Instruction, string? Key = null, int Turn = 0)
{
    /// <summary>Whether it is what a delegate returns to the library call that runs it, once for each object that the delegate is asked for.</summary>
    public bool IsOfCallback => Instruction is Affect;
}

/// <summary>
/// The copies behind the edges of the points-to graph, which has one node for a container and all it holds: here they tell what is
/// put into it and what is taken out. An edge that no copy here explains may do anything. Costs one pass over the program.
/// </summary>
internal sealed class CopyEdges
{
    private readonly Dictionary<string, List<CopyEdge>> _from = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Affect> _callbacks = new(StringComparer.Ordinal);
    private readonly HashSet<string> _shuffled = new(StringComparer.Ordinal);
    private readonly Contexts _contexts;
    private ILookup<string, BodyFacts>? _users;

    public CopyEdges(Contexts contexts)
    {
        _contexts = contexts;
        foreach (BodyFacts body in contexts.Program.Bodies)
        {
            foreach (Instruction instruction in body.Instructions)
            {
                AddAll(body, instruction);
            }
        }
    }

    public IEnumerable<CopyEdge> Between(string place, string next) =>
        _from.TryGetValue(place, out List<CopyEdge>? edges) ? edges.Where(edge => edge.Into == next) : [];

    /// <summary>Whether nothing goes from one place to the next, though the points-to graph has an edge.</summary>
    public bool IsIdle(string place, string next) => Between(place, next).ToArray() is { Length: > 0 } edges && edges.All(static edge => edge.Kind == CopyKind.Idle);

    /// <summary>Whether all that a place holds is copied to one place only.</summary>
    public bool HasOneCopy(string place) => _contexts.PointsTo.CopiesOf(place).Where(next => !IsIdle(place, next)).Take(2).Count() == 1;

    /// <summary>Whether a local variable is there before a body runs, and after it: one of the bodies around it.</summary>
    public bool IsOfOuterBody(string variable, BodyFacts? body) =>
        body?.Outer is not null && (_users ??= Users())[variable].Any(user => !IsIn(user, body));

    private ILookup<string, BodyFacts> Users() => _contexts.Program.Bodies
        .SelectMany(static body => body.Instructions.SelectMany(Places).Where(Value.IsVariable).Distinct().Select(place => (Place: place, Body: body)))
        .ToLookup(static use => use.Place, static use => use.Body, StringComparer.Ordinal);

    private static IEnumerable<string> Places(Instruction instruction) => instruction switch
    {
        AssignLocal assign => [assign.Local, assign.Source.Root.Key],
        AssignConstant assign => [assign.Place],
        _ => InstructionValues.Of(instruction).Select(static value => value.Root.Key),
    };

    private bool IsIn(BodyFacts body, BodyFacts around)
    {
        for (BodyFacts? current = body; current is not null; current = current.Outer is { } outer ? _contexts.Program.Body(outer) : null)
        {
            if (current == around)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a move goes on with what a delegate returned in the same call: the object gets into the receiver by way of the result.</summary>
    public bool IsOfOneCall(CopyEdge edge) =>
        edge is { Kind: CopyKind.Put, Source: { Kind: ValueKind.CallResult } result } && _callbacks.TryGetValue(result.Key, out Affect? callback) && callback.Span == edge.Instruction.Span;

    /// <summary>Whether elements of a container in the place may get to other keys.</summary>
    public bool IsShuffled(string place) => _shuffled.Contains(place);

    private void AddAll(BodyFacts body, Instruction instruction)
    {
        switch (instruction)
        {
            case AssignLocal assign:
                // Which element a function of a sequence gets is of no concern to where it is kept.
                bool isForFunction = Value.LocalOf(assign.Local) is { Kind: ValueKind.Parameter, Id: var function } && function != body.Id;
                Add(assign.Source, assign.Local, isForFunction ? CopyKind.Idle : CopyKind.Plain, body, instruction);
                if (PointsTo.KeepsNewContainer(assign))
                {
                    Add(assign.Local, new CopyEdge(assign.Source.Key, CopyKind.Idle, null, body, instruction));
                }

                break;
            case StoreMember store:
                Add(store.Source, PointsTo.PlaceOf(store.Target), store.Target.Kind == ValueKind.Element ? CopyKind.Put : CopyKind.Plain, body, instruction, KeyOf(store.Target));
                break;
            case ReturnValue returned:
                Add(returned.Source, PointsTo.ReturnPlaceOf(body), CopyKind.Plain, body, instruction);
                break;
            case YieldElement yielded:
                Add(yielded.Element, PointsTo.ReturnPlaceOf(body), CopyKind.Put, body, instruction);
                break;
            case Move move:
                AddMove(body, move);
                break;
            case Call call:
                IEnumerable<BodyFacts> targets = _contexts.Program.Targets(call, call.Receiver).Concat(_contexts.PointsTo.Targets(call));
                AddCalls(targets, call.Arguments, call.Result, body, instruction);
                break;
            case Invoke invoke:
                AddCalls(_contexts.PointsTo.Functions(invoke.Delegate), invoke.Arguments, invoke.Result, body, instruction);
                break;
            case Affect { Effect.Kind: EffectKind.Callback } affect:
                _callbacks[affect.Result.Key] = affect;
                foreach (BodyFacts callback in _contexts.PointsTo.Functions(affect.Target))
                {
                    Add(PointsTo.ReturnPlaceOf(callback), new CopyEdge(affect.Result.Key, CopyKind.Put, null, callback, instruction));
                }

                break;
        }
    }

    private void AddMove(BodyFacts body, Move move)
    {
        if (move.Keeping == Keeping.Unknown)
        {
            _shuffled.UnionWith(move.From.Concat(move.Into).Where(static value => value.Kind != ValueKind.Element).Select(PointsTo.PlaceOf).OfType<string>());
        }

        string? result = PointsTo.PlaceOf(move.Result);
        for (int i = 0; i < move.From.Length; i++)
        {
            foreach (Value container in move.Into)
            {
                bool isInner = container.Kind == ValueKind.Element;
                (CopyKind kind, string? key) = move.Keeping switch
                {
                    Keeping.Apart when !isInner => (CopyKind.Put, move.At),
                    Keeping.InTurn when !isInner => (CopyKind.Put, i.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                    Keeping.InPlace when !isInner => (CopyKind.Again, null),
                    _ => (CopyKind.Unknown, (string?)null),
                };
                Add(move.From[i], PointsTo.PlaceOf(container), kind, body, move, key, i);
            }

            if (!move.Into.Any(container => PointsTo.PlaceOf(container) == result))
            {
                CopyKind kind = move.Keeping switch
                {
                    // Where source may answer, the result is its answer; what the library hands out is named by the receiver.
                    Keeping.Reads when move.From.Contains(move.Result) && move.Into.Contains(move.From[i]) => CopyKind.Idle,
                    Keeping.InPlace => CopyKind.Again,
                    Keeping.Anew => CopyKind.Anew,
                    _ => CopyKind.Unknown,
                };
                Add(move.From[i], result, kind, body, move);
            }
        }
    }

    private void AddCalls(IEnumerable<BodyFacts> targets, IReadOnlyList<Value> arguments, Value result, BodyFacts body, Instruction instruction)
    {
        foreach (BodyFacts target in targets)
        {
            for (int i = 0; i < arguments.Count; i++)
            {
                Add(arguments[i], Value.Parameter(target.Id, i).Key, CopyKind.Plain, body, instruction);
            }

            if (PointsTo.PlaceOf(result) is { } place)
            {
                Add(PointsTo.ReturnPlaceOf(target), new CopyEdge(place, CopyKind.Plain, null, body, instruction));
            }
        }
    }

    private static string? KeyOf(Value element) => element.At is { IsConstantKey: true, Id: var key } ? key : null;

    private void Add(Value source, string? into, CopyKind kind, BodyFacts body, Instruction instruction, string? key = null, int turn = 0)
    {
        if (into is null || PointsTo.PlaceOf(source) is not { } place)
        {
            return;
        }

        if (place != into)
        {
            Add(place, new CopyEdge(into, kind, source, body, instruction, key, turn));
        }
        else if (kind == CopyKind.Put && source.Kind == ValueKind.Element)
        {
            // From one key to another one.
            _shuffled.Add(place);
        }
    }

    private void Add(string place, CopyEdge edge)
    {
        if (!_from.TryGetValue(place, out List<CopyEdge>? edges))
        {
            _from.Add(place, edges = []);
        }

        edges.Add(edge);
    }
}

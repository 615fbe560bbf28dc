using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Follows new objects from their creation to the places that keep them. What a factory returns, or a delegate to a library's call, is another
/// origin at each call of it; once a member keeps an object, whoever gets it from there has the same one. What a container of services makes begins
/// where the container hands it out.
/// </summary>
internal sealed class OwnerWalk
{
    private readonly Contexts _contexts;
    private readonly List<(BodyFacts Body, Value Made, ImmutableArray<Value> Arguments)> _creations = [];
    private readonly Dictionary<string, ImmutableArray<Value>> _calls = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImmutableArray<Origin>> _ofTypes = new(StringComparer.Ordinal);
    private readonly Dictionary<Origin, BodyFacts> _makers = [];
    private readonly Services _services;
    private CopyEdges? _edges;

    /// <summary>Costs one pass over the program.</summary>
    public OwnerWalk(Contexts contexts)
    {
        _contexts = contexts;
        _services = new Services(contexts);
        foreach (BodyFacts body in contexts.Program.Bodies)
        {
            foreach (Instruction instruction in body.Instructions)
            {
                _services.Add(body, instruction);
                switch (instruction)
                {
                    case Call { IsCreation: true, Receiver: { Kind: ValueKind.Allocation, Type: not null } } call:
                        _creations.Add((body, call.Receiver, call.Arguments));
                        break;
                    case Move { Result: { Kind: ValueKind.Allocation, Type: not null, IsSynchronizer: false } made }:
                        _creations.Add((body, made, []));
                        break;
                    case Call { Result.Kind: ValueKind.CallResult } call:
                        _calls[call.Result.Key] = call.Arguments;
                        break;
                    case Invoke { Result.Kind: ValueKind.CallResult } invoke:
                        _calls[invoke.Result.Key] = invoke.Arguments;
                        break;
                    case Affect { Effect.Kind: EffectKind.Callback } callback:
                        _calls[callback.Result.Key] = [];
                        break;
                }
            }
        }
    }

    /// <summary>The origins of the instances of a type and of those that derive from it.</summary>
    public ImmutableArray<Origin> OfType(string type)
    {
        if (_ofTypes.TryGetValue(type, out ImmutableArray<Origin> known))
        {
            return known;
        }

        ImmutableArray<Origin>.Builder origins = ImmutableArray.CreateBuilder<Origin>();
        foreach (string made in _contexts.Program.TypesFrom(type))
        {
            int before = origins.Count;
            foreach ((BodyFacts body, Value @object, ImmutableArray<Value> arguments) in _creations.Where(creation => creation.Made.Type == made))
            {
                foreach (Origin origin in From(@object.Key, made, arguments))
                {
                    origins.Add(origin);
                    _makers[origin] = body;
                }
            }

            foreach (string[] places in _services.Of(made))
            {
                origins.Add(FromContainer(made, places));
            }

            // Made by nobody here, a derived class is made by others: by a container, or another assembly.
            if (origins.Count == before && made != type)
            {
                origins.Add(new Origin(made, [], []));
            }
        }

        _ofTypes.Add(type, known = origins.ToImmutable());
        return known;
    }

    /// <summary>The member of the maker's own class that keeps the only owner of an origin.</summary>
    public (string Type, string Member)? HolderOf(Origin origin) =>
        _makers.TryGetValue(origin, out BodyFacts? maker)
        && maker is { IsStatic: false, Type: { } type }
        && origin.Places.Where(Origins.IsMember).Take(2).ToArray() is { Length: 1 } only
        && DelegateHolders.DeclaringType(only[0]) == type.Substring(2)
            ? (type, only[0])
            : null;

    /// <summary>The origins of the object that a creation makes.</summary>
    public ImmutableArray<Origin> From(string made, string? type, ImmutableArray<Value> arguments)
    {
        ImmutableArray<Origin>.Builder origins = ImmutableArray.CreateBuilder<Origin>();
        Walk(made, type, arguments, [], new HashSet<string>(StringComparer.Ordinal), origins, before: null, kept: null);
        return origins.ToImmutable();
    }

    private Origin FromContainer(string type, string[] starts)
    {
        ImmutableArray<Origin>.Builder origins = ImmutableArray.CreateBuilder<Origin>();
        foreach (string start in starts)
        {
            Walk(start, type, [], [], new HashSet<string>(StringComparer.Ordinal), origins, before: null, kept: null);
        }

        return new Origin(type, [.. origins.SelectMany(static origin => origin.Places)], []) { IsOfContainer = true };
    }

    // "new@body#1", "p0@body": the body that an object comes to be in.
    private BodyFacts? BodyOf(string start)
    {
        int end = start.LastIndexOf('#');
        int at = start.IndexOf('@') + 1;
        return _contexts.Program.Body(end < at ? start.Substring(at) : start.Substring(at, end - at));
    }

    private void Walk(
        string start, string? type, ImmutableArray<Value> arguments, ImmutableHashSet<BodyFacts> fixedFunctions, HashSet<string> begun, ImmutableArray<Origin>.Builder origins, Shelf? before, Origin? kept)
    {
        var shelf = new Shelf(_edges ??= new CopyEdges(_contexts), start, BodyOf(start), before);
        var places = new Dictionary<string, bool>(StringComparer.Ordinal) { [start] = false };
        var results = new List<string>();
        var work = new Stack<(string Place, bool IsKept)>();
        work.Push((start, false));
        while (work.Count > 0)
        {
            (string place, bool isKept) = work.Pop();
            foreach (string next in _contexts.PointsTo.CopiesOf(place).Where(next => !_edges.IsIdle(place, next)))
            {
                bool isNew = shelf.Follow(place, next, isKept);
                if (!isKept && _calls.ContainsKey(next))
                {
                    results.Add(next);
                    continue;
                }

                bool staysKept = isKept || shelf.IsKeptIn(next);
                if (!places.TryGetValue(next, out bool wasKept) || isNew || (staysKept && !wasKept))
                {
                    places[next] = staysKept || wasKept;
                    work.Push((next, staysKept || wasKept));
                }
            }
        }

        ImmutableHashSet<BodyFacts> functions = FunctionsIn(arguments).Union(fixedFunctions);
        string[] calls = [.. results.Where(result => !places.ContainsKey(result) && begun.Add(result)).OrderBy(static result => result, StringComparer.Ordinal)];
        if (calls.Length == 0 || places.Keys.Any(static place => Origins.IsMember(place) || Value.IsVariable(place)))
        {
            kept = new Origin(type, [.. places.Keys], functions) { Shelf = calls.Length == 0 && shelf.IsKnown ? shelf : null, Before = kept };
            origins.Add(kept);
        }

        // A delegate that the factory itself names is every caller's; one that it was given is told by the call.
        ImmutableHashSet<BodyFacts> own = FunctionsIn(arguments.RemoveAll(static argument => argument.Kind != ValueKind.Function)).Union(fixedFunctions);
        foreach (string call in calls)
        {
            Walk(call, type, _calls.TryGetValue(call, out ImmutableArray<Value> given) ? given : [], own, begun, origins, shelf, kept);
        }
    }

    private ImmutableHashSet<BodyFacts> FunctionsIn(ImmutableArray<Value> arguments) => [.. arguments.SelectMany(argument => _contexts.PointsTo.Functions(argument))];
}

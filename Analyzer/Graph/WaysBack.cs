using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Members that lead from a part back to the object that made and keeps it: after <c>_part = new Part(this)</c>, with
/// <c>Part</c> storing its argument in <c>_owner</c>, the path <c>this._part._owner</c> is <c>this</c> again. A member counts
/// only if all of its stores say the same.
/// </summary>
internal sealed class WaysBack
{
    private readonly Dictionary<string, Value?> _kept = new(StringComparer.Ordinal);

    public WaysBack(Program program)
    {
        var stores = new Dictionary<string, List<(BodyFacts Body, StoreMember Store)>>(StringComparer.Ordinal);
        var creations = new Dictionary<string, List<(BodyFacts Body, Call Call)>>(StringComparer.Ordinal);
        foreach (BodyFacts body in program.Bodies)
        {
            foreach (Instruction instruction in body.Instructions)
            {
                if (instruction is StoreMember { Target: { Kind: ValueKind.Member, Id: var member }, Source.Kind: not ValueKind.Unknown } store)
                {
                    Add(stores, member, (body, store));
                }
                else if (instruction is Call { IsCreation: true } call)
                {
                    Add(creations, call.Method, (body, call));
                }
            }
        }

        foreach (KeyValuePair<string, List<(BodyFacts Body, StoreMember Store)>> member in stores)
        {
            Value?[] places = [.. member.Value.SelectMany(stored => Places(stored.Body, stored.Store, creations)).Distinct().Take(2)];
            if (places.Length == 1 && places[0] is { Root.Kind: ValueKind.This, Kind: not ValueKind.This } place)
            {
                _kept.Add(member.Key, place);
            }
        }
    }

    /// <summary>Whether the body says anything of ways back.</summary>
    public static bool Matters(BodyFacts body) => body.Instructions.Any(static instruction =>
        instruction is StoreMember { Target.Kind: ValueKind.Member, Source.Kind: not ValueKind.Unknown } or Call { IsCreation: true });

    /// <summary>Whether both say the same.</summary>
    public bool SameAs(WaysBack other) => _kept.Count == other._kept.Count
        && _kept.All(member => other._kept.TryGetValue(member.Key, out Value? known) && known!.IsLike(member.Value));

    /// <summary>The path without the detours over a part of an object and back to the object.</summary>
    public Value Shortened(Value path) => _kept.Count == 0 ? path : path.Kind switch
    {
        ValueKind.Member when _kept.TryGetValue(path.Id, out Value? kept) =>
            Value.Owner(Shortened(path.Base!), kept!, "T:" + DelegateHolders.DeclaringType(First(kept!).Id)),
        ValueKind.Member or ValueKind.Element when Shortened(path.Base!) is var owner =>
            ReferenceEquals(owner, path.Base) ? path : path.Kind == ValueKind.Member ? Value.Member(owner, path.Id) : Value.Element(owner, path.At),
        ValueKind.Owner => Value.Owner(Shortened(path.Part!), path.Held!, path.Type!),
        _ => path,
    };

    private static Value First(Value path)
    {
        Value first = path;
        while (first.Base is { Kind: not ValueKind.This } next)
        {
            first = next;
        }

        return first;
    }

    // One place for each way in which the member gets its value; null for a value that is no way back.
    private static IEnumerable<Value?> Places(
        BodyFacts body, StoreMember store, Dictionary<string, List<(BodyFacts Body, Call Call)>> creations)
    {
        Value part = store.Target.Base!;
        if (store.Source.Kind == ValueKind.This)
        {
            return [Place(body, part)];
        }

        return store.Source is { Kind: ValueKind.Parameter, Index: var index } && body.IsConstructor && part.Kind == ValueKind.This
            && creations.TryGetValue(body.Id, out List<(BodyFacts Body, Call Call)>? made)
            ? made.Where(creation => index >= creation.Call.Arguments.Length || !creation.Call.Arguments[index].IsNull)
                .Select(creation => index < creation.Call.Arguments.Length && creation.Call.Arguments[index].Kind == ValueKind.This
                ? Place(creation.Body, creation.Call.Receiver)
                : null)
            : [null];
    }

    private static Value? Place(BodyFacts body, Value part) =>
        KeptObjects.PlaceOf(part, [.. body.Instructions]);

    private static void Add<T>(Dictionary<string, List<T>> lists, string key, T item)
    {
        if (!lists.TryGetValue(key, out List<T>? list))
        {
            lists.Add(key, list = []);
        }

        list.Add(item);
    }
}

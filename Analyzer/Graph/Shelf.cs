using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>How a place keeps an object.</summary>
/// <param name="IsInside">Whether the object is in a container there, rather than there itself.</param>
/// <param name="WasPut">Whether it is, or has been, in a container.</param>
/// <param name="Key">The constant key that it was put at, or that it was taken from where it was put at any; null where none is known.</param>
internal readonly record struct Kept(bool IsInside, bool WasPut, string? Key);

/// <summary>
/// Where objects of one origin are kept while they go from place to place: whether each is put into a container once, so that what
/// is at different keys are different objects. <see cref="Of"/> gives null, top, where nothing is known of a place.
/// </summary>
internal sealed class Shelf
{
    private readonly CopyEdges _edges;
    private readonly BodyFacts? _maker;
    private readonly string _start;
    private readonly Dictionary<string, Kept?> _places = new(StringComparer.Ordinal);
    private readonly HashSet<(Instruction, int)> _puts;
    private bool _isBroken;

    /// <param name="start">The place where the objects come to be.</param>
    /// <param name="maker">The body that they come to be in.</param>
    /// <param name="before">For what a call returns: how its objects were kept before.</param>
    public Shelf(CopyEdges edges, string start, BodyFacts? maker, Shelf? before)
    {
        _edges = edges;
        _start = start;
        _maker = maker;
        _puts = before is null ? [] : [.. before._puts];
        _isBroken = before?._isBroken == true;
        _places.Add(start, before is null ? default(Kept) : before.Of(start));
    }

    /// <summary>Whether each object gets to one key of one container, and stays there.</summary>
    public bool IsKnown => !_isBroken && _puts.Count == 1 && !Containers.Any(_edges.IsShuffled);

    /// <summary>The instruction that puts them there, where that is known.</summary>
    public Instruction Put => _puts.Single().Item1;

    /// <summary>The containers, by their places.</summary>
    public IEnumerable<string> Containers => _places.Where(static place => place.Value is { IsInside: true }).Select(static place => place.Key);

    public Kept? Of(string place) => _places.TryGetValue(place, out Kept? kept) ? kept : null;

    /// <summary>Whether a place may hold an object beyond the run of the body that made it.</summary>
    public bool IsKeptIn(string place) => Origins.IsMember(place) || (Value.IsVariable(place) && _edges.IsOfOuterBody(place, _maker));

    /// <summary>Follows the objects one step; whether that tells something new of the next place.</summary>
    /// <param name="isKept">Whether they may have been kept before they came to the place.</param>
    public bool Follow(string place, string next, bool isKept)
    {
        Kept? kept = Of(place);
        bool isExplained = false;
        bool isNew = false;
        foreach (CopyEdge edge in _edges.Between(place, next))
        {
            isExplained = true;
            if (!IsOfOther(kept, edge.Source))
            {
                isNew |= Merge(next, kept is { } known ? Step(known, edge, place, isKept) : null);
            }
        }

        return isExplained ? isNew : Merge(next, null);
    }

    private bool Merge(string place, Kept? kept)
    {
        if (!_places.TryGetValue(place, out Kept? known))
        {
            _places.Add(place, kept);
            return true;
        }

        if (known is null || known.Equals(kept))
        {
            return false;
        }

        _places[place] = null;
        return true;
    }

    // What is taken from another key is another object.
    private static bool IsOfOther(Kept? kept, Value? source) =>
        kept is { IsInside: true, Key: { } key } && source is { Kind: ValueKind.Element, At: { IsConstantKey: true, Id: var taken } } && !AreOne(key, taken);

    /// <summary>Whether a container may take two keys for one: many do not look at the case of letters.</summary>
    public static bool AreOne(string key, string other) => string.Equals(key, other, StringComparison.OrdinalIgnoreCase);

    private Kept? Step(Kept kept, CopyEdge edge, string place, bool isKept)
    {
        if (edge.Source is { Kind: ValueKind.Element } element && !ReferenceEquals(element.At, Value.Whole))
        {
            if (!kept.IsInside)
            {
                return null;
            }

            string? taken = element.At is { IsConstantKey: true, Id: var constant } ? constant : null;
            kept = new Kept(IsInside: false, WasPut: true, kept.Key is null ? taken : null);
        }

        switch (edge.Kind)
        {
            case CopyKind.Plain:
                return kept;
            case CopyKind.Again:
                return kept.IsInside ? kept : null;
            case CopyKind.Anew:
                // What is kept could be asked for again, and be at another key then.
                return kept.IsInside && place == _start && _edges.HasOneCopy(place) ? kept with { Key = null } : null;
            case CopyKind.Put when kept.IsInside && edge.IsOfCallback:
                // A new container each time, and the objects in it.
                _isBroken |= isKept || edge.Body != _maker;
                return kept with { Key = null };
            case CopyKind.Put when kept.IsInside:
                return _edges.IsOfOneCall(edge) ? kept with { Key = edge.Key } : null;
            case CopyKind.Put:
                _isBroken |= kept.WasPut || edge.Body != _maker || (edge.IsOfCallback ? isKept : IsRepeated(edge));
                _puts.Add((edge.Instruction, edge.Turn));
                return new Kept(IsInside: true, WasPut: true, edge.Key);
            default:
                return null;
        }
    }

    // Whether the body can come to the put again without having made another object.
    private bool IsRepeated(CopyEdge put)
    {
        Block[] blocks = [.. put.Body.Blocks];
        int from = Array.FindIndex(blocks, block => block.Instructions.Contains(put.Instruction));
        bool[] isSeen = [.. blocks.Select((block, index) => block.Instructions.Any(IsStart) && index != from)];
        if (from < 0 || !blocks[from].IsInCycle || blocks[from].Instructions.Any(IsStart))
        {
            return false;
        }

        var work = new Stack<int>([from]);
        while (work.Count > 0)
        {
            Block block = blocks[work.Pop()];
            if (block.EndOfFinally is not null)
            {
                return true;
            }

            foreach (int next in block.Successors)
            {
                if (next == from)
                {
                    return true;
                }

                if (next >= 0 && !isSeen[next])
                {
                    isSeen[next] = true;
                    work.Push(next);
                }
            }
        }

        return false;
    }

    private bool IsStart(Instruction instruction) => instruction switch
    {
        Call { IsCreation: true } call => call.Receiver.Key == _start,
        Birth birth => birth.Made.Key == _start,
        _ => instruction.Result.Key == _start,
    };
}

using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>The members that the program sets to constants: states and flags. Not thread-safe.</summary>
internal sealed class StateMembers(Program program)
{
    private Dictionary<string, HashSet<string>>? _constants;

    /// <summary>What a member is ever set to, of the constants.</summary>
    public IReadOnlyCollection<string> ConstantsOf(string member)
    {
        _constants ??= Collect();
        return _constants.TryGetValue(member, out HashSet<string>? constants) ? constants : [];
    }

    /// <summary>For a property with accessors of its own: the member that its getter reads, of the same object. Any other place as it is.</summary>
    public Value KeptIn(Value place)
    {
        if (place is not { Kind: ValueKind.Member, Base: { } owner } || !place.Id.StartsWith("P:", StringComparison.Ordinal))
        {
            return place;
        }

        int dot = place.Id.LastIndexOf('.');
        Value[] read = program.Body("M:" + place.Id.Substring(2, dot - 1) + "get_" + place.Id.Substring(dot + 1)) is { } getter
            ? [.. getter.Instructions.OfType<ReturnValue>().Select(static returned => returned.Source).Distinct()]
            : [];
        return read.Length == 1 && read[0] is { Kind: ValueKind.Member, Base.Kind: ValueKind.This } kept ? Value.Member(owner, kept.Id) : place;
    }

    /// <summary>Whether an edit leaves what is told of all members.</summary>
    public static bool Stay(ProgramEdit edit) => edit.Changes.All(static change =>
        SetsOf(change.Before).SetEquals(SetsOf(change.After)) && GivesOf(change.Before).SetEquals(GivesOf(change.After)));

    private static HashSet<(Value, string)> SetsOf(BodyFacts? body) =>
        body is null ? [] : [.. body.Instructions.OfType<SetFlag>().Select(static set => (set.Flag, set.Constant))];

    private static HashSet<Value> GivesOf(BodyFacts? body) => body is null || body.Id.IndexOf(".get_", StringComparison.Ordinal) < 0 ? []
        : [.. body.Instructions.OfType<ReturnValue>().Select(static returned => returned.Source)];

    private Dictionary<string, HashSet<string>> Collect()
    {
        var constants = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (SetFlag set in program.Bodies.SelectMany(static body => body.Instructions).OfType<SetFlag>())
        {
            string member = KeptIn(set.Flag).Id;
            if (!constants.TryGetValue(member, out HashSet<string>? known))
            {
                constants.Add(member, known = new HashSet<string>(StringComparer.Ordinal));
            }

            known.Add(set.Constant);
        }

        return constants;
    }
}

using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

/// <summary>The members that the program sets to constants: states and flags. Not thread-safe.</summary>
internal sealed class StateMembers(Program program)
{
    private Dictionary<string, HashSet<string>>? _constants;
    private Dictionary<string, HashSet<string>>? _polled;

    /// <summary>What a member is ever set to, of the constants.</summary>
    public IReadOnlyCollection<string> ConstantsOf(string member)
    {
        _constants ??= Collect();
        return _constants.TryGetValue(member, out HashSet<string>? constants) ? constants : [];
    }

    /// <summary>The constants that loops somewhere wait for the member to become, or to be no longer.</summary>
    public IReadOnlyCollection<string> PolledOf(string member) => Polled.TryGetValue(member, out HashSet<string>? constants) ? constants : [];

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

    /// <summary>Whether loops ask for the same constants of the same members.</summary>
    public bool AreAskedLike(StateMembers other) => Polled.Count == other.Polled.Count
        && Polled.All(asked => other.Polled.TryGetValue(asked.Key, out HashSet<string>? constants) && constants.SetEquals(asked.Value));

    private Dictionary<string, HashSet<string>> Polled => _polled ??= CollectPolled();

    // A loop asks for a member by itself, or through a method that compares one.
    private static IEnumerable<(Value Member, string Constant)> OperandsIn(Program program, BodyFacts body, Value answer, bool mayCall)
    {
        switch (answer.Kind)
        {
            case ValueKind.Member or ValueKind.Static:
                return [(answer, bool.TrueString)];
            case ValueKind.CallResult:
                return body.Instructions.Where(instruction => instruction.Result.Equals(answer)).SelectMany(instruction => instruction switch
                {
                    Test { Operand: { Kind: ValueKind.Member or ValueKind.Static } operand } test => [(operand, test.Constant)],
                    Test test when !test.Operand.Equals(answer) => OperandsIn(program, body, test.Operand, mayCall),
                    Call call when mayCall && program.Body(call.Method) is { } asked => AnswersOf(program, asked),
                    Affect { Effect.Kind: EffectKind.Callback, Target: { Kind: ValueKind.Function, Id: var function } } when mayCall && program.Body(function) is { } asked => AnswersOf(program, asked),
                    _ => [],
                });
            default:
                return [];
        }
    }

    private static IEnumerable<(Value Member, string Constant)> AnswersOf(Program program, BodyFacts asked) =>
        asked.Instructions.OfType<ReturnValue>().SelectMany(returned => OperandsIn(program, asked, returned.Source, mayCall: false));

    private Dictionary<string, HashSet<string>> CollectPolled()
    {
        var polled = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (BodyFacts body in program.With(BodyParts.Poll))
        {
            foreach ((Value member, string constant) in BodyContents.Of(body).Polls.SelectMany(poll => OperandsIn(program, body, poll.Answer, mayCall: true)))
            {
                Add(polled, KeptIn(member).Id, constant);
            }
        }

        return polled;
    }

    private static void Add(Dictionary<string, HashSet<string>> constants, string member, string constant)
    {
        if (!constants.TryGetValue(member, out HashSet<string>? known))
        {
            constants.Add(member, known = new HashSet<string>(StringComparer.Ordinal));
        }

        known.Add(constant);
    }

    private static HashSet<(Value, string)> SetsOf(BodyFacts? body) =>
        body is null ? [] : [.. body.Instructions.OfType<SetFlag>().Select(static set => (set.Flag, set.Constant))];

    private static HashSet<Value> GivesOf(BodyFacts? body) => body is null || body.Id.IndexOf(".get_", StringComparison.Ordinal) < 0 ? []
        : [.. body.Instructions.OfType<ReturnValue>().Select(static returned => returned.Source)];

    private Dictionary<string, HashSet<string>> Collect()
    {
        var constants = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (SetFlag set in program.With(BodyParts.Flag).SelectMany(static body => body.Instructions).OfType<SetFlag>())
        {
            Add(constants, KeptIn(set.Flag).Id, set.Constant);
        }

        return constants;
    }
}

using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Which object keeps a delegate, as the object that the delegate is bound to sees it: after
/// <c>_loop = new Loop(Step)</c> the member of <c>Loop</c> that holds <c>Step</c> belongs to <c>this._loop</c>. So code run
/// through that member knows whose it is. Found by one pass over the program; nothing is kept where two places disagree.
/// </summary>
internal sealed class DelegateHolders
{
    private readonly Program _program;
    private readonly Dictionary<(string Function, string Type), Value?> _holders = [];

    public DelegateHolders(Program program)
    {
        _program = program;
        foreach (BodyFacts body in program.Bodies)
        {
            if (Matters(body))
            {
                Instruction[] instructions = [.. body.Instructions];
                ILookup<string, Value> temporaries = instructions.OfType<AssignLocal>().Where(static assign => assign.Source.Kind == ValueKind.Function)
                    .ToLookup(static assign => assign.Local, static assign => assign.Source, StringComparer.Ordinal);
                foreach (Instruction instruction in instructions)
                {
                    Add(instruction, instructions, temporaries);
                }
            }
        }
    }

    /// <summary>The path from the function's own object to the one in whose member it is kept; null if that is not known.</summary>
    /// <param name="type">The type of the object through which it runs, named without the kind of the id.</param>
    public Value? Of(BodyFacts function, string? type) =>
        type is not null && _holders.TryGetValue((function.Id, type), out Value? holder) ? holder : null;

    /// <summary>Whether the body says anything of holders.</summary>
    public static bool Matters(BodyFacts body) => body.Instructions.Any(MentionsFunction);

    /// <summary>Whether both say the same.</summary>
    public bool SameAs(DelegateHolders other) => _holders.Count == other._holders.Count
        && _holders.All(holder => other._holders.TryGetValue(holder.Key, out Value? known) && (known is null ? holder.Value is null : known.IsLike(holder.Value)));

    /// <summary>The type that declares a member, named without the kind of the id.</summary>
    public static string? DeclaringType(string member)
    {
        int end = member.IndexOf('(') is var parameters && parameters >= 0 ? parameters : member.Length;
        int dot = end == 0 ? -1 : member.LastIndexOf('.', end - 1);
        return dot < 2 ? null : member.Substring(2, dot - 2);
    }

    private static bool MentionsFunction(Instruction instruction) => instruction switch
    {
        AssignLocal assign => assign.Source.Kind == ValueKind.Function,
        StoreMember store => store.Source.Kind == ValueKind.Function,
        Call call => call.Arguments.Any(static argument => argument.Kind == ValueKind.Function),
        _ => false,
    };

    private void Add(Instruction instruction, Instruction[] all, ILookup<string, Value> temporaries)
    {
        switch (instruction)
        {
            case StoreMember { Target: { Kind: ValueKind.Member, Base: { } holder, Id: var member } } store:
                foreach (Value function in Functions(store.Source, temporaries))
                {
                    Add(function, DeclaringType(member), holder, all);
                }

                break;
            case Call call when call.Arguments.Any(static argument => argument.Kind is ValueKind.Function or ValueKind.Local):
                foreach (Value function in call.Arguments.SelectMany(argument => Functions(argument, temporaries)))
                {
                    foreach (string? type in Receivers(call))
                    {
                        Add(function, type, KeptObjects.IsObject(call.Receiver) ? call.Receiver : call.Result, all);
                    }
                }

                break;
        }
    }

    // Through an interface or a base class, the classes whose members run are those that keep the argument.
    private IEnumerable<string?> Receivers(Call call) =>
        _program.Targets(call, call.Receiver).Select(static target => DeclaringType(target.Id)).DefaultIfEmpty(DeclaringType(call.Method)).Distinct();

    // The flow graph keeps an argument in a temporary when another one branches.
    private static IEnumerable<Value> Functions(Value value, ILookup<string, Value> temporaries) =>
        value.Kind == ValueKind.Function ? [value] : value.Kind == ValueKind.Local ? temporaries[value.Key] : [];

    private void Add(Value function, string? type, Value @object, Instruction[] all)
    {
        // Bound to some other object than the one that is running: what that one sees is not known here.
        if (type is null || function.Base is { Kind: not ValueKind.This })
        {
            return;
        }

        Value? holder = KeptObjects.PlaceOf(@object, all);
        (string, string) key = (function.Id, type);
        _holders[key] = !_holders.TryGetValue(key, out Value? known) || Equals(known, holder) ? holder : null;
    }
}

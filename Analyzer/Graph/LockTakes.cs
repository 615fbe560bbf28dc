using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

/// <summary>What one body says to <see cref="LockNames"/>. Depends on nothing but the body; immutable.</summary>
/// <param name="Lent">The members whose locks it takes for its caller.</param>
/// <param name="Others">The members whose locks it takes for itself.</param>
/// <param name="OwnCalls">The methods of its own object that it calls, and whether it does more than that one call.</param>
/// <param name="Stores">What it stores into members.</param>
/// <param name="Creations">The creations that it hands arguments to, objects that it has made by themselves.</param>
internal sealed record LockTakes(string[] Lent, string[] Others, (string Method, bool DoesMore)[] OwnCalls, StoreMember[] Stores, Call[] Creations)
{
    private static readonly LockTakes _none = new([], [], [], [], []);

    /// <summary>Whether it says nothing.</summary>
    public bool IsEmpty => ReferenceEquals(this, _none);

    public static LockTakes Of(BodyFacts body) => body.Derived(Read);

    private static LockTakes Read(BodyFacts body)
    {
        var lent = new List<string>();
        var others = new List<string>();
        AddTaken(body, lent, others);
        Call[] calls = [.. body.Instructions.OfType<Call>().Where(static call => !call.IsCreation)];
        (string, bool)[] own = [.. calls.Where(static call => call.Receiver.Kind == ValueKind.This)
            .Select(call => (call.Method, calls.Length > 1 || call.Arguments.Any(static argument => argument.Kind == ValueKind.Function)))];
        StoreMember[] stores = [.. body.Instructions.OfType<StoreMember>().Where(static store => store.Target.Kind is ValueKind.Member or ValueKind.Static)];
        var names = new Lazy<LocalNames>(() => new LocalNames(body));
        Call[] creations = [.. body.Instructions.OfType<Call>().Where(static call => call is { IsCreation: true, Arguments.IsEmpty: false }).Select(call => WithObjects(call, names))];
        return lent.Count + others.Count + own.Length + stores.Length + creations.Length == 0 ? _none : new LockTakes([.. lent], [.. others], own, stores, creations);
    }

    // What a variable was given that was made here, is handed over.
    private static Call WithObjects(Call creation, Lazy<LocalNames> names) => creation.Arguments.All(static argument => argument.Kind != ValueKind.Local) ? creation
        : creation with { Arguments = [.. creation.Arguments.Select(argument => names.Value.ResolveObject(argument) is { Kind: ValueKind.Allocation } made ? made : argument)] };

    // A lender takes a lock of its object and returns with it, or runs its caller's delegate meanwhile.
    private static void AddTaken(BodyFacts body, List<string> lent, List<string> others)
    {
        if (body.IsConstructor || !body.Instructions.Any(static instruction => instruction is Affect affect && Takes(affect)))
        {
            return;
        }

        var names = new LocalNames(body);
        (Affect Affect, string Member)[] affects = [.. body.Instructions.OfType<Affect>().Where(static affect => affect.TargetType is null)
            .Select(affect => (affect, names.Resolve(affect.Target)))
            .Where(static found => found.Item2 is { Kind: ValueKind.Member, Base.Kind: ValueKind.This })
            .Select(static found => (found.affect, found.Item2.Id))];
        string[] taken = [.. affects.Where(static found => Takes(found.Affect)).Select(static found => found.Member).Distinct()];
        bool runsParameter = false;
        bool runsMore = false;
        bool endsScope = false;
        foreach (Instruction instruction in body.Instructions)
        {
            bool isOwn = instruction is Invoke { Delegate: { Kind: ValueKind.Parameter } @delegate } && @delegate.Id == body.Id;
            runsParameter |= isOwn;
            runsMore |= instruction is Call { IsCreation: false } || (instruction is Invoke && !isOwn);
            endsScope |= instruction is Affect { Effect.Kind: EffectKind.ReleaseScope } or Affect { Scope: not null };
        }

        foreach (string member in taken)
        {
            bool isReleased = endsScope || affects.Any(found => found.Member == member && found.Affect.Effect.Kind is EffectKind.Release or EffectKind.SemaphoreRelease);
            if (runsMore)
            {
                others.Add(member);
            }
            else if (body.Outer is null && (runsParameter || !isReleased))
            {
                lent.Add(member);
            }
            else if (DoesMore(body, affects, member))
            {
                others.Add(member);
            }
        }
    }

    // Who also waits or signals is a side of what happens under the lock, and knows the lock by no holder.
    private static bool DoesMore(BodyFacts body, (Affect Affect, string Member)[] affects, string member) =>
        body.Instructions.OfType<Affect>().Any(affect =>
            affect.Effect.Kind is EffectKind.Wait or EffectKind.WaitOther or EffectKind.WaitAny or EffectKind.Signal or EffectKind.Raise or EffectKind.ConditionWait or EffectKind.SemaphoreWait or EffectKind.SemaphoreRelease
            && !affects.Any(found => found.Affect == affect && found.Member == member));

    private static bool Takes(Affect affect) =>
        affect.Effect.Kind is EffectKind.Acquire or EffectKind.AcquireScope or EffectKind.TryAcquire or EffectKind.SemaphoreWait;
}

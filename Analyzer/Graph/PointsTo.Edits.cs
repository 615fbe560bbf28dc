using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

// The same solution after an edit that cannot have changed it.
internal sealed partial class PointsTo
{
    private PointsTo(PointsTo before, Program program, AsyncEnds ends, IEnumerable<(BodyFacts, Await)> awaits)
    {
        _program = program;
        _graph = before._graph;
        _queues = before._queues;
        _letsHolderIn = before._letsHolderIn;
        _inline = before._inline;
        _open = before._open;
        _countdowns = before._countdowns;
        _exactSlots = before._exactSlots;
        _onUiThread = before._onUiThread;
        _called = before._called;
        _registrations = before._registrations;
        SpawnedBodies = before.SpawnedBodies;
        EndSignals = before.EndSignals;
        Holders = before.Holders;
        WaysBack = before.WaysBack;
        Ends = ends;
        _awaits.AddRange(awaits);
        FindContinuations();
    }

    /// <summary>
    /// What is known of the program before an edit, for the one after it; null if the edit may have changed what some place
    /// holds. It has not, where all that came or went moves nothing: an inclusion of a place that holds no object.
    /// </summary>
    public static PointsTo? After(PointsTo before, Program program, ProgramEdit edit)
    {
        var ends = new List<string>();
        var awaits = new Dictionary<BodyFacts, (BodyFacts Body, Queue<Await> Awaits)>();
        foreach ((BodyFacts? old, BodyFacts? @new) in edit.Changes)
        {
            Instruction[] gone = before.Moving(old, before._program);
            Instruction[] come = before.Moving(@new, program);
            if ((old is not null && @new is not null && old.IsAsync != @new.IsAsync) || gone.Length != come.Length)
            {
                return null;
            }

            for (int i = 0; i < gone.Length; i++)
            {
                if (!FactsComparison.SayTheSame(gone[i], come[i]))
                {
                    return null;
                }
            }

            if (old is not null)
            {
                ends.AddRange(old.Instructions.OfType<Call>().Except(gone.OfType<Call>()).Select(static call => call.Result.Key));
                awaits.Add(old, (@new ?? old, new Queue<Await>(come.OfType<Await>())));
            }
        }

        if (!before.KeepsHolders(program, edit))
        {
            return null;
        }

        AsyncEnds kept = before.Ends.Without(ends);
        foreach ((BodyFacts? _, BodyFacts? @new) in edit.Changes)
        {
            foreach (Call call in @new is null ? [] : @new.Instructions.OfType<Call>().Where(call => call.Result.Kind == ValueKind.CallResult && before.IsInert(call, program)))
            {
                foreach (BodyFacts target in program.Targets(call, call.Receiver))
                {
                    kept.Add(call.Result.Key, target.IsAsync ? "async@" + target.Id : null);
                }
            }
        }

        return new PointsTo(before, program, kept, before._awaits.Select(known =>
            !awaits.TryGetValue(known.Body, out (BodyFacts Body, Queue<Await> Awaits) moved) ? known
            : before.Objects(known.Await.Target).Count > 0 ? (moved.Body, moved.Awaits.Dequeue())
            : (moved.Body, known.Await)));
    }

    private bool KeepsHolders(Program program, ProgramEdit edit)
    {
        bool mayChange = edit.Changes.Any(static change => Matters(change.Before, DelegateHolders.Matters) || Matters(change.After, DelegateHolders.Matters));
        if (mayChange && !new DelegateHolders(program).SameAs(Holders))
        {
            return false;
        }

        mayChange = edit.Changes.Any(static change => Matters(change.Before, WaysBack.Matters) || Matters(change.After, WaysBack.Matters));
        return !mayChange || new WaysBack(program).SameAs(WaysBack);

        static bool Matters(BodyFacts? body, Func<BodyFacts, bool> matters) => body is not null && matters(body);
    }

    private Instruction[] Moving(BodyFacts? body, Program program) => body is null ? [] : [.. body.Instructions.Where(instruction => !IsInert(instruction, program))];

    /// <summary>Whether what the instruction says makes no difference to what any place holds.</summary>
    private bool IsInert(Instruction instruction, Program program) => instruction switch
    {
        AssignLocal assign => IsNothing(assign.Source),
        StoreMember store => IsNothing(store.Source),
        ReturnValue returned => IsNothing(returned.Source),
        YieldElement yielded => IsNothing(yielded.Element),
        Move move => move.From.All(IsNothing),
        Call call => !call.IsExact && program.Targets(call, call.Receiver).All(target =>
            call.Arguments.All(IsNothing)
            && !target.IsAsync
            && _graph.Objects(ReturnNode(target.Id)).Count == 0
            && !_onUiThread.Contains(target.Id)),
        Invoke invoke => IsNothing(invoke.Delegate),
        Affect affect => affect.Effect.Kind is not (EffectKind.Spawn or EffectKind.Fork or EffectKind.Callback or EffectKind.LetsHolderIn or EffectKind.SignalAtEnd),
        Await awaiting => Objects(awaiting.Target).Count == 0,
        Register => false,
        _ => true,
    };

    private bool IsNothing(Value value) =>
        value.Kind != ValueKind.Function
        && !value.IsSynchronizer
        && (value is not { Kind: ValueKind.Allocation, Type: { } type } || !_program.Implements(type, _exactSlots))
        && Objects(value).Count == 0;
}

using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Finds completions whose only way to their signal is refused without a word: a body hands over the work that signals it, or carries it, the callee returns on
/// some way without having done anything with that, and the body waits all the same.
/// </summary>
internal sealed class RefusedWorkFinder
{
    private const int MaxClimb = 2;
    private const ulong Kept = 1;

    private readonly Contexts _contexts;
    private readonly SignalGraph _signals;
    private readonly CarriedWork _work;
    private readonly Dictionary<(BodyFacts, int, string), bool> _refuses = [];

    private RefusedWorkFinder(Contexts contexts, SignalGraph signals, CarriedWork work)
    {
        _contexts = contexts;
        _signals = signals;
        _work = work;
    }

    public static IEnumerable<Finding> Find(Contexts contexts, SignalGraph signals, CarriedWork work, CancellationToken cancellation)
    {
        var finder = new RefusedWorkFinder(contexts, signals, work);
        foreach (BodyFacts body in contexts.Program.With(BodyParts.HandedWork).Where(body => contexts.Has(contexts.Program.IndexOf(body.Id), ContextParts.EndlessWait)))
        {
            cancellation.ThrowIfCancellationRequested();
            Refusal[] refusals = [.. finder.RefusalsIn(body)];
            if (refusals.Length > 0)
            {
                var objects = new ObjectNames(body);
                foreach (Event wait in contexts.SummaryOf(body).Events.Where(found => found.Trace.Place.Body == body && CarriedWork.IsEndless(found)))
                {
                    if (finder.Check(body, wait, refusals, objects) is { } finding)
                    {
                        yield return finding;
                    }
                }
            }
        }
    }

    // Calls whose callee may return without a look at an argument that can be, or carry, work; what it answers is not used.
    private IEnumerable<Refusal> RefusalsIn(BodyFacts body)
    {
        foreach (Call call in body.Instructions.OfType<Call>())
        {
            if (HandsWork(call) && _contexts.Program.Targets(call, call.Receiver) is { Length: 1 } targets)
            {
                GivenArguments given = GivenArguments.Of(targets[0], call.Arguments, GivenArguments.None);
                for (int i = 0; i < call.Arguments.Length; i++)
                {
                    if (IsWork(call.Arguments[i]) && Refuses(targets[0], i, given) && !IsAnswerUsed(body, call) && IsHandedOnce(body, call.Arguments[i], call))
                    {
                        yield return new Refusal(call, call.Arguments[i], targets[0]);
                    }
                }
            }
        }
    }

    /// <summary>Whether the call may hand over what signals a completion, or carries it.</summary>
    public static bool HandsWork(Call call) => call is { IsCreation: false, IsOpen: false } && call.Arguments.Any(IsWork);

    private static bool IsWork(Value argument) => argument.Kind is ValueKind.Function or ValueKind.Local or ValueKind.Allocation or ValueKind.CallResult;

    private Finding? Check(BodyFacts body, Event wait, Refusal[] refusals, ObjectNames objects)
    {
        foreach (string completion in _signals.Completions(wait))
        {
            IReadOnlyCollection<BodyFacts> signallers = _work.SignallersOf(completion);
            if (signallers.Count > 0
                && refusals.FirstOrDefault(refusal => LeadsToAll(refusal.Work, wait.Target.Path.Root, signallers, objects)) is { } refused
                && !Signals(body, completion))
            {
                return CarriedWork.Lost(
                    wait, $"'{refused.Callee.Name}', which is handed what signals it, can return without having kept it. Signal it there, or throw.", new Site(body, refused.Call.Span));
            }
        }

        return null;
    }

    private bool Signals(BodyFacts body, string completion) =>
        _contexts.SummaryOf(body).Signals.Any(signal => signal.Trace.Inner is null && _signals.Completions(signal).Contains(completion));

    // Whether the work is, or carries, all that leads to the signal.
    private bool LeadsToAll(Value work, Value waited, IReadOnlyCollection<BodyFacts> signallers, ObjectNames objects) => work.Kind == ValueKind.Function
        ? _contexts.Program.Body(work.Id) is { } function && signallers.All(signaller => _contexts.Above([signaller], MaxClimb).Contains(function))
        : objects.Carries(work, waited) && !signallers.Any(static signaller => signaller.Outer is not null);

    private static bool IsHandedOnce(BodyFacts body, Value work, Call call) => !body.Instructions.Any(instruction => instruction != call && instruction switch
    {
        Call { IsCreation: false } other => other.Arguments.Contains(work),
        Invoke invoke => invoke.Arguments.Contains(work),
        Move move => move.Into.Length > 0 && move.From.Contains(work) && !move.Into.Contains(work),
        StoreMember store => store.Source.Equals(work),
        _ => false,
    });

    private static bool IsAnswerUsed(BodyFacts body, Call call) => body.Blocks.Any(block => block.Condition?.Root.Equals(call.Result) == true
        || block.Instructions.Any(instruction => instruction != call && InstructionValues.Of(instruction).Any(value => value.Root.Equals(call.Result))));

    // It returns at once: what it ran before could have seen to the work in other ways, and a loop over nothing leaves nothing.
    private bool Refuses(BodyFacts callee, int index, GivenArguments given)
    {
        bool IsIt(Value value) => value.Root is { Kind: ValueKind.Parameter } root && root.Id == callee.Id && root.Index == index;
        (BodyFacts, int, string) key = (callee, index, given.Key);
        if (!_refuses.TryGetValue(key, out bool refuses))
        {
            bool Keeps(Instruction instruction) => InstructionValues.Of(instruction).Any(IsIt) || Runs(instruction);
            HashSet<Block> rounds = callee.LoopsWith(Keeps);
            refuses = callee.Instructions.Any(instruction => InstructionValues.Of(instruction).Any(IsIt)) && _contexts.Program.Budgets.Within(callee, PathExplorer.Explore(
                callee,
                0,
                (_, instruction, marks) => [new PathStep(Keeps(instruction) ? marks | Kept : marks)],
                (block, isTrue, marks) => given.Denies(callee, block, isTrue) ? null : rounds.Contains(block) ? marks | Kept : marks))
                .Any(static end => end is { IsThrown: false, Marks: 0 });
            _refuses.Add(key, refuses);
        }

        return refuses;
    }

    private static bool Runs(Instruction instruction) => instruction switch
    {
        Call call => call.Method.IndexOf(".get_", StringComparison.Ordinal) < 0,
        Affect affect => affect.Effect.Kind is not (EffectKind.Acquire or EffectKind.Release),
        Invoke => true,
        _ => false,
    };

    private sealed record Refusal(Call Call, Value Work, BodyFacts Callee);
}

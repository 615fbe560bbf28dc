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

    private RefusedWorkFinder(Contexts contexts, SignalGraph signals, CarriedWork work)
    {
        _contexts = contexts;
        _signals = signals;
        _work = work;
    }

    public static IEnumerable<Finding> Find(Contexts contexts, SignalGraph signals, CarriedWork work, CancellationToken cancellation)
    {
        var finder = new RefusedWorkFinder(contexts, signals, work);
        foreach (BodyFacts body in contexts.With(ContextParts.EndlessWait))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (Event wait in contexts.SummaryOf(body).Events.Where(found => found.Trace.Place.Body == body && CarriedWork.IsEndless(found)))
            {
                if (finder.Check(body, wait) is { } finding)
                {
                    yield return finding;
                }
            }
        }
    }

    private Finding? Check(BodyFacts body, Event wait)
    {
        foreach (string completion in _signals.Completions(wait))
        {
            IReadOnlyCollection<BodyFacts> signallers = _work.SignallersOf(completion);
            foreach (Call call in signallers.Count == 0 || signallers.Contains(body) || Signals(body, completion) ? [] : body.Instructions.OfType<Call>())
            {
                if (call is { IsCreation: false, IsOpen: false }
                    && HandedOver(body, call, wait.Target.Path.Root, signallers) is >= 0 and var index
                    && !IsAnswerUsed(body, call)
                    && _contexts.Program.Targets(call, call.Receiver) is { Length: 1 } targets
                    && Refuses(targets[0], index, GivenArguments.Of(targets[0], call.Arguments, GivenArguments.None)))
                {
                    return Report(wait, targets[0], new Site(body, call.Span));
                }
            }
        }

        return null;
    }

    private bool Signals(BodyFacts body, string completion) =>
        _contexts.SummaryOf(body).Signals.Any(signal => signal.Trace.Inner is null && _signals.Completions(signal).Contains(completion));

    // Which argument is, or carries, all that leads to the signal; -1 for none.
    private int HandedOver(BodyFacts body, Call call, Value waited, IReadOnlyCollection<BodyFacts> signallers)
    {
        var objects = new ObjectNames(body);
        for (int i = 0; i < call.Arguments.Length; i++)
        {
            Value argument = call.Arguments[i];
            if (argument.Kind == ValueKind.Function
                ? _contexts.Program.Body(argument.Id) is { } function && signallers.All(signaller => _work.Above(signaller, MaxClimb).Contains(function)) && IsHandedOnce(body, argument, call)
                : objects.Carries(argument, waited) && !signallers.Any(signaller => signaller.Outer is not null) && IsHandedOnce(body, argument, call))
            {
                return i;
            }
        }

        return -1;
    }

    private static bool IsHandedOnce(BodyFacts body, Value work, Call call) => !body.Instructions.Any(instruction => instruction != call && instruction switch
    {
        Call { IsCreation: false } other => other.Arguments.Contains(work),
        Invoke invoke => invoke.Arguments.Contains(work),
        Move move => move.Into.Length > 0 && move.From.Contains(work) && !move.Into.Contains(work),
        StoreMember store => store.Source.Equals(work),
        ReturnValue returned => returned.Source.Equals(work),
        Affect { Effect.Kind: EffectKind.Spawn or EffectKind.Fork or EffectKind.Callback } affect => affect.Target.Equals(work),
        _ => false,
    });

    private static bool IsAnswerUsed(BodyFacts body, Call call) => body.Blocks.Any(block => block.Condition?.Root.Equals(call.Result) == true
        || block.Instructions.Any(instruction => instruction != call && InstructionValues.Of(instruction).Any(value => value.Root.Equals(call.Result))));

    // It returns at once: what it ran before could have seen to the work in other ways.
    private static bool Refuses(BodyFacts callee, int index, GivenArguments given)
    {
        bool IsWork(Value value) => value.Root is { Kind: ValueKind.Parameter } root && root.Id == callee.Id && root.Index == index;
        return callee.Instructions.Any(instruction => InstructionValues.Of(instruction).Any(IsWork))
            && PathExplorer.Explore(
                callee,
                0,
                (_, instruction, marks) => [new PathStep(InstructionValues.Of(instruction).Any(IsWork) || Runs(instruction) ? marks | Kept : marks)],
                (block, isTrue, marks) => given.Denies(callee, block, isTrue) || (block.Test is { } test && test.IsNull(isTrue) == true && IsWork(test.Subject)) ? null : marks) is { } ends
            && ends.Any(static end => end is { IsThrown: false, Marks: 0 });
    }

    private static bool Runs(Instruction instruction) => instruction switch
    {
        Call call => call.Method.IndexOf(".get_", StringComparison.Ordinal) < 0,
        Affect affect => affect.Effect.Kind is not (EffectKind.Acquire or EffectKind.Release),
        Invoke or Throw => true,
        _ => false,
    };

    private static Finding Report(Event wait, BodyFacts callee, Site handing)
    {
        Site place = wait.Trace.Place;
        string name = wait.Target.Path.IsNamed ? LockClass.Of(wait.Target).Name : wait.Text;
        return new Finding(
            Fault.LostCompletion,
            place,
            [place.Body.Name, name, $"'{callee.Name}', which is handed what signals it, can return without having kept it. Signal it there, or throw."],
            [handing, .. wait.Trace.Sites.Where(site => site != place)],
            IsSuggestion: false);
    }
}

using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

// Completions that only what goes on from a task signals, and not after each of its outcomes.
internal sealed partial class LostCompletionFinder
{
    private static bool LeaveOutcomesOut(Program program) => program.With(BodyParts.Spawn).Any(static body => BodyContents.Of(body).Spawns.Any(static spawn => spawn.Spawn.Outcomes != TaskOutcomes.All));

    private Finding? CheckOutcomes(BodyFacts[] signallers, string completion)
    {
        BodyFacts? creator = CreatorOf(completion);
        var covered = TaskOutcomes.None;
        (BodyFacts Body, Affect Spawn)? first = null;
        foreach (BodyFacts signaller in signallers)
        {
            if (OnlyContext([signaller], creator, out _) is not { } context || ContinuesOf(context) is not { Length: > 0 } continues)
            {
                return null;
            }

            covered = continues.Aggregate(covered, static (all, one) => all | one.Spawn.Outcomes);
            first ??= continues[0];
        }

        if (first is not { } start || covered == TaskOutcomes.All || (covered & TaskOutcomes.RanToCompletion) == 0)
        {
            return null;
        }

        CompletionUse[] waits = [.. _uses.Waits(completion).Where(wait => !signallers.Contains(wait.Body))];
        Value task = start.Spawn.Antecedent!;
        string? missed = (covered & TaskOutcomes.Faulted) == 0 && MayEnd(task, TaskOutcomes.Faulted, static (_, _) => true) ? "fails"
            : (covered & TaskOutcomes.Canceled) == 0 && MayEnd(task, TaskOutcomes.Canceled, static (body, cause) => body.IsAsync && (!cause.IsSeen || cause.Types.Any(IsCancellation))) ? "is cancelled"
            : null;
        return waits.Length == 0 || missed is null ? null : LostCompletionReports.Of(
            _reports.First(waits), $"'{_uses.Signals(completion)[0].Body.Name}', which signals it, does not run if the task that it goes on from {missed}. Go on from every outcome.", [new Site(start.Body, start.Spawn.Span), _uses.Signals(completion)[0].Site]);
    }

    // What makes a context go on from a task; nothing if anything else starts it.
    private (BodyFacts Body, Affect Spawn)[] ContinuesOf(BodyFacts context)
    {
        var continues = new List<(BodyFacts, Affect)>();
        foreach (BodyFacts spawner in _spawns.SpawnersOf(context))
        {
            foreach (Affect spawn in BodyContents.Of(spawner).Spawns.Select(static spawn => spawn.Spawn).Where(spawn => _contexts.PointsTo.Functions(spawn.Target).Contains(context)))
            {
                if (spawn.Antecedent is null)
                {
                    return [];
                }

                continues.Add((spawner, spawn));
            }
        }

        return [.. continues];
    }

    // Whether such an exception may end the task: of work that is seen, what it throws; of a completion, what it is given; of a call that nobody sees, whatever it does.
    private bool MayEnd(Value task, TaskOutcomes outcome, Func<BodyFacts, ThrowSource, bool> ends)
    {
        string[] completions = [.. _contexts.PointsTo.Objects(task).Where(PointsTo.IsCompletion)];
        BodyFacts[] bodies = [.. completions.SelectMany(_contexts.PointsTo.BodiesThatEnd)];
        CompletionUse[] signals = [.. completions.SelectMany(_uses.Signals)];
        return (bodies.Length == 0 && signals.Length == 0)
            || bodies.Any(body => _throwers.Of(body).Any(cause => ends(body, cause)))
            || signals.Any(signal => signal.Instruction is Affect { Effect.Outcome: var given } && given == outcome);
    }

    private static bool IsCancellation(string type) => type.EndsWith(".OperationCanceledException", StringComparison.Ordinal);
}

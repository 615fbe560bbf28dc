using CrossRelease.Analyzers.Flow;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Finds waits for the end of a loop that nobody wakes: a flag tells the loop to end, but it waits for something else before it looks at the flag again, and
/// whoever sets the flag does not signal that.
/// </summary>
internal sealed class UnwokenLoopFinder
{
    private const int MaxCallers = 3;

    private readonly Contexts _contexts;
    private readonly CompletionUses _uses;
    private readonly SignalGraph _signals;
    private readonly Lazy<ILookup<string, Setter>> _setters;

    private UnwokenLoopFinder(Contexts contexts, CompletionUses uses, SignalGraph signals)
    {
        _contexts = contexts;
        _uses = uses;
        _signals = signals;
        _setters = new(() => contexts.Program.With(BodyParts.Flag | BodyParts.Cancel).SelectMany(static body => body.Derived(static own => new Setters([.. SettersIn(own)])).All)
            .ToLookup(static setter => setter.Flag.Id, StringComparer.Ordinal));
    }

    public static IEnumerable<Finding> Find(Contexts contexts, CompletionUses uses, SignalGraph signals, CancellationToken cancellation)
    {
        var finder = new UnwokenLoopFinder(contexts, uses, signals);
        var told = new HashSet<Site>();
        foreach (BodyFacts loop in contexts.With(ContextParts.OwnContext).Where(contexts.IsSpawned))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (CompletionUse join in uses.JoinsOf(loop))
            {
                if (!told.Contains(join.Site) && finder.Check(join, loop) is { } finding)
                {
                    told.Add(join.Site);
                    yield return finding;
                }
            }
        }
    }

    private Finding? Check(CompletionUse join, BodyFacts loop)
    {
        HashSet<BodyFacts> joining = Callers(join.Body);
        foreach (Event wait in _contexts.SummaryOf(loop).Events.Where(IsIdle))
        {
            foreach ((Site site, Value flag, bool value) in wait.Trace.Sites.SelectMany(site => FlagsOf(site, wait)))
            {
                Setter[] setters = [.. _setters.Value[flag.Id].Where(setter => setter.Value == value && IsOfOne(flag, setter.Flag))];
                if (Array.Find(setters, setter => Callers(setter.Body).Overlaps(joining)) is { } stop
                    && _signals.Completions(wait).ToArray() is { Length: > 0 } completions
                    && !MayBeWoken(joining.Where(body => Signals(body, completions, after: StaysSignalled(wait) ? null : stop)), loop, completions)
                    && !setters.Any(setter => Callers(setter.Body).Any(body => Signals(body, completions, after: StaysSignalled(wait) ? null : setter))))
                {
                    return Tell(join, wait, site.Body, stop);
                }
            }
        }

        return null;
    }

    // A token is known by its source, wherever it is kept.
    private bool IsOfOne(Value flag, Value set) => flag.CancelledToken is not { } token
        || (set.CancelledToken is { } source && _contexts.PointsTo.Objects(token).Intersect(_contexts.PointsTo.Objects(source)).Any());

    private static IEnumerable<Setter> SettersIn(BodyFacts body)
    {
        foreach (Instruction instruction in body.Instructions)
        {
            if (instruction is SetFlag set && FlagReader.IsTruth(set.Constant))
            {
                yield return new Setter(body, set.Flag, set.Constant == bool.TrueString, set.Span);
            }
            else if (instruction is Affect { Cancels: true } cancel)
            {
                yield return new Setter(body, Value.Cancellation(cancel.Target), true, cancel.Span);
            }
        }
    }

    private static Finding Tell(CompletionUse join, Event wait, BodyFacts loop, Setter stop)
    {
        string flag = NameOf(stop.Flag.CancelledToken ?? stop.Flag);
        string how = stop.Flag.CancelledToken is null ? "sets" : "cancels";
        string awaited = wait.Target.Path.WithoutElements is { IsNamed: true } place ? NameOf(place) : wait.Text;
        return LostCompletionReports.Of(
            join,
            $"'{loop.Name}' waits for '{awaited}' before it looks at '{flag}' again, and nobody who {how} that signals it. Signal it, too.",
            [new Site(stop.Body, stop.Span), .. wait.Trace.Sites]);
    }

    // A semaphore that one method takes and another gives back is waited for like any completion.
    private bool IsIdle(Event found) => CarriedWork.IsEndless(found)
        || (found is { Kind: EventKind.Acquire, IsSemaphore: true, IsTimed: false, Token: null } && _signals.Completions(found).All(_uses.IsKey));

    private static string NameOf(Value place) => LockClass.Of(new LockRef(place, null)).Name;

    // Whoever waits for the end may signal it, and contexts that come by themselves, the loop's own among them; an async call ends by itself.
    private bool MayBeWoken(IEnumerable<BodyFacts> waking, BodyFacts loop, string[] completions) =>
        loop.Blocks.Any(static block => block.Guards.Any(static guard => guard.Kind == GuardKind.Catch && guard.Caught?.EndsWith("ThreadInterruptedException", StringComparison.Ordinal) == true))
        || waking.Any()
        || completions.Any(completion => _signals.IsOpen(completion) || _signals.Of(completion) is not { Count: > 0 } signallers
            || signallers.Any(signaller => signaller.IsAsyncEnd || _contexts.IsSpawned(signaller.Body) || !(signaller.Body.IsEntry || signaller.Body.IsInternal)));

    private HashSet<BodyFacts> Callers(BodyFacts body) => _contexts.Above([body], MaxCallers);

    private static bool StaysSignalled(Event wait) => wait.Trace.Leaf is var place && place.Body.Instructions.Any(instruction => instruction.Span == place.Span && instruction is Affect { StaysSignalled: true });

    // Whether the body signals, and not only before it comes to set the flag: the loop has used that up, and waits again.
    private bool Signals(BodyFacts body, string[] completions, Setter? after) => _contexts.SummaryOf(body).Signals
        .Any(signal => _signals.Completions(signal).Any(completions.Contains) && (after is null || !IsBefore(signal.Trace, after)));

    private bool IsBefore(Trace signal, Setter setter)
    {
        HashSet<BodyFacts> setting = Callers(setter.Body);
        foreach (Site site in signal.Sites)
        {
            Site[] calls = [.. site.Body.Instructions.OfType<Call>().Where(call => _contexts.Program.Targets(call, call.Receiver).Any(setting.Contains)).Select(call => new Site(site.Body, call.Span))];
            if (calls.Length == 0 || site.Body == setter.Body || site.IsInLoop || calls.Any(static call => call.IsInLoop))
            {
                return false;
            }

            // One call may lead to both: the order is its callee's.
            if (calls.Length > 1 || calls[0].Span != site.Span)
            {
                return calls.All(call => site.Span.End <= call.Span.Start);
            }
        }

        return false;
    }

    // The flags that end the loop around the wait, each with the value that does.
    private static IEnumerable<(Site Site, Value Flag, bool Value)> FlagsOf(Site site, Event wait)
    {
        BodyFacts loop = site.Body;
        var waiting = new HashSet<int>(Enumerable.Range(0, loop.Blocks.Length).Where(index => loop.Blocks[index].IsInCycle && loop.Blocks[index].Instructions.Any(instruction => instruction.Span == site.Span)));
        for (int i = 0; i < (waiting.Count == 0 ? 0 : loop.Blocks.Length); i++)
        {
            Block block = loop.Blocks[i];
            if (block is { IsInCycle: true, Test: { IsNullTest: false, Subject: { Kind: ValueKind.Member or ValueKind.Static } flag } test, WhenTrue: not null, Next: not null }
                && loop.Reaches(block.WhenTrue, waiting.Contains) is var goesOnWhenTrue && loop.Reaches(block.Next, waiting.Contains) != goesOnWhenTrue
                && (wait.Kind != EventKind.WaitCondition || site != wait.Trace.Leaf || WaitsAgainWithout(loop, waiting, i)))
            {
                yield return (site, flag, !goesOnWhenTrue ^ test.IsNegated);
            }
        }
    }

    // A condition that asks for the flag itself has a rule of its own: its pulse is missing.
    private static bool WaitsAgainWithout(BodyFacts loop, HashSet<int> waiting, int test) =>
        waiting.Any(index => loop.Reaches(loop.Blocks[index].WhenTrue, waiting.Contains, test) || loop.Reaches(loop.Blocks[index].Next, waiting.Contains, test));

    /// <summary>A flag is set to a truth value, or the source of a token is cancelled.</summary>
    private sealed record Setter(BodyFacts Body, Value Flag, bool Value, TextSpan Span);

    private sealed record Setters(Setter[] All);
}

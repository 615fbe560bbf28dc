using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Finds completions that somebody waits for without limit, that one context alone signals, and that this context can leave
/// unsignalled. A context owes from its start if it was started for this; from the publication, if it made the completion
/// itself; and item by item, if the completion belongs to the work that it takes in a loop.
/// </summary>
internal sealed partial class LostCompletionFinder
{
    private const int MaxSignals = 16;
    private const int MaxClimb = 3;
    private const int MaxLinks = 4;

    /// <summary>How many calls lie between a context and a delegate that it was handed.</summary>
    private const int MaxBetween = 4;

    private readonly Contexts _contexts;
    private readonly Throwers _throwers;
    private readonly CompletionUses _uses;
    private readonly Spawns _spawns;
    private readonly LostCompletionReports _reports;
    private readonly Dictionary<BodyFacts, (BodyFacts Body, Block Block)[]> _runners = [];
    private readonly Dictionary<BodyFacts, BodyFacts[]> _direct = [];
    private readonly OneShotClaims _claims;
    private readonly Insertions _insertions;
    private readonly bool _leavesOutcomesOut;

    private LostCompletionFinder(Contexts contexts, CompletionUses uses, UnownedCompletions unowned, Throwers throwers, Insertions insertions)
    {
        _contexts = contexts;
        _throwers = throwers;
        _uses = uses;
        _reports = new LostCompletionReports(contexts, uses);
        _spawns = unowned.Spawns;
        _claims = unowned.Claims;
        _insertions = insertions;
        _leavesOutcomesOut = LeaveOutcomesOut(contexts.Program);
    }

    public static IEnumerable<Finding> Find(
        Contexts contexts, CompletionUses uses, UnownedCompletions unowned, Throwers throwers, Insertions insertions, CancellationToken cancellation)
    {
        var finder = new LostCompletionFinder(contexts, uses, unowned, throwers, insertions);
        var told = new HashSet<Site>();
        foreach (string completion in uses.Keys)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!unowned.Contains(completion) && uses.Signals(completion).Count <= MaxSignals && finder.Check(completion) is { } finding)
            {
                told.UnionWith(finding.Steps);
                yield return finding;
            }
        }

        // An exception that loses what the work owes as well is told once.
        foreach (string room in uses.Rooms)
        {
            cancellation.ThrowIfCancellationRequested();
            if (uses.Signals(room).Count <= MaxSignals && finder.CheckRoom(room) is { } finding && !told.Overlaps(finding.Steps))
            {
                yield return finding;
            }
        }
    }

    // One context alone takes from a bounded queue, and an exception ends it: once the queue is full, whoever adds to it waits for ever.
    private Finding? CheckRoom(string room)
    {
        if (OnlyContext(_uses.SignallersOf(room), null, out HashSet<BodyFacts> reaching) is not { } consumer
            || _spawns.FateOf(consumer) is not { } fate
            || _uses.Waits(room).Where(wait => !reaching.Contains(wait.Body)).ToArray() is not { Length: > 0 } waits)
        {
            return null;
        }

        Default? way = Earliest(new Obligation(_contexts, _throwers, _uses, room, reaching).FromEachTaking(consumer).Where(way => !way.IsThrown || fate == SpawnFate.Kept));
        if (way is not { Cause: { } cause })
        {
            return null;
        }

        CompletionUse take = _uses.Signals(room)[0];
        return LostCompletionReports.Of(
            _reports.First(waits), $"'{take.Body.Name}', which alone takes from it, ends with an exception{From(cause, take.Body)}: nobody makes room then. Catch it and go on.", [cause.Site, take.Site]);
    }

    private Finding? Check(string completion)
    {
        BodyFacts[] signallers = UnownedCompletions.SignallersOf(_contexts, _uses, completion);
        if (signallers.Length < _uses.SignallersOf(completion).Length)
        {
            // Somebody unseen may signal: not the work that a loop takes, which was made here.
            return OnlyContext(signallers, null, out HashSet<BodyFacts> taking) is { } taker && _spawns.FateOf(taker) is { } end ? CheckContext(completion, signallers, taker, end, taking, isOfItems: true) : null;
        }

        if (CreatorOf(completion) is { } creator && OnlyContext(signallers, creator, out HashSet<BodyFacts> called) == creator)
        {
            CompletionUse[] others = [.. _uses.Waits(completion).Where(wait => wait.Body != creator || IsShared(wait))];
            return others.Length == 0 ? null : _reports.Report(others, completion, new Obligation(_contexts, _throwers, _uses, completion, called).FromPublication(creator));
        }

        if (_leavesOutcomesOut && CheckOutcomes(signallers, completion) is { } missed)
        {
            return missed;
        }

        BodyFacts? only = OnlyContext(signallers, null, out HashSet<BodyFacts> reaching);
        if (only is not null && (_contexts.IsDead(only) || _contexts.IsForgotten(only)))
        {
            return ReportDead(completion, only, reaching);
        }

        return only is { } context && _spawns.FateOf(context) is { } fate ? CheckContext(completion, signallers, context, fate, reaching, isOfItems: false)
            : CheckClaims(signallers, completion) ?? (signallers.Length == 1 ? CheckCallback(signallers[0], completion) : null) ?? CheckChain(signallers, completion);
    }

    /// <param name="isOfItems">Whether the context owes only what it takes in a loop.</param>
    private Finding? CheckContext(string completion, BodyFacts[] signallers, BodyFacts context, SpawnFate fate, HashSet<BodyFacts> reaching, bool isOfItems)
    {
        AddBetween(context, reaching);
        if (!LeadsTo(context, signallers, reaching))
        {
            return null;
        }

        CompletionUse[] waits = [.. _uses.Waits(completion).Where(wait => !reaching.Contains(wait.Body))];
        bool needsEach = NeedsEach(completion, reaching);
        bool isArmed = IsArmed(completion, context);

        var isLooped = new Lazy<bool>(() => reaching.Any(body => IsInLoop(body, completion, reaching)));

        // A loop that comes to the signal by a delegate that somebody has left in an object does other things first, and code that nobody sees may fail in any loop.
        var isKept = new Lazy<bool>(() => isLooped.Value && !LeadsTo(context, signallers, reaching, followsKept: false));
        var obligation = new Obligation(_contexts, _throwers, _uses, completion, reaching, needsEach);
        (BodyFacts Body, string? Item) loop = ItemOf(completion, reaching);
        IEnumerable<Default> defaults = loop.Item is { } item
            ? obligation.FromEachItem(loop.Body, item, IsTakenOnce(loop.Body, item))
            : obligation.FromStart(context, isArmed || _spawns.IsBegunOnce(context)).Where(way => way.Cause is { } cause ? cause.IsSeen || !isKept.Value
                : isArmed || _spawns.IsStartedOnce(context) ? !isLooped.Value : needsEach);
        return waits.Length == 0 || (isOfItems && loop.Item is null) || (loop.Item is null && CountsItselfIn(completion, reaching)) ? null
            : _reports.Report(waits, completion, defaults.Where(way => !way.IsThrown || fate == SpawnFate.Kept))
            ?? (loop.Item is not null ? ReportEnd(_reports.First(waits), context, loop.Body == context ? loop.Item : null, fate, obligation) : null)
            ?? (isOfItems ? null : CheckChain(signallers, completion));
    }

    // Each of the signals that a countdown counts, or the last of several: one that does not count itself off leaves the others without a last one. Who counts itself in as well may not have done so yet.
    private bool NeedsEach(string completion, HashSet<BodyFacts> reaching) => _contexts.PointsTo.NeedsAll(completion) || _uses.Signals(completion).All(signal => signal.Instruction is Affect { Counter: { } counter }
        && !reaching.Any(body => body != signal.Body && body.Instructions.SelectMany(InstructionValues.Of).Any(value => value.WithoutElements is { Kind: ValueKind.Member or ValueKind.Static } place && place.Id == counter.Id)));

    // A context that calls what counts it in owes nothing before that, and the call tells whether it has.
    private bool CountsItselfIn(string completion, HashSet<BodyFacts> reaching)
    {
        HashSet<string> counters = [.. _uses.Signals(completion).Select(static signal => (signal.Instruction as Affect)?.Counter?.Id ?? "")];
        return !counters.Contains("") && reaching.SelectMany(static body => body.Instructions).OfType<Call>().SelectMany(call => _contexts.Program.Targets(call, call.Receiver)).Distinct()
            .Any(callee => !reaching.Contains(callee) && callee.Instructions.Any(instruction => instruction is StoreMember { Number: StoreMember.More } count && counters.Contains(count.Target.Id)));
    }

    // Whoever starts it takes back the signal of the run before.
    private bool IsArmed(string completion, BodyFacts context) => _spawns.SpawnersOf(context) is { Count: > 0 } spawners && spawners.All(spawner => spawner.Instructions.OfType<Affect>()
        .Any(affect => affect.Effect.Kind == EffectKind.Reset && _uses.KeysOf(affect.Target, affect.TargetType).Contains(completion)));

    // Nobody takes the next item, and nobody else signals it. That the loop misuses an object is not counted on.
    private Finding? ReportEnd(CompletionUse wait, BodyFacts context, string? item, SpawnFate fate, Obligation obligation)
    {
        // Who catches some exceptions of code that nobody sees knows which ones it throws.
        bool expects = context.Blocks.Any(static block => block.IsInCycle && block.Guards.Any(static guard => guard is { Kind: GuardKind.Catch, Caught: not null }));
        ThrowSource? cause = Earliest(obligation.FromEachTaking(context, item).Where(way => !way.IsThrown || (fate == SpawnFate.Kept && (way.Cause is { IsSeen: true } || !expects)))
            .Where(static way => !way.Cause!.Types.Any(static type => type.EndsWith(".InvalidOperationException", StringComparison.Ordinal))))?.Cause;
        return cause is null ? null : LostCompletionReports.Of(
            wait, $"'{context.Name}', which alone signals it, ends with an exception{From(cause, context)}: nobody does so then. Catch it, or fail what still waits.", [cause.Site]);
    }

    private Default? Earliest(IEnumerable<Default> ways) =>
        ways.OrderByDescending(static way => way.Cause is { IsSeen: true }).ThenBy(way => _contexts.Program.SpanOf(way.Cause!.Site).Start).FirstOrDefault();

    private static string From(ThrowSource cause, BodyFacts body) => cause.Site.Body == body ? "" : $" from '{cause.Site.Body.Name}'";

    // A context that hands on what signals, to a continuation perhaps, owes until then, and the next one from there on.
    private Finding? CheckChain(BodyFacts[] signallers, string completion)
    {
        BodyFacts? creator = CreatorOf(completion);
        var links = new HashSet<BodyFacts>();
        HashSet<BodyFacts> all = [];
        var work = new Queue<BodyFacts>(creator is null ? [] : signallers);
        while (work.Count > 0 && links.Count <= MaxLinks)
        {
            BodyFacts body = work.Dequeue();
            if (OnlyContext([body], creator, out HashSet<BodyFacts> reaching) is { } context && _spawns.FateOf(context) == SpawnFate.Kept)
            {
                all.UnionWith(reaching);
                foreach (BodyFacts spawner in links.Add(context) ? _spawns.SpawnersOf(context) : [])
                {
                    work.Enqueue(spawner);
                }
            }
            else if (signallers.Contains(body))
            {
                return null;
            }
        }

        CompletionUse[] waits = [.. _uses.Waits(completion).Where(wait => !all.Contains(wait.Body))];
        return waits.Length == 0 || links.Count is < 2 or > MaxLinks || links.Count(link => !_spawns.SpawnersOf(link).Any(all.Contains)) != 1 ? null
            : _reports.Report(waits, completion, links.SelectMany(link => new Obligation(_contexts, _throwers, _uses, completion, all).FromStart(link)).Where(static way => way.Cause is { IsSeen: true }));
    }

    // Who wins a flag that is won once signals for all others: an exception that its caller gets leaves those waiting.
    private Finding? CheckClaims(BodyFacts[] signallers, string completion)
    {
        foreach (BodyFacts body in signallers.Concat(signallers.SelectMany(_contexts.CallersOf)).Distinct().OrderBy(static body => body.Id, StringComparer.Ordinal))
        {
            Claim[] claims = [.. _claims.In(body)];
            if (claims.Length == 1 && _claims.IsWonForGood(claims[0]) && IsOfOneObject(body, claims[0], completion) && OnlyContext(signallers, body, out HashSet<BodyFacts> reaching) == body)
            {
                CompletionUse[] waits = [.. _uses.Waits(completion).Where(wait => wait.Body == body || !reaching.Contains(wait.Body))];
                IEnumerable<Default> ways = new Obligation(_contexts, _throwers, _uses, completion, reaching).FromClaim(body, claims[0]);
                return waits.Length == 0 ? null : _reports.Report(waits, completion, ways.Where(static way => way.Cause is not null));
            }
        }

        return null;
    }

    // Of a completion of another object there may be another winner.
    private bool IsOfOneObject(BodyFacts body, Claim claim, string completion) => _contexts.SummaryOf(body).Signals
        .Where(signal => _uses.KeysOf(signal.Target.Path, signal.Target.Type).Contains(completion))
        .All(signal => Equals(signal.Target.Path.Base, claim.Flag.Base) || (claim.Flag.Base is { } owner && new LocalNames(body).Resolve(owner).Equals(signal.Target.Path.Base)));

    // Who registers a callback that signals its own completion waits for the one call of it: an exception that somebody else
    // takes on the way out of it is the end of that.
    private Finding? CheckCallback(BodyFacts callback, string completion)
    {
        BodyFacts? outer = callback;
        while (outer is not null && outer != CreatorOf(completion))
        {
            outer = outer.Outer is { } next ? _contexts.Program.Body(next) : null;
        }

        CompletionUse[] waits = outer is null || outer == callback ? [] : [.. _uses.Waits(completion).Where(wait => wait.Body != callback)];
        return waits.Length == 0 ? null : _reports.Report(waits, completion, new Obligation(_contexts, _throwers, _uses, completion, [callback]).FromStart(callback)
            .Where(way => way is { IsThrown: true, Cause: { } cause } && IsSwallowed(callback, cause, MaxClimb)));
    }

    private bool IsSwallowed(BodyFacts body, ThrowSource cause, int levels) => RunnersOf(body).Any(runner =>
        runner.Block.Guards.Any(guard => Throwers.Takes(guard, cause)) || (levels > 1 && IsSwallowed(runner.Body, cause, levels - 1)));

    // Whose call it is counts here, not whose context: a delegate runs where it is invoked.
    private (BodyFacts Body, Block Block)[] RunnersOf(BodyFacts body)
    {
        if (!_runners.TryGetValue(body, out (BodyFacts, Block)[]? runners))
        {
            _runners.Add(body, runners = [.. _contexts.Program.Bodies.SelectMany(caller => caller.Blocks
                .Where(block => block.Instructions.Any(instruction => _throwers.Runs(instruction, body))).Select(block => (caller, block)))]);
        }

        return runners;
    }

    private Finding? ReportDead(string completion, BodyFacts context, HashSet<BodyFacts> reaching)
    {
        CompletionUse[] waits = [.. _uses.Waits(completion).Where(wait => !reaching.Contains(wait.Body))];
        if (waits.Length == 0)
        {
            return null;
        }

        CompletionUse signal = _uses.Signals(completion)[0];
        return LostCompletionReports.Of(
            _reports.First(waits),
            _contexts.IsDead(context) ? $"nobody starts the thread or task of '{signal.Body.Name}', which signals it. Start it." : $"nobody calls '{context.Name}', which alone signals it. Call it, or add it to what does.",
            [signal.Site]);
    }

    // ---- who owes ----

    private BodyFacts? OnlyContext(BodyFacts[] signallers, BodyFacts? stop, out HashSet<BodyFacts> reaching) =>
        UnownedCompletions.OnlyContext(_contexts, signallers, stop, out reaching);

    private BodyFacts? CreatorOf(string completion) => UnownedCompletions.CreatorOf(_contexts.Program, completion);

    private bool LeadsTo(BodyFacts context, BodyFacts[] signallers, HashSet<BodyFacts> reaching, bool followsKept = true)
    {
        var found = new HashSet<BodyFacts> { context };
        var work = new Stack<BodyFacts>(found);
        while (work.Count > 0)
        {
            BodyFacts body = work.Pop();
            IEnumerable<BodyFacts> targets = followsKept ? Direct(body) : body.Instructions.Where(static instruction => instruction is not Invoke { Delegate.Kind: ValueKind.Member }).SelectMany(instruction => _throwers.Targets(instruction));
            foreach (BodyFacts target in targets.Where(target => reaching.Contains(target) && found.Add(target)))
            {
                work.Push(target);
            }
        }

        return signallers.All(found.Contains);
    }

    // A delegate that a lambda was handed counts as run by whoever runs the lambda. Without what is between nothing leads from the context to the signal.
    private void AddBetween(BodyFacts context, HashSet<BodyFacts> reaching)
    {
        var seen = new HashSet<BodyFacts> { context };
        var levels = new Stack<BodyFacts[]>([[context]]);
        while (levels.Count < MaxBetween && levels.Peek().SelectMany(Direct).Where(seen.Add).ToArray() is { Length: > 0 } next)
        {
            levels.Push(next);
        }

        foreach (BodyFacts[] level in levels)
        {
            reaching.UnionWith(level.Where(body => Direct(body).Any(reaching.Contains)).ToArray());
        }
    }

    private BodyFacts[] Direct(BodyFacts body)
    {
        if (!_direct.TryGetValue(body, out BodyFacts[]? targets))
        {
            _direct.Add(body, targets = [.. body.Instructions.SelectMany(instruction => _throwers.Targets(instruction)).Distinct()]);
        }

        return targets;
    }

    // What a caller finds in a field, or is given by a container, somebody else may have put there.
    private static bool IsShared(CompletionUse wait)
    {
        Value place = new LocalNames(wait.Body).Resolve(wait.Target).WithoutElements;
        return place.Kind is ValueKind.Member or ValueKind.Static
            || wait.Body.Instructions.OfType<AssignLocal>().Any(assign => assign.Local == place.Key && assign.Source is { Kind: ValueKind.Element, WithoutElements.Kind: ValueKind.Member or ValueKind.Static });
    }
}

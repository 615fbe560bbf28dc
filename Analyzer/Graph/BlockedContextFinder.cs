using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Finds waits that block the one thread which would have to go on for them to end: that of a synchronization context whose
/// turn the awaited work needs, or that of a loop which runs a continuation inside a signal and is waited for in there.
/// </summary>
internal static class BlockedContextFinder
{
    private const int MaxAwaits = 3;

    public static IEnumerable<Finding> Find(Contexts contexts, SignalGraph signals, CancellationToken cancellation)
    {
        var found = new Dictionary<Site, Finding>();
        var drains = new Drains(contexts);
        var loops = new List<BodyFacts>();
        foreach (BodyFacts body in contexts.With(ContextParts.Loop))
        {
            cancellation.ThrowIfCancellationRequested();
            Summary summary = contexts.SummaryOf(body);
            bool isSpawned = contexts.IsSpawned(body);

            // Where a scheduler's one thread runs tasks, they go on there as well.
            bool isContext = summary.InstallsContext || (summary.RunsQueued && isSpawned && contexts.Spawns.IsStartedOnce(body));
            if (isContext)
            {
                loops.Add(body);
            }
            else if (!isSpawned)
            {
                continue;
            }

            foreach (Event acquire in isContext ? summary.Events.Where(found => BlocksForLock(found) && found.Trace.Leaf.Body != body) : [])
            {
                Finding.Keep(found, HolderInContext(contexts, body, acquire));
            }

            foreach (Event wait in summary.Events.Where(Blocks))
            {
                Finding? finding = isContext && wait.Trace.Leaf.Body != body ? InContext(contexts, signals, body, wait) : null;
                Finding.Keep(found, finding ?? (isSpawned && wait is { IsInContinuation: true, PassesOwn: false } && (summary.Idles || drains.IsDrain(body, wait)) ? InContinuation(signals, body, wait) : null));
            }
        }

        // What an async method does after an await, it does in a turn of the context that it was begun in.
        foreach (BodyFacts body in loops.Count == 0 ? [] : contexts.With(ContextParts.OwnContext).Where(static body => body.IsAsync))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (Event wait in contexts.SummaryOf(body).Events.Where(static found => Blocks(found) && found is { IsAfterAwait: true, IsInContext: true, IsElsewhere: false }))
            {
                Finding.Keep(found, loops.Find(loop => contexts.IsBegunIn(body, loop)) is { } context ? InContext(contexts, signals, context, wait) : null);
            }
        }

        // Anybody may call a public method, in a context of the program's as well. Who runs a context waits for what it has run to its end.
        foreach (BodyFacts body in loops.Count == 0 ? [] : contexts.Entries)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (Event wait in contexts.SummaryOf(body).Events.Where(found => Blocks(found) && found is { IsInContext: true, IsElsewhere: false } && !loops.Contains(found.Trace.Leaf.Body)))
            {
                if (InContext(contexts, signals, body, wait) is { } finding && !found.ContainsKey(finding.Place))
                {
                    Finding.Keep(found, finding with { Fault = Fault.BlockedCaller, Arguments = finding.Arguments.SetItem(2, loops[0].Name) });
                }
            }
        }

        return found.Values;
    }

    private static bool Blocks(Event found) => found is { Kind: EventKind.Wait or EventKind.WaitAny, IsTimed: false, IsFlowWait: false };

    private static bool BlocksForLock(Event found) => found is { Kind: EventKind.Acquire, IsSemaphore: true, IsTimed: false, IsFlowWait: false };

    // Who holds the semaphore was begun in the context, and an await of it goes on there before it is given back.
    private static Finding? HolderInContext(Contexts contexts, BodyFacts context, Event acquire)
    {
        string gate = LockClass.Of(acquire.Target).Key;
        BodyFacts? holder = contexts.With(ContextParts.Signal).FirstOrDefault(body => body.IsAsync && contexts.SummaryOf(body).HeldForContext.Contains(gate) && contexts.IsBegunIn(body, context));
        if (holder is null)
        {
            return null;
        }

        Site place = acquire.Trace.Place;
        Trace needed = contexts.SummaryOf(holder).NeedsContext!;
        return new Finding(
            Fault.BlockedContext,
            place,
            [place.Body.Name, LockClass.Of(acquire.Target).Name, context.Name, holder.Name],
            [.. acquire.Trace.Sites.Concat(needed.Sites).Where(step => step != place).Distinct()],
            IsSuggestion: false);
    }

    // The awaited work was begun in the context, and one of its awaits goes on there.
    private static Finding? InContext(Contexts contexts, SignalGraph signals, BodyFacts context, Event wait)
    {
        Signaller[] signallers = [.. signals.Completions(wait).SelectMany(signals.Of)];
        bool allNeedIt = signallers.Length > 0 && signallers.All(signaller => signaller.Body.IsAsync
            && contexts.SummaryOf(signaller.Body).NeedsContext is not null
            && contexts.IsBegunIn(signaller.Body, context));
        if (!allNeedIt)
        {
            return null;
        }

        Trace needed = contexts.SummaryOf(signallers[0].Body).NeedsContext!;
        Site place = wait.Trace.Place;
        return new Finding(
            Fault.BlockedContext,
            place,
            [place.Body.Name, wait.Text, context.Name, needed.Leaf.Body.Name],
            [.. wait.Trace.Sites.Concat(needed.Sites).Where(step => step != place).Distinct()],
            IsSuggestion: false);
    }

    // Only the loop itself signals, in a later turn: what the continuation has made itself, or what another line signals. It is kept from that by the
    // continuation that waits in this one. A wait for the loop's own end is XR1003's.
    private static Finding? InContinuation(SignalGraph signals, BodyFacts loop, Event wait)
    {
        if (SignalOfLoop(signals, loop, wait, MaxAwaits) is not { } signal)
        {
            return null;
        }

        Site place = wait.Trace.Place;
        return new Finding(
            Fault.BlockedContinuation,
            place,
            [place.Body.Name, wait.Text, loop.Name],
            [.. wait.Trace.Sites.Append(signal).Where(step => step != place).Distinct()],
            IsSuggestion: false);
    }

    // Where the loop signals what the wait is for; null if somebody else may. An async call that waits for what only the loop signals ends no earlier.
    private static Site? SignalOfLoop(SignalGraph signals, BodyFacts loop, Event wait, int awaits)
    {
        Signaller[] signallers = [.. signals.Completions(wait).SelectMany(completion => signals.For(wait, completion))];
        if (signallers.Length == 0 || signallers.All(signaller => signaller.Signal.Span == loop.Span))
        {
            return null;
        }

        if (signallers.All(signaller => signaller.Body == loop && (wait.Home is not null || wait.Trace.Sites.All(site => site.Body != signaller.Signal.Body || site.Body == loop))))
        {
            return signallers[0].Signal;
        }

        if (awaits == 0 || !signallers.All(static signaller => signaller.IsAsyncEnd))
        {
            return null;
        }

        Site?[] kept = [.. signallers.Select(signaller => signaller.Before.Where(static found => found is { Kind: EventKind.Wait, IsTimed: false, Home: not null, Token: null })
            .Select(found => SignalOfLoop(signals, loop, found, awaits - 1)).FirstOrDefault(static signal => signal is not null))];
        return kept.All(static signal => signal is not null) ? kept[0] : null;
    }
}

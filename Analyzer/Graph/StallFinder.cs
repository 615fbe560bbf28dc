using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Finds waits with a time limit under a lock whose signaller needs the lock, or is not seen to do without it. They end, so
/// nothing hangs; but all who need the lock stand still until the limit, and then the wait has failed.
/// </summary>
internal sealed class StallFinder
{
    private const int MaxChain = 2;

    private readonly Contexts _contexts;
    private readonly LockGraph _locks;
    private readonly SignalGraph _signals;
    private readonly Dictionary<Site, Finding> _found = [];

    private StallFinder(Contexts contexts, LockGraph locks, SignalGraph signals)
    {
        _contexts = contexts;
        _locks = locks;
        _signals = signals;
    }

    public static IEnumerable<Finding> Find(Contexts contexts, LockGraph locks, SignalGraph signals, CancellationToken cancellation)
    {
        var finder = new StallFinder(contexts, locks, signals);
        foreach (BodyFacts root in contexts.With(ContextParts.Wait))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (Event wait in contexts.SummaryOf(root).Events)
            {
                if (wait is { IsTimed: true, Held.IsEmpty: false, Kind: EventKind.Wait or EventKind.WaitAny or EventKind.WaitCondition })
                {
                    finder.Check(root, wait);
                }
            }
        }

        return finder._found.Values;
    }

    private void Check(BodyFacts root, Event wait)
    {
        ImmutableArray<HeldLock> held = _signals.HeldOver(wait);
        if (held.IsEmpty)
        {
            return;
        }

        string[] completions = [.. _signals.Completions(wait)];
        if (new SignalRing(_contexts, _locks, _signals, root, wait, held).Close(wait, completions, MaxChain) is { Lock: { } needed } blockage)
        {
            Keep(wait, needed, blockage.Signaller, [.. blockage.Event.Trace.Sites, .. blockage.Inner?.Event.Trace.Sites ?? [], blockage.Signaller.Signal]);
        }
        else if (!wait.IsFlowWait && wait.Kind != EventKind.WaitCondition && !AreIndependent(completions))
        {
            Keep(wait, held[held.Length - 1], null, []);
        }
    }

    private bool AreIndependent(string[] completions)
    {
        Signaller[] signallers = [.. completions.SelectMany(_signals.Of)];
        return signallers.Length > 0
            && !signallers.Any(static signaller => signaller.Before.Any(static found => found.Kind is EventKind.RunOpenCode or EventKind.Invoke));
    }

    // One report a wait: the one that names the signaller, then the one with the shortest story.
    private void Keep(Event wait, HeldLock @lock, Signaller? signaller, ImmutableArray<Site> signallersSteps)
    {
        Site place = wait.Trace.Leaf;
        ImmutableArray<Site> steps = [.. @lock.Trace.Sites.Concat(wait.Trace.Sites).Concat(signallersSteps).Where(step => step != place).Distinct()];
        string why = signaller is null ? "nothing shows that its signaller never needs" : $"'{signaller.Body.Name}', which signals it, first needs";
        var finding = new Finding(
            Fault.StallUnderLock, place, [place.Body.Name, CycleFinder.Name(wait), LockClass.Of(@lock.Lock).Name, why], steps, IsSuggestion: true)
        {
            IsProven = signaller is not null,
        };
        if (!_found.TryGetValue(place, out Finding? known) || (known.IsProven, -known.Steps.Length).CompareTo((finding.IsProven, -steps.Length)) < 0)
        {
            _found[place] = finding;
        }
    }
}

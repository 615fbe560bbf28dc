using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;
using CrossRelease.Analyzers.Symbols;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// The completions that no context of its own owes, nor who wins a flag, as those who call the signallers tell: nothing is lost with them. An edit leaves
/// those that none of its bodies has a part in. Immutable once built.
/// </summary>
internal sealed class UnownedCompletions
{
    private const int MaxBodies = 16;

    // Each with the bodies that tell it, by their place in the program.
    private readonly LayeredMap<string, int[]> _unowned;

    /// <param name="before">Those of the contexts that these were taken over from; null if there are none.</param>
    public UnownedCompletions(Contexts contexts, CompletionUses uses, UnownedCompletions? before = null)
    {
        Spawns = contexts.Spawns;
        Claims = new OneShotClaims(contexts);
        bool isKept = before is not null && contexts.Changed is not null && uses.Touched is not null;
        _unowned = isKept ? new(before!._unowned) : new(StringComparer.Ordinal);
        IEnumerable<string> asked = uses.Keys;
        if (isKept)
        {
            // Who calls what has a claim now may win by its answer.
            HashSet<int> changed = [.. contexts.Changed!.Concat(contexts.Changed!.Where(Claims.MayBeIn).SelectMany(contexts.CallersOf)).Select(body => contexts.Program.IndexOf(body.Id))];
            string[] gone = [.. before!._unowned.All.Where(known => Array.Exists(known.Value, changed.Contains)).Select(static known => known.Key).Concat(uses.Touched!).Distinct()];
            foreach (string completion in gone)
            {
                _unowned.Remove(completion);
            }

            asked = gone.Where(uses.IsKey);
        }

        foreach (string completion in asked)
        {
            if (CreatorOf(contexts.Program, completion) is null
                && OnlyContext(contexts, SignallersOf(contexts, uses, completion), null, out HashSet<BodyFacts> reaching) is var only
                && (only is null || (!contexts.IsDead(only) && !MayBeForgotten(contexts, only) && !Spawns.Starts(only) && Spawns.FateOf(only) is null))
                && reaching.Union(uses.SignallersOf(completion)).Union(uses.SignallersOf(completion).SelectMany(contexts.CallersOf)).Take(MaxBodies + 1).ToArray() is { Length: <= MaxBodies } tell
                && !tell.Any(Claims.MayBeIn))
            {
                _unowned[completion] = [.. tell.Select(body => contexts.Program.IndexOf(body.Id))];
            }
        }
    }

    public Spawns Spawns { get; }

    public OneShotClaims Claims { get; }

    public bool Contains(string completion) => _unowned.ContainsKey(completion);

    /// <summary>The bodies that signal the completion, but for methods of its own object that nobody calls, where others do: whoever else may call them has other objects.</summary>
    public static BodyFacts[] SignallersOf(Contexts contexts, CompletionUses uses, string completion)
    {
        BodyFacts[] all = uses.SignallersOf(completion);
        BodyFacts[] called = all.Length == 1 ? all : Array.FindAll(all, body => !IsUncalledMethodOfIt(body));
        return called.Length > 0 ? called : all;

        bool IsUncalledMethodOfIt(BodyFacts body) => contexts.IsNowhereRun(body) && !SymbolNames.IsDisposal(body.Id)
            && uses.Signals(completion).Where(signal => signal.Body == body).All(static signal => signal.Target.Root.Kind == ValueKind.This);
    }

    /// <summary>The body that makes the completion for one call of it; null for one that an object keeps.</summary>
    public static BodyFacts? CreatorOf(Program program, string completion) => MakerOf(program, completion) is { IsConstructor: false } creator ? creator : null;

    /// <summary>The body that makes the completion; null if that is not known.</summary>
    public static BodyFacts? MakerOf(Program program, string completion)
    {
        int end = completion.LastIndexOf('#');
        return completion.StartsWith("new@", StringComparison.Ordinal) && end > 4 ? program.Body(completion.Substring(4, end - 4)) : null;
    }

    /// <summary>The one context that all signals belong to; null if there are several, or one that only a part of them belongs to.</summary>
    /// <param name="stop">A body above which is of no concern.</param>
    /// <param name="without">A caller that does not count.</param>
    /// <param name="reaching">The bodies on the way from the context to the signals.</param>
    public static BodyFacts? OnlyContext(Contexts contexts, BodyFacts[] signallers, BodyFacts? stop, out HashSet<BodyFacts> reaching, BodyFacts? without = null)
    {
        reaching = [.. signallers];
        BodyFacts? only = null;
        var work = new Queue<BodyFacts>(signallers);
        while (work.Count > 0)
        {
            BodyFacts body = work.Dequeue();
            bool isSpawned = contexts.IsSpawned(body);
            BodyFacts[] callers = body == stop ? [] : [.. contexts.CallersOf(body).Where(caller => caller != body && !(isSpawned && ContinuesAtOnce(contexts, caller, body)))];
            if (callers.Length == 0 || isSpawned)
            {
                if (only is not null && only != body)
                {
                    return null;
                }

                only = body;
            }

            foreach (BodyFacts caller in callers)
            {
                if (caller != without && reaching.Add(caller))
                {
                    work.Enqueue(caller);
                }
            }
        }

        return only;
    }

    // Whether somebody adds it to an event, none of the bodies that tell needs to know.
    private static bool MayBeForgotten(Contexts contexts, BodyFacts body) => body.IsHidden && contexts.CallersOf(body).Count == 0;

    // Where it is added to what has ended it runs at once, and its exceptions stay in its own task all the same.
    private static bool ContinuesAtOnce(Contexts contexts, BodyFacts starter, BodyFacts body) => starter.Instructions.Any(instruction =>
        instruction is Affect { Effect.Kind: EffectKind.ContinueAtOnce, Target: var added } && contexts.PointsTo.Functions(added).Contains(body));
}

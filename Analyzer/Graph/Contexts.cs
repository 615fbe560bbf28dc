using System.Collections.Concurrent;
using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Graph;

/// <summary>Summaries of all bodies, and which of the bodies start a context.</summary>
internal sealed partial class Contexts
{
    public const int MaxRounds = 5;

    /// <summary>How many rounds a knot of calls gets: what it tells is a guess anyway, more of them do not settle it, and each is dear.</summary>
    public const int MaxKnotRounds = 2;

    /// <summary>In a recursion of more bodies, what one of them does is a guess for the others: a state that keeps two of them apart is lost on the way around.</summary>
    public const int MaxRecursion = 100;

    private readonly LockNames _names;
    private readonly LayeredMap<BodyFacts, HashSet<BodyFacts>> _callers;
    private readonly LayeredMap<BodyFacts, HashSet<BodyFacts>> _starters;
    private LayeredMap<BodyFacts, ContextRun> _runs = new();
    private readonly ConcurrentDictionary<BodyFacts, bool> _takesLock = new();
    private LayeredMap<string, int> _delegates;

    /// <param name="before">What is known of the program before an edit, with the same points-to solution; null to begin anew.</param>
    /// <param name="edit">The edit since then.</param>
    /// <param name="remembers">Whether this may be asked for after an edit.</param>
    /// <param name="keepsOrder">Whether bodies may be gone through in the order of before, where that still has callees first.</param>
    public Contexts(Program program, PointsTo pointsTo, CancellationToken cancellation, Contexts? before = null, ProgramEdit? edit = null, bool remembers = false, bool keepsOrder = true)
    {
        Program = program;
        PointsTo = pointsTo;
        _remembers = remembers;
        _before = before is { _remembers: true } && edit is not null && StateMembers.Stay(edit) && before.Program.States.AreAskedLike(program.States) ? before : null;
        LockNames? names = _before?._names.After(edit!, pointsTo);
        _names = names ?? new LockNames(program, pointsTo);
        _before = _before is not null && (names is not null || _names.SameAs(_before._names)) ? _before : null;

        _delegates = _before is null ? new(StringComparer.Ordinal) : new(_before._delegates);
        _callers = _before is null ? new() : new(_before._callers);
        _starters = _before is null ? new() : new(_before._starters);
        _dependents = _before is null ? new() : new(_before._dependents);
        Summarize(edit, keepsOrder, cancellation);
        _before = null;
    }

    public Program Program { get; }

    public PointsTo PointsTo { get; }

    /// <summary>Whether the two paths lead to locks of two objects that were made for two different members.</summary>
    public bool AreApart(Value left, Value right) => _names.AreApart(left, right);

    /// <inheritdoc cref="Reentry.AreOne"/>
    public bool AreOne(Value left, Value right) => Reentry.AreOne(left, right, Program, PointsTo.Soles, _names.KeepsOwn);

    /// <inheritdoc cref="LockNames.KeepsOwn"/>
    public bool KeepsOwn(string member) => _names.KeepsOwn(member);

    /// <summary>The bodies that may run at any time, beside any other: entries, spawned bodies, what only foreign code calls.</summary>
    public IEnumerable<BodyFacts> Roots => With(ContextParts.Root);

    /// <summary>The roots that anybody may call, in whatever context: public methods, but for those that merely drive the program.</summary>
    public IEnumerable<BodyFacts> Entries => Roots.Where(body => body is { IsVisible: true, IsAsync: false } && !IsSpawned(body) && !(Program.HasEntry && IsDriver(body)));

    public Summary SummaryOf(BodyFacts body) => _runs.TryGetValue(body, out ContextRun? run) ? run.Summary : Summary.Empty;

    /// <summary>Where a body asks for a lock that it holds already, by the body that holds it, in a stable order.</summary>
    public IEnumerable<(BodyFacts Body, Reentry Reentry)> Reentries => InOrder(ContextParts.Reentry, static run => run.Reentries);

    /// <summary>Calls under a lock that an attribute forbids, in a stable order.</summary>
    public IEnumerable<Breach> Breaches => InOrder(ContextParts.Breach, static run => run.Breaches).Select(static found => found.Item2);

    /// <summary>Whether a wait of the body cannot block: on every way to it, what it is for is known to have been signalled.</summary>
    public bool IsPassed(BodyFacts body, Instruction wait) => _runs.TryGetValue(body, out ContextRun? run) && run.Passed.Contains(wait.Span);

    /// <summary>Whether the body runs in a context of its own: a thread's, a task's, or that of an async method nobody awaited.</summary>
    public bool IsSpawned(BodyFacts body) => PointsTo.SpawnedBodies.ContainsKey(body.Id) || _starters.TryGetValue(body, out HashSet<BodyFacts>? starters) && starters.Count > 0;

    /// <summary>Who begins an async body without awaiting it.</summary>
    public IReadOnlyCollection<BodyFacts> StartersOf(BodyFacts body) =>
        _starters.TryGetValue(body, out HashSet<BodyFacts>? starters) ? starters : (IReadOnlyCollection<BodyFacts>)[];

    public IReadOnlyCollection<BodyFacts> CallersOf(BodyFacts body) =>
        _callers.TryGetValue(body, out HashSet<BodyFacts>? callers) ? callers : (IReadOnlyCollection<BodyFacts>)[];

    /// <summary>The bodies and those that call them, so many levels up.</summary>
    public HashSet<BodyFacts> Above(IEnumerable<BodyFacts> bodies, int levels)
    {
        HashSet<BodyFacts> above = [.. bodies];
        BodyFacts[] level = [.. above];
        for (int i = 0; i < levels && level.Length > 0; i++)
        {
            level = [.. level.SelectMany(CallersOf).Where(above.Add)];
        }

        return above;
    }

    /// <summary>Whether the body is run, or an async one begun, in a context that <paramref name="root"/> runs.</summary>
    public bool IsBegunIn(BodyFacts body, BodyFacts root)
    {
        var seen = new HashSet<BodyFacts> { body };
        var work = new Stack<BodyFacts>(seen);
        while (work.Count > 0)
        {
            BodyFacts current = work.Pop();
            if (current == root)
            {
                return true;
            }

            IEnumerable<BodyFacts> starters = _starters.TryGetValue(current, out HashSet<BodyFacts>? known) ? known : [];
            foreach (BodyFacts caller in CallersOf(current).Concat(starters).Where(seen.Add))
            {
                work.Push(caller);
            }
        }

        return false;
    }

    /// <summary>
    /// Whether a signal counts from here: a spawned body, or one that nothing calls but programs that merely drive it. A
    /// driver (an entry that nothing calls, and that takes no lock) does one thing after the other; what it did before is no part of this.
    /// </summary>
    public bool IsSignalContext(BodyFacts body)
    {
        if (IsSpawned(body))
        {
            return true;
        }

        if (IsUnused(body))
        {
            return false;
        }

        IEnumerable<BodyFacts> callers = CallersOf(body).Where(caller => caller != body);
        return body.IsEntry || body.IsInternal ? callers.All(caller => IsDriver(caller) && !TakesLock(caller)) : !callers.Any() && (body.Outer is not null || body.IsConstructor || _delegates.ContainsKey(body.Id));
    }

    // Nothing calls it but, at most, the program's entry point; or an entry that waits for it at once begins it.
    private bool IsDriver(BodyFacts body) =>
        !PointsTo.SpawnedBodies.ContainsKey(body.Id) && body.Outer is null && CallersOf(body).All(static caller => caller.IsProgramEntry)
        && StartersOf(body).All(starter => Spawns.WaitsAtOnce(Program, starter, body) && (starter.IsProgramEntry || (StartersOf(starter).Count == 0 && IsDriver(starter))));

    // By itself, or by a call that comes back with it.
    private bool TakesLock(BodyFacts body) => _takesLock.GetOrAdd(body, own => own.Instructions.Any(instruction => instruction switch
    {
        Affect affect => affect.Effect.Kind is EffectKind.Acquire or EffectKind.AcquireScope or EffectKind.SemaphoreWait,
        Call call => Program.Targets(call, call.Receiver).Any(callee => !SummaryOf(callee).ExitHeld.IsEmpty),
        _ => false,
    }));

    private bool IsRoot(BodyFacts body) =>
        IsSpawned(body)
        || (!Program.IsSingleThreaded(body) && !IsDead(body) && (IsOpenEntry(body)
        || (CallersOf(body).Count == 0 && (body.Outer is not null || body.IsInternal || _delegates.ContainsKey(body.Id)))));

    /// <summary>Whether nobody runs the body but a thread or task that nobody starts.</summary>
    public bool IsDead(BodyFacts body) => PointsTo.IsNeverStarted(body.Id) && !body.IsEntry && !body.IsInternal && CallersOf(body).Count == 0;

    /// <summary>Whether nothing runs the method: in a program, whose entry point is in sight, nobody else does, but for what answers a member of a library.</summary>
    public bool IsUnused(BodyFacts body) => body is { IsProgramEntry: false, IsConstructor: false, Outer: null } && IsNowhereRun(body) && Program.HasEntry && !Program.Answers(body.Id);

    /// <summary>Whether nothing runs the method, whatever other assemblies do.</summary>
    public bool IsForgotten(BodyFacts body) => body is { IsHidden: true, IsExternal: false } && IsNowhereRun(body);

    /// <summary>Whether nothing that is seen runs the body.</summary>
    public bool IsNowhereRun(BodyFacts body) => CallersOf(body).Count == 0 && StartersOf(body).Count == 0 && !IsSpawned(body) && !_delegates.ContainsKey(body.Id);

    /// <summary>How the bodies that run in contexts of their own were started; made when it is asked for.</summary>
    public Spawns Spawns => _spawns ??= new Spawns(this);

    private Spawns? _spawns;

    /// <summary>Whether anybody may call the body at any time.</summary>
    public bool IsOpenEntry(BodyFacts body) => body.IsEntry && (Program.Options.PublicEntryPoints || body.IsProgramEntry);

    private IEnumerable<(BodyFacts, T)> InOrder<T>(ContextParts parts, Func<ContextRun, ImmutableArray<T>> part) => With(parts)
        .OrderBy(static body => body.Id, StringComparer.Ordinal)
        .SelectMany(body => part(_runs[body]).Select(found => (body, found)));
}

using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

/// <summary>An exception that can arise.</summary>
/// <param name="Site">The throw, or the call whose code nobody here sees.</param>
/// <param name="IsSeen">Whether a throw statement is in sight; else foreign code is taken to be able to.</param>
/// <param name="Types">The thrown type and its bases; empty if unknown.</param>
internal sealed record ThrowSource(Site Site, bool IsSeen, ImmutableArray<string> Types);

/// <summary>
/// Which instructions can throw. Counted are throw statements, awaits and blocking waits of tasks, delegates and open virtual
/// calls, the library calls of <see cref="ForeignThrows"/>, and calls of bodies that an exception can leave. A callee's
/// complaint about its arguments is not counted: it ends a faulty program, not a faulty run. Not thread-safe.
/// </summary>
internal sealed class Throwers(Contexts contexts)
{
    private const int MaxDepth = 24;

    /// <summary>How many types of exceptions are told apart for one body.</summary>
    private const int MaxTypes = 3;

    private readonly Dictionary<BodyFacts, ImmutableArray<ThrowSource>> _known = [];
    private readonly HashSet<BodyFacts> _running = [];

    // The completions that are given results, and nothing else.
    private HashSet<string>? _givenResults;

    /// <summary>What can leave a body as an exception, of each type once; nothing that is out of sight where something is in sight. Empty for nothing that counts.</summary>
    public ImmutableArray<ThrowSource> Of(BodyFacts body)
    {
        if (_known.TryGetValue(body, out ImmutableArray<ThrowSource> known))
        {
            return known;
        }

        if (_running.Count >= MaxDepth || !_running.Add(body))
        {
            return [];
        }

        ImmutableArray<ThrowSource> found = Escaping(body);
        _running.Remove(body);
        return _known[body] = found;
    }

    /// <summary>What an instruction can throw within these handlers, once for each that takes it: what one of them names is expected, a complaint about arguments as well.</summary>
    public ImmutableArray<ThrowSource> At(BodyFacts body, Instruction instruction, ImmutableArray<Guard> guards)
    {
        ImmutableArray<ThrowSource> sources = At(body, instruction);
        if (sources.All(static source => !source.IsSeen) && instruction is Call call && guards.Any(guard => Expects(body, guard)) && Expected(body, call, guards) is { } expected)
        {
            return [expected];
        }

        return sources.Length < 2 ? sources : [.. sources.GroupBy(source => guards.FirstOrDefault(guard => Takes(guard, source))).Select(static same => same.First())];
    }

    // Whoever names what he catches, or catches everything and goes on, counts on it.
    private static bool Expects(BodyFacts body, Guard guard) => guard.Caught is not null || (guard.Kind == GuardKind.CatchAll && body.Derived(Swallowing.Of).Handlers.Contains(guard.First));

    private ThrowSource? Expected(BodyFacts body, Call call, ImmutableArray<Guard> guards)
    {
        foreach (BodyFacts target in contexts.Program.Targets(call, call.Receiver).Where(target => call.IsAwaited || !target.GoesOn))
        {
            foreach ((Throw thrown, ImmutableArray<Guard> own) in BodyContents.Of(target).Complaints)
            {
                var source = new ThrowSource(new Site(target, thrown.Span), IsSeen: true, thrown.Types);
                if (guards.Any(guard => Takes(guard, source) && Expects(body, guard)) && !own.Any(guard => Takes(guard, source)))
                {
                    return source;
                }
            }
        }

        return null;
    }

    private ImmutableArray<ThrowSource> At(BodyFacts body, Instruction instruction)
    {
        switch (instruction)
        {
            case Throw thrown:
                return [new ThrowSource(new Site(body, thrown.Span), IsSeen: true, thrown.Types)];
            case Await { MayThrow: true, Target: var task } when GivesResultsOnly(task):
            case Affect { Effect.Kind: EffectKind.Wait, MayThrow: true, Token: null, Target: var waited } when GivesResultsOnly(waited):
                return [];
            case Move { MayThrow: true } or Await { MayThrow: true } or Affect { MayThrow: true }:
                return [Foreign(body, instruction)];
            case Affect { Effect.Kind: EffectKind.Callback or EffectKind.Fork, Target.Kind: not ValueKind.Unknown } callback:
                return OfDelegate(body, callback, callback.Target);
            case Invoke invoke:
                return OfDelegate(body, invoke, invoke.Delegate);
            case Call call:
                return OfCall(body, call);
            default:
                return [];
        }
    }

    // Whether all that may be waited for there is completions that are in sight, and are given nothing but results.
    private bool GivesResultsOnly(Value task) => contexts.PointsTo.Objects(task).Where(PointsTo.IsCompletion).ToArray() is { Length: > 0 } completions
        && !contexts.PointsTo.MayComeFromOutside(task)
        && Array.TrueForAll(completions, (_givenResults ??= FindGivenResults()).Contains);

    private HashSet<string> FindGivenResults()
    {
        var results = new HashSet<string>(StringComparer.Ordinal);
        var others = new HashSet<string>(StringComparer.Ordinal);
        foreach (Affect signal in contexts.Program.With(BodyParts.Completion).SelectMany(static body => BodyContents.Of(body).Completions).OfType<Affect>().Where(static use => use.Effect.Kind == EffectKind.Signal))
        {
            (signal.Effect.Outcome == TaskOutcomes.RanToCompletion ? results : others).UnionWith(contexts.PointsTo.Objects(signal.Target));
        }

        results.ExceptWith(others);
        return results;
    }

    /// <summary>Whether the instruction may run the body, in its own context.</summary>
    public bool Runs(Instruction instruction, BodyFacts body) => Targets(instruction).Contains(body);

    /// <summary>The bodies that the instruction may run, in its own context.</summary>
    public ImmutableArray<BodyFacts> Targets(Instruction instruction) => instruction switch
    {
        Call call => contexts.Program.Targets(call, call.Receiver),
        Invoke invoke => contexts.PointsTo.Functions(invoke.Delegate),
        Affect { Effect.Kind: EffectKind.Callback or EffectKind.Fork, Target.Kind: not ValueKind.Unknown } callback => contexts.PointsTo.Functions(callback.Target),
        _ => [],
    };

    private ImmutableArray<ThrowSource> Escaping(BodyFacts body)
    {
        var found = new Sources();
        foreach (Block block in body.Blocks)
        {
            foreach (Instruction instruction in block.Instructions)
            {
                bool counts = instruction is not Throw own || (!own.IsProgrammingError && (!own.IsRethrow || ThrowsUnderGuard(body)));
                ImmutableArray<ThrowSource> thrown = counts ? At(body, instruction) : [];
                if (!thrown.IsEmpty)
                {
                    found.AddRange(thrown.Where(source => !block.Guards.Any(guard => Takes(guard, source))));
                }

                if (found.IsFull)
                {
                    return found.ToImmutable();
                }
            }
        }

        return found.ToImmutable();
    }

    private bool ThrowsUnderGuard(BodyFacts body) => body.Blocks.Any(block => block.Guards.Any(static guard => guard.Kind != GuardKind.Finally)
        && block.Instructions.Any(instruction => instruction is not Throw { IsProgrammingError: true } and not Throw { IsRethrow: true } && !At(body, instruction).IsEmpty));

    /// <summary>Whether no exception of the source gets past the guard.</summary>
    public static bool Takes(Guard guard, ThrowSource source) =>
        guard.Kind == GuardKind.CatchAll || (guard is { Kind: GuardKind.Catch, Caught: { } caught } && source.Types.Contains(caught));

    private ImmutableArray<ThrowSource> OfDelegate(BodyFacts body, Instruction instruction, Value @delegate)
    {
        ImmutableArray<BodyFacts> functions = contexts.PointsTo.Functions(@delegate);
        ImmutableArray<ThrowSource> seen = OfAll(functions, instruction is not Invoke { IsAwaited: false });

        // What a task that it answers ends with, nobody tells.
        bool isKnown = @delegate.Kind == ValueKind.Function
            || (!functions.IsEmpty && !functions.Any(static function => function.GoesOn) && !contexts.PointsTo.MayComeFromOutside(@delegate));
        return seen.IsEmpty && !isKnown ? [Foreign(body, instruction)] : seen;
    }

    private ImmutableArray<ThrowSource> OfCall(BodyFacts body, Call call)
    {
        ImmutableArray<BodyFacts> targets = contexts.Program.Targets(call, call.Receiver);
        ImmutableArray<ThrowSource> seen = OfAll(targets, call.IsAwaited);
        bool isForeign = call.IsOpen || (call.IsVirtual && !call.IsExact && targets.IsEmpty);
        return isForeign && seen.All(static source => !source.IsSeen) && !IsHarmless(call.Method) ? [Foreign(body, call)] : seen;
    }

    // What an async body throws reaches only who awaits it.
    private ImmutableArray<ThrowSource> OfAll(ImmutableArray<BodyFacts> targets, bool isAwaited)
    {
        var found = new Sources();
        foreach (BodyFacts target in targets)
        {
            // What nobody sees is told of the caller's own calls only: further down, anything may throw.
            found.AddRange(isAwaited || !target.GoesOn ? Of(target).Where(source => source.IsSeen || source.Site.Body == target) : []);
        }

        return found.ToImmutable();
    }

    private static ThrowSource Foreign(BodyFacts body, Instruction instruction) => new(new Site(body, instruction.Span), IsSeen: false, []);

    private static bool IsHarmless(string method)
    {
        int end = method.IndexOf('(');
        string path = end < 0 ? method : method.Substring(0, end);
        int dot = path.LastIndexOf('.');
        string name = path.Substring(dot + 1);
        string type = path.Substring(0, Math.Max(dot, 0));
        return name.StartsWith("get_", StringComparison.Ordinal) || name.StartsWith("set_", StringComparison.Ordinal)
            || name.StartsWith("add_", StringComparison.Ordinal) || name.StartsWith("remove_", StringComparison.Ordinal)
            || name.StartsWith("Try", StringComparison.Ordinal) || name.StartsWith("Log", StringComparison.Ordinal)
            || name is "Dispose" or "DisposeAsync" or "Close" or "ToString" or "Equals" or "GetHashCode" or "CompareTo"
            || type.Substring(type.LastIndexOf('.') + 1).IndexOf("Log", StringComparison.Ordinal) >= 0;
    }

    // Of each type the first; of those out of sight the first of all, and none beside one in sight.
    private sealed class Sources
    {
        private ImmutableArray<ThrowSource>.Builder? _seen;
        private ThrowSource? _foreign;

        public bool IsFull => _seen?.Count >= MaxTypes;

        public void AddRange(IEnumerable<ThrowSource> sources)
        {
            foreach (ThrowSource source in sources)
            {
                if (!source.IsSeen)
                {
                    _foreign ??= source;
                }
                else if (!IsFull && _seen?.Any(known => known.Types.FirstOrDefault() == source.Types.FirstOrDefault()) != true)
                {
                    (_seen ??= ImmutableArray.CreateBuilder<ThrowSource>()).Add(source);
                }
            }
        }

        public ImmutableArray<ThrowSource> ToImmutable() => _seen is not null ? _seen.ToImmutable() : _foreign is null ? [] : [_foreign];
    }

    // The handlers of everything that do not throw on what they have caught.
    private sealed record Swallowing(HashSet<int> Handlers)
    {
        public static Swallowing Of(BodyFacts body) => new([.. body.Blocks.SelectMany(static block => block.Guards).Where(static guard => guard.Kind == GuardKind.CatchAll).Select(static guard => guard.First).Distinct()
            .Where(handler => !body.Reaches(new Edge(handler, []), block => body.Blocks[block].Instructions.Any(static instruction => instruction is Throw { IsRethrow: true })))]);
    }
}

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

    private readonly Dictionary<BodyFacts, ThrowSource?> _known = [];
    private readonly HashSet<BodyFacts> _running = [];

    /// <summary>What can leave a body as an exception; null for nothing that counts.</summary>
    public ThrowSource? Of(BodyFacts body)
    {
        if (_known.TryGetValue(body, out ThrowSource? known) || _running.Count >= MaxDepth || !_running.Add(body))
        {
            return known;
        }

        ThrowSource? found = Escaping(body);
        _running.Remove(body);
        return _known[body] = found;
    }

    /// <summary>What an instruction can throw within these handlers: what one of them names is expected, a complaint about arguments as well.</summary>
    public ThrowSource? At(BodyFacts body, Instruction instruction, ImmutableArray<Guard> guards)
    {
        ThrowSource? source = At(body, instruction);
        return source is { IsSeen: true } || instruction is not Call call || !guards.Any(guard => Expects(body, guard))
            ? source
            : Expected(body, call, guards) ?? source;
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

    /// <summary>What an instruction can throw; null for nothing that counts.</summary>
    public ThrowSource? At(BodyFacts body, Instruction instruction)
    {
        switch (instruction)
        {
            case Throw thrown:
                return new ThrowSource(new Site(body, thrown.Span), IsSeen: true, thrown.Types);
            case Move { MayThrow: true } or Await { MayThrow: true } or Affect { MayThrow: true }:
                return Foreign(body, instruction);
            case Affect { Effect.Kind: EffectKind.Callback or EffectKind.Fork, Target.Kind: not ValueKind.Unknown } callback:
                return OfDelegate(body, callback, callback.Target);
            case Invoke invoke:
                return OfDelegate(body, invoke, invoke.Delegate);
            case Call call:
                return OfCall(body, call);
            default:
                return null;
        }
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

    private ThrowSource? Escaping(BodyFacts body)
    {
        ThrowSource? found = null;
        foreach (Block block in body.Blocks)
        {
            foreach (Instruction instruction in block.Instructions)
            {
                bool counts = instruction is not Throw thrown || (!thrown.IsProgrammingError && (!thrown.IsRethrow || ThrowsUnderGuard(body)));
                if (counts && At(body, instruction) is { } source && !block.Guards.Any(guard => Takes(guard, source)))
                {
                    if (source.IsSeen)
                    {
                        return source;
                    }

                    found ??= source;
                }
            }
        }

        return found;
    }

    private bool ThrowsUnderGuard(BodyFacts body) => body.Blocks.Any(block => block.Guards.Any(static guard => guard.Kind != GuardKind.Finally)
        && block.Instructions.Any(instruction => instruction is not Throw { IsProgrammingError: true } and not Throw { IsRethrow: true } && At(body, instruction) is not null));

    /// <summary>Whether no exception of the source gets past the guard.</summary>
    public static bool Takes(Guard guard, ThrowSource source) =>
        guard.Kind == GuardKind.CatchAll || (guard is { Kind: GuardKind.Catch, Caught: { } caught } && source.Types.Contains(caught));

    private ThrowSource? OfDelegate(BodyFacts body, Instruction instruction, Value @delegate)
    {
        ImmutableArray<BodyFacts> targets = contexts.PointsTo.Functions(@delegate);
        ThrowSource? seen = Strongest(targets, instruction is not Invoke { IsAwaited: false });
        return seen ?? (@delegate.Kind == ValueKind.Function ? null : Foreign(body, instruction));
    }

    private ThrowSource? OfCall(BodyFacts body, Call call)
    {
        ImmutableArray<BodyFacts> targets = contexts.Program.Targets(call, call.Receiver);
        ThrowSource? seen = Strongest(targets, call.IsAwaited);
        bool isForeign = call.IsOpen || (call.IsVirtual && !call.IsExact && targets.IsEmpty);
        return seen is { IsSeen: true } ? seen : isForeign && !IsHarmless(call.Method) ? Foreign(body, call) : seen;
    }

    // What an async body throws reaches only who awaits it.
    private ThrowSource? Strongest(ImmutableArray<BodyFacts> targets, bool isAwaited)
    {
        ThrowSource? found = null;
        foreach (BodyFacts target in targets)
        {
            // What nobody sees is told of the caller's own calls only: further down, anything may throw.
            if ((isAwaited || !target.GoesOn) && Of(target) is { } source && (source.IsSeen || source.Site.Body == target))
            {
                found = found is null || (source.IsSeen && !found.IsSeen) ? source : found;
            }
        }

        return found;
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

    // The handlers of everything that do not throw on what they have caught.
    private sealed record Swallowing(HashSet<int> Handlers)
    {
        public static Swallowing Of(BodyFacts body) => new([.. body.Blocks.SelectMany(static block => block.Guards).Where(static guard => guard.Kind == GuardKind.CatchAll).Select(static guard => guard.First).Distinct()
            .Where(handler => !body.Reaches(new Edge(handler, []), block => body.Blocks[block].Instructions.Any(static instruction => instruction is Throw { IsRethrow: true })))]);
    }
}

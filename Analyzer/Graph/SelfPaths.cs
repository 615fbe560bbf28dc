using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Whether the completion that a body waits for may be its own and not one of another instance: judged by the path to it,
/// in which a part's reference back to its owner is undone first (<c>this._owner._part</c> is <c>this</c>).
/// </summary>
internal sealed class SelfPaths
{
    private readonly Contexts _contexts;
    private readonly Program _program;
    private readonly WaysBack _waysBack;
    private readonly DelegateHolders _holders;
    private readonly PointsTo _pointsTo;
    private readonly Lazy<ILookup<string, Value>> _assigned;

    public SelfPaths(Contexts contexts)
    {
        _contexts = contexts;
        _program = contexts.Program;
        _pointsTo = contexts.PointsTo;
        _waysBack = _pointsTo.WaysBack;
        _holders = _pointsTo.Holders;
        _assigned = new(() => _program.Bodies.SelectMany(static body => body.Instructions).OfType<AssignLocal>()
            .Where(static assign => Value.IsVariable(assign.Local))
            .ToLookup(static assign => assign.Local, static assign => assign.Source, StringComparer.Ordinal));
    }

    /// <summary>For a wait for the end of the body itself.</summary>
    public bool MayBeOwn(BodyFacts body, Event wait, IReadOnlyCollection<string> completions)
    {
        Value path = _waysBack.Shortened(wait.Target.Path);
        return path.Kind switch
        {
            // A task captured before this one was made is the one before; only what the new task itself is put in names it. A call of the body that makes it makes another one.
            ValueKind.Local => !(IsStarted(body, completions) && wait.Trace.Sites.Any(site => site.Body != body && site.Body.Instructions.Any(instruction => instruction is AssignLocal assign && assign.Local == path.Key))) && _assigned.Value[path.Key].Any() && _assigned.Value[path.Key].All(source => IsNothing(source) || completions.Contains(source.Key) || source.Kind == ValueKind.CallResult),
            ValueKind.Parameter => !body.IsAsync && path.Id == body.Id,
            ValueKind.Static => true,
            ValueKind.Member => LeadsHome(body, path),
            ValueKind.Element => WaitsForEach(wait.Trace.Leaf) && path.WithoutElements is var container && (container.Kind == ValueKind.Static || (container.Kind == ValueKind.Member && LeadsHome(body, container))),
            _ => false,
        };
    }

    // Whether the completions are the contexts themselves, not what tells their end besides.
    private bool IsStarted(BodyFacts body, IEnumerable<string> completions) => _pointsTo.SpawnedBodies.TryGetValue(body.Id, out HashSet<string>? contexts) && completions.All(contexts.Contains);

    // All that a container holds, at once or one after the other: its own task is among them.
    private static bool WaitsForEach(Site site) => site.IsInLoop || site.Body.Instructions.Any(instruction => instruction.Span == site.Span && IsOfAll(instruction));

    /// <summary>For a wait for a completion that the body signals later.</summary>
    /// <param name="isOfSeveral">Whether there may be several of the body's contexts at once, each with what it was given.</param>
    public bool MayBeOwn(BodyFacts body, Event wait, SignalEvent signal, bool isOfSeveral)
    {
        Value path = _waysBack.Shortened(wait.Target.Path.QueueOfRoom ?? wait.Target.Path);
        Value signalled = _waysBack.Shortened(signal.Target.Path.QueueOfRoom ?? signal.Target.Path);
        path = path is { Kind: ValueKind.Element, Base: { } source } && source.Kind == signalled.Kind && source.Id == signalled.Id ? source : path;
        if (wait.Home is { } home)
        {
            // What a call has made for the flow is none of those that it was started with.
            if ((home.IsReturned || isOfSeveral) && IsMadeAround(body, signalled))
            {
                return false;
            }

            if (LoopOf(body, home, signal) is { } loop)
            {
                return IsOwnObject(body, _waysBack.Shortened(loop)) && HandedWork.OfAnotherLoop(_contexts, body, wait.Trace, loop) is null;
            }

            // Its maker keeps it where the loop takes its work from. Of several, or who comes by once, another one may take it.
            if (!isOfSeveral && signal.Trace.Sites.Any(static site => site.IsInLoop) && signalled.Kind == ValueKind.Element && _waysBack.Shortened(home.Object) is { Kind: not ValueKind.This, Root.Kind: ValueKind.This } maker && Reentry.Leads(maker, signalled))
            {
                return true;
            }
        }

        return (path.Equals(signalled) && !HaveOtherKeys(path, signalled))
            || path.Kind is ValueKind.Static
            || (path.Kind == ValueKind.Local && signalled.Kind == ValueKind.Local)
            || (path.Kind == ValueKind.Member && path.Id == signalled.Id && signalled.Root.Kind == ValueKind.Instance && !isOfSeveral && IsOneCaptured(body, path))
            || (path.Kind == ValueKind.Member && (signalled.Kind == ValueKind.Member ? path.Id == signalled.Id : signalled.Kind is ValueKind.Parameter or ValueKind.Local) && LeadsHome(body, path));
    }

    /// <summary>Where work that was handed to a loop waits for work that it hands to another loop of the same class, and the members that keep the two; null if there is none.</summary>
    public (Site Work, Value Loop, Value Other)? OfAnotherLoop(BodyFacts body, Event wait, SignalEvent signal) =>
        wait.Home is { } home && LoopOf(body, home, signal) is { } other && HandedWork.OfAnotherLoop(_contexts, body, wait.Trace, other) is var (work, loop)
            ? (work, loop, other)
            : null;

    /// <summary>Whether, of several contexts of the body, another one may give the signal: it comes to it without the wait, and what is waited for is not each one's own.</summary>
    public bool MayBeOfAnother(BodyFacts body, Event wait, SignalEvent signal) =>
        _waysBack.Shortened(wait.Target.Path).Root is var root
        && (root.Kind is not (ValueKind.Local or ValueKind.Parameter or ValueKind.Allocation) || IsSharedByAll(body, root))
        && !FlowOrder.IsOnEveryWay(wait.Trace, signal.Trace);

    // Made once around the body, not in each turn of a loop that starts it.
    private bool IsSharedByAll(BodyFacts body, Value captured) => body.Outer is { } outer && _program.Body(outer) is { } maker
        && (captured.Kind == ValueKind.Parameter ? captured.Id == outer
            : maker.Blocks.Any(block => block.Instructions.Any(instruction => instruction is AssignLocal assign && assign.Local == captured.Key))
                && !maker.Blocks.Any(block => block.IsInCycle && block.Instructions.Any(instruction => instruction is AssignLocal assign && assign.Local == captured.Key)));

    private static bool HaveOtherKeys(Value path, Value signalled) => path.IsAtConstantKeys && signalled.IsAtConstantKeys && path.ConstantKeys != signalled.ConstantKeys;

    private static bool IsOfAll(Instruction instruction) => instruction switch
    {
        Affect { Effect: { Kind: EffectKind.Wait, Target.IsReceiver: false }, Target.Kind: not ValueKind.Element } => true,
        Affect { Effect.Kind: EffectKind.Wait, Target: { Kind: ValueKind.Element, At: var at } } => ReferenceEquals(at, Value.Whole),
        Await { Target: { Kind: ValueKind.Element, At: var at } } => ReferenceEquals(at, Value.Whole),
        _ => false,
    };

    private bool IsMadeAround(BodyFacts body, Value completion) => body.Outer is { } outer && completion.Root is var root && (root.Kind == ValueKind.Local
        ? _program.Body(outer)?.Instructions.OfType<AssignLocal>().Any(assign => assign.Local == root.Key) == true
        : root.Kind == ValueKind.Allocation && UnownedCompletions.CreatorOf(_program, root.Key)?.Id == outer);

    // The object whose method the lambda of a thread runs is to it what its own object is to that method.
    private bool IsOneCaptured(BodyFacts body, Value path) => path.Base!.Kind == ValueKind.Local && IsMadeAround(body, path) && _assigned.Value[path.Base.Key].Count() == 1;

    // The loop that work which the flow itself has queued, and waits for, was handed to; null if that is not known.
    private Value? LoopOf(BodyFacts body, Home home, SignalEvent signal)
    {
        if (_pointsTo.IsOfLoop(home.Type, body.Type))
        {
            return home.Object;
        }

        return body.Type is not { } type ? null
            : HolderOf(signal.Trace, type.Substring(2), _pointsTo.IsContext(type)) is { Root.Kind: ValueKind.This } held ? held.Substitute(root => root.Kind == ValueKind.This ? home.Object : null)
            : _program.IsOrDerivesFrom(home.Type, type) ? home.Object
            : null;
    }

    // The innermost body on the way to the signal that was handed to an object of the type tells.
    private Value? HolderOf(Trace signal, string type, bool isContext)
    {
        Value? holder = null;
        foreach (Site site in signal.Sites)
        {
            holder = _holders.Of(site.Body, type) ?? (isContext ? _holders.Of(site.Body, "System.Threading.SynchronizationContext") : null) ?? holder;
        }

        return holder;
    }

    private bool IsOwnObject(BodyFacts body, Value loop) =>
        loop.Kind == ValueKind.This || (body.Type is { } type && LeadsHome(body, Value.Member(loop, "F" + type.Substring(1) + ".~")));

    private static bool IsNothing(Value source) => source.Kind == ValueKind.Unknown;

    private static int Steps(Value path)
    {
        int steps = 0;
        for (Value? value = path; value is { Kind: ValueKind.Member or ValueKind.Element }; value = value.Base)
        {
            steps++;
        }

        return steps;
    }

    private bool LeadsHome(BodyFacts body, Value path)
    {
        // The object that was handed the lambda which now runs keeps its task, and is captured by it.
        if (path.Base is { Kind: ValueKind.Local } captured && IsOneCaptured(body, path) && captured.Equals(_holders.Of(body, DelegateHolders.DeclaringType(path.Id))))
        {
            return true;
        }

        Value root = path.Root;
        if (root.Kind is not (ValueKind.This or ValueKind.Static or ValueKind.Instance or ValueKind.Owner or ValueKind.Parameter))
        {
            return false;
        }

        for (Value? value = path; value is not null; value = value.Base)
        {
            if (value.Kind == ValueKind.Element)
            {
                return false;
            }
        }

        // The owner of the running object, seen from its part: what it keeps in another place is another part.
        if (root is { Kind: ValueKind.Owner, Part.Kind: ValueKind.This } && Steps(path.Base!) == Steps(root.Held!))
        {
            return false;
        }

        // One step from the body's own object: its own completion. More: that of an object of a type of its own, unless a
        // member of that very type leads there, as to the next one in a row.
        if (path.Base!.Kind == ValueKind.This)
        {
            return true;
        }

        return path.Base.Kind == ValueKind.Member
            ? !_program.AreRelated(DelegateHolders.DeclaringType(path.Base.Id), DelegateHolders.DeclaringType(path.Id))
            : path.Base.Kind != ValueKind.Parameter;
    }
}

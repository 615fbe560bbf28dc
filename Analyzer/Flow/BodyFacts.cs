using System.Collections.Immutable;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Flow;

/// <summary>Where control goes after a block, and which finally blocks run on the way.</summary>
/// <param name="Target">The ordinal of the next block; -1 where control leaves the body.</param>
/// <param name="Finallies">The first blocks of the finally regions that run, inner to outer.</param>
internal sealed record Edge(int Target, ImmutableArray<int> Finallies);

/// <summary>A straight line of instructions.</summary>
/// <param name="Condition">The value tested at the end, if any.</param>
/// <param name="WhenTrue">Where control goes if the condition holds; without a condition, null.</param>
/// <param name="Next">Where control goes else; null where it cannot.</param>
/// <param name="Handlers">First blocks of the catch and filter regions around the block.</param>
/// <param name="IsInCycle">Whether control can come back to the block.</param>
/// <param name="EndOfFinally">The first block of the finally region that this block ends, if it ends one.</param>
internal sealed record Block(
    ImmutableArray<Instruction> Instructions,
    Value? Condition,
    Edge? WhenTrue,
    Edge? Next,
    ImmutableArray<int> Handlers,
    bool IsInCycle,
    int? EndOfFinally)
{
    /// <summary>Where control can go: to the next block, to a finally region on the way there, or to a handler.</summary>
    public IEnumerable<int> Successors
    {
        get
        {
            foreach (Edge? edge in (Edge?[])[WhenTrue, Next])
            {
                if (edge is not null)
                {
                    yield return edge.Target;
                    foreach (int @finally in edge.Finallies)
                    {
                        yield return @finally;
                    }
                }
            }

            foreach (int handler in Handlers)
            {
                yield return handler;
            }
        }
    }

    /// <summary>How many finally regions the block is in, one inside the other.</summary>
    public int FinallyDepth { get; init; }

    /// <summary>What an exception that leaves the block meets, inner to outer.</summary>
    public ImmutableArray<Guard> Guards { get; init; } = [];

    /// <summary>What the condition asks, where that is a plain test of one place.</summary>
    public BranchTest? Test { get; init; }
}

/// <summary>What the runtime holds while it runs a body.</summary>
internal enum BodyRole
{
    /// <summary>Nothing.</summary>
    Plain,

    /// <summary>A static constructor or the initialiser of a static field: whoever needs the type waits for its end.</summary>
    TypeInitializer,

    /// <summary>A module initialiser: whoever needs anything of the assembly waits for its end.</summary>
    ModuleInitializer,

    /// <summary>A finaliser: all other finalisers wait for its end.</summary>
    Finalizer,

    /// <summary>No code, but an order of locks that an attribute declares: it takes them in that order.</summary>
    Order,
}

/// <summary>One executable body: a member's, an accessor's, a lambda's, a local function's, a type's initialisers'.</summary>
/// <param name="Id">The documentation id of the member; for nested functions, that of the outer body and an ordinal.</param>
/// <param name="Name">How messages call it.</param>
/// <param name="Outer">The body that declares a lambda or local function.</param>
/// <param name="Type">The documentation id of the type around it.</param>
/// <param name="Span">The body's place in its tree.</param>
internal sealed record BodyFacts(
    string Id,
    string Name,
    string? Outer,
    string? Type,
    TextSpan Span,
    bool IsStatic,
    bool IsAsync,
    bool IsConstructor,
    bool IsEntry,
    bool IsInternal,
    bool IsProgramEntry,
    ImmutableArray<Block> Blocks)
{
    public BodyRole Role { get; init; }

    private ImmutableArray<Instruction> _instructions;
    private Part? _parts;
    private int _handsOn;
    private readonly int _hash = StringComparer.Ordinal.GetHashCode(Id);

    /// <summary>The instructions of all blocks, in the order of the blocks. Joined when first asked for.</summary>
    public ImmutableArray<Instruction> Instructions
    {
        get
        {
            if (_instructions.IsDefault)
            {
                _instructions = Join(Blocks);
            }

            return _instructions;
        }
    }

    /// <summary>Whether it is async and returns nothing: what it throws ends the process.</summary>
    public bool IsAsyncVoid { get; init; }

    /// <summary>Whether code of other assemblies can name it or override it.</summary>
    public bool IsVisible { get; init; }

    /// <summary>Whether only code of its own type calls it: a private method that no attribute, base class of others or other part of the type may have somebody find by its name.</summary>
    public bool IsHidden { get; init; }

    /// <summary>Whether its parameters or its result may be more than numbers, texts and the like.</summary>
    public bool CarriesObjects { get; init; }

    /// <summary>Whether an attribute says that nothing in it waits.</summary>
    public bool IsNonBlocking { get; init; }

    /// <summary>Whether an attribute says that one thread alone runs it.</summary>
    public bool IsSingleThreaded { get; init; }

    /// <summary>Whether it belongs to another assembly than the one looked at.</summary>
    public bool IsExternal { get; init; }

    /// <summary>Whether it was given up because an expression in it is nested too deep.</summary>
    public bool IsTooDeep { get; init; }

    /// <summary>What can be told from the body alone: made when first asked for, and kept for as long as the body. Thread-safe.</summary>
    public T Derived<T>(Func<BodyFacts, T> make)
        where T : class
    {
        for (Part? part = Volatile.Read(ref _parts); part is not null; part = part.Next)
        {
            if (part.Value is T known)
            {
                return known;
            }
        }

        T made = make(this);
        Part? next;
        do
        {
            next = Volatile.Read(ref _parts);
        }
        while (Interlocked.CompareExchange(ref _parts, new Part(made, next), next) != next);
        return made;
    }

    /// <summary>Whether control can come over the edge to one of the blocks, but for exceptions.</summary>
    /// <param name="without">A block that it does not come by on the way.</param>
    public bool Reaches(Edge? from, Func<int, bool> isTarget, int? without = null)
    {
        HashSet<int> seen = without is { } avoided ? [avoided] : [];
        var work = new Stack<int>(from is { Target: >= 0 and var first } ? [first] : []);
        while (work.Count > 0)
        {
            int current = work.Pop();
            if (isTarget(current))
            {
                return true;
            }

            foreach (Edge? edge in seen.Add(current) ? (Edge?[])[Blocks[current].WhenTrue, Blocks[current].Next] : [])
            {
                if (edge is { Target: >= 0 })
                {
                    work.Push(edge.Target);
                }
            }
        }

        return false;
    }

    /// <summary>The blocks of loops from which an instruction of that kind is reached without leaving loops.</summary>
    public HashSet<Block> LoopsWith(Func<Instruction, bool> isLookedFor)
    {
        HashSet<Block> loops = [.. Blocks.Where(block => block.IsInCycle && block.Instructions.Any(isLookedFor))];
        int known;
        do
        {
            known = loops.Count;
            loops.UnionWith(Blocks.Where(block => block.IsInCycle && block.Successors.Any(next => loops.Contains(Blocks[next]))));
        }
        while (loops.Count > known);
        return loops;
    }

    // One reading of a tree makes each body once, and the graph keys by it in every step: identity is enough, and cheap.
    public bool Equals(BodyFacts? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => _hash;

    /// <summary>
    /// Whether what it does may go on after it has returned, in a context of its own unless its caller awaits it: it is async,
    /// or hands on the task of a call.
    /// </summary>
    public bool GoesOn => IsAsync || HandsOn;

    private bool HandsOn
    {
        get
        {
            if (_handsOn == 0)
            {
                _handsOn = Instructions.Any(static instruction => instruction is Call { IsAwaited: true } or Invoke { IsAwaited: true }) ? 1 : -1;
            }

            return _handsOn > 0;
        }
    }

    private sealed class Part(object value, Part? next)
    {
        public object Value { get; } = value;

        public Part? Next { get; } = next;
    }

    private static ImmutableArray<Instruction> Join(ImmutableArray<Block> blocks)
    {
        int count = 0;
        Block? only = null;
        foreach (Block block in blocks)
        {
            count += block.Instructions.Length;
            only = block.Instructions.Length == count ? block : only;
        }

        if (only is null || only.Instructions.Length == count)
        {
            return only?.Instructions ?? [];
        }

        ImmutableArray<Instruction>.Builder joined = ImmutableArray.CreateBuilder<Instruction>(count);
        foreach (Block block in blocks)
        {
            joined.AddRange(block.Instructions);
        }

        return joined.MoveToImmutable();
    }
}

/// <summary>What a type declared in a tree says about dispatch.</summary>
/// <param name="Implements">Pairs of a base or interface member and the member that runs instead of it on this type.</param>
internal sealed record TypeFacts(string Id, string? BaseType, ImmutableArray<(string Slot, string Body)> Implements);

/// <summary>All that one syntax tree contributes, without any symbol: it outlives the compilation it was read from.</summary>
internal sealed record TreeFacts(ImmutableArray<BodyFacts> Bodies, ImmutableArray<TypeFacts> Types)
{
    /// <summary>The path of the tree's file; empty if it has none.</summary>
    public string Path { get; init; } = "";

    /// <summary>The assembly that it belongs to, where that is another one; null for a tree of the compilation.</summary>
    public ExternalOrigin? Origin { get; init; }

    /// <summary>Whether it names locks of other assemblies that have declared orders: those are told where the tree first names them.</summary>
    public bool NamesOrdersElsewhere { get; init; }

    /// <summary>For bodies of an earlier reading of the tree, where their places are now; null if there are none.</summary>
    public IReadOnlyDictionary<BodyFacts, BodyMoves>? Moves { get; init; }

    /// <summary>Where in the tree a place of one of its bodies is.</summary>
    public TextSpan Now(BodyFacts body, TextSpan span) => Moves is not null && Moves.TryGetValue(body, out BodyMoves? moves) ? moves[span] : span;
}

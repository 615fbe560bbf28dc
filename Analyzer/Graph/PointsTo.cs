using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Which delegates, synchronizers and started bodies each place may hold: inclusion-based and flow-insensitive, with one
/// node a field (whatever the instance) and one for a container and all it holds. Objects are named by
/// <see cref="Value.Key"/>: <c>f@body</c> for delegates, <c>new@site</c> for synchronizers and spawned contexts,
/// <c>async@body</c> for the task of an async method. Cost: at most cubic, in practice linear in the program.
/// </summary>
internal sealed partial class PointsTo
{
    private const string TypeMark = "o@";

    // A library's object, a collection perhaps, that is kept in a member: nobody waits for it, but it can be locked.
    private const string KeptMark = "k@";

    // In a place that may hold objects of which nothing is known.
    private const string AnyObject = "o@?";

    private static readonly IReadOnlyCollection<string> _none = [];

    private Program _program;
    private readonly InclusionGraph _graph = new();
    private Dictionary<int, BodyFacts?> _bodies = [];
    private Dictionary<string, (IReadOnlyCollection<string> All, IReadOnlyCollection<string> Objects)> _told = new(StringComparer.Ordinal);
    private Dictionary<string, ImmutableArray<BodyFacts>> _functions = new(StringComparer.Ordinal);
    private readonly Dictionary<int, List<Invoke>> _invocations = [];
    private readonly Dictionary<int, List<Affect>> _callbacks = [];
    private readonly HashSet<string> _queues = new(StringComparer.Ordinal);
    private readonly HashSet<string> _bounded = new(StringComparer.Ordinal);
    private readonly HashSet<string> _letsHolderIn = new(StringComparer.Ordinal);
    private readonly HashSet<string> _inline = new(StringComparer.Ordinal);
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);
    private readonly HashSet<string> _countdowns = new(StringComparer.Ordinal);
    private readonly HashSet<string> _exactSlots = new(StringComparer.Ordinal);
    private Dictionary<string, bool> _exactTypes = new(StringComparer.Ordinal);
    private readonly Dictionary<int, List<Call>> _exactCalls = [];
    private readonly Dictionary<int, List<Register>> _factories = [];
    private Dictionary<(string Receiver, string Method), ImmutableArray<BodyFacts>> _exactTargets = [];
    private List<(BodyFacts Body, Await Await)> _awaits = [];
    private readonly List<Register> _registrations = [];
    private HashSet<BodyFacts> _lazyFactories = [];
    private readonly HashSet<string> _onUiThread = new(StringComparer.Ordinal);
    private readonly HashSet<string> _called = new(StringComparer.Ordinal);
    private Dictionary<string, List<Continuation>> _continuations = new(StringComparer.Ordinal);
    private HashSet<(string, Continuation)> _isContinued = [];
    private readonly Dictionary<string, Value> _antecedents = new(StringComparer.Ordinal);
    private bool _hasBirths;

    public PointsTo(Program program, CancellationToken cancellation)
    {
        _program = program;
        Holders = new DelegateHolders(program);
        WaysBack = new WaysBack(program);
        Soles = new SoleObjects(program);
        _exactSlots.UnionWith(program.With(BodyParts.ExactCall).SelectMany(static body => body.Instructions)
            .OfType<Call>().Where(static call => call.IsExact).Select(static call => call.Method));
        FindSlots();
        Action<Value, string?> copy = Copy;
        foreach (BodyFacts body in program.Bodies)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (Instruction instruction in body.Instructions)
            {
                AddConstraints(body, instruction, copy);
            }
        }

        _ownType = null;
        _graph.Solve(Arrive, cancellation);
        RunStarted();
        FindContinuations();
    }

    /// <summary>The bodies that run in a context of their own, each with the objects whose completion their end is.</summary>
    public Dictionary<string, HashSet<string>> SpawnedBodies { get; } = new(StringComparer.Ordinal);

    /// <summary>The completions that are signalled when the bodies of another object have ended: (object, place of that object).</summary>
    public List<(Value Completion, Value Source)> EndSignals { get; } = [];

    /// <summary>The ends of the async bodies that calls begin.</summary>
    public AsyncEnds Ends { get; private set; } = new();

    /// <summary>Which object each delegate is kept in, seen from the object that it is bound to.</summary>
    public DelegateHolders Holders { get; }

    /// <summary>The members that lead from a part back to its owner.</summary>
    public WaysBack WaysBack { get; }

    /// <summary>The objects that are the only ones of their types.</summary>
    public SoleObjects Soles { get; }

    private static string? Node(Value value) => value.Kind switch
    {
        ValueKind.Local or ValueKind.Parameter or ValueKind.Static or ValueKind.CallResult or ValueKind.Allocation => value.Key,
        ValueKind.Member => value.IsComputed ? null : value.AwaitedInQueue is null ? value.Id : Node(value.Base!),
        ValueKind.Element => Node(value.Base!),
        _ => null,
    };

    private static string ReturnNode(string body) => "return " + body;

    /// <summary>What an instruction copies from one place to another, whatever the places hold.</summary>
    private static void CopyPlainly(BodyFacts body, Instruction instruction, Action<Value, string?> copy)
    {
        switch (instruction)
        {
            case AssignLocal assign:
                copy(assign.Source, assign.Local);
                if (KeepsNewContainer(assign))
                {
                    copy(Value.OfPlace(assign.Local), assign.Source.Key);
                }

                break;
            case StoreMember store:
                copy(store.Source, Node(store.Target));
                break;
            case ReturnValue returned:
                copy(returned.Source, ReturnNode(body.Id));
                break;
            case YieldElement yielded:
                copy(yielded.Element, ReturnNode(body.Id));
                break;
            case Move move:
                foreach (Value source in move.From)
                {
                    copy(source, Node(move.Result));
                    foreach (Value target in move.Into)
                    {
                        copy(source, Node(target));
                    }
                }

                break;
        }
    }

    private void AddConstraints(BodyFacts body, Instruction instruction, Action<Value, string?> copy)
    {
        _ownType = body.Type;
        CopyPlainly(body, instruction, copy);
        switch (instruction)
        {
            case Call call:
                foreach (BodyFacts target in _program.Targets(call, call.Receiver))
                {
                    _called.Add(target.Id);
                    Bind(target, call.Arguments, call.Result);
                }

                if (call.IsExact)
                {
                    Watch(_exactCalls, call.Receiver, call);
                }

                break;
            case Invoke invoke:
                Watch(_invocations, invoke.Delegate, invoke);
                break;
            case Affect affect:
                AddEffect(body, affect);
                NoteGivenAtBirth(body, affect);
                break;
            case Await awaiting:
                _awaits.Add((body, awaiting));
                break;
            case Register register:
                _registrations.Add(register);
                if (register.IsLazy)
                {
                    Watch(_factories, register.Delegate, register);
                }

                break;
            case Birth:
                _hasBirths = true;
                break;
        }
    }

    private void AddEffect(BodyFacts body, Affect affect)
    {
        switch (affect.Effect.Kind)
        {
            case EffectKind.Start:
                _starts.Add(affect.Target);
                NoteScheduled(affect.Target, affect.Scheduler);
                break;
            case EffectKind.RunQueued:
                _queuedRuns.Add((body, affect));
                break;
            case EffectKind.StartHere:
                _startsHere.Add(affect.Target);
                break;
            case EffectKind.Spawn or EffectKind.Fork or EffectKind.Callback:
                Watch(_callbacks, affect.Target, affect);
                NoteScheduled(affect.Result, affect.Scheduler);
                if (affect.Antecedent is { } antecedent)
                {
                    _antecedents[affect.Result.Key] = antecedent;
                }

                if (affect.Effect.Kind != EffectKind.Callback && !IsForkOfSeveral(affect))
                {
                    Add(affect.Result.Key, affect.Result.Key);
                }

                break;
            case EffectKind.LetsHolderIn:
                _letsHolderIn.Add(affect.Target.Key);
                break;
            case EffectKind.SignalAtEnd:
                EndSignals.Add((affect.Target, affect.Result));
                break;
        }
    }

    private void Watch<T>(Dictionary<int, List<T>> watchers, Value @delegate, T instruction)
    {
        // A delegate made on the spot has no place: it gets one.
        string node = Node(@delegate) ?? "at " + @delegate.Key;
        int number = _graph.Number(node);
        if (!watchers.TryGetValue(number, out List<T>? list))
        {
            watchers.Add(number, list = []);
        }

        list.Add(instruction);
        Copy(@delegate, node);
    }

    private void Bind(BodyFacts target, ImmutableArray<Value> arguments, Value result)
    {
        for (int i = 0; i < arguments.Length; i++)
        {
            Copy(arguments[i], Value.Parameter(target.Id, i).Key);
        }

        if (Node(result) is { } resultNode)
        {
            CopyNode(ReturnNode(target.Id), resultNode);
            if (target.IsAsync)
            {
                Add(resultNode, AsyncEnds.KeyOf(target));
            }

            if (result.Kind == ValueKind.CallResult)
            {
                Ends.Add(resultNode, target.IsAsync ? AsyncEnds.KeyOf(target) : null);
            }
        }
    }

    private void CopyNode(string source, string target) => _graph.Copy(_graph.Number(source), _graph.Number(target));

    private void Add(string node, string @object) => _graph.Add(_graph.Number(node), _graph.Number(@object));

    private void Arrive(int node, int @object)
    {
        if (FunctionOf(@object) is { } body)
        {
            RunAt(node, body);
        }
        else if (_exactCalls.TryGetValue(node, out List<Call>? calls)
            && _graph.Name(@object) is var type
            && IsOfType(type) && type != AnyObject)
        {
            for (int i = 0; i < calls.Count; i++)
            {
                if (_program.ExactTarget(type.Substring(TypeMark.Length), calls[i].Method) is { } target)
                {
                    Bind(target, calls[i].Arguments, calls[i].Result);
                }
            }
        }
    }

    private BodyFacts? FunctionOf(int @object)
    {
        if (!_bodies.TryGetValue(@object, out BodyFacts? body))
        {
            string name = _graph.Name(@object);
            body = name.StartsWith("f@", StringComparison.Ordinal) ? _program.Body(name.Substring(2)) : null;
            _bodies.Add(@object, body);
        }

        return body;
    }

    private void RunAt(int node, BodyFacts body)
    {
        if (_invocations.TryGetValue(node, out List<Invoke>? invocations))
        {
            foreach (Invoke invoke in invocations)
            {
                Bind(body, invoke.Arguments, invoke.Result);
            }
        }

        // The value of a lazy object is where that is.
        foreach (Register lazy in _factories.TryGetValue(node, out List<Register>? lazies) ? lazies : [])
        {
            Bind(body, [], lazy.Source);
        }

        if (_callbacks.TryGetValue(node, out List<Affect>? callbacks))
        {
            foreach (Affect affect in callbacks)
            {
                // A kthread's function, or a work's, gets the thread or work itself.
                Bind(body, affect.Effect is { Kind: EffectKind.Spawn, IsKThread: true } ? [affect.Result] : [], affect.Result);
                if (affect.Effect.Kind != EffectKind.Callback)
                {
                    RunElsewhere(body, affect);
                }
            }
        }
    }

    private void RunElsewhere(BodyFacts body, Affect affect)
    {
        string context = affect.Result.Key;
        if (IsForkOfSeveral(affect))
        {
            // It ends when each of them has: each end is a completion of its own.
            context += "/" + body.Id;
            Add(affect.Result.Key, context);
        }

        if (affect.Effect.NeedsStart)
        {
            _unstarted.Add((body, context));
            return;
        }

        if (affect.Scheduler is not null)
        {
            _waiting.Add((body, context, affect));
            return;
        }

        AddSpawn(body, context);
        if (affect.Effect.IsOnContext)
        {
            _onUiThread.Add(body.Id);
        }
    }

    // The delegates are listed in the call itself.
    private static bool IsForkOfSeveral(Affect affect) => affect is { Effect.Kind: EffectKind.Fork, Target.Kind: ValueKind.Allocation };
}

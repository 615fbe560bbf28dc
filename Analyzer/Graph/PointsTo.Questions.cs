using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

// What the solution tells.
internal sealed partial class PointsTo
{
    private HashSet<string>? _fromOutside;

    public IReadOnlyCollection<string> Objects(Value value) => Node(value) is { } node ? ObjectsIn(node) : _none;

    /// <summary>
    /// Whether a variable gets a new object of the library, a container perhaps: what is put into the variable is in that object, and callers of the body
    /// know it by no variable.
    /// </summary>
    public static bool KeepsNewContainer(AssignLocal assign) => assign.Source is { Kind: ValueKind.Allocation, Type: null } && Value.IsVariable(assign.Local);

    /// <summary>Whether the lock was made such that who holds it may take it again.</summary>
    public bool LetsHolderIn(string @object) => _letsHolderIn.Contains(@object);

    /// <summary>What a call through a general-purpose interface runs, by the types of the objects that can be in the receiver's place.</summary>
    public ImmutableArray<BodyFacts> Targets(Call call)
    {
        if (!call.IsExact || Node(call.Receiver) is not { } receiver)
        {
            return [];
        }

        if (!_exactTargets.TryGetValue((receiver, call.Method), out ImmutableArray<BodyFacts> targets))
        {
            targets = [.. TypesIn(receiver)
                .OrderBy(static type => type, StringComparer.Ordinal)
                .Select(type => _program.ExactTarget(type, call.Method)!)
                .Where(static body => body is not null)
                .Distinct()];
            _exactTargets.Add((receiver, call.Method), targets = targets.Length > _program.WidthLimit ? [] : targets);
        }

        return targets;
    }

    /// <summary>Which of several bodies a virtual call may run, by the types of the objects that can be in the receiver's place; all of them where that may hold others too.</summary>
    public ImmutableArray<BodyFacts> Narrowed(Call call, ImmutableArray<BodyFacts> targets)
    {
        if (targets.Length < 2 || !call.IsVirtual || Node(call.Receiver) is not { } receiver)
        {
            return targets;
        }

        if (!_exactTargets.TryGetValue((receiver, call.Method), out ImmutableArray<BodyFacts> narrowed))
        {
            HashSet<BodyFacts> answering = ObjectsAt(receiver).Contains(AnyObject) ? [] : [.. TypesIn(receiver).Select(type => _program.ExactTarget(type, call.Method)).OfType<BodyFacts>()];
            narrowed = targets.RemoveAll(target => !answering.Contains(target));
            _exactTargets.Add((receiver, call.Method), narrowed = narrowed.IsEmpty ? targets : narrowed);
        }

        return narrowed;
    }

    /// <summary>Whether the object can be locked, waited for or signalled: no delegate, and no object known by its type alone.</summary>
    public static bool IsCompletion(string @object) =>
        !@object.StartsWith("f@", StringComparison.Ordinal) && !IsOther(@object);

    /// <summary>Whether the object is a blocking collection rather than one of the things that may be kept in it.</summary>
    public bool IsQueue(string @object) => _queues.Contains(@object);

    /// <summary>The bounded ones of the queues that may be in the place.</summary>
    public IEnumerable<string> BoundedQueues(Value place) => _bounded.Count == 0 ? [] : Objects(place).Where(_bounded.Contains);

    /// <summary>Whether signalling the object runs the continuations of its task before the signal returns: not where nobody can wait for it yet.</summary>
    public bool IsInline(string @object) => _inline.Contains(@object) && !_givenAtBirth.Exists(made => @object.StartsWith(made, StringComparison.Ordinal));

    /// <summary>Whether the object lets its first wait pass.</summary>
    public bool IsOpen(string @object) => _open.Contains(@object);

    /// <summary>Whether the object lets a wait pass only when all of its signals have come.</summary>
    public bool NeedsAll(string @object) => _countdowns.Contains(@object);

    /// <summary>The factories of lazy values.</summary>
    public IEnumerable<BodyFacts> LazyFactories => _lazyFactories;

    /// <summary>Whether the body is the factory of a lazy value, which runs under the value's own lock.</summary>
    public bool IsLazyFactory(BodyFacts body) => _lazyFactories.Contains(body);

    /// <summary>Whether a call in sight runs a body whose id begins so.</summary>
    public bool CallsAny(string id) => _called.Any(called => called.StartsWith(id, StringComparison.Ordinal));

    /// <summary>Whether the body runs on the thread of the user interface, and only there: nothing calls it.</summary>
    public bool IsOnUiThread(BodyFacts body) => _onUiThread.Contains(body.Id) && !_called.Contains(body.Id);

    /// <summary>What goes on when the object is signalled.</summary>
    public IReadOnlyList<Continuation> Continuations(string @object) =>
        _continuations.TryGetValue(@object, out List<Continuation>? continuations) ? continuations : [];

    /// <summary>Whether callers out of sight may have handed over what is in this place.</summary>
    public bool MayComeFromOutside(Value value) => !_program.HasEntry && Node(value) is { } node && (_fromOutside ??= _graph.Reach(_program.Bodies
        .Where(static body => body is { IsVisible: true, CarriesObjects: true, Outer: null })
        .SelectMany(static body => Enumerable.Range(0, body.Id.Count(static character => character == ',') + 1).Select(index => Value.Parameter(body.Id, index).Key)))).Contains(node);

    /// <summary>The bodies that a delegate in this place may run.</summary>
    public ImmutableArray<BodyFacts> Functions(Value value)
    {
        if (value.Kind == ValueKind.Function)
        {
            return _program.Body(value.Id) is { } only ? [only] : [];
        }

        if (Node(value) is not { } node)
        {
            return [];
        }

        if (!_functions.TryGetValue(node, out ImmutableArray<BodyFacts> functions))
        {
            functions = ObjectsAt(node)
                .Where(static key => key.StartsWith("f@", StringComparison.Ordinal))
                .Select(key => _program.Body(key.Substring(2)))
                .Where(static body => body is not null)
                .OrderBy(static body => body!.Id, StringComparer.Ordinal)
                .ToImmutableArray()!;
            _functions.Add(node, functions);
        }

        return functions;
    }

    /// <summary>The place that a value is kept in, as <see cref="CopiesOf"/> names it; null for one that has none.</summary>
    public static string? PlaceOf(Value value) => Node(value);

    /// <summary>The places that objects in a place, or the object that a creation makes, are handed on to in one step.</summary>
    public IEnumerable<string> CopiesOf(string place) => _graph.CopiesOf(place);

    /// <summary>The place of what a body returns.</summary>
    public static string ReturnPlaceOf(BodyFacts body) => ReturnNode(body.Id);

    /// <summary>What is in a place, by its name.</summary>
    public IReadOnlyCollection<string> ObjectsIn(string place)
    {
        IReadOnlyCollection<string> all = ObjectsAt(place);
        if (!_told.TryGetValue(place, out (IReadOnlyCollection<string> All, IReadOnlyCollection<string> Objects) told) || !ReferenceEquals(told.All, all))
        {
            _told[place] = told = (all, all.Any(IsOther) ? [.. all.Where(static key => !IsOther(key))] : all);
        }

        return told.Objects;
    }

    // The types of the objects that may be in a place, as far as their objects may answer a call by its type.
    private IEnumerable<string> TypesIn(string place) => ObjectsAt(place).Where(static key => IsOfType(key) && key != AnyObject).Select(static key => key.Substring(TypeMark.Length));

    /// <summary>The library's objects without a use of their own, collections perhaps, that members in whose place this may be were made with.</summary>
    public IEnumerable<string> KeptObjects(Value place) => Node(place) is { } node ? ObjectsAt(node).Where(static key => key.StartsWith(KeptMark, StringComparison.Ordinal)).Select(static key => key.Substring(KeptMark.Length)) : [];

    private static bool IsOther(string @object) => IsOfType(@object) || @object.StartsWith(KeptMark, StringComparison.Ordinal);

    // Not an object that was made, but what type of objects may be there.
    private static bool IsOfType(string @object) => @object.StartsWith(TypeMark, StringComparison.Ordinal);
}

using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Options;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Graph;

/// <summary>The facts of all trees of a compilation, joined: who declares what, and what a virtual call may run.</summary>
internal sealed class Program
{
    private readonly Dictionary<string, (int Index, int Tree)> _places;
    private readonly IReadOnlyList<TreeFacts> _facts;
    private readonly Dictionary<string, List<string>> _overriders;
    private readonly Dictionary<string, TypeFacts> _types;
    private readonly Dictionary<string, List<BodyFacts>> _initializers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _typesWithStaticConstructor;
    private readonly Dictionary<string, ImmutableArray<BodyFacts>> _directTargets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImmutableArray<BodyFacts>> _virtualTargets = new(StringComparer.Ordinal);
    private readonly HashSet<string> _tooWide = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Type, string Method), BodyFacts?> _exactTargets = [];
    private readonly PartIndex _parts;
    private bool? _hasEntry;
    private readonly Dictionary<string, bool> _withWrapper = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string[]> _answering = new(StringComparer.Ordinal);

    public Program(IReadOnlyList<TreeFacts> trees, AnalysisOptions? options = null)
    {
        Options = options ?? AnalysisOptions.Default;
        Budgets = new Budgets(WidthLimit);
        States = new StateMembers(this);
        _facts = trees;
        _places = new(StringComparer.Ordinal);
        _overriders = new(StringComparer.Ordinal);
        _types = new(StringComparer.Ordinal);
        _typesWithStaticConstructor = new(StringComparer.Ordinal);
        for (int tree = 0; tree < trees.Count; tree++)
        {
            foreach (BodyFacts body in trees[tree].Bodies)
            {
                // Broken code may declare a member twice; the first stands.
                if (!_places.ContainsKey(body.Id))
                {
                    _places.Add(body.Id, (Bodies.Count, tree));
                    Bodies.Add(body);
                    AddInitializer(body);
                }
            }

            foreach (TypeFacts type in trees[tree].Types)
            {
                AddType(type);
            }
        }

        _parts = new PartIndex(Bodies.Count, PartsOf);
    }

    /// <summary>The program after an edit that has changed bodies, and neither brought nor taken any.</summary>
    public Program(Program before, IReadOnlyList<TreeFacts> trees, ProgramEdit edit)
    {
        Options = before.Options;
        Budgets = new Budgets(WidthLimit);
        States = new StateMembers(this);
        _facts = trees;
        _places = before._places;
        _overriders = before._overriders;
        _types = before._types;
        _typesWithStaticConstructor = before._typesWithStaticConstructor;
        Bodies.AddRange(before.Bodies);
        foreach ((BodyFacts? _, BodyFacts? after) in edit.Changes)
        {
            Bodies[_places[after!.Id].Index] = after;
        }

        foreach (KeyValuePair<string, List<BodyFacts>> known in before._initializers)
        {
            _initializers.Add(known.Key, [.. known.Value.Select(body => Bodies[_places[body.Id].Index])]);
        }

        _parts = before._parts.After(edit.Changes.Select(change => IndexOf(change.After!.Id)), PartsOf);
    }

    public List<BodyFacts> Bodies { get; } = [];

    public AnalysisOptions Options { get; }

    /// <summary>The members that are set to constants.</summary>
    public StateMembers States { get; }

    /// <summary>Where the analysis of this program was cut short.</summary>
    public Budgets Budgets { get; }

    /// <summary>A call that more bodies than this may answer is taken for open code: following all would invent cycles.</summary>
    public int WidthLimit => Options.VirtualCallWidth;

    /// <summary>Whether too many bodies answer calls of the method. Known once its targets have been asked for.</summary>
    public bool IsTooWide(string method) => _tooWide.Contains(method);

    /// <summary>Whether one thread alone runs the body, as an attribute says, or as the options say of its type.</summary>
    public bool IsSingleThreaded(BodyFacts body)
    {
        if (body.IsSingleThreaded)
        {
            return true;
        }

        if (Options.SingleThreadedTypes.IsEmpty || body.Type is not { } type)
        {
            return false;
        }

        int arity = type.IndexOf('`');
        return Options.SingleThreadedTypes.Contains(type.Substring(2, (arity < 0 ? type.Length : arity) - 2));
    }

    /// <summary>The static constructor and the initialisers of the static fields of a type.</summary>
    public IReadOnlyList<BodyFacts> Initializers(string type) => _initializers.TryGetValue(type, out List<BodyFacts>? bodies) ? bodies : [];

    /// <summary>Whether calling the body needs its type to be initialised first: the type has a static constructor of its own.</summary>
    public bool EntersType(BodyFacts body) =>
        body is { Outer: null, Type: { } type, Role: not BodyRole.TypeInitializer }
        && (body.IsStatic || body.IsConstructor)
        && _typesWithStaticConstructor.Contains(type);

    public BodyFacts? Body(string id) => _places.TryGetValue(id, out (int Index, int Tree) place) ? Bodies[place.Index] : null;

    /// <summary>The bodies that have one of these parts, in order.</summary>
    public IEnumerable<BodyFacts> With(BodyParts parts) => _parts.Having((int)parts).Select(index => Bodies[index]);

    /// <summary>Each of the bodies once, in order.</summary>
    public IEnumerable<BodyFacts> InOrder(IEnumerable<BodyFacts> bodies) => bodies.Distinct().OrderBy(body => IndexOf(body.Id));

    /// <summary>Where among <see cref="Bodies"/> the body of this id is; -1 for none.</summary>
    public int IndexOf(string id) => _places.TryGetValue(id, out (int Index, int Tree) place) ? place.Index : -1;

    /// <summary>The index of the tree that holds a body.</summary>
    public int TreeOf(BodyFacts body) => _places[body.Id].Tree;

    /// <summary>The path of the file that holds a body.</summary>
    public string PathOf(BodyFacts body) => FactsOf(body).Path;

    /// <summary>The facts of the file that holds a body.</summary>
    public TreeFacts FactsOf(BodyFacts body) => _facts[TreeOf(body)];

    /// <summary>Where in its file a place is: bodies that an edit has only moved keep the places that they were read at.</summary>
    public TextSpan SpanOf(Site site) => FactsOf(site.Body).Now(site.Body, site.Span);

    /// <summary>The bodies that a call may run; empty where they are not in the compilation or too many. Remembered; not thread-safe.</summary>
    public ImmutableArray<BodyFacts> Targets(Call call, Value receiver)
    {
        if (!call.IsVirtual)
        {
            if (!_directTargets.TryGetValue(call.Method, out ImmutableArray<BodyFacts> direct))
            {
                _directTargets.Add(call.Method, direct = Body(call.Method) is { } only ? [only] : []);
            }

            return direct;
        }

        if (receiver is { Kind: ValueKind.Allocation, Type: { } type } && ExactTarget(type, call.Method) is { } exact)
        {
            return [exact];
        }

        if (call.IsExact)
        {
            return [];
        }

        if (!_virtualTargets.TryGetValue(call.Method, out ImmutableArray<BodyFacts> targets))
        {
            _virtualTargets.Add(call.Method, targets = VirtualTargets(call.Method));
        }

        return targets;
    }

    /// <summary>Whether one of the bodies that may answer a call of the method hands on to another one of them: a wrapper of the same interface.</summary>
    public bool HasWrapper(string method, ImmutableArray<BodyFacts> targets)
    {
        if (targets.Length < 2)
        {
            return false;
        }

        if (!_withWrapper.TryGetValue(method, out bool hasWrapper))
        {
            hasWrapper = targets.Any(target => HandsOn(target, targets));
            _withWrapper.Add(method, hasWrapper);
        }

        return hasWrapper;
    }

    /// <summary>Whether the body calls one of the others, of another type, on another object.</summary>
    public bool HandsOn(BodyFacts body, IEnumerable<BodyFacts> others)
    {
        HashSet<BodyFacts> inner = [.. others.Where(other => other.Type != body.Type)];
        return inner.Count > 0 && body.Instructions.OfType<Call>().Any(call =>
            call is { Receiver.Kind: not ValueKind.This, IsCreation: false } && Targets(call, call.Receiver).Any(inner.Contains));
    }

    /// <summary>Whether it is a program, whose entry point is in sight.</summary>
    public bool HasEntry => _hasEntry ??= Bodies.Exists(static body => body.IsProgramEntry);

    /// <summary>Whether the body runs instead of a member of an interface or a base class. Costs a walk over all types.</summary>
    public bool Answers(string body) => _types.Values.Any(type => type.Implements.Any(implemented => implemented.Body == body));

    /// <summary>Whether instances of the type, or of a base type, answer one of the slots.</summary>
    public bool Implements(string type, HashSet<string> slots)
    {
        for (string? current = type; current is not null && _types.TryGetValue(current, out TypeFacts? facts); current = facts.BaseType)
        {
            if (facts.Implements.Any(implemented => slots.Contains(implemented.Slot)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The types of the source that derive from a type, by documentation id, and the type itself if it is one of them.</summary>
    public IEnumerable<string> TypesFrom(string type) => _types.Keys.Where(other => IsOrDerivesFrom(other, type)).OrderBy(static id => id, StringComparer.Ordinal);

    /// <summary>Whether a type is another one or derives from it, both by documentation id.</summary>
    public bool IsOrDerivesFrom(string? type, string other) => type is not null && DerivesFrom(type.Substring(2), other.Substring(2));

    /// <summary>Whether one type, named without the kind of its id, is the other or derives from it.</summary>
    public bool AreRelated(string? left, string? right) => left is not null && right is not null && (DerivesFrom(left, right) || DerivesFrom(right, left));

    /// <summary>Whether an object may be of both types, by documentation id; interfaces count by the members of them that a class answers.</summary>
    public bool MayBeOne(string left, string right) =>
        left == right || Classes(left).Any(one => Classes(right).Any(other => IsOrDerivesFrom(one, other) || IsOrDerivesFrom(other, one)));

    private IEnumerable<string> Classes(string type)
    {
        if (_types.ContainsKey(type))
        {
            return [type];
        }

        if (!_answering.TryGetValue(type, out string[]? classes))
        {
            string member = "M:" + type.Substring(2) + ".";
            _answering.Add(type, classes = [.. _types.Values.Where(facts => facts.Implements.Any(pair => pair.Slot.StartsWith(member, StringComparison.Ordinal))).Select(static facts => facts.Id)]);
        }

        return classes;
    }

    /// <summary>The class that a type of the program derives from; null for one of another kind.</summary>
    public string? BaseOf(string type) => _types.TryGetValue(type, out TypeFacts? facts) ? facts.BaseType : null;

    private bool DerivesFrom(string type, string other)
    {
        string wanted = "T:" + other;
        for (string? current = "T:" + type; current is not null; current = BaseOf(current))
        {
            if (current == wanted)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The body that runs when a method is called on an instance of exactly this type.</summary>
    public BodyFacts? ExactTarget(string type, string method)
    {
        if (!_exactTargets.TryGetValue((type, method), out BodyFacts? target))
        {
            _exactTargets.Add((type, method), target = FindExactTarget(type, method));
        }

        return target;
    }

    private int PartsOf(int body) => (int)BodyContents.Of(Bodies[body]).Parts;

    private BodyFacts? FindExactTarget(string type, string method)
    {
        for (string? current = type; current is not null && _types.TryGetValue(current, out TypeFacts? facts); current = facts.BaseType)
        {
            foreach ((string slot, string body) in facts.Implements)
            {
                if (slot == method)
                {
                    return Body(body);
                }
            }
        }

        return Body(method);
    }

    private ImmutableArray<BodyFacts> VirtualTargets(string method)
    {
        ImmutableArray<BodyFacts>.Builder targets = ImmutableArray.CreateBuilder<BodyFacts>();
        if (Body(method) is { } declared)
        {
            targets.Add(declared);
        }

        if (_overriders.TryGetValue(method, out List<string>? overriders))
        {
            foreach (string id in overriders)
            {
                if (Body(id) is { } body && !targets.Contains(body))
                {
                    targets.Add(body);
                }
            }
        }

        if (targets.Count <= WidthLimit)
        {
            return targets.ToImmutable();
        }

        _tooWide.Add(method);
        return [];
    }

    private void AddInitializer(BodyFacts body)
    {
        if (body is { Role: BodyRole.TypeInitializer, Type: { } type })
        {
            if (!_initializers.TryGetValue(type, out List<BodyFacts>? bodies))
            {
                _initializers.Add(type, bodies = []);
            }

            bodies.Add(body);
            if (body.Id.EndsWith(".#cctor", StringComparison.Ordinal))
            {
                _typesWithStaticConstructor.Add(type);
            }
        }
    }

    private void AddType(TypeFacts type)
    {
        if (_types.ContainsKey(type.Id))
        {
            return;
        }

        _types.Add(type.Id, type);
        foreach ((string slot, string body) in type.Implements)
        {
            if (!_overriders.TryGetValue(slot, out List<string>? overriders))
            {
                _overriders.Add(slot, overriders = []);
            }

            if (!overriders.Contains(body))
            {
                overriders.Add(body);
            }
        }
    }
}

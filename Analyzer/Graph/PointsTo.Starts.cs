using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

// Contexts that run only once somebody starts them, and those that end.
internal sealed partial class PointsTo
{
    private readonly List<Value> _starts = [];
    private readonly List<Value> _startsHere = [];
    private readonly Dictionary<string, List<string>> _runHere = new(StringComparer.Ordinal);
    private readonly List<(BodyFacts Body, string Context)> _unstarted = [];
    private readonly HashSet<string> _neverStarted = new(StringComparer.Ordinal);
    private readonly List<string> _givenAtBirth = [];
    private readonly HashSet<string> _ends = new(StringComparer.Ordinal);

    /// <summary>Whether the body is that of a thread or task which nobody starts, and of nothing that somebody does.</summary>
    public bool IsNeverStarted(string body) => _neverStarted.Contains(body);

    /// <summary>Whether the value is nothing but the end of one context or another: who has waited for it need not do so again.</summary>
    public bool AreEnds(Value value)
    {
        bool isEnd = false;
        foreach (string key in Objects(value).Where(IsCompletion))
        {
            isEnd = IsEnd(key);
            if (!isEnd)
            {
                return false;
            }
        }

        return isEnd;
    }

    /// <summary>Whether the completion is the end of a context, which nothing else signals.</summary>
    public bool IsEnd(string completion) => _ends.Contains(completion) || AsyncEnds.IsKey(completion);

    /// <summary>The bodies whose end the completion is.</summary>
    public IEnumerable<BodyFacts> BodiesThatEnd(string completion) =>
        (AsyncEnds.BodyOf(completion) is { } async ? [async] : SpawnedBodies.Where(spawned => spawned.Value.Contains(completion)).Select(static spawned => spawned.Key))
        .Select(body => _program.Body(body)).OfType<BodyFacts>();

    /// <summary>The bodies that run where somebody runs one of these objects, which nobody starts elsewhere.</summary>
    public ImmutableArray<BodyFacts> RunHere(Value value) => _runHere.Count == 0 ? [] : [.. Objects(value)
        .SelectMany(context => _runHere.TryGetValue(context, out List<string>? bodies) ? bodies : [])
        .Distinct().OrderBy(static body => body, StringComparer.Ordinal).Select(body => _program.Body(body)).OfType<BodyFacts>()];

    private void NoteGivenAtBirth(BodyFacts body, Affect affect)
    {
        if (IsGivenAtBirth(body, affect))
        {
            _givenAtBirth.Add("new@" + affect.Target.Id + "~init");
        }
    }

    // A constructor signals, whatever it is given, what a member has from its declaration.
    private static bool IsGivenAtBirth(BodyFacts body, Instruction instruction) => body.IsConstructor
        && instruction is Affect { Effect.Kind: EffectKind.Signal, Target: { Kind: ValueKind.Member, Base.Kind: ValueKind.This } }
        && body.Blocks.All(static block => block.Condition is null);

    // What a method that nobody else can call gets, its callers here have passed.
    private bool IsOfCallers(Value value) =>
        value.Root is { Kind: ValueKind.Parameter, Id: var owner } && _program.Body(owner) is { Outer: null, IsVisible: false };

    // An object that needs to be started runs nothing before that, and nothing at all where every start is known to be one of another.
    private void RunStarted()
    {
        FindScheduled();
        bool isEveryStartKnown = _starts.Concat(_startsHere).All(start => Objects(start).Any(IsCompletion) || IsOfCallers(start));
        var started = new HashSet<string>(_starts.SelectMany(Objects).Where(context => !_schedulers.ContainsKey(context)), StringComparer.Ordinal);
        var startedHere = new HashSet<string>(_startsHere.SelectMany(Objects).Concat(_schedulers.Keys).Where(context => !started.Contains(context)), StringComparer.Ordinal);
        started.UnionWith(_program.Bodies.Where(static body => body.IsVisible).SelectMany(body => _graph.Objects(ReturnNode(body.Id))));
        foreach ((BodyFacts body, string context) in _unstarted)
        {
            if (isEveryStartKnown && startedHere.Contains(context))
            {
                AddRunHere(body, context);
            }
            else if (!isEveryStartKnown || started.Contains(context))
            {
                AddSpawn(body, context);
            }
            else
            {
                _neverStarted.Add(body.Id);
            }
        }

        foreach ((BodyFacts body, string context, Affect start) in _waiting)
        {
            if (_schedulers.ContainsKey(context))
            {
                AddRunHere(body, context);
            }
            else if (!IsFollowed(start))
            {
                AddSpawn(body, context);
            }
        }

        _neverStarted.ExceptWith(SpawnedBodies.Keys);
        _ends.UnionWith(SpawnedBodies.Values.SelectMany(static contexts => contexts).Concat(_runHere.Keys).Concat(_schedulers.Keys));
    }

    private void AddRunHere(BodyFacts body, string context)
    {
        if (!_runHere.TryGetValue(context, out List<string>? bodies))
        {
            _runHere.Add(context, bodies = []);
        }

        bodies.Add(body.Id);
    }

    private void AddSpawn(BodyFacts body, string context)
    {
        if (!SpawnedBodies.TryGetValue(body.Id, out HashSet<string>? contexts))
        {
            SpawnedBodies.Add(body.Id, contexts = new HashSet<string>(StringComparer.Ordinal));
        }

        contexts.Add(context);
    }
}

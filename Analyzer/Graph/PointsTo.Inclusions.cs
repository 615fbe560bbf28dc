using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;

namespace CrossRelease.Analyzers.Graph;

internal sealed partial class PointsTo
{
    /// <summary>
    /// The constraints of a few bodies with those places folded away that only these bodies use, by a solution that holds for all
    /// other places: what is led into places outside, and from where.
    /// </summary>
    private sealed class Inclusions
    {
        private readonly PointsTo _known;
        private readonly Program _program;
        private readonly ImmutableArray<string> _prefixes;
        private readonly Dictionary<string, bool> _isOwn = new(StringComparer.Ordinal);
        private readonly Dictionary<string, HashSet<Origin>> _origins = new(StringComparer.Ordinal);
        private readonly HashSet<(Origin From, string Into)> _edges = [];
        private readonly HashSet<(Origin From, string Into)> _leads = [];
        private readonly Dictionary<BodyFacts, Instruction[]> _watched = [];
        private readonly Action<Value, string?> _copy;
        private string? _ownType;

        /// <param name="outer">The bodies that have bodies inside, which share their locals.</param>
        public Inclusions(PointsTo known, Program program, ImmutableArray<BodyFacts> bodies, HashSet<string> outer)
        {
            _known = known;
            _copy = Copy;
            _program = program;
            _prefixes = [.. bodies.SelectMany(body => new[] { "r@" + body.Id + "#", "new@" + body.Id + "#", "l@" + body.Id + "~^" }
                .Concat(body.Outer is null && !outer.Contains(body.Id) ? ["l@" + body.Id + "~"] : []))];

            // What a delegate runs is told by what its place holds: until no more comes out.
            int count;
            do
            {
                count = _edges.Count + _leads.Count + _origins.Values.Sum(static origins => origins.Count);
                Ends.Clear();
                foreach (BodyFacts body in bodies)
                {
                    foreach (Instruction instruction in body.Instructions)
                    {
                        Add(body, instruction);
                    }
                }

                Fold();
            }
            while (_edges.Count + _leads.Count + _origins.Values.Sum(static origins => origins.Count) != count);
            foreach (BodyFacts body in bodies)
            {
                _watched.Add(body, [.. body.Instructions.Where(instruction => IsWatched(instruction) || IsGivenAtBirth(body, instruction))]);
            }
        }

        /// <summary>The completions that the results of calls are; null for any.</summary>
        public List<(string Result, string? End)> Ends { get; } = [];

        /// <summary>The synchronizers that are made and have more to them than that they are one.</summary>
        public HashSet<(string Key, string Type)> Qualities { get; } = [];

        public IEnumerable<string> OwnPlaces => _origins.Keys;

        public Instruction[] Watched(BodyFacts body) => _watched[body];

        public string[] ObjectsAt(string place) => IsOwn(place)
            ? _origins.TryGetValue(place, out HashSet<Origin>? origins) ? [.. origins.SelectMany(ObjectsOf).Distinct()] : []
            : [.. _known.ObjectsAt(place)];

        public IEnumerable<string> ObjectsOf(Value value) => value.Kind == ValueKind.Function ? ["f@" + value.Id] : Node(value) is { } node ? ObjectsAt(node) : [];

        /// <summary>Whether outside places get what they got of the others, and nothing that they do not hold already.</summary>
        public bool LeadsAs(Inclusions other) =>
            other._leads.All(lead => _leads.Contains(lead) || !ObjectsOf(lead.From).Any())
            && _leads.All(lead => other._leads.Contains(lead) || ObjectsOf(lead.From).All(new HashSet<string>(_known.ObjectsAt(lead.Into), StringComparer.Ordinal).Contains));

        /// <summary>Whether both copy the same, whatever the places hold.</summary>
        public bool CopiesAs(Inclusions other) =>
            _leads.SetEquals(other._leads) && _edges.SetEquals(other._edges)
            && _origins.Count == other._origins.Count && _origins.All(known => other._origins.TryGetValue(known.Key, out HashSet<Origin>? origins) && origins.SetEquals(known.Value));

        private IEnumerable<string> ObjectsOf(Origin origin) => origin.IsObject ? [origin.Name] : _known.ObjectsAt(origin.Name);

        // By whether objects are there, some instructions make more than inclusions.
        private bool IsWatched(Instruction instruction) => instruction switch
        {
            Call call => call.IsExact || (_known._onUiThread.Count > 0 && _program.Targets(call, call.Receiver).Any(target => _known._onUiThread.Contains(target.Id))),
            Affect affect => affect.Effect.Kind is not (EffectKind.Acquire or EffectKind.AcquireScope or EffectKind.TryAcquire or EffectKind.SemaphoreWait
                or EffectKind.Release or EffectKind.ReleaseScope or EffectKind.SemaphoreRelease or EffectKind.Wait or EffectKind.WaitOther or EffectKind.WaitAny
                or EffectKind.Signal or EffectKind.ConditionWait or EffectKind.ConditionSignal or EffectKind.IsSignalled or EffectKind.Reset),
            Await awaiting => ObjectsOf(awaiting.Target).Any(static key => !IsOther(key)),
            Register => true,
            _ => false,
        };

        private void Add(BodyFacts body, Instruction instruction)
        {
            _ownType = body.Type;
            CopyPlainly(body, instruction, _copy);
            switch (instruction)
            {
                case Call call:
                    IEnumerable<BodyFacts> exact = call.IsExact
                        ? ObjectsOf(call.Receiver).Where(static key => IsOfType(key) && key != AnyObject)
                            .Select(key => _program.ExactTarget(key.Substring(TypeMark.Length), call.Method)).OfType<BodyFacts>()
                        : [];
                    Bind(_program.Targets(call, call.Receiver).Concat(exact), call.Arguments, call.Result);
                    break;
                case Invoke invoke:
                    Bind(Functions(invoke.Delegate), invoke.Arguments, invoke.Result);
                    break;
                case Affect { Effect.Kind: EffectKind.Spawn or EffectKind.Fork or EffectKind.Callback } affect:
                    BodyFacts[] functions = [.. Functions(affect.Target)];
                    Bind(functions, affect.Effect is { Kind: EffectKind.Spawn, IsKThread: true } ? [affect.Result] : [], affect.Result);
                    foreach (string context in affect.Effect.Kind == EffectKind.Callback ? [] : IsForkOfSeveral(affect) ? functions.Select(function => affect.Result.Key + "/" + function.Id) : [affect.Result.Key])
                    {
                        Include(new Origin(context, IsObject: true), affect.Result.Key);
                    }

                    break;
                case Register { IsLazy: true } register:
                    Bind(Functions(register.Delegate), [], register.Source);
                    break;
            }
        }

        private IEnumerable<BodyFacts> Functions(Value @delegate) => ObjectsOf(@delegate)
            .Where(static key => key.StartsWith("f@", StringComparison.Ordinal)).Select(key => _program.Body(key.Substring(2))).OfType<BodyFacts>().ToArray();

        private void Bind(IEnumerable<BodyFacts> targets, ImmutableArray<Value> arguments, Value result)
        {
            foreach (BodyFacts target in targets)
            {
                for (int i = 0; i < arguments.Length; i++)
                {
                    Copy(arguments[i], Value.Parameter(target.Id, i).Key);
                }

                if (Node(result) is { } place)
                {
                    Include(new Origin(ReturnNode(target.Id), IsObject: false), place);
                    if (target.IsAsync)
                    {
                        Include(new Origin(AsyncEnds.KeyOf(target), IsObject: true), place);
                    }

                    if (result.Kind == ValueKind.CallResult)
                    {
                        Ends.Add((place, target.IsAsync ? AsyncEnds.KeyOf(target) : null));
                    }
                }
            }
        }

        private void Copy(Value source, string? target)
        {
            if (target is null)
            {
                return;
            }

            if (source.Kind == ValueKind.Function)
            {
                Include(new Origin("f@" + source.Id, IsObject: true), target);
            }
            else if (source.Kind is ValueKind.This or ValueKind.Instance)
            {
                foreach (string own in _known.TypesOf(source, _ownType))
                {
                    Include(new Origin(own, IsObject: true), target);
                }
            }
            else if (source.IsSynchronizer)
            {
                if (source.Type != Value.Synchronizer)
                {
                    Qualities.Add((source.Key, source.Type!));
                }

                Include(new Origin(source.Key, IsObject: true), source.Key);
            }
            else if (source is { Kind: ValueKind.Allocation, Type: { } type } && _known.MayAnswerExactCalls(type))
            {
                Include(new Origin(TypeMark + type, IsObject: true), source.Key);
            }
            else if (IsKeptObject(source, target))
            {
                Include(new Origin(KeptMark + source.Key, IsObject: true), source.Key);
            }

            if (Node(source) is { } place && place != target)
            {
                Include(new Origin(place, IsObject: false), target);
            }
        }

        private void Include(Origin from, string into)
        {
            if (!from.IsObject && IsOwn(from.Name))
            {
                _edges.Add((from, into));
            }
            else if (IsOwn(into))
            {
                OriginsOf(into).Add(from);
            }
            else
            {
                _leads.Add((from, into));
            }
        }

        private void Fold()
        {
            bool changes = true;
            while (changes)
            {
                changes = false;
                foreach ((Origin from, string into) in _edges)
                {
                    foreach (Origin origin in OriginsOf(from.Name).ToArray())
                    {
                        changes |= IsOwn(into) ? OriginsOf(into).Add(origin) : _leads.Add((origin, into));
                    }
                }
            }
        }

        private HashSet<Origin> OriginsOf(string place)
        {
            if (!_origins.TryGetValue(place, out HashSet<Origin>? origins))
            {
                _origins.Add(place, origins = []);
            }

            return origins;
        }

        private bool IsOwn(string place)
        {
            if (!_isOwn.TryGetValue(place, out bool isOwn))
            {
                _isOwn.Add(place, isOwn = _prefixes.Any(prefix => place.StartsWith(prefix, StringComparison.Ordinal)));
            }

            return isOwn;
        }

        /// <summary>A place outside, or an object.</summary>
        private readonly record struct Origin(string Name, bool IsObject);
    }
}

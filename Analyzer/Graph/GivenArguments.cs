using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>The constants that a call gives to those parameters which the callee compares with constants, or hands on. Immutable.</summary>
internal sealed class GivenArguments
{
    public static readonly GivenArguments None = new([], "");

    private readonly Dictionary<Value, string> _constants;

    private GivenArguments(Dictionary<Value, string> constants, string key)
    {
        _constants = constants;
        Key = key;
    }

    /// <summary>Tells apart what calls of one body give.</summary>
    public string Key { get; }

    /// <param name="caller">What the caller itself was given, and may hand on.</param>
    public static GivenArguments Of(BodyFacts callee, ImmutableArray<Value> arguments, GivenArguments caller)
    {
        Dictionary<Value, string>? constants = null;
        foreach (Value parameter in arguments.IsEmpty ? [] : callee.Derived(Deciding.Of).Parameters)
        {
            if (parameter.Index < arguments.Length && caller.ConstantOf(arguments[parameter.Index]) is { } constant)
            {
                (constants ??= [])[parameter] = constant;
            }
        }

        return constants is null ? None : new(constants, string.Join(",", constants.OrderBy(static given => given.Key.Index).Select(static given => given.Key.Index + "=" + given.Value)));
    }

    /// <summary>Whether control cannot go this way, since the block asks for a parameter of <paramref name="body"/> that has another value.</summary>
    public bool Denies(BodyFacts body, Block block, bool isTrue)
    {
        if (_constants.Count == 0 || BlockCondition.SubjectOf(block) is not { } subject)
        {
            return false;
        }

        return (_constants.TryGetValue(subject, out string? constant) || _constants.TryGetValue(body.Derived(Deciding.Of).Resolve(subject), out constant))
            && BlockCondition.HoldsFor(block, constant) != isTrue;
    }

    private string? ConstantOf(Value argument) => argument.Kind == ValueKind.Constant ? argument.Id
        : _constants.TryGetValue(argument, out string? constant) ? constant : null;

    private sealed class Deciding
    {
        // A switch tests a copy.
        private readonly LocalNames _names;

        private Deciding(BodyFacts body)
        {
            _names = new LocalNames(body);
            Parameters = [.. body.Blocks.Select(BlockCondition.SubjectOf).OfType<Value>().Select(_names.Resolve)
                .Concat(body.Instructions.OfType<Call>().SelectMany(static call => call.Arguments))
                .Where(value => value.Kind == ValueKind.Parameter && value.Id == body.Id).Distinct()];
        }

        public Value[] Parameters { get; }

        public static Deciding Of(BodyFacts body) => new(body);

        public Value Resolve(Value value) => _names.Resolve(value);
    }
}

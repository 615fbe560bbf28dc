using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>The constants that a call gives to those parameters which the callee tests against constants. Immutable.</summary>
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

    public bool IsEmpty => _constants.Count == 0;

    /// <param name="caller">What the caller itself was given, and may hand on.</param>
    public static GivenArguments Of(BodyFacts callee, ImmutableArray<Value> arguments, GivenArguments caller)
    {
        Dictionary<Value, string>? constants = null;
        foreach (Value tested in arguments.IsEmpty ? [] : callee.Blocks.Select(TestedBy).OfType<Value>())
        {
            if (tested.Id == callee.Id && tested.Index < arguments.Length && caller.ConstantOf(arguments[tested.Index]) is { } constant)
            {
                (constants ??= [])[tested] = constant;
            }
        }

        return constants is null ? None : new(constants, string.Join(",", constants.OrderBy(static given => given.Key.Index).Select(static given => given.Key.Index + "=" + given.Value)));
    }

    /// <summary>Whether control cannot go this way, since the block asks for a parameter that has another value.</summary>
    public bool Denies(Block block, bool isTrue)
    {
        if (IsEmpty || TestedBy(block) is not { } tested || !_constants.TryGetValue(tested, out string? constant))
        {
            return false;
        }

        bool holds = TestOf(block) is { } test ? (test.Constant == constant || test.Others.Contains(constant)) == test.EqualsWhenTrue : constant == bool.TrueString;
        return holds != isTrue;
    }

    private string? ConstantOf(Value argument) => argument.Kind == ValueKind.Constant ? argument.Id
        : _constants.TryGetValue(argument, out string? constant) ? constant : null;

    private static Value? TestedBy(Block block) => (TestOf(block)?.Operand ?? block.Condition) is { Kind: ValueKind.Parameter } parameter ? parameter : null;

    private static Test? TestOf(Block block) => block.Condition is { } condition ? block.Instructions.OfType<Test>().LastOrDefault(test => test.Result.Equals(condition)) : null;
}

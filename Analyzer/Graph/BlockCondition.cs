using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>What the condition of a block asks of one value: whether it is true, or equals a constant.</summary>
internal static class BlockCondition
{
    /// <summary>The value that is asked about; null for a block without a condition.</summary>
    public static Value? SubjectOf(Block block) => TestOf(block)?.Operand ?? block.Condition;

    /// <summary>Whether the condition holds where its subject has this value.</summary>
    public static bool HoldsFor(Block block, string constant) => TestOf(block) is { } test
        ? (test.Constant == constant || test.Others.Contains(constant)) == test.EqualsWhenTrue
        : constant == bool.TrueString;

    private static Test? TestOf(Block block) =>
        block.Condition is { } condition ? block.Instructions.OfType<Test>().LastOrDefault(test => test.Result.Equals(condition)) : null;
}

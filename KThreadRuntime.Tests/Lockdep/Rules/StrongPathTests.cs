using KThreadRuntime.Rules;

namespace KThreadRuntime.Tests.Rules;

/// <summary>The set of choices that a path carries, against trying every choice.</summary>
public class StrongPathTests
{
    private static readonly Kind[] _kinds =
    [
        new(DependencyKinds.ER, HoldsShared: false, WantsRecursive: true),
        new(DependencyKinds.EN, HoldsShared: false, WantsRecursive: false),
        new(DependencyKinds.SR, HoldsShared: true, WantsRecursive: true),
        new(DependencyKinds.SN, HoldsShared: true, WantsRecursive: false),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void EveryPath_IsJudgedAsByTryingEveryChoice(int length)
    {
        int labels = 1 << (4 * length);
        for (int path = 0; path < labels; path++)
        {
            DependencyKinds[] sets = [.. Enumerable.Range(0, length).Select(i => (DependencyKinds)((path >> (4 * i)) & 15))];
            StrongPath strong = sets.Skip(1).Aggregate(StrongPath.Start(sets[0]), (so, kinds) => so.Extend(kinds));
            List<Kind[]> choices = [.. Choices(sets).Where(IsStrong)];

            Assert.True(strong.IsPossible == (choices.Count > 0), $"{string.Join(" ", sets)} is possible: {strong.IsPossible}");
            Assert.True(strong.Closes() == choices.Any(c => !Passes(c[^1], c[0])), $"{string.Join(" ", sets)} closes: {strong.Closes()}");
        }
    }

    private static IEnumerable<Kind[]> Choices(DependencyKinds[] sets) => sets.Aggregate(
        (IEnumerable<Kind[]>)[[]], (paths, set) => paths.SelectMany(p => _kinds.Where(k => (k.Bit & set) != 0).Select(k => (Kind[])[.. p, k])));

    private static bool IsStrong(Kind[] path) => path.Zip(path.Skip(1), (wanting, holding) => !Passes(wanting, holding)).All(blocked => blocked);

    private static bool Passes(Kind wanting, Kind holding) => wanting.WantsRecursive && holding.HoldsShared;

    private sealed record Kind(DependencyKinds Bit, bool HoldsShared, bool WantsRecursive);
}

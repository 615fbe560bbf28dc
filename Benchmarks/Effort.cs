namespace Benchmarks;

/// <summary>How long to measure.</summary>
/// <param name="Rounds">Paired rounds per row.</param>
/// <param name="Scale">What a row's number of operations is divided by.</param>
/// <param name="WarmUp">How long both bodies run before.</param>
internal readonly record struct Effort(int Rounds, int Scale, TimeSpan WarmUp)
{
    internal static Effort Smoke => new(3, 20, TimeSpan.FromMilliseconds(200));

    internal static Effort Quick => new(10, 1, TimeSpan.FromSeconds(1));

    internal static Effort Full => new(60, 1, TimeSpan.FromSeconds(1));
}

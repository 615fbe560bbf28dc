using KThreadRuntime;

namespace Stress.Fuzz;

/// <summary>What a round of <see cref="ContextFuzz"/> plays with, and so how much of the answers must be equal.</summary>
/// <param name="Instances">Instances of each class.</param>
/// <param name="Completions">Classes of completions; 0 for a round of locks alone.</param>
/// <param name="Policy">Which rings count.</param>
/// <param name="History">The capacity of the history.</param>
/// <param name="Length">Operations of one round.</param>
/// <param name="Handlers">Whether handlers interrupt the threads.</param>
internal sealed record FuzzProfile(int Instances, int Completions, LockdepPolicy Policy, int History, int Length, bool Handlers = false)
{
    /// <summary>
    /// Whether the validator may blend what it saw: several instances within one generation are "any" to a later signal. It then
    /// knows the same classes and kinds, but may admit a ring that a gate dissolves, and loses the order of a class's instances.
    /// </summary>
    internal bool Blends => Instances > 1 && Completions > 0;

    /// <summary>Whether locks may change their class: that makes several instances of one, which may blend.</summary>
    internal bool MayRelabel => !Handlers && (Completions == 0 || Blends);

    /// <summary>Whether the confidence of a report must be one of the twin's answers: where no label has blended and no filter is off.</summary>
    internal bool Ranks => Policy == LockdepPolicy.Default && !Blends && !Loses;

    /// <summary>Whether private instances may pass for shared: a context stops recording which of several it touches.</summary>
    internal bool ForgetsTouches => Instances > 1 || MayRelabel;

    /// <summary>Whether the history may be too short, which loses dependencies and invents none.</summary>
    internal bool Loses => History < Length;

    /// <summary>A profile for each round, in turn.</summary>
    internal static FuzzProfile Of(int round, Random random) => (round % 8) switch
    {
        0 => new(1, 0, LockdepPolicy.Default, 1024, random.Next(20, 400)),
        1 => new(random.Next(2, 4), 0, LockdepPolicy.Default, 1024, random.Next(20, 400)),
        2 => new(random.Next(4, 20), 0, LockdepPolicy.Kernel, 1024, random.Next(20, 800)),
        3 => new(1, 2, LockdepPolicy.Default, 1024, random.Next(20, 300)),
        4 => new(random.Next(2, 5), 2, LockdepPolicy.Default, 1024, random.Next(20, 300)),
        5 => new(1, 0, LockdepPolicy.Default, 1024, random.Next(20, 400), Handlers: true),
        6 => new(random.Next(1, 3), 2, LockdepPolicy.Default, 1024, random.Next(20, 400), Handlers: true),
        _ => new(random.Next(1, 3), 2, LockdepPolicy.Kernel, 8, random.Next(50, 300)),
    };
}

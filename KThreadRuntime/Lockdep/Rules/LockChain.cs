namespace KThreadRuntime.Rules;

/// <summary>What some thread held, oldest first, and what it wanted on top of it.</summary>
/// <param name="Ordinal">Grows with the order of first sight.</param>
/// <param name="Key">The chain's hash.</param>
/// <param name="InHandler">Whether it began in a handler.</param>
/// <param name="Elements">Class, mode and try flag of each; the last is the one wanted.</param>
internal sealed record LockChain(int Ordinal, ulong Key, bool InHandler, uint[] Elements);

namespace KThreadRuntime.Rules;

/// <summary>What all instances of a class have in common, beside its identity.</summary>
/// <param name="Kind">What they stand for.</param>
/// <param name="Outer">Where they may be acquired.</param>
/// <param name="Inner">What may be acquired while one is held.</param>
/// <param name="ByDepth">Whether an acquire on top of others of the class belongs to the subclass of its depth.</param>
/// <param name="IsLifetime">Whether they tell of a context's own life; see <see cref="LockdepMap.IsLifetime"/>.</param>
internal readonly record struct ClassTraits(LockdepMapKind Kind, LockWaitType Outer, LockWaitType Inner, bool ByDepth = false, bool IsLifetime = false);

namespace KThreadRuntime;

/// <summary>How to make a class finer so that a report dissolves.</summary>
/// <param name="Class">The class that is too coarse.</param>
/// <param name="By">The cheapest policy that tells its instances apart; <see cref="ClassPolicy.Instance"/> includes a key of their own.</param>
/// <param name="Advice">The same in a sentence.</param>
public sealed record SplitSuggestion(LockClass Class, ClassPolicy By, string Advice);

namespace CrossRelease.Analyzers.Flow;

internal enum GuardKind
{
    /// <summary>Takes some exceptions, after a filter perhaps; others pass.</summary>
    Catch,

    /// <summary>Takes every exception.</summary>
    CatchAll,

    /// <summary>Runs on the way out, then the exception goes on.</summary>
    Finally,
}

/// <summary>What an exception meets on its way out of a block.</summary>
/// <param name="First">The ordinal of the region's first block.</param>
/// <param name="Caught">The documentation id of the exception that a <see cref="GuardKind.Catch"/> without filter takes.</param>
internal sealed record Guard(int First, GuardKind Kind, string? Caught);

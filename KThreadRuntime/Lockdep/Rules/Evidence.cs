using System.Diagnostics;

namespace KThreadRuntime.Rules;

/// <summary>Who was seen to make a dependency, and where. For people only: no rule decides by it.</summary>
/// <param name="Thread">The context that wanted the second end.</param>
/// <param name="FromSite">Where the first end was acquired, or, when it is owed, where its waiter waits or its signaller signals.</param>
/// <param name="ToSite">Where the second end was wanted.</param>
/// <param name="FromMode">How the first end is held.</param>
/// <param name="ToMode">How the second end is wanted.</param>
/// <param name="Stack">The stack at <paramref name="ToSite"/> when the chain was first seen; null when capture is off.</param>
internal sealed record Evidence(string Thread, CodeSite FromSite, CodeSite ToSite, ChainMode FromMode, ChainMode ToMode, StackTrace? Stack)
{
    /// <summary>Where the owed first end was signalled; unknown when it is held.</summary>
    internal CodeSite SignalSite { get; init; } = CodeSite.Unknown;
}

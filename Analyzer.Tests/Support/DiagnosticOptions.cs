namespace CrossRelease.Analyzers.Tests.Support;

/// <summary>What of an expected diagnostic is left out of the comparison.</summary>
[Flags]
public enum DiagnosticOptions
{
    None = 0,

    /// <summary>The further steps of the story are not compared.</summary>
    IgnoreAdditionalLocations = 1,

    /// <summary>The severity is not compared.</summary>
    IgnoreSeverity = 2,
}

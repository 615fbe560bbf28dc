namespace KThreadRuntime.Tests.Support;

/// <summary>Tests of what the whole process shares, as its memory: run one by one, after all others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    internal const string Name = "Alone";
}

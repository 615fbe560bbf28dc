using Xunit.Abstractions;

[assembly: TestCollectionOrderer(KThreadRuntime.Tests.Support.UnloadFirst.TypeName, "KThreadRuntime.Tests")]

namespace KThreadRuntime.Tests.Support;

/// <summary>
/// Unloading is tested before anything else: after the completion suite, whose cases leave waiters behind, the context stayed loaded for longer
/// than the test waits, and what holds it then has not been found out.
/// </summary>
public sealed class UnloadFirst : ITestCollectionOrderer
{
    internal const string TypeName = "KThreadRuntime.Tests.Support.UnloadFirst";

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderByDescending(static collection => collection.DisplayName.EndsWith(nameof(Trust.UnloadTests), StringComparison.Ordinal));
}

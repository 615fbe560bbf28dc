using System.Collections.Immutable;
using CrossRelease.Analyzers.Tests.Models.Primitives;

namespace CrossRelease.Analyzers.Tests.Rules.Filters;

/// <summary>Every precision filter in a program that it keeps quiet, and in the program one edit away that is reported, with all rules on.</summary>
public class PrecisionFilterTests
{
    private static readonly ImmutableDictionary<string, Primitive> _all =
        LockOrderFilters.All.Concat(CrossReleaseFilters.All).Concat(SelfDeadlockFilters.All).ToImmutableDictionary(static filter => filter.Id + " " + filter.Name);

    public static TheoryData<string> Names => [.. _all.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Without_Reports(string name) => await PrimitiveTests.VerifyAsync(_all[name].Reporting, _all[name]);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task With_IsQuiet(string name) => await PrimitiveTests.VerifyAsync(
        _all[name].Quiet.Replace("[|", "", StringComparison.Ordinal).Replace("|]", "", StringComparison.Ordinal), _all[name]);
}

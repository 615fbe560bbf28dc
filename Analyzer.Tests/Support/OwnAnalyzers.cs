using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CrossRelease.Analyzers.Tests.Support;

/// <summary>Every analyzer of an assembly, as a compiler would load them.</summary>
internal static class OwnAnalyzers
{
    public static ImmutableArray<DiagnosticAnalyzer> Of(Assembly assembly)
        =>
        [
            .. assembly.GetTypes()
                .Where(type => !type.IsAbstract && type.GetCustomAttribute<DiagnosticAnalyzerAttribute>() is not null)
                .Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!),
        ];

    /// <summary>A fix may not trade one diagnostic for another: no id may be found more often after it.</summary>
    public static async Task VerifyNothingNewAsync(Assembly assembly, Project before, Project after)
    {
        var analyzers = Of(assembly);
        var had = (await AnalysisRun.DiagnoseAsync(before, analyzers)).ToLookup(diagnostic => diagnostic.Id);
        foreach (var now in (await AnalysisRun.DiagnoseAsync(after, analyzers)).GroupBy(diagnostic => diagnostic.Id))
        {
            Assert.True(now.Count() <= had[now.Key].Count(), "The fix brings a new diagnostic:\n" + string.Join('\n', now.Select(DiagnosticText.Of)));
        }
    }
}

using System.Reflection;
using CrossRelease.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace CrossRelease.Analyzers.Tests.Meta;

/// <summary>Every rule of the table, and which of them can be fixed.</summary>
internal static class RuleFacts
{
    /// <summary>Every descriptor; a rule that tells two kinds of story has two, alike but for the message.</summary>
    public static IReadOnlyList<DiagnosticDescriptor> Descriptors { get; } =
        [.. typeof(CrossRelease.Analyzers.Rules).GetFields().Select(field => field.GetValue(null)).OfType<DiagnosticDescriptor>()];

    /// <summary>One descriptor a rule.</summary>
    public static IReadOnlyList<DiagnosticDescriptor> All { get; } = [.. Descriptors.DistinctBy(rule => rule.Id)];

    public static TheoryData<string> Ids => [.. All.Select(rule => rule.Id)];

    private static IReadOnlySet<string> Fixable { get; } = CodeFixes().SelectMany(fix => fix.FixableDiagnosticIds).ToHashSet();

    public static DiagnosticDescriptor Of(string id) => All.Single(rule => rule.Id == id);

    public static string FixOf(DiagnosticDescriptor rule) => Fixable.Contains(rule.Id) ? "yes" : "no";

    public static IEnumerable<string> Reported()
        => OwnAnalyzers.Of(typeof(WrapperHidesSiteAnalyzer).Assembly).SelectMany(analyzer => analyzer.SupportedDiagnostics).Select(rule => rule.Id).Distinct();

    private static IEnumerable<CodeFixProvider> CodeFixes()
        => typeof(CodeFixes.WrapperHidesSiteFixer).Assembly.GetTypes()
            .Where(type => type.GetCustomAttribute<ExportCodeFixProviderAttribute>() is not null && type != typeof(CodeFixes.BaselineFixer)) // it mends nothing
            .Select(type => (CodeFixProvider)Activator.CreateInstance(type)!);
}

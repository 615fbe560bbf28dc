using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>What all analyzers ask of the compiler: to run beside others, and not for code that a tool wrote and nobody edits.</summary>
public class InitializationTests
{
    public static TheoryData<string> Analyzers => [.. OwnAnalyzers.Of(typeof(SelfDeadlockAnalyzer).Assembly).Select(static analyzer => analyzer.GetType().Name)];

    [Theory]
    [MemberData(nameof(Analyzers))]
    public void Analyzer_RunsBesideOthersAndLeavesGeneratedCodeAlone(string name)
    {
        var asked = new AskedContext();
        OwnAnalyzers.Of(typeof(SelfDeadlockAnalyzer).Assembly).Single(analyzer => analyzer.GetType().Name == name).Initialize(asked);

        Assert.True(asked.RunsBesideOthers);
        Assert.True(asked.Registrations > 0);

        // Settings count wherever they are written.
        Assert.Equal(
            name == nameof(UnreadableSettingsAnalyzer) ? GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics : GeneratedCodeAnalysisFlags.None,
            asked.GeneratedCode);
    }

    private sealed class AskedContext : AnalysisContext
    {
        public bool RunsBesideOthers { get; private set; }

        public GeneratedCodeAnalysisFlags? GeneratedCode { get; private set; }

        public int Registrations { get; private set; }

        public override void EnableConcurrentExecution() => RunsBesideOthers = true;

        public override void ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags analysisMode) => GeneratedCode = analysisMode;

        public override void RegisterCompilationStartAction(Action<CompilationStartAnalysisContext> action) => Registrations++;

        public override void RegisterCompilationAction(Action<CompilationAnalysisContext> action) => Registrations++;

        public override void RegisterSemanticModelAction(Action<SemanticModelAnalysisContext> action) => Registrations++;

        public override void RegisterSymbolAction(Action<SymbolAnalysisContext> action, ImmutableArray<SymbolKind> symbolKinds) => Registrations++;

        public override void RegisterCodeBlockStartAction<TLanguageKindEnum>(Action<CodeBlockStartAnalysisContext<TLanguageKindEnum>> action) => Registrations++;

        public override void RegisterCodeBlockAction(Action<CodeBlockAnalysisContext> action) => Registrations++;

        public override void RegisterSyntaxTreeAction(Action<SyntaxTreeAnalysisContext> action) => Registrations++;

        public override void RegisterSyntaxNodeAction<TLanguageKindEnum>(Action<SyntaxNodeAnalysisContext> action, ImmutableArray<TLanguageKindEnum> syntaxKinds) => Registrations++;

        public override void RegisterAdditionalFileAction(Action<AdditionalFileAnalysisContext> action) => Registrations++;
    }
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Xunit.Sdk;

namespace CrossRelease.Analyzers.Tests.Support;

/// <summary>The verifier fails where it must; a support that passes everything would make every other test worthless.</summary>
public class VerifierTests
{
    [Fact]
    public Task ExpectedDiagnostic_Passes()
        => CSharpAnalyzerVerifier<ClassNamedBad>.VerifyAnalyzerAsync(
            "class {|#0:Bad|} { }",
            CSharpAnalyzerVerifier<ClassNamedBad>.Diagnostic().WithLocation(0).WithArguments("Bad"));

    [Theory]
    [InlineData("class Bad { }")]
    [InlineData("class [|Good|] { }")]
    [InlineData("class {|T0002:Bad|} { }")]
    [InlineData("[|class|] Bad { }")]
    [InlineData("class [|Bad|] { int M() { } }")]
    public async Task WrongExpectation_Fails(string source)
        => await Assert.ThrowsAnyAsync<XunitException>(() => CSharpAnalyzerVerifier<ClassNamedBad>.VerifyAnalyzerAsync(source));

    [Fact]
    public async Task WrongMessage_Fails()
        => await Assert.ThrowsAnyAsync<XunitException>(() => CSharpAnalyzerVerifier<ClassNamedBad>.VerifyAnalyzerAsync(
            "class {|#0:Bad|} { }",
            CSharpAnalyzerVerifier<ClassNamedBad>.Diagnostic().WithLocation(0).WithArguments("Other")));

    [Fact]
    public async Task WrongSeverity_Fails()
        => await Assert.ThrowsAnyAsync<XunitException>(() => CSharpAnalyzerVerifier<ClassNamedBad>.VerifyAnalyzerAsync(
            "class {|#0:Bad|} { }",
            CSharpAnalyzerVerifier<ClassNamedBad>.Diagnostic().WithLocation(0).WithSeverity(DiagnosticSeverity.Info)));

    [Fact]
    public async Task AnalyzerException_Fails()
        => await Assert.ThrowsAnyAsync<XunitException>(() => CSharpAnalyzerVerifier<ThrowingAnalyzer>.VerifyAnalyzerAsync("class C { }"));

    [Fact]
    public async Task DiagnosticThatAnEditorWouldDrop_Fails()
        => await Assert.ThrowsAnyAsync<XunitException>(() => CSharpAnalyzerVerifier<AtCompilationEnd>.VerifyAnalyzerAsync("class [|C|] { }"));

#pragma warning disable RS1036, RS1037, RS1038, RS1041, RS2008 // test subjects, in no package
    private static readonly DiagnosticDescriptor _rule = new("T0001", "Bad name", "'{0}' is bad. Name it better.", "Test", DiagnosticSeverity.Warning, isEnabledByDefault: true);

    [DiagnosticAnalyzer(LanguageNames.CSharp)]
    private sealed class ClassNamedBad : DiagnosticAnalyzer
    {
        public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [_rule];

        public override void Initialize(AnalysisContext context)
        {
            context.EnableConcurrentExecution();
            context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
            context.RegisterSyntaxNodeAction(
                node =>
                {
                    var name = ((ClassDeclarationSyntax)node.Node).Identifier;
                    if (name.ValueText == "Bad")
                    {
                        node.ReportDiagnostic(Diagnostic.Create(_rule, name.GetLocation(), name.ValueText));
                    }
                },
                SyntaxKind.ClassDeclaration);
        }
    }

    [DiagnosticAnalyzer(LanguageNames.CSharp)]
    private sealed class ThrowingAnalyzer : DiagnosticAnalyzer
    {
        public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [_rule];

        public override void Initialize(AnalysisContext context)
        {
            context.EnableConcurrentExecution();
            context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
            context.RegisterSyntaxNodeAction(_ => throw new InvalidOperationException("on purpose"), SyntaxKind.ClassDeclaration);
        }
    }

    [DiagnosticAnalyzer(LanguageNames.CSharp)]
    private sealed class AtCompilationEnd : DiagnosticAnalyzer
    {
        public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [_rule];

        public override void Initialize(AnalysisContext context)
        {
            context.EnableConcurrentExecution();
            context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
            context.RegisterCompilationAction(end =>
            {
                var place = end.Compilation.GetSymbolsWithName("C").Single().Locations[0];
                end.ReportDiagnostic(Diagnostic.Create(_rule, place, "C"));
            });
        }
    }
#pragma warning restore RS1036, RS1037, RS1038, RS1041, RS2008
}

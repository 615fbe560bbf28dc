using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.SuppressionWithoutReasonAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

public class SuppressionWithoutReasonTests
{
    [Fact]
    public Task BarePragma_Reports() => Verify.VerifyAnalyzerAsync(
        "{|#0:#pragma warning disable XR1001|}\nclass C { }",
        Verify.Diagnostic().WithLocation(0).WithMessage(
            "XR1001 is suppressed here, and nothing says why it cannot happen. Write it behind the directive, after //."));

    [Fact]
    public Task BareAttribute_Reports() => Verify.VerifyAnalyzerAsync(
        "using System.Diagnostics.CodeAnalysis;\n[{|#0:SuppressMessage(\"Deadlock\", \"XR1001\")|}]\nclass C { }",
        Verify.Diagnostic().WithLocation(0).WithMessage(
            "XR1001 is suppressed here, and nothing says why it cannot happen. Give it as the attribute's Justification."));

    [Theory]
    [InlineData("[|#pragma warning disable XR1001 //|]\n", "#pragma warning disable XR1001 // the worker has ended\n")]
    [InlineData("[|#pragma warning disable CS0168, XR2001|]\n", "#pragma warning disable CS0168, CS0169\n")]
    [InlineData("[|#pragma warning disable XR1001|]\n", "#pragma warning restore XR1001\n")]
    [InlineData("[|#pragma warning disable XR1001|]\n", "#if NEVER\n#pragma warning disable XR1001\n#endif\n")]
    [InlineData("[|#pragma warning disable XR1001|]\n", "#pragma warning disable XRAY01\n")]
    [InlineData("[|#pragma warning disable XR1001|]\n", "#pragma warning disable XR10011\n")]
    public async Task Pragma_NeedsAReason(string without, string with)
    {
        await Verify.VerifyAnalyzerAsync(without + "class C { }");
        await Verify.VerifyAnalyzerAsync(with + "class C { }");
    }

    [Theory]
    [InlineData("SuppressMessage(\"Deadlock\", \"XR1001:Waits\")", "SuppressMessage(\"Deadlock\", \"XR1001:Waits\", Justification = \"The worker has ended.\")")]
    [InlineData("SuppressMessage(\"Deadlock\", \"XR1001\", Justification = \"\")", "SuppressMessage(\"Deadlock\", \"XR1001\", Justification = Why.Ended)")]
    [InlineData("SuppressMessage(\"Deadlock\", \"XR1001\", Justification = \"<Pending>\")", "SuppressMessage(\"Deadlock\", \"XR1001\", Justification = \"Pending\")")]
    [InlineData("UnconditionalSuppressMessage(\"Deadlock\", \"XR1001\")", "UnconditionalSuppressMessage(\"Deadlock\", \"CA1001\")")]
    public async Task Attribute_NeedsAReason(string without, string with)
    {
        const string Rest = "\nclass C { }\nstatic class Why { public const string Ended = \"The worker has ended.\"; }";
        await Verify.VerifyAnalyzerAsync("using System.Diagnostics.CodeAnalysis;\n[[|" + without + "|]]" + Rest);
        await Verify.VerifyAnalyzerAsync("using System.Diagnostics.CodeAnalysis;\n[" + with + "]" + Rest);
    }
}

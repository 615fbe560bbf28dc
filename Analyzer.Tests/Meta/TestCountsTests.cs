using System.Text.RegularExpressions;
using CrossRelease.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CrossRelease.Analyzers.Tests.Meta;

/// <summary>How many tests each rule and each fix has, counted in their sources: a row of data is a test.</summary>
public partial class TestCountsTests
{
    private const int InEachDirection = 6;
    private const int OfAFix = 8;

    private static readonly (string Source, (string Text, int Rows)[] Tests)[] _files =
        [.. ProjectFiles.Sources("Analyzer.Tests").Select(File.ReadAllText).Select(source => (source, TestsIn(source)))];

    public static TheoryData<string> AnalyzerNames => [.. OwnAnalyzers.Of(typeof(WrapperHidesSiteAnalyzer).Assembly).Select(analyzer => analyzer.GetType().Name)];

    public static TheoryData<string> FixerNames => [.. FixLaw.Providers.Select(fixer => fixer.GetType().Name)];

    [Theory]
    [MemberData(nameof(AnalyzerNames))]
    public void Rule_HasTestsInBothDirections(string analyzer)
    {
        var tests = TestsOf(analyzer).ToList();
        var reporting = tests.Where(test => Reports().IsMatch(test.Text)).Sum(test => test.Rows);
        var quiet = tests.Where(test => IsQuiet().IsMatch(test.Text)).Sum(test => test.Rows);

        Assert.True(reporting >= InEachDirection && quiet >= InEachDirection, $"{analyzer} has {reporting} tests that report and {quiet} that are quiet.");
    }

    [Theory]
    [MemberData(nameof(AnalyzerNames))]
    public void Rule_HasATestOfAWholeMessage(string analyzer) => Assert.Contains(TestsOf(analyzer), test => HasMessage().IsMatch(test.Text));

    [Theory]
    [MemberData(nameof(FixerNames))]
    public void Fix_HasCases(string fixer) => Assert.InRange(TestsOf(fixer).Sum(test => test.Rows), OfAFix, int.MaxValue);

    private static IEnumerable<(string Text, int Rows)> TestsOf(string type)
        => _files.Where(file => Regex.IsMatch(file.Source, $@"[<. ]{type}[>(]")).SelectMany(file => file.Tests);

    private static (string Text, int Rows)[] TestsIn(string source) =>
    [
        .. CSharpSyntaxTree.ParseText(source).GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>()
            .Select(method => (Text: method.ToString(), Attributes: method.AttributeLists.SelectMany(list => list.Attributes).Select(attribute => attribute.Name.ToString()).ToList()))
            .Where(method => method.Attributes.Any(name => name is "Fact" or "Theory"))
            .Select(method => (method.Text, Math.Max(1, method.Attributes.Count(name => name == "InlineData")))),
    ];

    /// <summary>By its name, or by what it marks or expects.</summary>
    [GeneratedRegex(@"\[\||\{\|(#|XR)|_Reports?\b|ReportsAsync|\.Diagnostic\(|""XR\d{4}""|Line\(|Assert\.Single")]
    private static partial Regex Reports();

    /// <summary>By its name, by what it calls, or by a row without a mark.</summary>
    [GeneratedRegex(@"Quiet|Empty|InlineData\([^\n]*""[^\[\]\n]*""\)\]")]
    private static partial Regex IsQuiet();

    [GeneratedRegex(@"WithMessage\(|GetMessage\(")]
    private static partial Regex HasMessage();
}

using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Symbols;
using CrossRelease.Analyzers.Tests.Robustness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CrossRelease.Analyzers.Tests.Flow;

/// <summary>What a second reading of a tree has in common with the first.</summary>
public class FactsComparisonTests
{
    private const string Two = "public class C { object _a = new(); void M() { lock (_a) { N(); } } void N() { System.Action f = () => { lock (_a) { } }; f(); } }";

    public static TheoryData<int> Sources => [.. Enumerable.Range(0, RichSources.All.Count)];

    [Theory]
    [MemberData(nameof(Sources))]
    public void SourceMovedAsAWhole_KeepsEveryBody(int index)
    {
        TreeFacts before = Read(RichSources.All[index]);

        TreeFacts after = FactsComparison.Keep(before, Read("// One line more.\n" + RichSources.All[index]));

        Assert.Equal(before.Bodies, after.Bodies);
        Assert.Equal(before.Types, after.Types);
        Assert.All(before.Bodies, body => Assert.Equal(body.Span.Start + 18, after.Now(body, body.Span).Start));
    }

    [Theory]
    [InlineData("lock (_a) { N(); }", "lock (_a) { /* why */ N(); }", "M:C.M")]
    [InlineData("lock (_a) { N(); }", "lock (this) { N(); }", null)]
    [InlineData("lock (_a) { N(); }", "lock (_a) { }", null)]
    [InlineData("lock (_a) { N(); }", "lock (_a) { } N();", null)]
    [InlineData("N();", "N(); N();", null)]
    public void EditOfOneBody_KeepsTheOthers(string old, string @new, string? kept)
    {
        TreeFacts before = Read(Two);
        TreeFacts read = Read(Two.Replace(old, @new));

        TreeFacts after = FactsComparison.Keep(before, read);

        Assert.Equal(
            before.Bodies.Where(body => body.Id != "M:C.M" || kept is not null).Select(static body => body.Id).Order(),
            after.Bodies.Where(before.Bodies.Contains).Select(static body => body.Id).Order());
        Assert.Equal(read.Bodies.Select(static body => body.Span), after.Bodies.Select(body => after.Now(body, body.Span)));
        Assert.Equal(
            read.Bodies.SelectMany(static body => body.Instructions).Select(static instruction => instruction.Span),
            after.Bodies.SelectMany(body => body.Instructions.Select(instruction => after.Now(body, instruction.Span))));
    }

    [Fact]
    public void BodyMovedBehindAnother_KeepsBoth()
    {
        const string first = "void M() { lock (_a) { N(); } }";
        TreeFacts before = Read(Two);

        TreeFacts after = FactsComparison.Keep(before, Read(Two.Replace(first, "").Replace("f(); }", "f(); } " + first)));

        Assert.Equal(before.Bodies.Length, after.Bodies.Count(before.Bodies.Contains));
        Assert.NotEqual(before.Bodies, after.Bodies);
    }

    private static TreeFacts Read(string source)
    {
        var compilation = CSharpCompilation.Create(
            "Read",
            [CSharpSyntaxTree.ParseText("global using System; global using System.Collections.Generic; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;"), CSharpSyntaxTree.ParseText(source)],
            [.. TestReferences.Framework],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        return TreeFactsCache.Of(compilation, compilation.SyntaxTrees[1], new FollowedAssemblies([]), 1, CancellationToken.None);
    }
}

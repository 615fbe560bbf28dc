using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Graph;
using CrossRelease.Analyzers.Options;
using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CrossRelease.Analyzers.Tests.Graph;

public class BudgetsTests
{
    private const int SmallStack = 256 * 1024;

    [Fact]
    public void BodyThatHitsTwoBudgets_IsToldOnce()
    {
        BodyFacts body = ProgramFacts.Of("class C { void M() { } }").Bodies.Single(static body => body.Id == "M:C.M");
        var budgets = new Budgets(width: 3);

        budgets.Hit(body, Budget.Width);
        budgets.Hit(body, Budget.Chain);
        budgets.Hit(body, Budget.Width);

        Finding found = Assert.Single(budgets.Findings());
        Assert.Equal((Fault.CutShort, true), (found.Fault, found.IsSuggestion));
        Assert.Equal<string>(["C.M", "a chain of more than 12 calls begins in it, and a call in it may run more than 3 bodies"], found.Arguments);
    }

    [Fact]
    public void EachBudget_HasItsWords()
    {
        BodyFacts body = ProgramFacts.Of("class C { void M() { } }").Bodies.Single(static body => body.Id == "M:C.M");

        string[] words = [.. Enum.GetValues<Budget>().Select(budget => Words(body, budget))];

        Assert.Equal(words.Length, words.Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData(10, false)]
    [InlineData(4000, true)]
    public void ExpressionTooDeepForTheStack_IsNoted(int operands, bool isTooDeep)
    {
        string sum = string.Join(" + ", Enumerable.Range(0, operands).Select(static i => "N(" + (i % 7) + ")"));
        SyntaxTree tree = CSharpSyntaxTree.ParseText("class C { static int N(int n) => n; int Sum() { return " + sum + "; } }");
        CSharpCompilation compilation = CSharpCompilation.Create("Deep", [tree], TestReferences.Framework);
        SemanticModel model = compilation.GetSemanticModel(tree);
        Assert.Empty(model.GetDiagnostics());
        TreeFacts? facts = null;

        var reader = new Thread(() => facts = TreeReader.Read(model, AnalysisSettings.Default, new FollowedAssemblies([]), CancellationToken.None), SmallStack);
        reader.Start();
        reader.Join();

        Assert.Equal(isTooDeep, facts!.Bodies.Single(static body => body.Id == "M:C.Sum").IsTooDeep);
    }

    private static string Words(BodyFacts body, Budget budget)
    {
        var budgets = new Budgets(width: 8);
        budgets.Hit(body, budget);
        return budgets.Findings().Single().Arguments[1];
    }
}

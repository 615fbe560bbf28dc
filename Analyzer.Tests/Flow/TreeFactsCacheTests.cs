using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CrossRelease.Analyzers.Tests.Flow;

/// <summary>Which facts outlive an edit: those of every tree whose meaning cannot have changed.</summary>
public class TreeFactsCacheTests
{
    private const string First = "public class First { private int _n = 1; public int Run() { lock (this) { return _n; } } }";
    private const string Second = "public class Second { public int Run(First first) => first.Run(); }";

    private static readonly FollowedAssemblies _none = new([]);

    [Fact]
    public void SameTreeInSameWorld_IsReadOnce()
    {
        CSharpCompilation compilation = Compile();
        SyntaxTree tree = compilation.SyntaxTrees[0];

        Assert.Same(Facts(compilation, tree, 1), Facts(compilation, tree, 1));
    }

    [Fact]
    public void UntouchedTreeOfEditedCompilation_KeepsItsFacts()
    {
        CSharpCompilation before = Compile();
        SyntaxTree untouched = before.SyntaxTrees[1];
        TreeFacts known = Facts(before, untouched, 1);
        CSharpCompilation after = before.ReplaceSyntaxTree(before.SyntaxTrees[0], CSharpSyntaxTree.ParseText(First.Replace("return _n;", "return _n + 1;")));

        Assert.Same(known, Facts(after, untouched, 1));
        Assert.NotSame(Facts(before, before.SyntaxTrees[0], 1), Facts(after, after.SyntaxTrees[0], 1));
    }

    [Fact]
    public void OtherWorld_IsReadAnew()
    {
        CSharpCompilation compilation = Compile();
        SyntaxTree tree = compilation.SyntaxTrees[0];

        Assert.NotSame(Facts(compilation, tree, 1), Facts(compilation, tree, 2));
    }

    [Fact]
    public void CancelledReading_LeavesNothingBehind()
    {
        CSharpCompilation compilation = Compile();
        SyntaxTree tree = compilation.SyntaxTrees[0];

        Assert.ThrowsAny<OperationCanceledException>(() => TreeFactsCache.Of(compilation, tree, _none, 1, new CancellationToken(canceled: true)));

        Assert.Contains(Facts(compilation, tree, 1).Bodies, static body => body.Id == "M:First.Run");
    }

    [Theory]
    [InlineData("return _n;", "return _n + 1;")]
    [InlineData("lock (this) {", "lock (this) { /* why */")]
    public void EditOfABody_IsNoEditOfADeclaration(string old, string @new) => Assert.Equal(Declarations(First), Declarations(First.Replace(old, @new)));

    [Theory]
    [InlineData("private int _n = 1", "private int _n = 2")]
    [InlineData("private int", "public int")]
    [InlineData("class First", "sealed class First")]
    [InlineData("Run()", "Run(int n = 0)")]
    [InlineData("public class", "using System; public class")]
    [InlineData("{ lock (this) { return _n; } }", "=> _n;")]
    public void EditOfADeclaration_ChangesTheHash(string old, string @new) => Assert.NotEqual(Declarations(First), Declarations(First.Replace(old, @new)));

    [Theory]
    [InlineData("class First { int P { get; } }", "class First { int P { get => 1; } }")]
    [InlineData("class First { object P; }", "class First { object P => this; }")]
    [InlineData("partial class First { partial void M(); }", "partial class First { partial void M() => M(); }")]
    public void BodyWhereThereWasNone_ChangesTheHash(string before, string after) => Assert.NotEqual(Declarations(before), Declarations(after));

    [Theory]
    [InlineData("class C { void M() { lock (this) { } } }", true)]
    [InlineData("class C { void M(System.Threading.Thread t) => t.Join(); }", true)]
    [InlineData("class C { void M(System.Text.StringBuilder t) => t.Append(1); }", false)]
    [InlineData("", false)]
    public void TreeWithoutLockOrWait_CostsNothing(string source, bool mayBlock)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(source);
        Assert.Equal(mayBlock, TreeOutline.Of(tree, CancellationToken.None).MayBlock(tree, CancellationToken.None));
    }

    private static long Declarations(string source) => TreeOutline.Of(CSharpSyntaxTree.ParseText(source), CancellationToken.None).Declarations;

    private static TreeFacts Facts(Compilation compilation, SyntaxTree tree, long world) => TreeFactsCache.Of(compilation, tree, _none, world, CancellationToken.None);

    private static CSharpCompilation Compile() => CSharpCompilation.Create(
        "Cache", [CSharpSyntaxTree.ParseText(First), CSharpSyntaxTree.ParseText(Second)], TestReferences.Framework, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
}

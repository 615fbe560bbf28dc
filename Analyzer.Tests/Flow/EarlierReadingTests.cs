using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Tests.Flow;

/// <summary>A file that is read again after an edit of a body: the members that the edit left alone are not read, and the facts are those of a reading of all.</summary>
public class EarlierReadingTests
{
    private const string Source = """
        using System; using System.Threading; using System.Threading.Tasks;
        public interface IRun { void Run(); }
        public abstract class Base(int size) { public int Size => size; public abstract void Run(); }
        public class Job(int size, object gate) : Base(size), IRun
        {
            private static readonly object _all = new Lazy<object>(() => { lock (typeof(Job)) { return 1; } });
            private readonly ManualResetEventSlim _done = new(), _ready = new(false);
            private int _count, _rest = Math.Max(1, 2);
            public event Action? Ended, Begun;
            public event Action Both { add { lock (gate) { Ended += value; } } remove => Ended -= value; }
            static Job() { lock (_all) { } }
            public Job() : this(1, new object()) => _done.Set();
            ~Job() => _done.Set();
            public int Count { get => _count; set { lock (gate) { _count = value; } } }
            public int Kept { get; set; } = Environment.ProcessorCount;
            public object this[int at] => at > 0 ? gate : _all;
            public static Job operator +(Job left, Job right) { lock (left) { return right; } }
            // what comes here may be of another length
            public override void Run() { Action run = () => { lock (gate) { Local(); } }; run(); Begun?.Invoke(); void Local() { lock (_all) { _count++; } } }
            public async Task Last(Func<Task> next) { await next().ConfigureAwait(false); await Task.Run(() => _done.Wait()); }
            private class Inner { public void Wait(Job job) { job._done.Wait(); lock (job) { job.Run(); } } }
        }
        """;

    private static readonly FollowedAssemblies _none = new([]);

    private static readonly string[] _edits = ["return 1; }", "lock (_all) { } }", "Ended += value; }", "_count = value; }", "return right; }", "Local(); }", "_count++; }", "job._done.Wait();", "may be of another length"];

    public static TheoryData<string> Edits => [.. _edits];

    [Theory]
    [MemberData(nameof(Edits))]
    public void EditOfABody_GivesTheFactsOfAFullReading(string part)
    {
        string edited = Source.Replace(part, "lock (\"" + part.Length + "\") { } " + part, StringComparison.Ordinal);
        (CSharpCompilation before, TreeFacts first) = Read(Source);
        (CSharpCompilation after, TreeFacts second) = Edit(before, first, first, edited);

        AssertSame(Read(edited).Facts, second);

        // And back again: bodies of two readings, each with moves of its own.
        (_, TreeFacts third) = Edit(after, second, second, Source);
        AssertSame(first, third);
    }

    [Fact]
    public void MembersThatAnEditLeavesAlone_AreNotReadAgain()
    {
        (CSharpCompilation before, TreeFacts first) = Read(Source);
        (_, TreeFacts second) = Edit(before, first, first, Source.Replace("_count++; }", "_count += 20; }", StringComparison.Ordinal));

        string[] read = [.. second.Bodies.Except(first.Bodies).Select(static body => body.Id).Where(static id => !id.StartsWith("M:Job.add_", StringComparison.Ordinal))];

        Assert.NotEmpty(read);
        Assert.All(read, static id => Assert.True(id.StartsWith("M:Job.Run", StringComparison.Ordinal) || id.Contains("#ctor(System.Int32", StringComparison.Ordinal), id));
        Assert.Equal(first.Types, second.Types);
    }

    [Theory]
    [InlineData("class C { void A() { } void B() { lock (this) { } } }", "class C { void A() { lock (this) { } } void B() { lock (this) { } } }", true)]
    [InlineData("class C { void A() { } void B() { lock (this) { } } }", "#define TRACE\nclass C { void A() { } void B() { lock (this) { } } }", false)]
    [InlineData("#define TRACE\nclass C { void A() { } void B() { lock (this) { } } }", "class C { void A() { } void B() { lock (this) { } } }", false)]
    [InlineData("lock (\"\") { } class C { void B() { lock (this) { } } }", "lock (\"a\") { } class C { void B() { lock (this) { } } }", false)]
    [InlineData("class C { void B() { } void B() { lock (this) { } } }", "class C { void B() { ; } void B() { lock (this) { } } }", false)]
    public void WhatOneMemberMeans_DependsOnNoOther(string source, string edited, bool isKept)
    {
        (CSharpCompilation before, TreeFacts first) = Read(source);
        (_, TreeFacts second) = Edit(before, first, first, edited);

        Assert.Equal(isKept, second.Bodies.Intersect(first.Bodies).Any());
        AssertSame(Read(edited).Facts, second);
    }

    // A comment inside moves some places of a body and not others; what comes above it afterwards moves them all.
    [Fact]
    public void BodyWhosePlacesMovedApart_IsMovedOn()
    {
        const string source = "class C { int _n; void A() { _n = 1; } void B() { lock (this) { } lock (typeof(C)) { } } }";
        string apart = source.Replace("lock (typeof", "/* why */ lock (typeof", StringComparison.Ordinal), on = apart.Replace("_n = 1;", "_n = 1_000;", StringComparison.Ordinal);
        (CSharpCompilation before, TreeFacts first) = Read(source);
        (CSharpCompilation after, TreeFacts second) = Edit(before, first, first, apart);
        (_, TreeFacts third) = Edit(after, second, FactsComparison.Keep(first, second), on);

        BodyFacts body = Assert.Single(third.Bodies, static body => body.Id == "M:C.B");
        Assert.Contains(body, first.Bodies);
        AssertSame(Read(on).Facts, third);
    }

    [Fact]
    public void LockOfAnotherAssemblyWithAnOrder_IsToldWhereItIsFirstNamed()
    {
        CSharpCompilation library = CSharpCompilation.Create(
            "Lib",
            [CSharpSyntaxTree.ParseText("namespace Lib; public class Store { [KThreadRuntime.AcquiredBefore(nameof(Log))] public readonly object Gate = new(); public readonly object Log = new(); }")],
            [.. TestReferences.Framework, TestReferences.Runtime],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        const string source = "class C { void A(Lib.Store store) { lock (store.Gate) { } } void B(Lib.Store store) { lock (store.Gate) { } } }";
        string edited = source.Replace("A(Lib.Store store) { lock (store.Gate) { } }", "A(Lib.Store store) { }", StringComparison.Ordinal);
        MetadataReference[] references = [.. TestReferences.Framework, TestReferences.Runtime, library.ToMetadataReference()];
        SyntaxTree tree = CSharpSyntaxTree.ParseText(source), later = CSharpSyntaxTree.ParseText(edited), alone = CSharpSyntaxTree.ParseText(edited);
        TreeFacts first = Facts(Compile(tree, references), tree, 1, null);

        TreeFacts second = Facts(Compile(later, references), later, 1, new EarlierReading(tree, first, first));

        Assert.Contains(first.Bodies, static body => body.Role == BodyRole.Order);
        AssertSame(Facts(Compile(alone, references), alone, 1, null), second);
    }

    [Fact]
    public void OtherSymbolsOfTheParser_ReadAllAgain()
    {
        (CSharpCompilation before, TreeFacts first) = Read(Source);
        SyntaxTree tree = CSharpSyntaxTree.ParseText(Source, new CSharpParseOptions(preprocessorSymbols: ["OTHER"]));

        TreeFacts second = Facts(Compile(tree), tree, 1, new EarlierReading(before.SyntaxTrees[0], first, first));

        Assert.Empty(second.Bodies.Intersect(first.Bodies));
    }

    [Fact]
    public void OtherDeclarations_ReadAllAgain()
    {
        (CSharpCompilation before, TreeFacts first) = Read(Source);
        SyntaxTree tree = CSharpSyntaxTree.ParseText(Source);

        TreeFacts second = Facts(Compile(tree), tree, 2, new EarlierReading(before.SyntaxTrees[0], first, first));

        Assert.Empty(second.Bodies.Intersect(first.Bodies));
    }

    [Fact]
    public void FactsThatWereReadUnderOtherDeclarations_AreNotTakenOver()
    {
        (CSharpCompilation before, TreeFacts first) = Read(Source);
        SyntaxTree old = before.SyntaxTrees[0], tree = CSharpSyntaxTree.ParseText(Source);
        Facts(before, old, 2, null);

        TreeFacts second = Facts(Compile(tree), tree, 2, new EarlierReading(old, first, first));

        Assert.Empty(second.Bodies.Intersect(first.Bodies));
    }

    [Fact]
    public void WhoDoesNotAskForMoves_GetsBodiesThatSayWhereTheyAre()
    {
        (CSharpCompilation before, TreeFacts first) = Read(Source);
        (CSharpCompilation after, TreeFacts moved) = Edit(before, first, first, Source.Replace("return 1; }", "return 2_000; }", StringComparison.Ordinal));

        TreeFacts plain = Facts(after, after.SyntaxTrees[0], 1, null);

        Assert.NotEmpty(moved.Moves!);
        Assert.Null(plain.Moves);
        AssertSame(plain, moved);
    }

    private static void AssertSame(TreeFacts expected, TreeFacts actual)
    {
        Assert.Equal(expected.Bodies.Select(static body => body.Id), actual.Bodies.Select(static body => body.Id));
        Assert.All(expected.Bodies.Zip(actual.Bodies), pair =>
        {
            BodyMoves moves = FactsComparison.Moves(pair.Second, pair.First)!;
            Assert.All(
                pair.Second.Instructions.Select(static instruction => instruction.Span).Append(pair.Second.Span),
                span => Assert.Equal(moves[span], actual.Now(pair.Second, span)));
        });
        Assert.True(FactsComparison.AreIdentical(expected.Types, actual.Types));
    }

    private static (CSharpCompilation Compilation, TreeFacts Facts) Read(string source)
    {
        CSharpCompilation compilation = Compile(CSharpSyntaxTree.ParseText(source));
        return (compilation, Facts(compilation, compilation.SyntaxTrees[0], 1, null));
    }

    private static (CSharpCompilation Compilation, TreeFacts Facts) Edit(CSharpCompilation before, TreeFacts read, TreeFacts kept, string text)
    {
        SyntaxTree old = before.SyntaxTrees[0];
        SyntaxTree tree = old.WithChangedText(SourceText.From(text));
        CSharpCompilation after = before.ReplaceSyntaxTree(old, tree);
        return (after, Facts(after, tree, 1, new EarlierReading(old, read, kept)));
    }

    private static TreeFacts Facts(Compilation compilation, SyntaxTree tree, long world, EarlierReading? before) =>
        TreeFactsCache.Of(compilation, tree, _none, world, CancellationToken.None, before: before);

    private static CSharpCompilation Compile(SyntaxTree tree, IEnumerable<MetadataReference>? references = null) =>
        CSharpCompilation.Create("Earlier", [tree], references ?? TestReferences.Framework, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
}

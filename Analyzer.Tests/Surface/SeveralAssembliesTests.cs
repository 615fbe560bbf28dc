using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Surface;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CrossRelease.Analyzers.Tests.Surface;

/// <summary>References of references, one reference on two ways, types that moved, and names that two assemblies use.</summary>
public class SeveralAssembliesTests
{
    private const string Base = "namespace Base; public class Gate { private readonly object _gate = new(); public void Take() { lock (_gate) { } } public void Hold(Action run) { lock (_gate) { run(); } } }";

    private const string Middle = "namespace Middle; public class Door { private readonly Base.Gate _gate = new(); public void Open() => _gate.Take(); public void Keep(Action run) => _gate.Hold(run); }";

    private const string Crosses = """
        public sealed class App
        {
            private readonly object _own = new();
            public void Go(Middle.Door door) { lock (_own) { door.Open(); } }
            public void Else(Middle.Door door) => door.Keep(() => { lock (_own) { } });
        }
        """;

    [Fact]
    public async Task RingThroughAReferenceOfAReference_IsFound_BuiltOrHeld()
    {
        CSharpCompilation @base = TwoProjects.Library("Base", Base);
        MetadataReference builtBase = TwoProjects.Built(TwoProjects.Generated(@base));
        CSharpCompilation overBuilt = TwoProjects.Library("Middle", Middle, builtBase);
        CSharpCompilation overHeld = TwoProjects.Library("Middle", Middle, TwoProjects.Held(@base));

        ImmutableArray<Diagnostic> built = await TwoProjects.FindAsync(Crosses, builtBase, TwoProjects.Built(TwoProjects.Generated(overBuilt)));
        ImmutableArray<Diagnostic> held = await TwoProjects.FindAsync(Crosses, TwoProjects.Held(@base), TwoProjects.Held(overHeld));

        Assert.Equal(CrossAssemblyTests.Lines(held), CrossAssemblyTests.Lines(built));
        Diagnostic found = Assert.Single(built, static diagnostic => diagnostic.Id == "XR1002");
        Assert.Equal(["/Base/Base.cs", "/Middle/Middle.cs"], found.AdditionalLocations.Where(static step => step.SourceTree is null).Select(static step => step.GetLineSpan().Path).Distinct().Order());
    }

    [Fact]
    public async Task OneReferenceOnTwoWays_IsOneAssembly()
    {
        MetadataReference @base = TwoProjects.Built(TwoProjects.Generated(TwoProjects.Library("Base", Base)));
        MetadataReference Over(string name, string body) => TwoProjects.Built(TwoProjects.Generated(
            TwoProjects.Library(name, $"namespace {name}; public static class Side {{ {body} }}", @base)));
        const string app = """
            public sealed class App
            {
                private readonly object _own = new();
                public void Go(Base.Gate gate) { lock (_own) { One.Side.Do(gate); } }
                public void Else(Base.Gate gate) => Two.Side.Do(gate, () => { lock (_own) { } });
            }
            """;

        ImmutableArray<Diagnostic> found = await TwoProjects.FindAsync(
            app, Over("One", "public static void Do(Base.Gate gate) => gate.Take();"), @base, Over("Two", "public static void Do(Base.Gate gate, Action run) => gate.Hold(run);"));

        Assert.Single(found, static diagnostic => diagnostic.Id == "XR1002");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TypeThatMoved_IsKnownWhereItIsNow(bool isForwarded)
    {
        MetadataReference old = TwoProjects.Built(TwoProjects.Generated(TwoProjects.Library("Old", Base)));
        MetadataReference middle = TwoProjects.Built(TwoProjects.Generated(TwoProjects.Library("Middle", Middle, old)));
        MetadataReference @new = TwoProjects.Built(TwoProjects.Generated(TwoProjects.Library("New", Base)));
        MetadataReference facade = TwoProjects.Built(TwoProjects.Library("Old", "[assembly: System.Runtime.CompilerServices.TypeForwardedTo(typeof(Base.Gate))]", @new));

        ImmutableArray<Diagnostic> found = isForwarded
            ? await TwoProjects.FindAsync(Crosses, facade, middle, @new)
            : await TwoProjects.FindAsync(Crosses, middle, @new);

        // Without the old assembly nothing says that it is the same type.
        Assert.Equal(isForwarded ? 1 : 0, found.Count(static diagnostic => diagnostic.Id == "XR1002"));
    }

    [Fact]
    public async Task TypesOfOneNameInTwoAssemblies_StayApart()
    {
        const string hidden = "internal static class Hidden { internal static readonly object Gate = new(); }";
        MetadataReference One(string name, string body) => TwoProjects.Built(TwoProjects.Generated(
            TwoProjects.Library(name, $"namespace {name} {{ public static class Side {{ {body} }} }} {hidden}")));
        MetadataReference first = One("One", "public static void Take() { lock (Hidden.Gate) { } }");
        MetadataReference second = One("Two", "public static void Hold(Action run) { lock (Hidden.Gate) { run(); } }");
        MetadataReference both = One("Two", "public static void Take() { lock (Hidden.Gate) { } } public static void Hold(Action run) { lock (Hidden.Gate) { run(); } }");
        const string app = """
            public sealed class App
            {
                private readonly object _own = new();
                public void Go() { lock (_own) { One.Side.Take(); } }
                public void Else() => Two.Side.Hold(() => { lock (_own) { } });
            }
            """;

        Assert.Empty(Warnings(await TwoProjects.FindAsync(app, first, second)));
        Assert.Single(Warnings(await TwoProjects.FindAsync(app.Replace("One.", "Two."), first, both)));

        static IEnumerable<Diagnostic> Warnings(ImmutableArray<Diagnostic> found) => found.Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Warning);
    }

    [Theory]
    [InlineData("1:1/1:AAAA", "damaged")]
    [InlineData("99:1/1:AAAA", "another version")]
    public async Task UnreadableSummary_IsLeftOutWithAReason(string text, string reason)
    {
        CSharpCompilation library = TwoProjects.Library("Base", $"[assembly: System.Reflection.AssemblyMetadata(\"CrossRelease.Surface\", \"{text}\")] {Base}");
        MetadataReference built = TwoProjects.Built(library);
        const string app = "public sealed class App { private readonly object _own = new(); public void Go(Base.Gate gate) { lock (_own) { gate.Take(); } } }";

        Assert.DoesNotContain(await TwoProjects.FindAsync(app, built), static diagnostic => diagnostic.Id.StartsWith("XR1", StringComparison.Ordinal));
        (string assembly, string problem) = Assert.Single(ReferencedSurfaces.Of(TwoProjects.Library("App", app, built), follows: true, CancellationToken.None).Problems);
        Assert.Equal("Base", assembly);
        Assert.Contains(reason, problem);
    }

    [Fact]
    public void GeneratorAndAnalyzers_ReadEachTreeOnce()
    {
        CSharpCompilation before = TwoProjects.Library("Base", Base);
        CSharpCompilation after = TwoProjects.Generated(before);
        Assert.Equal(before.SyntaxTrees.Length + 1, after.SyntaxTrees.Length);

        TreeFacts[] read = Facts(before);
        TreeFacts[] again = Facts(after);

        Assert.Equal(before.SyntaxTrees.Length, read.Length);
        Assert.All(read.Zip(again), static pair => Assert.Same(pair.First, pair.Second));

        static TreeFacts[] Facts(CSharpCompilation compilation) =>
            SourceFacts.Of(compilation, [.. compilation.SyntaxTrees], ReferencedSurfaces.Of(compilation, follows: true, CancellationToken.None), CancellationToken.None)!;
    }

    [Fact]
    public void EditOfABodyInAHeldReference_LeavesTheFactsOfItsDependants()
    {
        CSharpCompilation library = TwoProjects.Library("Base", Base);
        CSharpCompilation app = TwoProjects.Library("App", "public class App { public void Go(Base.Gate gate) { lock (this) { gate.Take(); } } }", TwoProjects.Held(library));

        Assert.Same(Facts(app), Facts(After("lock (_gate) { } }", "lock (_gate) { lock (this) { } } }")));
        Assert.NotSame(Facts(app), Facts(After("public void Take()", "public void Take(int n = 0)")));

        CSharpCompilation After(string old, string @new)
        {
            SyntaxTree tree = library.SyntaxTrees[1];
            SyntaxTree edited = CSharpSyntaxTree.ParseText(tree.GetText().ToString().Replace(old, @new), path: tree.FilePath);
            return app.ReplaceReference(app.References.Last(), library.ReplaceSyntaxTree(tree, edited).ToMetadataReference());
        }

        static TreeFacts Facts(CSharpCompilation compilation) =>
            SourceFacts.Of(compilation, [.. compilation.SyntaxTrees], ReferencedSurfaces.Of(compilation, follows: true, CancellationToken.None), CancellationToken.None)![1];
    }
}

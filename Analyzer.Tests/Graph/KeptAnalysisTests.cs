using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Graph;
using CrossRelease.Analyzers.Options;
using CrossRelease.Analyzers.Surface;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CrossRelease.Analyzers.Tests.Graph;

/// <summary>What an analysis takes over from the one before an edit.</summary>
public class KeptAnalysisTests
{
    private const string Source = """
        using System.Threading; using System.Threading.Tasks;
        public sealed class C
        {
            private readonly object _a = new(), _b = new();
            private readonly ManualResetEventSlim _ready = new();
            public void Edited() { lock (_a) { } }
            public void Callee() { lock (_b) { } }
            public void Caller() { Edited(); }
            public void Other() { Callee(); _ready.Wait(); }
            public int Number() => 1;
            public void Start(System.Action work) { Task.Run(work); }
        }
        """;

    [Theory]
    [InlineData("lock (_a) { lock (_b) { } }")]
    [InlineData("_ready.Wait();")]
    [InlineData("Callee(); lock (_a) { }")]
    [InlineData("int n = Number(); lock (_a) { }")]
    [InlineData("object gate = _a; lock (gate) { lock (gate) { } }")]
    public void EditThatMovesNoObjectElsewhere_KeepsTheSolutionAndAllOtherSummaries(string body)
    {
        (Analysis before, Analysis after) = Edit(body);

        Assert.Same(before.PointsTo.WaysBack, after.PointsTo.WaysBack);
        Assert.Equal(before.PointsTo.SpawnedBodies, after.PointsTo.SpawnedBodies);
        foreach (string name in (string[])["M:C.Callee", "M:C.Other", "M:C.Number"])
        {
            Assert.Same(Summary(before, name), Summary(after, name));
        }

        Assert.NotSame(Summary(before, "M:C.Caller"), Summary(after, "M:C.Caller"));
    }

    [Theory]
    [InlineData("Start(Callee);")]
    [InlineData("Task.Run(() => { lock (_b) { } });")]
    public void EditThatStartsWork_TakesNoSolutionOver(string body)
    {
        (Analysis before, Analysis after) = Edit(body);

        Assert.NotSame(before.PointsTo.WaysBack, after.PointsTo.WaysBack);
        Assert.NotEmpty(after.PointsTo.SpawnedBodies);
    }

    [Theory]
    [InlineData("await Later();", false)]
    [InlineData("Later();", true)]
    public void EditAfterWhichACallGoesOn_StartsAContextInTheCaller(string call, bool goesOn)
    {
        string source = Source.Replace("public int Number() => 1;", "public async Task Number() { " + call + " } private Task Later() => Task.CompletedTask; private async Task Now() { await Task.Yield(); }", StringComparison.Ordinal);
        (Analysis before, Analysis after) = Edit(source, source.Replace("Later() => Task.CompletedTask;", "Later() => Now();", StringComparison.Ordinal));

        Assert.False(before.Contexts.IsSpawned(before.Program.Body("M:C.Later")!));
        Assert.Equal(goesOn, after.Contexts.IsSpawned(after.Program.Body("M:C.Later")!));
    }

    [Theory]
    [InlineData("!_busy", "!_late")]
    [InlineData("!_late", "!_busy")]
    [InlineData("!_busy", "true")]
    public void EditOfWhatALoopAsksFor_SignalsWhereThatChanges(string asked, string edited)
    {
        string source = Source.Replace("public int Number() => 1;", "private bool _busy, _late; private bool IsIdle() => " + asked + "; public void Wait() { while (!IsIdle()) { } } public void End() { _busy = false; } public void EndLate() { _late = false; }", StringComparison.Ordinal);
        (Analysis before, Analysis after) = Edit(source, source.Replace("IsIdle() => " + asked, "IsIdle() => " + edited, StringComparison.Ordinal));

        foreach ((Analysis analysis, string answer) in (IEnumerable<(Analysis, string)>)[(before, asked), (after, edited)])
        {
            Assert.Equal(answer == "!_busy", !Summary(analysis, "M:C.End").Signals.IsEmpty);
            Assert.Equal(answer == "!_late", !Summary(analysis, "M:C.EndLate").Signals.IsEmpty);
        }
    }

    [Fact]
    public void TemporaryOfAnEditedBody_HoldsWhatItNowGets()
    {
        (Analysis _, Analysis after) = Edit("object gate = _a; lock (gate) { }");
        BodyFacts edited = after.Program.Body("M:C.Edited")!;
        Affect acquire = edited.Instructions.OfType<Affect>().First();

        Assert.Single(after.PointsTo.Objects(acquire.Target));
    }

    private static Summary Summary(Analysis analysis, string body) => analysis.Contexts.SummaryOf(analysis.Program.Body(body)!);

    private static (Analysis Before, Analysis After) Edit(string body) =>
        Edit(Source, Source.Replace("void Edited() { lock (_a) { } }", "void Edited() { " + body + " }", StringComparison.Ordinal));

    private static (Analysis Before, Analysis After) Edit(string source, string edit)
    {
        ImmutableArray<TreeFacts> read = Read(Compile(source));
        Analysis before = Analysis.Of(read, AnalysisOptions.Default, null, remembers: true, CancellationToken.None);
        ImmutableArray<TreeFacts> edited = Read(Compile(edit));
        ImmutableArray<TreeFacts> kept = [.. read.Zip(edited, FactsComparison.Keep)];
        return (before, Analysis.Of(kept, AnalysisOptions.Default, before, remembers: true, CancellationToken.None));
    }

    private static ImmutableArray<TreeFacts> Read(CSharpCompilation compilation) =>
        [.. SourceFacts.Of(compilation, [.. compilation.SyntaxTrees], ReferencedSurfaces.Of(compilation, true, CancellationToken.None), CancellationToken.None)!];

    private static CSharpCompilation Compile(string source) => CSharpCompilation.Create(
        "Kept", [CSharpSyntaxTree.ParseText(source, path: "C.cs")], [.. TestReferences.Framework], new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
}

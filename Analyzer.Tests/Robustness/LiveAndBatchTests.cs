using System.Collections.Immutable;
using CrossRelease.Analyzers.Graph;
using CrossRelease.Analyzers.Options;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CrossRelease.Analyzers.Tests.Robustness;

/// <summary>What an editor is told file by file, in whatever order and after whatever edits, is what a cold build says.</summary>
public class LiveAndBatchTests
{
    private const string Waiter = """
        public sealed class Waiter(Shared shared)
        {
            public void Stop() { lock (shared.Gate) { shared.Done.Wait(); } }
        }
        """;

    private const string Signaller = """
        public sealed class Signaller(Shared shared)
        {
            public void Start() => new System.Threading.Thread(Run).Start();
            private void Run() { lock (shared.Queue) { } shared.Done.Set(); }
        }
        """;

    private const string Holder = """
        public sealed class Shared
        {
            public readonly object Gate = new();
            public readonly object Queue = new();
            public readonly System.Threading.ManualResetEventSlim Done = new();
            public void Post() { lock (Queue) { lock (Gate) { } } }
        }
        """;

    private static readonly string[] _ring = [Waiter, Signaller, Holder];

    public static TheoryData<int, int, int> Orders => new() { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task RingOverThreeFiles_IsTheSameInAnyOrderOfAsking(int first, int second, int third)
    {
        string[] whole = await WholeAsync(Compile(_ring));
        string[] live = await PerDocumentAsync(Compile(_ring), first, second, third);

        Assert.Contains(whole, static line => line.Contains("Warning XR1001", StringComparison.Ordinal) && line.StartsWith("0.cs", StringComparison.Ordinal));
        Assert.Equal(whole, live);
    }

    /// <summary>File, what one of its bodies does in the deadlock, and what it does once mended.</summary>
    public static TheoryData<int, string, string> Edits => new()
    {
        { 0, "lock (shared.Gate) { shared.Done.Wait(); }", "lock (shared.Gate) { } shared.Done.Wait();" },
        { 1, "lock (shared.Queue) { } shared.Done.Set();", "shared.Done.Set(); lock (shared.Queue) { }" },
        { 2, "lock (Queue) { lock (Gate) { } }", "lock (Gate) { lock (Queue) { } }" },
    };

    [Theory]
    [MemberData(nameof(Edits))]
    public async Task BugRemovedFromOneBody_IsGoneAsInAColdRun(int file, string bug, string mended)
    {
        CSharpCompilation before = Compile(_ring);
        string[] warm = await PerDocumentAsync(before, 0, 1, 2);
        CSharpCompilation after = Edit(before, file, bug, mended);

        Assert.Contains(warm, static line => line.Contains("XR1001", StringComparison.Ordinal));
        Assert.DoesNotContain(await PerDocumentAsync(after, 2, 1, 0), static line => line.Contains("XR1001", StringComparison.Ordinal));
        Assert.Equal(await WholeAsync(Cold(after)), await PerDocumentAsync(after, 0, 1, 2));
        Assert.Equal(warm, await PerDocumentAsync(before, 0, 1, 2));
    }

    [Theory]
    [MemberData(nameof(Edits))]
    public async Task BugIntroducedInOneBody_IsFoundAsInAColdRun(int file, string bug, string mended)
    {
        CSharpCompilation before = Edit(Compile(_ring), file, bug, mended);
        string[] clean = await PerDocumentAsync(before, 0, 1, 2);
        CSharpCompilation after = Edit(before, file, mended, bug);

        Assert.DoesNotContain(clean, static line => line.Contains("XR1001", StringComparison.Ordinal));
        Assert.Contains(await PerDocumentAsync(after, 0, 1, 2), static line => line.Contains("XR1001", StringComparison.Ordinal));
        Assert.Equal(await WholeAsync(Cold(after)), await PerDocumentAsync(after, 1, 0, 2));
    }

    [Fact]
    public async Task EditOfADeclaration_IsSeenByBodiesOfOtherFiles()
    {
        const string field = "public readonly System.Threading.ManualResetEventSlim Done = new();";
        const string timeout = "public const int Limit = -1; " + field;
        string[] sources = [Waiter.Replace("Done.Wait()", "Done.Wait(Shared.Limit)"), Signaller, Holder.Replace(field, timeout)];
        CSharpCompilation before = Compile(sources);
        string[] unlimited = await PerDocumentAsync(before, 0, 1, 2);
        CSharpCompilation after = Edit(before, 2, "Limit = -1", "Limit = 100");

        Assert.Contains(unlimited, static line => line.Contains("XR1001", StringComparison.Ordinal));
        Assert.DoesNotContain(await PerDocumentAsync(after, 0, 1, 2), static line => line.Contains("XR1001", StringComparison.Ordinal));
        Assert.Equal(await WholeAsync(Cold(after)), await PerDocumentAsync(after, 2, 0, 1));
    }

    [Fact]
    public void EditOfOneBody_KeepsTheFactsOfOtherTrees()
    {
        CSharpCompilation before = Compile(_ring);
        CSharpCompilation after = Edit(before, 1, "lock (shared.Queue) { }", "lock (shared.Queue) { System.Console.WriteLine(); }");

        Finding known = Assert.Single(Findings(before, 0, CancellationToken.None));
        Finding found = Assert.Single(Findings(after, 0, CancellationToken.None));

        Assert.Same(known.Place.Body, found.Place.Body);
        Assert.NotSame(InSignaller(known), InSignaller(found));

        static object InSignaller(Finding finding) => finding.Steps.First(static step => step.Body.Name == "Signaller.Run").Body;
    }

    [Fact]
    public void CopyOfTheCompilation_SharesTheFindings()
    {
        // What an editor does for each document it asks for.
        CSharpCompilation compilation = Compile(_ring);
        CSharpCompilation copy = compilation.WithOptions(compilation.Options.WithReportSuppressedDiagnostics(true));

        Finding known = Assert.Single(Findings(compilation, 0, CancellationToken.None));

        Assert.NotSame(compilation, copy);
        Assert.Same(known, Assert.Single(Findings(copy, 0, CancellationToken.None)));
        Assert.Same(known, Assert.Single(Findings(compilation.Clone(), 0, CancellationToken.None)));
    }

    [Theory]
    [InlineData(ReportDiagnostic.Suppress, false)]
    [InlineData(ReportDiagnostic.Default, true)]
    public async Task RulesThatAreOff_CostNothing(ReportDiagnostic severity, bool isComputed)
    {
        CSharpCompilation compilation = Compile(_ring);
        compilation = compilation.WithOptions(compilation.Options.WithSpecificDiagnosticOptions(
            AllAnalyzers.Instances.SelectMany(static analyzer => analyzer.SupportedDiagnostics).Select(static rule => rule.Id).Distinct()
                .ToImmutableDictionary(static id => id, _ => severity)));

        string[] found = await WholeAsync(compilation);

        Assert.Equal(isComputed, found.Length > 0);
        Assert.Equal(isComputed, SharedFindings.Of(compilation, AnalysisSettings.Default).Known is not null);
    }

    [Theory]
    [InlineData("_count++;", false)]
    [InlineData("lock (_state) { _count++; }", true)]
    public async Task SourcesWithoutLockOrWait_AreNotRead(string body, bool isRead)
    {
        CSharpCompilation compilation = Compile([$"class C {{ object _state = new(); int _count; void M() {{ {body} }} }}"]);

        await WholeAsync(compilation);

        Assert.Equal(isRead, SharedFindings.Of(compilation, AnalysisSettings.Default).Known?.Program is not null);
    }

    [Fact]
    public void OtherReferencesOrKindOfOutput_ShareNothing()
    {
        CSharpCompilation compilation = Compile(_ring);
        Finding known = Assert.Single(Findings(compilation, 0, CancellationToken.None));

        Assert.NotSame(known, Assert.Single(Findings(compilation.WithOptions(compilation.Options.WithAllowUnsafe(true)), 0, CancellationToken.None)));
        Assert.Empty(Findings(compilation.RemoveAllReferences(), 0, CancellationToken.None));
        Assert.NotSame(known, Assert.Single(Findings(Compile(_ring), 0, CancellationToken.None)));
    }

    [Fact]
    public void CancelledFirstComputation_LeavesTheNextOneWhole()
    {
        CSharpCompilation compilation = Compile(_ring);

        Assert.ThrowsAny<OperationCanceledException>(() => Findings(compilation, 0, new CancellationToken(canceled: true)));

        Assert.Equal(Fault.CrossReleaseCycle, Assert.Single(Findings(compilation, 0, CancellationToken.None)).Fault);
    }

    [Fact]
    public async Task ComputationCancelledHalfWay_LeavesTheNextOneWhole()
    {
        for (int round = 0; round < 20; round++)
        {
            CSharpCompilation compilation = Compile(_ring);
            using var cancellation = new CancellationTokenSource();
            using var started = new ManualResetEventSlim();
            Task<Exception?> first = Task.Run<Exception?>(() =>
            {
                started.Set();
                return Record.Exception(() => Findings(compilation, 0, cancellation.Token));
            });
            Assert.True(started.Wait(TimeSpan.FromMinutes(1)));
            Thread.SpinWait(round * 20_000);
            await cancellation.CancelAsync();

            // Wherever the cancellation struck, if it did.
            Assert.True(await first.WaitAsync(TimeSpan.FromMinutes(1)) is null or OperationCanceledException);
            Assert.Equal(Fault.CrossReleaseCycle, Assert.Single(Findings(compilation, 0, CancellationToken.None)).Fault);
        }
    }

    private static ImmutableArray<Finding> Findings(CSharpCompilation compilation, int file, CancellationToken cancellation)
        => DeadlockEngine.For(compilation, AnalysisSettings.Default).FindingsIn(compilation.SyntaxTrees[file], cancellation);

    private static CSharpCompilation Compile(string[] sources) => CSharpCompilation.Create(
        "Live",
        sources.Select((source, i) => CSharpSyntaxTree.ParseText(source, path: i + ".cs")),
        [.. TestReferences.Framework, TestReferences.Runtime],
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));

    private static CSharpCompilation Cold(CSharpCompilation compilation) => Compile([.. compilation.SyntaxTrees.Select(static tree => tree.GetText().ToString())]);

    private static CSharpCompilation Edit(CSharpCompilation compilation, int file, string old, string @new)
    {
        SyntaxTree tree = compilation.SyntaxTrees[file];
        string text = tree.GetText().ToString();
        Assert.Contains(old, text);
        return compilation.ReplaceSyntaxTree(tree, CSharpSyntaxTree.ParseText(text.Replace(old, @new), path: tree.FilePath));
    }

    private static async Task<string[]> PerDocumentAsync(CSharpCompilation compilation, params int[] order)
    {
        var withAnalyzers = compilation.WithAnalyzers(AllAnalyzers.Instances);
        var found = new List<Diagnostic>();
        foreach (int file in order)
        {
            found.AddRange(await withAnalyzers.GetAnalyzerSemanticDiagnosticsAsync(compilation.GetSemanticModel(compilation.SyntaxTrees[file]), filterSpan: null, CancellationToken.None));
        }

        return Lines(found);
    }

    private static async Task<string[]> WholeAsync(CSharpCompilation compilation)
        => Lines(await compilation.WithAnalyzers(AllAnalyzers.Instances).GetAnalyzerDiagnosticsAsync(CancellationToken.None));

    private static string[] Lines(IEnumerable<Diagnostic> found)
    {
        Assert.DoesNotContain(found, static diagnostic => diagnostic.Id == "AD0001");
        return [.. found.Select(DiagnosticText.Of).Order(StringComparer.Ordinal)];
    }
}

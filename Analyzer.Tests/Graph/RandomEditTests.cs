using CrossRelease.Analyzers.Graph;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CrossRelease.Analyzers.Tests.Graph;

/// <summary>After any row of edits the findings are those of a cold run, whether an edit changed the facts or only moved them.</summary>
public class RandomEditTests
{
    private const int Bodies = 4;

    private static readonly string[] _bodies =
    [
        "_count++;",
        "_count += 2; /* the same facts, at other places */",
        "int local = _count; _count = local + 1;",
        "lock (First) { _count++; }",
        "lock (Second) { _count++; }",
        "lock (First) { lock (Second) { _count++; } }",
        "lock (Second) { lock (First) { } }",
        "Ready.Wait();",
        "lock (First) { Ready.Wait(); }",
        "lock (First) { } Ready.Set();",
        "lock (Other) { _count++; } lock (First) { }",
        "lock (Other) { _count++; lock (First) { } }",
        "Next!.M0(); lock (Second) { Next.M1(); }",
        "lock (First) { Next!.M2(); }",
        "Action run = () => { lock (Second) { _count--; } }; lock (First) { run(); }",
        "new Thread(() => { lock (First) { } Ready.Set(); }).Start();",
        "Task.Run(() => Next!.M3()).Wait();",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void AnyRowOfEdits_EndsAsAColdRun(int seed)
    {
        var random = new Random(seed);
        int[][] chosen = [.. Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, Bodies).Select(_ => random.Next(_bodies.Length)).ToArray())];
        CSharpCompilation warm = Compile(chosen);
        Find(warm);
        int moved = 0, found = 0;
        for (int edit = 0; edit < 40; edit++)
        {
            Analyzers.Graph.Program? before = SharedFindings.Of(warm).Known!.Program;
            int file = random.Next(chosen.Length);
            int body = random.Next(Bodies);
            chosen[file][body] = chosen[file][body] == 0 ? 1 : random.Next(4) == 0 ? 0 : random.Next(_bodies.Length);
            warm = warm.ReplaceSyntaxTree(warm.SyntaxTrees[file], CSharpSyntaxTree.ParseText(Source(file, chosen[file]), path: file + ".cs"));

            string[] expected = Find(Compile(chosen));

            Assert.Equal(expected, Find(warm));
            found += expected.Length;
            moved += ReferenceEquals(before, SharedFindings.Of(warm).Known!.Program) ? 1 : 0;
        }

        Assert.InRange(moved, 1, 39);
        Assert.True(found > 10);
    }

    [Theory]
    [InlineData("lock (First) { M1(); } M2();", "lock (First) { M1();  M2(); }")]
    [InlineData("using (_gate.EnterScope()) { M1(); } M2();", "using (_gate.EnterScope()) { M1();  M2(); }")]
    [InlineData("lock (_gate) { M1(); } M2();", "lock (_gate) { M1();  M2(); }")]
    public void StatementMovedIntoALock_IsNoMereMove(string before, string after)
    {
        CSharpCompilation cold = Compile([Source(0, [before, "lock (Other) { }", "lock (Second) { }", "lock (Second) { lock (_gate) { } lock (First) { } }"])]);
        Find(cold);
        string edited = Source(0, [after, "lock (Other) { }", "lock (Second) { }", "lock (Second) { lock (_gate) { } lock (First) { } }"]);
        CSharpCompilation warm = cold.ReplaceSyntaxTree(cold.SyntaxTrees[0], CSharpSyntaxTree.ParseText(edited, path: "0.cs"));

        string[] expected = Find(Compile([edited]));

        Assert.Contains(expected, static finding => finding.StartsWith(nameof(Fault.LockOrderCycle), StringComparison.Ordinal));
        Assert.DoesNotContain(Find(cold), static finding => finding.StartsWith(nameof(Fault.LockOrderCycle), StringComparison.Ordinal));
        Assert.Equal(expected, Find(warm));
    }

    private static string Source(int file, int[] chosen) => Source(file, [.. chosen.Select(static choice => _bodies[choice])]);

    private static string Source(int file, string[] bodies)
    {
        string members = string.Concat(bodies.Select(static (body, i) => "    public void M" + i + "() { " + body + " }\n"));
        return $$"""
            using System; using System.Threading; using System.Threading.Tasks;
            public sealed class C{{file}}
            {
                public static readonly object Other = new();
                private readonly Lock _gate = new();
                public readonly object First = new();
                public readonly object Second = new();
                public readonly ManualResetEventSlim Ready = new();
                public C0? Next;
                private int _count;
            {{members}}
            }
            """;
    }

    // Everything that a report is made of, with its places.
    private static string[] Find(CSharpCompilation compilation)
    {
        DeadlockEngine engine = DeadlockEngine.For(compilation);
        return [.. compilation.SyntaxTrees.SelectMany(tree => engine.FindingsIn(tree, CancellationToken.None)).Select(finding =>
            $"{finding.Fault} {Place(finding.Place)}: {string.Join('|', finding.Arguments)} {finding.IsSuggestion} {finding.IsProven} {finding.Fingerprint} {string.Join(' ', finding.Steps.Select(Place))}")];

        string Place(Site site) => engine.LocationOf(site).GetLineSpan().ToString();
    }

    private static CSharpCompilation Compile(int[][] chosen) => Compile([.. chosen.Select(static (bodies, file) => Source(file, bodies))]);

    private static CSharpCompilation Compile(string[] sources) => CSharpCompilation.Create(
        "Edited",
        sources.Select(static (source, i) => CSharpSyntaxTree.ParseText(source, path: i + ".cs")),
        [.. TestReferences.Framework],
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
}

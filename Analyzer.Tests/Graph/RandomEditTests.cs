using CrossRelease.Analyzers.Graph;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using static CrossRelease.Analyzers.Tests.Graph.EditedSources;

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
        "lock (First) { if (_count == 1) { lock (Second) { } } }",
        "lock (First) { if (_count == 2) return; _count = 2; } lock (Second) { lock (First) { } }",
        "lock (First) { if (_count == 1) return; _count = 1; lock (Second) { } }",
        "Turns = new(1); foreach (var turn in Turns.GetConsumingEnumerable()) { lock (First) { } }",
        "lock (First) { Turns.Add(1); }",
        "var late = new Thread(Next!.M1); late.Name = \"late\";",
        "var soon = new Thread(Next!.M1); soon.Start(); soon.Join();",
        "if (Monitor.IsEntered(First)) { lock (Second) { } }",
        "if (!Monitor.IsEntered(Second)) { lock (First) { Next!.M3(); } }",
        "Task now = Now(); lock (Second) { now.Wait(); }",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(8)]
    public void AnyRowOfEdits_EndsAsAColdRun(int seed)
    {
        var random = new Random(seed);
        int[][] chosen = [.. Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, Bodies).Select(_ => random.Next(_bodies.Length)).ToArray())];
        CSharpCompilation warm = Compile(Sources(chosen));
        Find(warm);
        int moved = 0, found = 0;
        for (int edit = 0; edit < 40; edit++)
        {
            Analyzers.Graph.Program? before = SharedFindings.Of(warm).Known!.Program;
            int file = random.Next(chosen.Length);
            int body = random.Next(Bodies);
            chosen[file][body] = chosen[file][body] == 0 ? 1 : random.Next(4) == 0 ? 0 : random.Next(_bodies.Length);
            warm = Edited(warm, file, Source(file, chosen[file]));

            string[] expected = Find(Compile(Sources(chosen)));

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
        CSharpCompilation warm = Edited(cold, 0, edited);

        string[] expected = Find(Compile([edited]));

        Assert.Contains(expected, static finding => finding.StartsWith(nameof(Fault.LockOrderCycle), StringComparison.Ordinal));
        Assert.DoesNotContain(Find(cold), static finding => finding.StartsWith(nameof(Fault.LockOrderCycle), StringComparison.Ordinal));
        Assert.Equal(expected, Find(warm));
    }

    /// <summary>Each edit changes what bodies that call nothing of it are told by: constants, starts, room in queues.</summary>
    [Theory]
    [InlineData("lock (First) { if (_count == 1) { lock (Second) { } } }", "lock (First) { if (_count == 2) return; _count = 2; } lock (Second) { lock (First) { } }", "_count == 2) return; _count = 2;", "_count == 3) return; _count = 3;")]
    [InlineData("lock (First) { if (_count == 1) { lock (Second) { } } }", "lock (First) { if (_count == 2) return; _count = 2; } lock (Second) { lock (First) { } }", "_count = 2;", "_count += 2;")]
    [InlineData("var one = new Thread(M3); one.Name = \"one\";", "lock (First) { Ready.Wait(); }", "one.Name = \"one\";", "one.Start();")]
    [InlineData("Turns = new(); foreach (var turn in Turns.GetConsumingEnumerable()) { lock (First) { } }", "lock (First) { Turns.Add(1); }", "Turns = new();", "Turns = new(1);")]
    public void EditThatIsHeardOfElsewhere_EndsAsAColdRun(string first, string second, string part, string with)
    {
        string before = Source(0, [first, second, "Task.Run(M0); Task.Run(M1);", "lock (First) { } Ready.Set();"]);
        string after = before.Replace(part, with, StringComparison.Ordinal);
        Assert.NotEqual(before, after);
        CSharpCompilation cold = Compile([before, Source(1, [0, 0, 0, 0])]);
        Find(cold);

        // The first question about sources remembers nothing: what is taken over shows from the second on.
        CSharpCompilation asked = Edited(cold, 1, Source(1, [3, 0, 0, 0]));
        Find(asked);
        CSharpCompilation warm = Edited(asked, 0, after);

        Assert.Equal(Find(Compile([after, Source(1, [3, 0, 0, 0])])), Find(warm));
    }

    /// <summary>Where objects go on to tells whose a completion is; the solution alone does not.</summary>
    [Theory]
    [InlineData("", "_save = Adopted(_load);")]
    [InlineData("_save = Adopted(_load);", "")]
    [InlineData("var taken = _load; _save = taken;", "var taken = _save; _save = taken;")]
    public void EditThatHandsAnOwnerOn_EndsAsAColdRun(string adopt, string edited)
    {
        string source = $$"""
            using System.Threading; using KThreadRuntime;
            internal sealed class Job { public readonly Completion Done = new(); }
            public sealed class Disk
            {
                private readonly object _gate = new();
                private Job _load = new();
                private Job _save = new();
                public void Start() { new Thread(Load).Start(); new Thread(Save).Start(); }
                public void Reset() { lock (_gate) { _load.Done.Wait(); } }
                public void Adopt() { /*here*/ }
                private static Job Adopted(Job job) => job;
                private void Load() => _load.Done.Complete();
                private void Save() { lock (_gate) { } _save.Done.Complete(); }
            }
            """;
        string before = source.Replace("/*here*/", adopt, StringComparison.Ordinal), after = source.Replace("/*here*/", edited, StringComparison.Ordinal);
        CSharpCompilation first = Compile([before, "class Other { }"]);
        Find(first);
        CSharpCompilation asked = Edited(first, 1, "class Other { void M() { } }");
        string[] had = Find(asked);
        CSharpCompilation warm = Edited(asked, 0, after);

        string[] expected = Find(Compile([after, "class Other { void M() { } }"]));

        Assert.NotEqual(had, expected);
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
                private System.Collections.Concurrent.BlockingCollection<int> Turns = new();
                private async Task Now() { await Task.Yield(); lock (Second) { } }
                public C0? Next;
                private int _count;
            {{members}}
            }
            """;
    }

    // Everything that a report is made of, with its places.
    private static string[] Sources(int[][] chosen) => [.. chosen.Select(static (bodies, file) => Source(file, bodies))];
}

using CrossRelease.Analyzers.Graph;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using static CrossRelease.Analyzers.Tests.Graph.EditedSources;

namespace CrossRelease.Analyzers.Tests.Graph;

/// <summary>
/// After any row of edits of calls, one way and the other but never round, the findings are those of a cold run: where nothing is in
/// recursion, lists, graphs and the order of bodies are taken over from edit to edit.
/// </summary>
public class RandomCallEditTests
{
    private const int Files = 3;
    private const int Bodies = 5;

    // What a body may do; # is a call, or nothing.
    private static readonly string[] _bodies =
    [
        "#",
        "# #",
        "lock (First) { # }",
        "lock (Second) { # #}",
        "# lock (First) { lock (Second) { } }",
        "lock (Second) { lock (First) { } } #",
        "Ready.Wait(); #",
        "lock (First) { # Ready.Wait(); }",
        "lock (First) { Ready.Wait(100); } #",
        "lock (Second) { # } Ready.Set();",
        "lock (First) { _made = new object(); } lock (_made) { # }",
        "_made = First; #",
        "lock (_made) { lock (Second) { # } }",
        "Units.Wait(); # Units.Release();",
        "Units.Wait(); #",
        "lock (First) { Units.Wait(); }",
        "# Units.Release();",
        "Monitor.Enter(First); #",
        "# Monitor.Exit(First);",
        "lock (First) { # Monitor.Wait(First); }",
        "lock (Second) { lock (First) { Monitor.PulseAll(First); } } #",
        "lock (First) { _work.Enqueue(Ready); } # Ready.Wait();",
        "_work.Clear(); #",
        "lock (First) { _item = new object(); } Ready.Wait();",
        "_text = _text + \"x\"; #",
        "_state = 1; # if (_state == 2) { lock (First) { } }",
        "lock (Second) { Happened?.Invoke(); # }",
        "if (_state == 3) { throw new InvalidOperationException(); } # Ready.Set();",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void AnyRowOfEdits_EndsAsAColdRun(int seed)
    {
        var random = new Random(seed);
        int[] ranks = [.. Enumerable.Range(0, Files * Bodies).OrderBy(_ => random.Next())];
        string[][] bodies = [.. Enumerable.Range(0, Files).Select(file => Enumerable.Range(0, Bodies).Select(body => Body(file, body)).ToArray())];
        CSharpCompilation warm = Compile(Sources(bodies));
        Find(warm);
        int kept = 0, found = 0;
        for (int edit = 0; edit < 40; edit++)
        {
            int file = random.Next(Files);
            for (int times = random.Next(3); times >= 0; times--)
            {
                int body = random.Next(Bodies);
                bodies[file][body] = Body(file, body);
            }

            warm = Edited(warm, file, Source(file, bodies[file]));

            string[] expected = Find(Compile(Sources(bodies)));

            Assert.Equal(expected, Find(warm));
            found += expected.Length;
            kept += SharedFindings.Of(warm).Known!.Analysis?.Contexts.Changed is null ? 0 : 1;
        }

        Assert.True(found > 40);
        Assert.InRange(kept, 10, 39);

        string Body(int file, int body)
        {
            int own = ranks[(file * Bodies) + body];
            int[] callees = [.. Enumerable.Range(0, Files * Bodies).Where(other => ranks[other] > own)];
            string[] parts = _bodies[random.Next(_bodies.Length)].Split('#');
            return parts[0] + string.Concat(parts.Skip(1).Select(part =>
                (callees.Length == 0 || random.Next(4) == 0 ? "" : callees[random.Next(callees.Length)] is var callee ? $"C{callee / Bodies}.Only.M{callee % Bodies}();" : "") + part));
        }
    }

    private static string Source(int file, string[] bodies)
    {
        string members = string.Concat(bodies.Select(static (body, i) => "    public void M" + i + "() { " + body + " }\n"));
        return $$"""
            using System; using System.Collections.Generic; using System.Threading; using System.Threading.Tasks;
            public sealed class C{{file}}
            {
                public static readonly C{{file}} Only = new();
                public readonly object First = new();
                public readonly object Second = new();
                public readonly ManualResetEventSlim Ready = new();
                public readonly SemaphoreSlim Units = new(1);
                private readonly Queue<ManualResetEventSlim> _work = new();
                private object _made = new();
                private object? _item;
                private int _state;
                private string _text = "";
                public event Action? Happened;
                public void Start() { new Thread(M1).Start(); Task.Run(M2); }
                public object? Item => _item;
            {{members}}
            }
            """;
    }

    // Everything that a report is made of, with its places.
    private static string[] Sources(string[][] bodies) => [.. bodies.Select(static (members, file) => Source(file, members))];
}

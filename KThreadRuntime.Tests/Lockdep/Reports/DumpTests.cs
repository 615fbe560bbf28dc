using System.Text.Json;
using KThreadRuntime.Rules;

namespace KThreadRuntime.Tests.Reports;

/// <summary>The dumps in the manner of the kernel's, and the chain table behind them.</summary>
public class DumpTests
{
    [Fact]
    public void Classes_ShowWhatIsReachedBothWays()
    {
        using Lab lab = Played();
        string[] lines = Dump(LockdepDump.WriteClasses, lab);

        Assert.Equal("all lock classes:", lines[0]);
        Assert.StartsWith("[00000001] FD:    2 BD:    1 +.+.: a  Played (DumpTests.cs:", lines[1], StringComparison.Ordinal);
        Assert.Equal([" -> [00000002] b", ""], lines[2..4]);
        Assert.StartsWith("[00000002] FD:    1 BD:    2 .+.+: b", lines[4], StringComparison.Ordinal);
        Assert.StartsWith("[00000003] FD:    1 BD:    1 +.+.: c", lines[6], StringComparison.Ordinal);
    }

    [Fact]
    public void Chains_ShowEachOnceOldestFirst()
    {
        using Lab lab = Played();
        string expected = """
            all lock chains:
            context: 0
            [00000001] a

            context: 0
            [00000001] a
            [00000002] b read

            context: 0
            [00000001] a
            [00000002] b read
            [00000003] c try


            """;

        Assert.Equal(expected.ReplaceLineEndings("\n").Split('\n'), Dump(LockdepDump.WriteChains, lab));
        Assert.Equal(3, lab.Validator.Statistics.DistinctChains);
        Assert.Equal(6, lab.Validator.Statistics.Chains);
        Assert.Equal((0, 0), (lab.Validator.Statistics.ChainCollisions, lab.Validator.Statistics.ChainsNotKept));
    }

    [Fact]
    public void Stats_NameTheKernelsCounters()
    {
        using Lab lab = Played();
        string[] lines = Dump(LockdepDump.WriteStats, lab);
        string Value(string name) => Assert.Single(lines, l => l.StartsWith($" {name}:", StringComparison.Ordinal))[(name.Length + 2)..].Trim();

        Assert.Equal("3", Value("lock-classes"));
        Assert.Equal("1", Value("direct dependencies"));
        Assert.Equal("1", Value("indirect dependencies"));
        Assert.Equal("3 [max: 65536]", Value("dependency chains"));
        Assert.Equal("6", Value("dependency chain hlocks used"));
        Assert.Equal("3", Value("max locking depth"));
        Assert.Equal("0", Value("reports"));
    }

    [Fact]
    public void LockStat_ShowsTheMostContendedFirst()
    {
        using Lab lab = Played();
        IReadOnlyList<LockClass> classes = lab.Validator.LockClasses;
        long millisecond = System.Diagnostics.Stopwatch.Frequency / 1000;
        classes[0].Contention.Add(ChainMode.Exclusive, millisecond);
        classes[1].Contention.Add(ChainMode.Exclusive, millisecond);
        classes[1].Contention.Add(ChainMode.Shared, millisecond);
        classes[1].Contention.Add(ChainMode.Shared, 3 * millisecond);
        classes[0].Holds.Add(ChainMode.Exclusive, millisecond / 2);
        classes[0].Holds.Add(ChainMode.Exclusive, millisecond * 3 / 2);
        classes[2].Holds.Add(ChainMode.Exclusive, millisecond);
        string[] lines = Dump(LockdepDump.WriteLockStat, lab);

        string[] none = ["0", "0.00", "0.00", "0.00", "0.00"];
        Assert.Equal(["b-R:", "2", "1000.00", "3000.00", "4000.00", "2000.00", .. none], Cells(lines[4]));
        Assert.Equal(["a:", "1", "1000.00", "1000.00", "1000.00", "1000.00", "2", "500.00", "1500.00", "2000.00", "1000.00"], Cells(lines[5]));
        Assert.Equal(["b-W:", "1", "1000.00", "1000.00", "1000.00", "1000.00", .. none], Cells(lines[6]));
        Assert.Equal(["c:", .. none, "1", "1000.00", "1000.00", "1000.00", "1000.00"], Cells(lines[7]));
        Assert.Equal(9, lines.Length);
    }

    [Fact]
    public void LockStatAsJson_SaysTheSame()
    {
        using Lab lab = Played();
        IReadOnlyList<LockClass> classes = lab.Validator.LockClasses;
        long millisecond = System.Diagnostics.Stopwatch.Frequency / 1000;
        classes[1].Contention.Add(ChainMode.Shared, millisecond);
        classes[1].Holds.Add(ChainMode.Shared, 2 * millisecond);
        using JsonDocument json = JsonDocument.Parse(Assert.Single(Dump(LockdepDump.WriteLockStatJson, lab)[..^1]));

        JsonElement root = json.RootElement, row = Assert.Single(root.GetProperty("classes").EnumerateArray());
        Assert.Equal((1, "100ns", false), (root.GetProperty("version").GetInt32(), root.GetProperty("unit").GetString(), root.GetProperty("holdTimes").GetBoolean()));
        Assert.Equal(("b", "shared"), (row.GetProperty("class").GetString(), row.GetProperty("side").GetString()));
        Assert.Equal(classes[1].Site.Line, row.GetProperty("site").GetProperty("line").GetInt32());
        Assert.Equal([1, 10_000, 10_000, 10_000, 10_000], Numbers(row.GetProperty("waits")));
        Assert.Equal([1, 20_000, 20_000, 20_000, 20_000], Numbers(row.GetProperty("holds")));
    }

    [Fact]
    public void ChainTable_CountsEqualKeysOfDifferentChains()
    {
        var table = new ChainTable();
        table.Add(7, inHandler: false, [1, 2]);
        table.Add(7, inHandler: false, [1, 2]);
        Assert.Equal((1, 0), (table.Count, table.Collisions));
        table.Add(7, inHandler: false, [1, 3]);
        table.Add(7, inHandler: true, [1, 2]);

        Assert.Equal((1, 2), (table.Count, table.Collisions));
    }

    [Fact]
    public void FullChainTable_CountsWhatItLeaves()
    {
        var table = new ChainTable(capacity: 2);
        for (ulong key = 1; key <= 5; key++)
        {
            table.Add(key, inHandler: false, [1]);
        }

        Assert.Equal((2, 3), (table.Count, table.Left));
        Assert.Equal([1ul, 2ul], table.Snapshot().Select(c => c.Key));
    }

    [Fact]
    public void ChainsOfClassesThatHaveGone_AreLeftOut()
    {
        using Lab lab = Played();
        lab.Validator.Retire([lab.Validator.LockClasses[2]]);

        Assert.Equal(2, lab.Validator.Statistics.DistinctChains);
        Assert.DoesNotContain(Dump(LockdepDump.WriteChains, lab), l => l.StartsWith("[00000003]", StringComparison.Ordinal));
    }

    [Fact]
    public void Dumps_RefuseNothing()
    {
        using var lab = new Lab();

        Assert.Equal("validator", Assert.Throws<ArgumentNullException>(() => LockdepDump.WriteStats(null!, TextWriter.Null)).ParamName);
        Assert.Equal("writer", Assert.Throws<ArgumentNullException>(() => LockdepDump.WriteStats(lab.Validator, null!)).ParamName);
        Assert.Equal(["all lock classes:", ""], Dump(LockdepDump.WriteClasses, lab));
    }

    /// <summary>Two threads that do the same: a, then b to read, then c if it is free.</summary>
    private static Lab Played()
    {
        var lab = new Lab();
        var a = new LockdepMap("a");
        var b = new LockdepMap("b");
        var c = new LockdepMap("c");
        foreach (string name in new[] { "T1", "T2" })
        {
            lab.Thread(name).Do(() =>
            {
                Lockdep.Acquire(a);
                Lockdep.Acquire(b, LockMode.Shared);
                Lockdep.TryAcquired(c);
                Lockdep.Release(c);
                Lockdep.Release(b);
                Lockdep.Release(a);
            });
        }

        return lab;
    }

    private static string[] Dump(Action<LockdepValidator, TextWriter> dump, Lab lab)
    {
        var writer = new StringWriter();
        dump(lab.Validator, writer);
        return writer.ToString().Split('\n');
    }

    private static long[] Numbers(JsonElement times) =>
        [.. new[] { "count", "min", "max", "total", "average" }.Select(n => times.GetProperty(n).GetInt64())];

    private static string[] Cells(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}

namespace KThreadRuntime.Tests.Reports;

/// <summary>What holds of the text of every report.</summary>
public class FormatTests
{
    [Fact]
    public void Write_WritesEachFormat()
    {
        Assert.Equal(SampleReports.Circular.ToString(), Written(LockdepReportFormat.Narrative));
        Assert.Equal(SampleReports.Circular.ToKernelText(), Written(LockdepReportFormat.Kernel));
        Assert.Equal(SampleReports.Circular.ToJson() + "\n", Written(LockdepReportFormat.Json));
        Assert.StartsWith("digraph", Written(LockdepReportFormat.Dot), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Written((LockdepReportFormat)9));
    }

    [Fact]
    public void EveryKind_HasATitleAndARemedyOfItsOwn()
    {
        LockdepReport[] faults = [.. SampleReports.Faults];
        string[] titles = [.. faults.Select(f => f.ToKernelText().Split('\n')[1])];

        Assert.Equal(Enum.GetValues<ReportKind>().Length - 2, titles.Distinct().Count());
        Assert.All(titles, t => Assert.Matches("^(WARNING|BUG|INFO|\\[ BUG): ", t));
        Assert.All(faults, f => Assert.DoesNotContain("see the sentence above", f.ToString(), StringComparison.Ordinal));
        Assert.All(faults, f => Assert.DoesNotContain($"kind: {f.Kind}\n", f.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void EverySample_EndsInALineEndAndNamesItsFingerprint() => Assert.All(SampleReports.All, report =>
    {
        Assert.EndsWith("fingerprint: 0123456789abcdef\n", report.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("fingerprint: 0123456789abcdef\n", report.ToKernelText(), StringComparison.Ordinal);
    });

    [Fact]
    public void WideRing_IsAListInTheOrderOfTheSchedule()
    {
        using var lab = new Lab();
        LockdepMap[] maps = [.. Enumerable.Range(0, 6).Select(i => new LockdepMap($"the lock of stage number {i}", new LockClassKey()))];
        for (int i = 0; i < maps.Length; i++)
        {
            int from = i;
            lab.Thread($"T{i}").Do(() =>
            {
                Lockdep.Acquire(maps[from]);
                Lockdep.Acquire(maps[(from + 1) % maps.Length]);
                Lockdep.Release(maps[(from + 1) % maps.Length]);
                Lockdep.Release(maps[from]);
            });
        }

        string[] lines = lab.Single().ToString().Split('\n');
        Assert.Contains(lines, l => l.StartsWith("    1. A: T5/", StringComparison.Ordinal) && l.EndsWith("acquire(the lock of stage number 5)", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.StartsWith("   12. A: T5/", StringComparison.Ordinal) && l.EndsWith("acquire(the lock of stage number 0)", StringComparison.Ordinal));
    }

    [Fact]
    public void Stack_IsResolvedAtTheFirstLook()
    {
        using var lab = new Lab();
        var a = new LockdepMap("a");
        Lockdep.Release(a);
        LockdepStack stack = lab.Single().Stack!;

        Assert.False(stack.IsResolved);
        Assert.Contains(nameof(Stack_IsResolvedAtTheFirstLook), stack.Frames[0], StringComparison.Ordinal);
        Assert.True(stack.IsResolved);
        Assert.DoesNotContain(stack.Frames, f => f.StartsWith("at ", StringComparison.Ordinal) || f.StartsWith("KThreadRuntime.Lockdep.", StringComparison.Ordinal));
    }

    [Fact]
    public void DeepStack_SaysThatItWasCut()
    {
        using var lab = new Lab();
        var a = new LockdepMap("a");
        Descend(100, () => Lockdep.Release(a));
        IReadOnlyList<string> frames = lab.Single().Stack!.Frames;

        Assert.Equal(33, frames.Count);
        Assert.Equal("...", frames[32]);
    }

    private static void Descend(int depth, Action then)
    {
        if (depth > 0)
        {
            Descend(depth - 1, then);
            return;
        }

        then();
    }

    private static string Written(LockdepReportFormat format)
    {
        var writer = new StringWriter();
        SampleReports.Circular.Write(writer, format);
        return writer.ToString();
    }
}

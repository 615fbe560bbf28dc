namespace KThreadRuntime.Tests;

/// <summary>Rings of more classes than are enumerated.</summary>
public class LongRingTests
{
    [Theory]
    [InlineData(25)]
    [InlineData(60)]
    public void RingOfVeryManyClasses_Reports(int classes)
    {
        using var lab = new Lab();
        LockdepMap[] maps = [.. Enumerable.Range(0, classes).Select(i => new LockdepMap($"m{i}", new LockClassKey()))];
        NestAll(lab, maps, gate: null);

        LockdepReport report = lab.Single();
        Assert.Equal((ReportKind.Circular, classes), (report.Kind, report.Steps.Count));
        Assert.Equal(classes, report.Steps.Select(s => s.Held).Distinct().Count());
    }

    [Fact]
    public void RingOfVeryManyClassesWithAGate_IsQuiet()
    {
        using var lab = new Lab(Lab.Everything);
        LockdepMap[] maps = [.. Enumerable.Range(0, 60).Select(i => new LockdepMap($"m{i}", new LockClassKey()))];
        NestAll(lab, maps, new LockdepMap("gate"));

        lab.IsQuiet();
    }

    [Fact]
    public void LongestRing_IsThatOfTheLimit()
    {
        using var lab = new Lab(new LockdepOptions { CaptureStacks = false });
        foreach (int classes in new[] { 1000, 1001 })
        {
            NestAll(lab, [.. Enumerable.Range(0, classes).Select(i => new LockdepMap($"m{i}", new LockClassKey()))], gate: null);
        }

        Assert.Equal(1000, lab.Single().Steps.Count);
    }

    /// <summary>Each lock under the one before on a thread of its own, the first under the last at the end.</summary>
    private static void NestAll(Lab lab, LockdepMap[] maps, LockdepMap? gate)
    {
        Actor[] actors = [lab.Thread("T1"), lab.Thread("T2")];
        for (int i = 0; i < maps.Length; i++)
        {
            LockdepMap outer = maps[i], inner = maps[(i + 1) % maps.Length];
            actors[i % 2].Do(() =>
            {
                if (gate is null)
                {
                    Maps.Nest(outer, inner);
                }
                else
                {
                    Maps.Under(gate, () => Maps.Nest(outer, inner));
                }
            });
        }
    }
}

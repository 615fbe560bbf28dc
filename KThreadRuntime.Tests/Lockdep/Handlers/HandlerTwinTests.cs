namespace KThreadRuntime.Tests;

/// <summary>Random runs against the plainest form of the rule: the first conflict is told at the very event that makes it, and none before.</summary>
public class HandlerTwinTests
{
    private const int Classes = 5;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void RandomRuns_AreJudgedAsByTheNaiveTwin(int seed)
    {
        var random = new Random(seed);
        int conflicts = 0;
        for (int run = 0; run < 100; run++)
        {
            conflicts += Run(random) ? 1 : 0;
        }

        Assert.InRange(conflicts, 10, 99);
    }

    /// <summary>One run, up to its first conflict; whether there was one.</summary>
    private static bool Run(Random random)
    {
        using var lab = new Lab(new LockdepOptions { Policy = LockdepPolicy.Kernel, CaptureStacks = false });
        LockdepMap[] maps = [.. Enumerable.Range(0, Classes).Select(i => new LockdepMap($"c{i}", new LockClassKey($"c{i}"), waitType: LockWaitType.None))];
        var twin = new NaiveHandlers(Classes);
        var scopes = new Stack<Lockdep.HandlerScope>();

        // Locks stay masked most of the time: else the first two events decide.
        Switch(twin, hard: true, off: true);
        for (int step = 0; step < 120; step++)
        {
            Do(random, maps, twin, scopes);
            bool told = lab.Reports.Any(r => r.Kind is ReportKind.InconsistentState or ReportKind.HandlerInversion or ReportKind.HandlerOrder);
            Assert.True(told == twin.HasConflict(), $"At step {step} the twin says {!told}: {string.Join("; ", lab.Reports.Select(r => r.Detail))}");
            if (told)
            {
                return true;
            }
        }

        return false;
    }

    private static void Do(Random random, LockdepMap[] maps, NaiveHandlers twin, Stack<Lockdep.HandlerScope> scopes)
    {
        switch (random.Next(20))
        {
            case < 8 when twin.Held.Count < 4:
                int wanted = random.Next(Classes);
                (bool isRead, bool isTry) = (random.Next(2) == 0, random.Next(8) == 0);
                if (twin.Held.All(h => h.Class != wanted))
                {
                    Acquire(maps[wanted], isRead ? LockMode.SharedRecursive : LockMode.Exclusive, isTry);
                    twin.Acquire(wanted, isRead, isTry);
                }

                break;
            case < 15 when twin.Held.Count > 0:
                int index = random.Next(twin.Held.Count);
                Lockdep.Release(maps[twin.Held[index].Class]);
                twin.Release(index);
                break;
            case 15 or 16 when twin.Depth == 0 || twin is { Depth: 1, Level: false }:
                bool hard = twin.Depth == 1 || random.Next(2) == 0;
                twin.Enter(hard);
                scopes.Push(Lockdep.EnterHandler(hard ? HandlerLevel.Hard : HandlerLevel.Soft));
                break;
            case 17 when twin is { Depth: > 0, Held.Count: 0 }:
                twin.Exit();
                scopes.Pop().Dispose();
                break;
            case 18 when twin.Depth == 0:
                Switch(twin, random.Next(2) == 0, off: true);
                break;
            case 19 when twin.Depth == 0 && random.Next(6) == 0:
                Switch(twin, random.Next(2) == 0, off: false);
                break;
        }
    }

    private static void Acquire(LockdepMap map, LockMode mode, bool isTry)
    {
        if (isTry)
        {
            Lockdep.TryAcquired(map, mode);
        }
        else
        {
            Lockdep.Acquire(map, mode);
        }
    }

    private static void Switch(NaiveHandlers twin, bool hard, bool off)
    {
        twin.Switch(hard, off);
        HandlerLevel level = hard ? HandlerLevel.Hard : HandlerLevel.Soft;
        if (off)
        {
            Lockdep.HandlersOff(level);
        }
        else
        {
            Lockdep.HandlersOn(level);
        }
    }
}

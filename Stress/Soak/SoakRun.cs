using System.Collections.Concurrent;
using KThreadRuntime;

namespace Stress.Soak;

/// <summary>
/// Many threads that keep the rules, for a while, and, among them, misdeeds on classes of their own: every misdeed must be
/// reported, and nothing else.
/// </summary>
internal sealed class SoakRun(int threads, TimeSpan duration, int seed, int misdeeds)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(90);

    private readonly ConcurrentQueue<LockdepReport> _reports = [];
    private readonly ConcurrentQueue<Exception> _thrown = [];

    /// <summary>Actions of the threads that keep the rules.</summary>
    internal long Actions { get; private set; }

    /// <summary>Misdeeds done.</summary>
    internal int Done { get; private set; }

    /// <summary>Misdeeds that no report named.</summary>
    internal IReadOnlyList<string> Missed { get; private set; } = [];

    /// <summary>Reports about what was no misdeed.</summary>
    internal IReadOnlyList<LockdepReport> False { get; private set; } = [];

    /// <summary>What a thread threw, and threads that did not end.</summary>
    internal IReadOnlyList<Exception> Thrown => [.. _thrown];

    internal LockdepStatistics? Statistics { get; private set; }

    internal bool IsGood => Missed.Count == 0 && False.Count == 0 && _thrown.IsEmpty;

    internal void Run()
    {
        var validator = new LockdepValidator(new LockdepOptions { Sinks = [new DelegateSink(_reports.Enqueue)] });
        Statistics = validator.Statistics;
        using LockdepValidator.Scope scope = validator.Enter();
        using var world = new LegalWorld();
        long end = Environment.TickCount64 + (long)duration.TotalMilliseconds;
        LegalWork[] work = [.. Enumerable.Range(0, threads).Select(i => new LegalWork(world, new Random(seed + i)))];
        Thread[] all = [.. work.Select((w, i) => new Thread(() => Repeat(w, end)) { IsBackground = true, Name = $"worker{i}" })];
        Array.ForEach(all, t => t.Start());
        List<string> done = Misbehave();
        JoinAll(all, end);
        Actions = work.Sum(w => w.Actions);
        Done = done.Count;
        Judge(done);
        validator.Dispose();
    }

    private void Repeat(LegalWork work, long end)
    {
        try
        {
            while (Environment.TickCount64 < end && _thrown.IsEmpty)
            {
                work.Once();
            }
        }
        catch (Exception thrown)
        {
            _thrown.Enqueue(thrown);
        }
    }

    private List<string> Misbehave()
    {
        var done = new List<string>();
        try
        {
            for (int i = 0; i < misdeeds; i++)
            {
                Misdeed misdeed = Misdeed.Of(i);
                misdeed.Play();
                done.Add(misdeed.Name);
            }
        }
        catch (Exception thrown)
        {
            _thrown.Enqueue(thrown);
        }

        return done;
    }

    private void JoinAll(Thread[] all, long end)
    {
        foreach (Thread thread in all)
        {
            TimeSpan left = TimeSpan.FromMilliseconds(Math.Max(0, end - Environment.TickCount64)) + _patience;
            if (!thread.Join(left))
            {
                throw new TimeoutException($"{thread.Name} hangs: the program was to have no deadlock.");
            }
        }
    }

    private void Judge(List<string> done)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var wrong = new List<LockdepReport>();
        foreach (LockdepReport report in _reports)
        {
            if (MisdeedOf(report) is { } misdeed)
            {
                found.Add(misdeed);
            }
            else
            {
                wrong.Add(report);
            }
        }

        Missed = [.. done.Where(name => !found.Contains(name))];
        False = wrong;
    }

    /// <summary>The misdeed that all classes of a report belong to; null when they are of none, or of several.</summary>
    private static string? MisdeedOf(LockdepReport report)
    {
        string?[] misdeeds = [.. report.Steps.Select(s => MisdeedOf(s.Held)).Distinct()];
        return misdeeds.Length == 1 ? misdeeds[0] : null;
    }

    /// <summary>What comes before the point of a name, or of its key's where the class is named by its kind alone, as a thread's end.</summary>
    private static string? MisdeedOf(LockClass lockClass)
    {
        string name = lockClass.Key?.Name ?? lockClass.Name;
        int point = name.IndexOf('.', StringComparison.Ordinal);
        return point < 0 ? null : name[..point];
    }
}

using KThreadRuntime.Rules;

namespace KThreadRuntime.Tests.Rules;

/// <summary>Random uses and dependencies, against looking at every path anew: the first conflict is told at the very event that makes it.</summary>
public class HandlerSearchTwinTests
{
    private const int Classes = 5;

    private static readonly UsageStates[] _hard =
        [UsageStates.UsedInHard, UsageStates.UsedInHardRead, UsageStates.QueuedReadInHard | UsageStates.UsedInHardRead, UsageStates.EnabledHard, UsageStates.EnabledHardRead];

    private static readonly UsageStates[] _soft =
        [UsageStates.UsedInSoft, UsageStates.UsedInSoftRead, UsageStates.QueuedReadInSoft | UsageStates.UsedInSoftRead, UsageStates.EnabledSoft, UsageStates.EnabledSoftRead];

    private readonly HashSet<(int From, int To, DependencyKinds Kind)> _edges = [];
    private readonly UsageStates[] _uses = new UsageStates[Classes];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void RandomEvents_AreJudgedAsByLookingAtEveryPath(int seed)
    {
        var random = new Random(seed);
        int conflicts = 0, joined = 0;
        for (int run = 0; run < 250; run++)
        {
            ReportKind? kind = Run(random);
            conflicts += kind is null ? 0 : 1;
            joined += kind == ReportKind.HandlerOrder ? 1 : 0;
        }

        Assert.InRange(conflicts, 50, 249);
        Assert.True(joined > 20, $"only {joined} paths were joined by a dependency");
    }

    /// <summary>One run, up to its first conflict: what was told.</summary>
    private ReportKind? Run(Random random)
    {
        _edges.Clear();
        Array.Clear(_uses);
        var rings = new Rings();
        LockClass[] classes = [.. Enumerable.Range(0, Classes).Select(i => rings.Lock($"c{i}"))];
        var rule = new CircularRule(rings.Classes, LockdepPolicy.Kernel, int.MaxValue);
        var findings = new Findings();
        for (int left = 14; left > 0; left--)
        {
            if (random.Next(3) == 0)
            {
                Mark(random, rule, classes, findings);
            }
            else
            {
                Observe(random, rule, classes, findings);
            }

            IReadOnlyList<Fault> told = findings.TakeFaults();
            Assert.True(told.Count > 0 == HasConflict(), $"The twin says {HasConflict()}: {string.Join("; ", told.Select(f => f.Detail))}");
            if (told.Count > 0)
            {
                return told[0].Kind;
            }
        }

        return null;
    }

    private void Mark(Random random, CircularRule rule, LockClass[] classes, Findings findings)
    {
        int index = random.Next(Classes);
        UsageStates states = (random.Next(3) == 0 ? _soft : _hard)[random.Next(5)];
        _uses[index] |= states;
        rule.Mark(classes[index], states, new UsageEvidence("T/1", CodeSite.Unknown, CodeSite.Unknown, Stack: null), findings);
    }

    private void Observe(Random random, CircularRule rule, LockClass[] classes, Findings findings)
    {
        int from = random.Next(Classes), to = (from + random.Next(1, Classes)) % Classes;
        var kinds = (DependencyKinds)(random.Next(2) == 0 ? 1 << random.Next(4) : random.Next(1, 16));
        foreach (DependencyKinds kind in Enum.GetValues<DependencyKinds>().Where(k => (kinds & k) != 0))
        {
            _edges.Add((from, to, kind));
        }

        rule.Observe(classes[from], classes[to], Rings.Step(null, null, kinds: kinds), findings);
    }

    private bool HasConflict() => Enumerable.Range(0, Classes).Any(used =>
        Conflicts(used, UsageStates.UsedInHard | UsageStates.QueuedReadInHard, UsageStates.UsedInHardRead, UsageStates.EnabledHard, UsageStates.EnabledHardRead)
        || Conflicts(used, UsageStates.UsedInSoft | UsageStates.QueuedReadInSoft, UsageStates.UsedInSoftRead, UsageStates.EnabledSoft, UsageStates.EnabledSoftRead));

    private bool Conflicts(int used, UsageStates blockedByAll, UsageStates recursive, UsageStates held, UsageStates heldRead) =>
        ((_uses[used] & blockedByAll) != 0 && Reaches(used, wantsRecursive: false, held, heldRead))
        || ((_uses[used] & recursive) != 0 && Reaches(used, wantsRecursive: true, held, heldRead));

    /// <summary>A walk back to where it began is a ring, and told as that.</summary>
    private bool Reaches(int start, bool wantsRecursive, UsageStates held, UsageStates heldRead)
    {
        if (IsBlocked(start, wantsRecursive, held, heldRead))
        {
            return true;
        }

        var seen = new HashSet<(int, bool)>();
        var rest = new Stack<(int Class, bool Recursive)>([(start, wantsRecursive)]);
        while (rest.TryPop(out (int Class, bool Recursive) at))
        {
            if (at.Class != start && IsBlocked(at.Class, at.Recursive, held, heldRead))
            {
                return true;
            }

            if (seen.Add(at))
            {
                foreach ((int _, int to, DependencyKinds kind) in _edges.Where(e => e.From == at.Class && !(at.Recursive && HoldsShared(e.Kind))))
                {
                    rest.Push((to, kind is DependencyKinds.ER or DependencyKinds.SR));
                }
            }
        }

        return false;
    }

    private bool IsBlocked(int wanted, bool recursive, UsageStates held, UsageStates heldRead) =>
        (_uses[wanted] & held) != 0 || (!recursive && (_uses[wanted] & heldRead) != 0);

    private static bool HoldsShared(DependencyKinds kind) => kind is DependencyKinds.SR or DependencyKinds.SN;
}

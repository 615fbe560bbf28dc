using System.Runtime.CompilerServices;
using KThreadRuntime;
using KThreadRuntime.Context;
using KThreadRuntime.Rules;

namespace Stress.Fuzz;

/// <content>The comparison: held sets and reports after each event, dependencies at the end of each round.</content>
internal sealed partial class ContextFuzz
{
    private readonly List<LockdepReport> _reports = [];
    private readonly HashSet<string> _inconsistent = [];
    private readonly HashSet<string> _unpinned = [];
    private int _reportsSeen;

    private void Compare(NaiveContext twin)
    {
        LockdepContext context = LockdepContext.For(_validator);
        IReadOnlyList<LockdepHeldLock> actual = context.SnapshotHeld();
        bool same = actual.Count == twin.Holds.Count;
        for (int i = 0; same && i < actual.Count; i++)
        {
            same = actual[i].Mode == twin.Holds[i].Mode && actual[i].Class.DisplayName == twin.Holds[i].Name;
        }

        Require(same, $"it holds {string.Join(", ", actual.Select(h => $"{h.Class.DisplayName} {h.Mode}"))} instead of {string.Join(", ", twin.Holds.Select(h => $"{h.Name} {h.Mode}"))}");
        foreach (Subject subject in _locks)
        {
            Require(context.Holds(subject.Map) == twin.IsHeld(subject.Map), $"another answer whether {subject.Map.Id} is held");
        }

        CompareReports();
    }

    private void CompareReports()
    {
        for (; _reportsSeen < _reports.Count; _reportsSeen++)
        {
            LockdepReport report = _reports[_reportsSeen];

            // Who waits for whom just now is judged beside the graph, and not by the twin.
            bool waitsInARing = _profile.Completions > 0 && report.Confidence == Confidence.Closed;
            if (report.Kind is (ReportKind.Circular or ReportKind.Recursive) && !waitsInARing)
            {
                string[] classes = [.. report.Steps.Select(s => s.Held.DisplayName)];
                string ring = NaiveRules.Show(report.Kind, classes);
                Require(_profile.Blends || _rules.Rings.Contains(ring), $"it reports what is not there: {ring}");
                CompareRank(report, ring, classes);
            }
            else
            {
                CompareFault(report);
            }
        }

        Require(_inconsistent.SetEquals(_world.Inconsistent), $"inconsistent in handlers are {string.Join(", ", _inconsistent)} instead of {string.Join(", ", _world.Inconsistent)}");
        Require(_unpinned.SetEquals(_world.Unpinned), $"pinned and released were {string.Join(", ", _unpinned)} instead of {string.Join(", ", _world.Unpinned)}");
    }

    private void CompareRank(LockdepReport report, string ring, string[] classes)
    {
        if (_profile.Ranks)
        {
            IReadOnlySet<(Confidence, ReportFlags)> ranks = _rules.RanksOf(ring, classes);
            Require(ranks.Contains((report.Confidence, report.Flags)), $"{ring} is {report.Confidence} ({report.Flags}) instead of {string.Join(" or ", ranks)}");
            _rules.Told.Add(ring);
            Ranked++;
        }
    }

    /// <summary>Which paths between handlers and what they interrupt are strong has a twin of its own; here each must lead where it says.</summary>
    private void CompareFault(LockdepReport report)
    {
        switch (report.Kind)
        {
            case ReportKind.InconsistentState:
                _inconsistent.Add(report.Subject!.DisplayName);
                break;
            case ReportKind.Pinned:
                _unpinned.Add(report.Subject!.DisplayName);
                break;
            case ReportKind.HandlerOrder or ReportKind.HandlerInversion:
                string used = report.Steps[0].Held.DisplayName, held = report.Steps[^1].Wanted.DisplayName;
                Require(_world.IsWanted(used) && _world.IsOpen(held), $"no handler is known to want {used} while {held} is held");
                Require(report.Steps.All(s => _rules.Labels.ContainsKey((s.Held.DisplayName, s.Wanted.DisplayName))), $"it tells a path from {used} to {held} that is not there");
                break;
        }
    }

    private void Finish()
    {
        CompareDependencies();
        Require(_validator.Statistics.UnbalancedReleases == _twins.Sum(t => t.Unbalanced), $"another number of unbalanced releases");
        if (!_profile.Loses && _validator.Statistics.TruncatedSearches == 0)
        {
            RequireAllRings();
        }

        Rings += _rules.Rings.Count;
        Dependencies += _rules.Labels.Count;
        Inconsistent += _inconsistent.Count;
        _inconsistent.Clear();
        _unpinned.Clear();
        _reportsSeen = 0;
        _reports.Clear();
    }

    private void CompareDependencies()
    {
        int found = 0;
        IReadOnlyList<LockClass> classes = _validator.LockClasses;
        foreach (LockClass from in classes)
        {
            foreach (LockClass to in classes)
            {
                IReadOnlyList<Dependency> actual = from == to ? [] : _validator.LabelsBetween(from, to);
                _rules.Labels.TryGetValue((from.DisplayName, to.DisplayName), out List<Dependency>? expected);
                if (actual.Count > 0)
                {
                    found++;
                    Require(expected is not null, $"it learned what never was: {from.DisplayName} -> {to.DisplayName}");
                    CompareLabels(from, to, actual, expected!);
                }
            }
        }

        Require(_profile.Loses ? found <= _rules.Labels.Count : found == _rules.Labels.Count, $"{found} dependencies instead of {_rules.Labels.Count}");
    }

    private void CompareLabels(LockClass from, LockClass to, IReadOnlyList<Dependency> actual, List<Dependency> expected)
    {
        DependencyKinds known = Kinds(actual), all = Kinds(expected);
        Require(_profile.Loses ? (known & ~all) == 0 : known == all, $"{from.DisplayName} -> {to.DisplayName} is {known} instead of {all}");

        // Where no label was joined into the last one, nothing is forgotten but by blending: each label must be the same.
        if (!_profile.Blends && !_profile.Loses && expected.Count < KThreadRuntime.Graph.SearchLimits.Default.MaxParallel)
        {
            string[] shown = [.. actual.Select(Show).Order(StringComparer.Ordinal)], wanted = [.. expected.Select(Show).Order(StringComparer.Ordinal)];
            Require(shown.SequenceEqual(wanted), $"{from.DisplayName} -> {to.DisplayName} is\n  {string.Join("\n  ", shown)}\ninstead of\n  {string.Join("\n  ", wanted)}");
        }
    }

    /// <summary>A ring through all classes of a reported one is that one with a detour; anything else must be told.</summary>
    private void RequireAllRings()
    {
        var reported = _reports.Where(r => r.Kind is ReportKind.Circular or ReportKind.Recursive)
            .Select(r => r.Steps.Select(s => s.Held.DisplayName).ToHashSet()).ToList();
        foreach (string ring in _rules.Rings.Where(r => !(_profile.Blends && r.StartsWith("Recursive", StringComparison.Ordinal))))
        {
            string[] classes = ring[(ring.IndexOf(':', StringComparison.Ordinal) + 2)..].Split(' ');
            Require(reported.Exists(r => r.IsSubsetOf(classes)), $"it missed {ring}");
        }
    }

    private static DependencyKinds Kinds(IEnumerable<Dependency> labels) => labels.Aggregate(DependencyKinds.None, (all, l) => all | l.Kinds);

    private static string Show(Dependency label) =>
        $"{label.From?.Id.ToString() ?? "any"} -> {label.To?.Id.ToString() ?? "any"} {label.Kinds} [{label.Gates}] given [{label.Given}] {label.Flags}{(label.GivesBack ? " back" : "")}{(label.GivesFirst ? " first" : "")}"
        + (label.Thread == Dependency.Several ? " by several" : " by one");

    private void Require(bool holds, [InterpolatedStringHandlerArgument(nameof(holds))] OtherwiseText otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException(
                $"Validator and twin differ: {otherwise.Text}; seed {seed}, round {Rounds} ({_profile}), event {Operations}:\n  {string.Join("\n  ", _log.Select(e => $"T{e.Thread} {e.What} {e.Name} {e.Instance}"))}");
        }
    }

    /// <summary>What differs, put into words only if it does: the comparison runs after every event.</summary>
    [InterpolatedStringHandler]
    private readonly ref struct OtherwiseText
    {
        private readonly System.Text.StringBuilder? _text;

        public OtherwiseText(int literal, int holes, bool holds, out bool wanted)
        {
            wanted = !holds;
            _text = wanted ? new System.Text.StringBuilder(literal + (holes * 16)) : null;
        }

        internal string Text => _text!.ToString();

        public void AppendLiteral(string text) => _text!.Append(text);

        public void AppendFormatted<T>(T value) => _text!.Append(value);
    }
}

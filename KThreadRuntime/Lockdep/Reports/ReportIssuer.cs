using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using KThreadRuntime.Blocking;
using KThreadRuntime.Context;
using KThreadRuntime.Rules;

namespace KThreadRuntime.Reports;

/// <summary>Turns rings into reports: ranks them, tells each once, and holds back what is below the threshold.</summary>
internal sealed class ReportIssuer(LockdepValidator validator)
{
    /// <summary>The highest confidence each ring was told or counted with, by its class numbers in canonical rotation.</summary>
    private readonly ConcurrentDictionary<string, Confidence> _told = new(StringComparer.Ordinal);

    /// <summary>The fingerprints that the baseline muted.</summary>
    private readonly ConcurrentDictionary<string, bool> _muted = new(StringComparer.Ordinal);

    /// <summary>The fingerprints that were told.</summary>
    private readonly ConcurrentDictionary<string, bool> _fingerprints = new(StringComparer.Ordinal);
    private volatile bool _remembersFingerprints;

    /// <summary>
    /// Set once classes have gone that may come back: what was told of them is known by its fingerprint then, which two different
    /// rings seldom share.
    /// </summary>
    internal bool RemembersFingerprints { get => _remembersFingerprints; set => _remembersFingerprints = value; }

    /// <summary>Takes the findings out. Null when there is nothing to deliver, which is nearly always.</summary>
    internal List<LockdepReport>? Issue(LockdepContext context, Findings findings)
    {
        if (findings.Count == 0)
        {
            return null;
        }

        using PutOffInterrupt putOff = PutOffInterrupt.Begin();
        List<LockdepReport>? reports = null;
        var ranked = findings.Take().Select(r => (Ring: r, Rank: RingRank.Of(r, validator.Options.Policy))).OrderByDescending(r => r.Rank.Confidence).ToList();
        foreach ((Ring ring, (Confidence confidence, ReportFlags flags)) in WithoutDetours(ranked))
        {
            if (IsNews(Key(ring), confidence) && Fingerprint.Of(ring) is var fingerprint
                && !IsMuted(fingerprint, confidence) && !WasTold(fingerprint, confidence))
            {
                (reports ??= []).Add(Build(context, ring, fingerprint, confidence, flags));
            }
        }

        foreach (Fault fault in findings.TakeFaults())
        {
            if (Issue(context, fault) is { } told)
            {
                (reports ??= []).AddRange(told);
            }
        }

        return reports;
    }

    /// <summary>Takes a fault. Null when it was told before, or stays below the threshold.</summary>
    internal List<LockdepReport>? Issue(LockdepContext context, Fault fault)
    {
        using PutOffInterrupt putOff = PutOffInterrupt.Begin();
        string key = $"{fault.Kind}:{fault.Subject.Number},{fault.Other?.Number}:{fault.Site}{(fault.Round == 0 ? "" : $":{fault.Round}")}";
        return IsNews(key, fault.Confidence) && Fingerprint.Of(fault) is var fingerprint
            && !IsMuted(fingerprint, fault.Confidence) && !WasTold(fingerprint, fault.Confidence)
            ? [Build(context, fault, fingerprint)]
            : null;
    }

    internal bool HasMuted(string fingerprint) => _muted.ContainsKey(fingerprint);

    /// <summary>A hang that is there is told whatever was known before.</summary>
    private bool IsMuted(string fingerprint, Confidence confidence)
    {
        if (validator.Options.Baseline?.Find(fingerprint) is null || confidence == Confidence.Closed)
        {
            return false;
        }

        _muted.TryAdd(fingerprint, true);
        validator.Statistics.CountMuted();
        return true;
    }

    private bool WasTold(string fingerprint, Confidence confidence) =>
        !_fingerprints.TryAdd(fingerprint, true) && _remembersFingerprints && confidence != Confidence.Closed;

    /// <summary>Forgets what was told of classes that have gone, so that it may be told of others again.</summary>
    /// <remarks>Cost: one pass over all that was told.</remarks>
    internal void Forget(IReadOnlyCollection<LockClass> gone)
    {
        var numbers = new HashSet<string>(gone.Select(c => c.Number.ToString(CultureInfo.InvariantCulture)), StringComparer.Ordinal);
        foreach (string key in _told.Keys)
        {
            if (key.Split(':')[1].Split(',').Any(numbers.Contains))
            {
                _told.TryRemove(key, out _);
            }
        }
    }

    /// <summary>A ring that passes through all classes of a shorter one, and is no surer, is that one with a detour.</summary>
    private static IEnumerable<(Ring Ring, (Confidence Confidence, ReportFlags Flags) Rank)> WithoutDetours(
        List<(Ring Ring, (Confidence Confidence, ReportFlags Flags) Rank)> surestFirst)
    {
        var kept = new List<HashSet<LockClass>>();
        foreach ((Ring Ring, (Confidence Confidence, ReportFlags Flags) Rank) candidate in surestFirst)
        {
            var classes = new HashSet<LockClass>(candidate.Ring.Classes);
            if (!kept.Any(shorter => shorter.IsSubsetOf(classes)))
            {
                kept.Add(classes);
                yield return candidate;
            }
        }
    }

    /// <summary>A ring is told once; a second time only if it turned from a danger into a hang.</summary>
    private bool IsNews(string key, Confidence confidence)
    {
        Confidence threshold = validator.Options.Threshold;
        while (true)
        {
            if (!_told.TryGetValue(key, out Confidence before))
            {
                if (_told.TryAdd(key, confidence))
                {
                    break;
                }
            }
            else if (confidence <= before)
            {
                return false;
            }
            else if (_told.TryUpdate(key, confidence, before))
            {
                return confidence >= threshold && (before < threshold || confidence == Confidence.Closed);
            }
        }

        if (confidence < threshold)
        {
            validator.Statistics.CountBelowThreshold();
        }

        return confidence >= threshold;
    }

    private LockdepReport Build(LockdepContext context, Ring ring, string fingerprint, Confidence confidence, ReportFlags flags) => new()
    {
        Kind = ring.Kind,
        Confidence = confidence,
        Flags = flags,
        Fingerprint = fingerprint,
        Task = context.TaskName,
        Steps = StepsOf(ring),
        Held = context.SnapshotHeld(),
        Split = confidence == Confidence.ClassLevelOnly || ring.Kind == ReportKind.Recursive ? SplitAdvice.For(ring) : null,
        Stack = LockdepStack.Of(StackCapture.Take(validator.Options)),
    };

    private LockdepReport Build(LockdepContext context, Fault fault, string fingerprint) => new()
    {
        Kind = fault.Kind,
        Confidence = fault.Confidence,
        Flags = ReportFlags.None,
        Fingerprint = fingerprint,
        Task = fault.Task ?? context.TaskName,
        Steps = fault.Path is { } path ? StepsOf(path) : [],
        Held = context.SnapshotHeld(),
        Subject = fault.Subject,
        SubjectSite = fault.Site,
        Other = fault.Other,
        Detail = fault.Detail,
        Handler = LockdepHandlerUse.Of(fault.Conflict),
        Stack = LockdepStack.Of(StackCapture.Take(validator.Options)),
    };

    /// <summary>A path that is no ring names one class more than it has steps.</summary>
    private static LockdepStep[] StepsOf(Ring ring) =>
        [.. ring.Steps.Select((step, i) => new LockdepStep(ring.Classes[i], ring.Classes[(i + 1) % ring.Classes.Count], step))];

    private static string Key(Ring ring)
    {
        long[] numbers = [.. ring.Classes.Select(c => c.Number)];
        int start = Array.IndexOf(numbers, numbers.Min());
        return $"{ring.Kind}:{string.Join(",", Enumerable.Range(0, numbers.Length).Select(i => numbers[(start + i) % numbers.Length]))}";
    }
}

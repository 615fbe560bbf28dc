using KThreadRuntime.Rules;

namespace KThreadRuntime.Tests.Reports;

/// <summary>Reports made by hand, so that every word of their text is known.</summary>
internal static class SampleReports
{
    private const string File = "/_/Shop/Orders.cs";

    /// <summary>One of each shape: for what must hold of all.</summary>
    internal static IEnumerable<LockdepReport> All =>
    [
        Circular, CrossRelease, ThreeContexts, SelfDeadlock, TwoAccounts, Stall, Predicted, UnbalancedRelease, NestLock, HandlerOrder, Inconsistent, Hostile,
        .. Faults,
    ];

    /// <summary>One of each kind that is no ring.</summary>
    internal static IEnumerable<LockdepReport> Faults =>
        Enum.GetValues<ReportKind>().Where(k => k is not (ReportKind.Circular or ReportKind.Recursive)).Select(k => (LockdepReport)Fault(k, "does what it should not."));

    internal static LockdepReport Circular
    {
        get
        {
            LockClass a = Lock("a", 10), b = Lock("b", 11);
            return Ring(
                "T2/8",
                [Step("T2/8", b, 31, a, 32), Step("T1/7", a, 21, b, 22)],
                new LockdepHeldLock(b, LockMode.Exclusive, At("Second", 31))) with
            {
                Stack = Frames("Shop.Orders.Second()", "Shop.Program.Main()"),
            };
        }
    }

    internal static LockdepReport CrossRelease => CrossReleaseDraft;

    private static Draft CrossReleaseDraft
    {
        get
        {
            LockClass gate = Lock("_gate", 10), parked = Completion("(kthread completion)->parked", 12);
            return Ring(
                "main/1",
                [
                    Step("main/1", gate, 41, parked, 42, isWait: true),
                    Step("worker/9", parked, 42, gate, 51, isOwed: true, signal: 52),
                ],
                new LockdepHeldLock(gate, LockMode.Exclusive, At("Stop", 41)));
        }
    }

    internal static LockdepReport ThreeContexts
    {
        get
        {
            LockClass device = Lock("device", 10), memory = Lock("memory", 11), done = Completion("(completion)done", 12);
            return Ring(
                "reset/3",
                [
                    Step("reset/3", device, 41, done, 42, isWait: true),
                    Step("reader/5", done, 42, memory, 51, isOwed: true, signal: 52, wantedMode: LockMode.Shared),
                    Step("fault/6", memory, 61, device, 62, heldMode: LockMode.Shared),
                ],
                new LockdepHeldLock(Lock("attribute", 13), LockMode.Shared, At("Write", 40)),
                new LockdepHeldLock(device, LockMode.Exclusive, At("Reset", 41))) with
            {
                Confidence = Confidence.ClassLevelOnly,
                Split = new SplitSuggestion(done, ClassPolicy.Instance, "a class per instance for (completion)done dissolves this."),
            };
        }
    }

    internal static LockdepReport SelfDeadlock
    {
        get
        {
            LockClass a = Lock("a", 10);
            return Ring("T1/7", [Step("T1/7", a, 21, a, 22)], new LockdepHeldLock(a, LockMode.Exclusive, At("First", 21))) with
            {
                Kind = ReportKind.Recursive, Confidence = Confidence.Closed, Flags = ReportFlags.SingleContext,
            };
        }
    }

    internal static LockdepReport TwoAccounts
    {
        get
        {
            LockClass account = Lock("account", 10, subclass: 1, version: 2);
            return Ring(
                "T2/8",
                [Step("T2/8", account, 21, account, 22), Step("T1/7", account, 21, account, 22)],
                new LockdepHeldLock(account, LockMode.Exclusive, At("Move", 21))) with
            {
                Kind = ReportKind.Recursive,
            };
        }
    }

    internal static LockdepReport Stall => CrossReleaseDraft with { Flags = ReportFlags.Stall | ReportFlags.Unscoped };

    internal static LockdepReport Predicted
    {
        get
        {
            LockClass a = Lock("a", 10), c = Completion("(completion)c", 12);
            return Ring(
                "signaller/4",
                [
                    Step("signaller/4", c, 52, a, 51, isOwed: true, signal: 52, flags: ReportFlags.Predicted),
                    Step("waiter/3", a, 41, c, 42, isWait: true),
                ]) with
            {
                Flags = ReportFlags.Predicted,
            };
        }
    }

    internal static LockdepReport UnbalancedRelease => Fault(ReportKind.UnbalancedRelease, "releases a lock that it does not hold.");

    internal static LockdepReport NestLock =>
        Fault(ReportKind.NestLockNotTaken, "acquires under a nest lock that it does not hold.") with { Other = Lock("parent", 14) };

    internal static LockdepReport HandlerOrder
    {
        get
        {
            LockClass safe = Lock("safe", 10), middle = Lock("middle", 11), @unsafe = Lock("unsafe", 12);
            return Fault(ReportKind.HandlerOrder, "acquires a lock whose chain a handler can interrupt.") with
            {
                Subject = safe,
                Other = @unsafe,
                Handler = new LockdepHandlerUse(
                    HandlerLevel.Soft, "IN-SOFTIRQ-W", "T3/9", At("OnTimer", 61), "SOFTIRQ-ON-W", "T4/10", At("Update", 71)) { UsedStack = Frames("Shop.Orders.OnTimer()") },
                Steps = [Step("T1/7", safe, 21, middle, 22), Step("T2/8", middle, 31, @unsafe, 32)],
            };
        }
    }

    internal static LockdepReport Inconsistent => Fault(ReportKind.InconsistentState, "takes in a handler what is held elsewhere with handlers on.");

    /// <summary>Names that any format must quote.</summary>
    internal static LockdepReport Hostile
    {
        get
        {
            LockClass a = Lock("a\"b\\c\n\t\u0001\u2028 \ud83d\ude00 <&>", 10), b = Lock("", 11);
            return Ring("T\"2\\/8", [Step("T\"2\\/8", b, 31, a, 32), Step("{}[]:,/7", a, 21, b, 22)]);
        }
    }

    private static Draft Fault(ReportKind kind, string detail)
    {
        LockClass a = Lock("a", 10);
        return Ring("T1/7", [], new LockdepHeldLock(Lock("b", 11), LockMode.Exclusive, At("First", 21))) with
        {
            Kind = kind, Subject = a, SubjectSite = At("First", 22), Detail = detail, Confidence = Confidence.Certain,
        };
    }

    internal static LockClass Lock(string name, int line, int subclass = 0, int version = 1, LockClassKey? key = null, string file = File, string member = "Orders") =>
        Class(LockdepMapKind.Lock, name, new CodeSite(file, line, member), subclass, version, key);

    internal static LockClass Completion(string name, int line) =>
        Class(LockdepMapKind.Completion, name, new CodeSite(File, line, "Orders"), subclass: 0, version: 1, key: null);

    private static LockClass Class(LockdepMapKind kind, string name, CodeSite site, int subclass, int version, LockClassKey? key) => new(
        site.Line, site.Line, new ClassIdentity(null, site, "", "", subclass), new ClassFamily(name, version), site, key,
        new ClassTraits(kind, LockWaitType.Sleep, LockWaitType.Sleep));

    internal static CodeSite At(string member, int line) => new(File, line, member);

    internal static LockdepStack Frames(params string[] frames) => new(frames);

    private static Draft Ring(string task, LockdepStep[] steps, params LockdepHeldLock[] held) => new()
    {
        Kind = ReportKind.Circular,
        Confidence = Confidence.Possible,
        Task = task,
        Steps = steps,
        Held = held,
    };

    /// <summary>A report that can still be changed.</summary>
    private sealed record Draft
    {
        internal ReportKind Kind { get; init; }

        internal Confidence Confidence { get; init; }

        internal ReportFlags Flags { get; init; }

        internal string Task { get; init; } = "";

        internal IReadOnlyList<LockdepStep> Steps { get; init; } = [];

        internal IReadOnlyList<LockdepHeldLock> Held { get; init; } = [];

        internal LockClass? Subject { get; init; }

        internal CodeSite SubjectSite { get; init; } = CodeSite.Unknown;

        internal LockClass? Other { get; init; }

        internal string? Detail { get; init; }

        internal LockdepHandlerUse? Handler { get; init; }

        internal SplitSuggestion? Split { get; init; }

        internal LockdepStack? Stack { get; init; }

        public static implicit operator LockdepReport(Draft draft) => new()
        {
            Kind = draft.Kind,
            Confidence = draft.Confidence,
            Flags = draft.Flags,
            Fingerprint = "0123456789abcdef",
            Task = draft.Task,
            Steps = draft.Steps,
            Held = draft.Held,
            Subject = draft.Subject,
            SubjectSite = draft.SubjectSite,
            Other = draft.Other,
            Detail = draft.Detail,
            Handler = draft.Handler,
            Split = draft.Split,
            Stack = draft.Stack,
        };
    }

    private static LockdepStep Step(
        string thread, LockClass held, int heldLine, LockClass wanted, int wantedLine, bool isWait = false, bool isOwed = false, int signal = 0,
        LockMode heldMode = LockMode.Exclusive, LockMode wantedMode = LockMode.Exclusive, ReportFlags flags = ReportFlags.None) => new(held, wanted)
        {
            Thread = thread,
            HeldSite = At("Method" + heldLine, heldLine),
            WantedSite = At("Method" + wantedLine, wantedLine),
            SignalSite = signal == 0 ? CodeSite.Unknown : At("Method" + signal, signal),
            IsWait = isWait,
            IsOwed = isOwed,
            HeldMode = heldMode,
            WantedMode = wantedMode,
            Flags = flags,
            Stack = Frames($"Shop.Orders.Method{wantedLine}()"),
        };
}

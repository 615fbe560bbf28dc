using KThreadRuntime.Rules;

namespace KThreadRuntime.Tests.RulesAlone;

/// <summary>Classes, instances, dependencies and rings made by hand, so that a rule can be asked without a run before it.</summary>
internal sealed class Rings
{
    private readonly LockdepValidator _validator = new();

    internal ClassTable Classes => _validator.Classes;

    internal LockClass Lock(string name, LockdepMapKind kind = LockdepMapKind.Lock) => Class(name, kind);

    internal LockClass Completion(string name, bool isLifetime = false) => Class(name, LockdepMapKind.Completion, isLifetime);

    /// <summary>An instance that two contexts had in hand, so that nobody takes it for private.</summary>
    internal LockdepMap Instance(string site = "here.cs", bool isLifetime = false)
    {
        LockdepMap map = Untouched(site, isLifetime);
        map.TouchedBy(101);
        map.TouchedBy(102);
        return map;
    }

    internal LockdepMap Untouched(string site = "here.cs", bool isLifetime = false)
    {
        var map = new LockdepMap(
            _validator, LockdepMapKind.Completion, "completion", "", "instance", null, null, new CodeSite(site, 1, "Make")) { IsLifetime = isLifetime };
        map.EnsureId();
        return map;
    }

    internal static Dependency Step(
        LockdepMap? from, LockdepMap? to, int thread = 1, DependencyKinds kinds = DependencyKinds.EN, ChainMode fromMode = ChainMode.Exclusive,
        ChainMode toMode = ChainMode.Exclusive, int signaller = 0, ReportFlags flags = ReportFlags.None, bool givesBack = false,
        GateSet gates = default, GateSet given = default, bool givesFirst = false, string fromSite = "from.cs", string toSite = "to.cs") => new()
        {
            From = from,
            To = to,
            Thread = thread,
            Kinds = kinds,
            Signaller = signaller,
            Flags = flags,
            GivesBack = givesBack,
            GivesFirst = givesFirst,
            Gates = gates,
            Given = given,
            Evidence = new Evidence($"T{thread}", new CodeSite(fromSite, 1, "Act"), new CodeSite(toSite, 1, "Act"), fromMode, toMode, Stack: null),
        };

    internal static Ring Of(IReadOnlyList<LockClass> classes, params Dependency[] steps) => new(ReportKind.Circular, classes, steps);

    private LockClass Class(string name, LockdepMapKind kind, bool isLifetime = false) => Classes.Resolve(
        new ClassIdentity(name, default, "kind", "", 0), name, CodeSite.Unknown, null, new ClassTraits(kind, LockWaitType.Sleep, LockWaitType.Sleep, IsLifetime: isLifetime));
}

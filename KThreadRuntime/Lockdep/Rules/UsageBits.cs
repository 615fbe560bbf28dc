using KThreadRuntime.Context;

namespace KThreadRuntime.Rules;

/// <summary>The usage states of a level, and what they mean for the ends of a path in the class graph.</summary>
/// <remarks>
/// An end is a set of two alternatives, as <see cref="HandlerPaths"/> wants it. For a lock wanted in a handler: bit 0, anybody
/// who holds it blocks the handler; bit 1, a writer does. For a lock held while a handler may run: bit 0, it blocks everybody;
/// bit 1, it lets readers pass.
/// </remarks>
internal static class UsageBits
{
    private const int LevelBits = 5;

    /// <summary>What an acquire in a handler of a level marks.</summary>
    internal static UsageStates UsedIn(HandlerLevel level, ChainMode mode) => At(level, mode switch
    {
        ChainMode.Exclusive => UsageStates.UsedInHard,
        ChainMode.Shared => UsageStates.UsedInHardRead | UsageStates.QueuedReadInHard,
        _ => UsageStates.UsedInHardRead,
    });

    /// <summary>What holding a lock while a handler of a level may run marks.</summary>
    internal static UsageStates Enabled(HandlerLevel level, ChainMode mode) =>
        At(level, mode == ChainMode.Exclusive ? UsageStates.EnabledHard : UsageStates.EnabledHardRead);

    /// <summary>The same for several levels.</summary>
    internal static UsageStates UsedIn(HandlerLevels levels, ChainMode mode) =>
        Of(levels, HandlerLevel.Hard, UsedIn(HandlerLevel.Hard, mode)) | Of(levels, HandlerLevel.Soft, UsedIn(HandlerLevel.Soft, mode));

    /// <summary>The same for several levels.</summary>
    internal static UsageStates Enabled(HandlerLevels levels, ChainMode mode) =>
        Of(levels, HandlerLevel.Hard, Enabled(HandlerLevel.Hard, mode)) | Of(levels, HandlerLevel.Soft, Enabled(HandlerLevel.Soft, mode));

    internal static UsageStates UsedIn(HandlerLevel level) =>
        At(level, UsageStates.UsedInHard | UsageStates.UsedInHardRead | UsageStates.QueuedReadInHard);

    internal static UsageStates Enabled(HandlerLevel level) => At(level, UsageStates.EnabledHard | UsageStates.EnabledHardRead);

    /// <summary>How a handler of a level wants the class; see the remarks.</summary>
    internal static uint Wanted(UsageStates states, HandlerLevel level) =>
        ((states & At(level, UsageStates.UsedInHard | UsageStates.QueuedReadInHard)) != 0 ? 1u : 0u)
        | ((states & At(level, UsageStates.UsedInHardRead)) != 0 ? 2u : 0u);

    /// <summary>How the class is held while a handler of a level may run; see the remarks.</summary>
    internal static uint Held(UsageStates states, HandlerLevel level) =>
        ((states & At(level, UsageStates.EnabledHard)) != 0 ? 1u : 0u) | ((states & At(level, UsageStates.EnabledHardRead)) != 0 ? 2u : 0u);

    /// <summary>Whether some want is blocked by some hold: all are but a read that passes writers by a held read.</summary>
    internal static bool Blocks(uint wanted, uint held) => wanted != 0 && held != 0 && (wanted | held) != 2;

    /// <summary>The kinds of the dependency that a handler makes, from what it interrupts to what it wants.</summary>
    internal static DependencyKinds Kinds(uint held, uint wanted)
    {
        DependencyKinds kinds = DependencyKinds.None;
        kinds |= (held & 1) != 0 && (wanted & 1) != 0 ? DependencyKinds.EN : 0;
        kinds |= (held & 1) != 0 && (wanted & 2) != 0 ? DependencyKinds.ER : 0;
        kinds |= (held & 2) != 0 && (wanted & 1) != 0 ? DependencyKinds.SN : 0;
        kinds |= (held & 2) != 0 && (wanted & 2) != 0 ? DependencyKinds.SR : 0;
        return kinds;
    }

    /// <summary>What the kernel's reports call a use; <paramref name="on"/> is its mark of a lock held while handlers may run.</summary>
    internal static string KernelName(HandlerLevel level, bool isWrite, string on = "") =>
        $"{(level == HandlerLevel.Hard ? "HARDIRQ" : "SOFTIRQ")}{on}-{(isWrite ? "W" : "R")}";

    private static UsageStates Of(HandlerLevels levels, HandlerLevel level, UsageStates states) =>
        ((int)levels & (1 << (int)level)) != 0 ? states : UsageStates.None;

    private static UsageStates At(HandlerLevel level, UsageStates hard) => level == HandlerLevel.Hard ? hard : (UsageStates)((int)hard << LevelBits);
}

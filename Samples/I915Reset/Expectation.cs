using KThreadRuntime;

namespace I915Reset;

/// <summary>What each mode should give, under the threshold that lets it be seen.</summary>
internal static class Expectation
{
    private const string KernelChain = "(completion)&self->parked --> &mm->mmap_sem --> &dev->struct_mutex";
    private const string SiteChain = "(kthread completion)->parked --> &mm->mmap_sem --> &dev->struct_mutex";
    private const string TrueChain = "(kthread completion)->parked --> &dev->struct_mutex";

    /// <summary>Plays a mode and says in a line what it gave.</summary>
    internal static (bool Held, string Line, LockdepValidator Validator) Check(ScenarioMode mode)
    {
        bool classLevel = mode is ScenarioMode.OneClassForAll or ScenarioMode.OneSiteForAllEngines;
        LockdepValidator played = Scenario.Play(mode, classLevel ? Confidence.ClassLevelOnly : Confidence.Possible);
        string? expected = mode switch
        {
            ScenarioMode.OneClassForAll => KernelChain,
            ScenarioMode.ClassPerCreationSite => null,
            ScenarioMode.TrueBug => TrueChain,
            _ => SiteChain,
        };
        bool held = expected is null ? played.Reports.Count == 0 : played.Reports.Count == 1 && played.Reports[0].Chain == expected;
        if (mode == ScenarioMode.OneSiteForAllEngines)
        {
            held &= Scenario.Play(mode, Confidence.ClassLevelOnly, givesKeys: true).Reports.Count == 0;
        }

        string gave = played.Reports.Count == 0 ? "silent" : string.Join("; ", played.Reports.Select(r => $"{r.Confidence}: {r.Chain}"));
        return (held, $"mode {(int)mode}, {Title(mode)}: {gave}{(held ? "" : "   <-- not what it should give")}", played);
    }

    private static string Title(ScenarioMode mode) => mode switch
    {
        ScenarioMode.OneClassForAll => "one class for all kernel threads",
        ScenarioMode.ClassPerCreationSite => "a class per creation site",
        ScenarioMode.TrueBug => "the engine's own thread faults",
        _ => "one function creates all engines' threads",
    };
}

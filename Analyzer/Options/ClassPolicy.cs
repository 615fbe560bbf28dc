namespace CrossRelease.Analyzers.Options;

/// <summary>
/// How a completion or kernel-style thread that was made without a key finds its lock class: what the analyzer assumes of the
/// validator. All other locks go by the line that creates them.
/// </summary>
internal enum ClassPolicy
{
    /// <summary>By the line that creates it.</summary>
    CreationSite,

    /// <summary>Completions by the line that waits; threads by the one that creates them.</summary>
    WaitSite,

    /// <summary>Each is its own class.</summary>
    Instance,

    /// <summary>By keys alone: the project sees to it that each purpose has one.</summary>
    Key,
}

internal static class ClassPolicies
{
    /// <summary>Whether objects of a runtime type, named by its short name, go by the line that creates them.</summary>
    public static bool GoesByCreation(this ClassPolicy policy, string type) => type switch
    {
        "Completion" => policy == ClassPolicy.CreationSite,
        "KThread" => policy is ClassPolicy.CreationSite or ClassPolicy.WaitSite,
        _ => true,
    };
}

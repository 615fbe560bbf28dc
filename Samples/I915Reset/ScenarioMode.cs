namespace I915Reset;

/// <summary>The four ways to tell the story. The schedule is the same, and never hangs.</summary>
public enum ScenarioMode
{
    /// <summary>Every kernel thread shares one class for <c>parked</c>: the false alarm of the mail.</summary>
    OneClassForAll = 1,

    /// <summary>A class for each creation site: the patch of the mail, and the default.</summary>
    ClassPerCreationSite = 2,

    /// <summary>As before, but the engine's own thread faults before it parks: a true deadlock in another schedule.</summary>
    TrueBug = 3,

    /// <summary>One function creates the threads of all engines, so they share a class again: the remark in the mail.</summary>
    OneSiteForAllEngines = 4,
}

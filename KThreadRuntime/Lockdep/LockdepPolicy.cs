namespace KThreadRuntime;

/// <summary>Which rings count as a possible deadlock.</summary>
public enum LockdepPolicy
{
    /// <summary>Gates, instances, and who signals whom are taken into account; each report carries a confidence.</summary>
    Default,

    /// <summary>
    /// Classes alone decide, as in the kernel: gates and instances dissolve nothing, two instances of one class that nest
    /// are reported at first sight, nothing is predicted, and every ring is at least <see cref="Confidence.Possible"/>.
    /// </summary>
    Kernel,
}

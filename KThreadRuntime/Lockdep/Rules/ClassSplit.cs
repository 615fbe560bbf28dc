namespace KThreadRuntime.Rules;

/// <summary>How a coarse class was made finer.</summary>
/// <param name="Coarse">The class as it was.</param>
/// <param name="By">What tells its instances apart.</param>
internal sealed record ClassSplit(LockClass Coarse, ClassPolicy By)
{
    /// <summary>The finer class's identity; its anchor is the coarse class, so that it is no other's.</summary>
    /// <param name="coarse">The identity that found the coarse class.</param>
    /// <param name="instance">The instance's number.</param>
    /// <param name="creation">Where the instance was created.</param>
    /// <param name="wait">Where it is waited for; where it was created, outside of a wait.</param>
    internal ClassIdentity Refine(in ClassIdentity coarse, long instance, in CodeSite creation, in CodeSite wait) => By switch
    {
        ClassPolicy.Instance => coarse with { Anchor = instance, Site = default },
        ClassPolicy.WaitSite => coarse with { Anchor = Coarse, Site = wait },
        ClassPolicy.Subclass => coarse with { Anchor = Coarse, Site = default },
        _ => coarse with { Anchor = Coarse, Site = creation },
    };
}

namespace KThreadRuntime.Context;

/// <summary>Where a context has waited with nothing held: which instance, on which line.</summary>
/// <remarks>Two instances that fall on one place forget each other, as do two lines that wait for one: a forgotten one counts as new again.</remarks>
internal sealed class PlaceMemory
{
    private const int Places = 16;

    private readonly (long Instance, CodeSite Site)[] _places = new (long, CodeSite)[Places];

    /// <summary>Takes a wait in; tells whether the context has come back to where it waited before. Of an unknown line that is not known.</summary>
    internal bool ComesBackTo(LockdepMap map, in CodeSite site)
    {
        if (!site.IsKnown)
        {
            return false;
        }

        map.EnsureId();
        ref (long Instance, CodeSite Site) place = ref _places[(int)map.Id & (Places - 1)];
        if (place.Instance == map.Id && place.Site.Line == site.Line && place.Site.File == site.File)
        {
            return true;
        }

        place = (map.Id, site);
        return false;
    }
}

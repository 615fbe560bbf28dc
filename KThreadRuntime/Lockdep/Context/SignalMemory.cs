namespace KThreadRuntime.Context;

/// <summary>
/// Which completions a context has signalled since they were made, or made anew. Only the first of its signals is predicted
/// from: a later one may follow an answer to the first, and then no schedule puts it before.
/// </summary>
/// <remarks>Two completions that fall on one place forget each other; a forgotten signal counts as the first again.</remarks>
internal sealed class SignalMemory
{
    internal const int Places = 64;

    private readonly (long Instance, long Born)[] _places = new (long, long)[Places];

    /// <summary>Where the first signal came before the context had waited for anything.</summary>
    private readonly bool[] _wasUnasked = new bool[Places];

    /// <summary>Whether the context has signalled an instance since its birth.</summary>
    internal bool Knows(LockdepMap map)
    {
        ref (long Instance, long Born) place = ref _places[(int)map.Id & (Places - 1)];
        return place.Instance == map.Id && place.Born == map.Born && map.Id != 0;
    }

    /// <summary>Whether the context has signalled an instance, before it was made anew perhaps.</summary>
    internal bool Remembers(LockdepMap map) => map.Id != 0 && _places[(int)map.Id & (Places - 1)].Instance == map.Id;

    /// <summary>Whether the context gave an instance's first signal before it had waited for anything, since the birth of that.</summary>
    internal bool WasUnasked(LockdepMap map) => _wasUnasked[(int)map.Id & (Places - 1)];

    /// <summary>Says so of the signal just taken in, the context's first.</summary>
    internal void SetUnasked(LockdepMap map, bool wasUnasked) => _wasUnasked[(int)map.Id & (Places - 1)] = wasUnasked;

    /// <summary>Takes a signal in; tells whether it is the context's first.</summary>
    internal bool IsFirst(LockdepMap map)
    {
        map.EnsureId();
        ref (long Instance, long Born) place = ref _places[(int)map.Id & (Places - 1)];
        if (place == (map.Id, map.Born))
        {
            return false;
        }

        place = (map.Id, map.Born);
        return true;
    }
}

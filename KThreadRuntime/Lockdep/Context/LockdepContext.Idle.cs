namespace KThreadRuntime.Context;

/// <content>
/// Idle points that nobody declared: a thread's own loop comes back, with nothing held, to where it waits for work. Whoever gives it
/// the next may have waited for its last answer first, so that what came before the answer is over by then: predictions look no
/// further back. What really happened while somebody waited counts as ever, and so does what tells of a context's own life.
/// </content>
internal sealed partial class LockdepContext
{
    private PlaceMemory? _places;

    /// <summary>How far the history went when the context gave its last signal, or at the start of the handler that runs.</summary>
    private long _answered;

    /// <summary>The ordinal from which on predictions look at the history.</summary>
    private long _idleSince;

    /// <summary>The thread sleeps until it is woken: its idle point by what the call is for, so it need not come back first.</summary>
    internal void Idle()
    {
        if (HeldCount == 0 && CutPredictions())
        {
            ForgetRecent();
        }
    }

    /// <summary>
    /// A wait that begins a generation. Whoever waits for one instance on one line again is a loop; for another context's end nobody idles.
    /// </summary>
    private bool IdleAt(LockdepMap map, in CodeSite site) => HeldCount == 0 && !map.IsLifetime && (_places ??= new()).ComesBackTo(map, site) && CutPredictions();

    /// <summary>
    /// The same for a wait that finds its signal there, and begins no generation. A loop that is never out of work, while nobody in the
    /// program blocks, does not come here: its waits are passed over.
    /// </summary>
    private void IdleInPassing(LockdepMap map, in CodeSite site)
    {
        if (IdleAt(map, site))
        {
            ForgetRecent();
        }
    }

    /// <summary>Not in a handler, which interrupts a loop, nor in a scope, whose work belongs together by its word.</summary>
    private bool CutPredictions()
    {
        if (_floor > 0 || _isScoped || _answered <= _idleSince)
        {
            return false;
        }

        _idleSince = _answered;
        Validator.Statistics.CountIdlePoint();
        return true;
    }

    /// <summary>Somebody may go by the signal from now on. A unit that is given back answers nobody, as little as a release does.</summary>
    private void NoteAnswer(int owedUnits)
    {
        if (owedUnits == 0)
        {
            _answered = _history.Next;
        }
    }

    /// <summary>Forgets what was told already, so that it is told to the history again.</summary>
    private void ForgetRecent()
    {
        ForgetStamps(_held);
        Array.Clear(_slots, 0, _slots.Length);
        ForgetQuietWait();
    }
}

namespace KThreadRuntime.Context;

/// <summary>
/// What one thread is blocked on, for others to see. Its fields change and are read under the lock of
/// <see cref="BlockedFlows"/> only. While it is listed its thread does nothing, so its held stack may be read too.
/// </summary>
internal sealed class BlockedFlow(LockdepContext context)
{
    internal LockdepContext Context { get; } = context;

    /// <summary>Its place in the list; -1 while the thread runs.</summary>
    internal int Place { get; set; } = -1;

    internal Thread Thread { get; private set; } = Thread.CurrentThread;

    /// <summary>The lock or completion it wants.</summary>
    internal LockdepMap Wants { get; private set; } = null!;

    /// <summary>The class as which it wants it.</summary>
    internal LockClass Class { get; private set; } = null!;

    internal Rules.ChainMode Mode { get; private set; }

    /// <summary>Where on the held stack the wanted lock was announced; 0 for a completion.</summary>
    internal int WantedIndex { get; private set; }

    /// <summary>The newest entry of the held stack.</summary>
    internal int Top { get; private set; }

    /// <summary>Whether the wait ends by itself, or somebody may end it: a timeout, a token, several things waited for at once.</summary>
    internal bool CanEnd { get; set; }

    /// <summary>The semaphores of which it has every unit; null as a rule.</summary>
    internal LockdepMap[]? WhollyOwed { get; private set; }

    internal CodeSite Site { get; private set; }

    /// <summary>When it began, in ticks of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
    internal long Since { get; private set; }

    /// <summary>Its neighbours among those that want the same.</summary>
    internal BlockedFlow? Next { get; set; }

    internal BlockedFlow? Previous { get; set; }

    /// <summary>The next one, in the search at hand, whose completion the same context alone signals.</summary>
    internal BlockedFlow? NextOfSignaller { get; set; }

    /// <summary>The search that last came by.</summary>
    internal int Mark { get; set; }

    /// <summary>The one through which that search came: it holds what this one wants.</summary>
    internal BlockedFlow? Holder { get; set; }

    internal void Begin(Wish wish, int top, LockdepMap[]? whollyOwed, long now)
    {
        Thread = Thread.CurrentThread;
        Wants = wish.Map;
        Class = wish.Class;
        Mode = wish.Mode;
        WantedIndex = wish.Index;
        CanEnd = wish.CanEnd;
        Site = wish.Site;
        Top = top;
        WhollyOwed = whollyOwed;
        Since = now;
    }

    /// <summary>What a thread is about to block on.</summary>
    internal readonly record struct Wish(LockdepMap Map, LockClass Class, Rules.ChainMode Mode, int Index, bool CanEnd, CodeSite Site);
}

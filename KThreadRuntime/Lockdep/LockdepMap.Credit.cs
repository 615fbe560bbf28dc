namespace KThreadRuntime;

/// <content>Whether a completion had a unit to give before anybody's turn.</content>
public sealed partial class LockdepMap
{
    private bool _wasSignalled;
    private bool _hasCredit;

    /// <summary>Whether no signal came since the birth.</summary>
    internal bool IsFresh => !Volatile.Read(ref _wasSignalled);

    /// <summary>Whether it was made with units, or its first signal came unasked, from a context that had waited for nothing.</summary>
    internal bool HasCredit => Volatile.Read(ref _hasCredit);

    /// <summary>There is a unit that no waiter of a ring had to be signalled for.</summary>
    internal void GiveCredit()
    {
        Volatile.Write(ref _hasCredit, true);
        Known?.GiveCredit();
    }

    /// <summary>The first signal since the birth. Of two at once, either may be the first.</summary>
    internal void FirstSignalled(bool isCredit)
    {
        Volatile.Write(ref _wasSignalled, true);
        if (isCredit)
        {
            GiveCredit();
        }
    }

    /// <summary>Made anew: what was signalled is taken back.</summary>
    internal void BeBornAgain()
    {
        Born = Validator.StampBirth();
        Context.LockdepContext.Existing(Validator)?.TakeBackGiven();
        Volatile.Write(ref _hasCredit, false);
        Volatile.Write(ref _wasSignalled, false);
        if (Known is { } witness)
        {
            Volatile.Write(ref witness._hasCredit, false);
        }
    }
}

namespace KThreadRuntime;

/// <summary>One dependency of a reported ring: who wanted what while holding or owing what, and where.</summary>
public sealed class LockdepStep
{
    internal LockdepStep(LockClass held, LockClass wanted, Rules.Dependency step)
    {
        Held = held;
        Wanted = wanted;
        Thread = step.Evidence.Thread;
        HeldSite = step.Evidence.FromSite;
        WantedSite = step.Evidence.ToSite;
        IsOwed = step.FromOwed;
        IsWait = step.ToWait;
        HeldMode = step.Evidence.FromMode < Rules.ChainMode.Wait ? (LockMode)step.Evidence.FromMode : LockMode.Exclusive;
        WantedMode = IsWait ? LockMode.Exclusive : (LockMode)step.Evidence.ToMode;
        Flags = step.Flags;
        SignalSite = step.Evidence.SignalSite;
        Stack = LockdepStack.Of(step.Evidence.Stack);
    }

    /// <summary>As it was read from text.</summary>
    internal LockdepStep(LockClass held, LockClass wanted) => (Held, Wanted, Thread) = (held, wanted, "");

    /// <summary>The class held, or owed.</summary>
    public LockClass Held { get; }

    /// <summary>The class acquired, or waited for.</summary>
    public LockClass Wanted { get; }

    /// <summary>The name and number of the thread that was seen.</summary>
    public string Thread { get; internal init; }

    /// <summary>Where <see cref="Held"/> was acquired; when it is owed, where its waiter waited.</summary>
    public CodeSite HeldSite { get; internal init; }

    /// <summary>Where <see cref="Wanted"/> was acquired or waited for.</summary>
    public CodeSite WantedSite { get; internal init; }

    /// <summary>Where the thread signals <see cref="Held"/>, when it is owed; unknown otherwise.</summary>
    public CodeSite SignalSite { get; internal init; }

    /// <summary>Whether the first end is a completion that the thread signalled after the second.</summary>
    public bool IsOwed { get; internal init; }

    /// <summary>Whether the second end is a wait.</summary>
    public bool IsWait { get; internal init; }

    /// <summary>How the first end is held; exclusive when it is owed.</summary>
    public LockMode HeldMode { get; internal init; }

    /// <summary>How the second end is wanted; exclusive when it is a wait.</summary>
    public LockMode WantedMode { get; internal init; }

    /// <summary>What qualifies this step.</summary>
    public ReportFlags Flags { get; internal init; }

    /// <summary>The stack at <see cref="WantedSite"/> when the thread first did this; null when capture is off.</summary>
    public LockdepStack? Stack { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Held.DisplayName} -> {Wanted.DisplayName} by {Thread}";
}

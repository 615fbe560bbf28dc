using System.Diagnostics;

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
        Stack = step.Evidence.Stack;
    }

    /// <summary>The class held, or owed.</summary>
    public LockClass Held { get; }

    /// <summary>The class acquired, or waited for.</summary>
    public LockClass Wanted { get; }

    /// <summary>The name and number of the thread that was seen.</summary>
    public string Thread { get; }

    /// <summary>Where <see cref="Held"/> was acquired; when it is owed, where its waiter waited.</summary>
    public CodeSite HeldSite { get; }

    /// <summary>Where <see cref="Wanted"/> was acquired or waited for.</summary>
    public CodeSite WantedSite { get; }

    /// <summary>Whether the first end is a completion that the thread signalled after the second.</summary>
    public bool IsOwed { get; }

    /// <summary>Whether the second end is a wait.</summary>
    public bool IsWait { get; }

    /// <summary>How the first end is held; exclusive when it is owed.</summary>
    public LockMode HeldMode { get; }

    /// <summary>How the second end is wanted; exclusive when it is a wait.</summary>
    public LockMode WantedMode { get; }

    /// <summary>What qualifies this step.</summary>
    public ReportFlags Flags { get; }

    /// <summary>The stack at <see cref="WantedSite"/> when the thread first did this; null when capture is off.</summary>
    public StackTrace? Stack { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Held.DisplayName} -> {Wanted.DisplayName} by {Thread}";
}

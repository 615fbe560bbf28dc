namespace KThreadRuntime;

/// <summary>The two uses that a fault of locks and handlers sets against one another.</summary>
/// <param name="Level">The level of the handlers.</param>
/// <param name="UsedAs">The kernel's name of the acquire in a handler: <c>IN-HARDIRQ-W</c> and the like.</param>
/// <param name="UsedBy">The thread that was first seen to acquire in a handler.</param>
/// <param name="UsedAt">Where.</param>
/// <param name="HeldAs">The kernel's name of holding while a handler may run: <c>HARDIRQ-ON-W</c> and the like.</param>
/// <param name="HeldBy">The thread that was first seen to hold so.</param>
/// <param name="HeldAt">Where the lock was acquired, or handlers were let in.</param>
public sealed record LockdepHandlerUse(
    HandlerLevel Level, string UsedAs, string UsedBy, CodeSite UsedAt, string HeldAs, string HeldBy, CodeSite HeldAt)
{
    /// <summary>The stack at <see cref="UsedAt"/>; null when capture is off.</summary>
    public LockdepStack? UsedStack { get; init; }

    /// <summary>The stack at <see cref="HeldAt"/>; null when capture is off.</summary>
    public LockdepStack? HeldStack { get; init; }

    internal static LockdepHandlerUse? Of(Rules.HandlerConflict? conflict) => conflict is null
        ? null
        : new(
            conflict.Level, conflict.UsedName, conflict.UsedBy.Task, conflict.UsedBy.Site,
            conflict.HeldName, conflict.HeldBy.Task, conflict.HeldBy.Site)
        {
            UsedStack = LockdepStack.Of(conflict.UsedBy.Stack),
            HeldStack = LockdepStack.Of(conflict.HeldBy.Stack),
        };
}

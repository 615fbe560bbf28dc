namespace KThreadRuntime.Tests.Conformance.Notation;

/// <summary>
/// A lock of a story. The two sides of a lock are one lock; locks of two families are two locks even when they share a letter.
/// </summary>
internal readonly record struct LockName(LockSort Sort, string Name)
{
    /// <summary>The exclusive side stands for the family.</summary>
    internal LockSort Family => Sort switch
    {
        LockSort.Read => LockSort.Write,
        LockSort.SemaphoreRead => LockSort.SemaphoreWrite,
        _ => Sort,
    };

    internal bool IsRead => Sort is LockSort.Read or LockSort.SemaphoreRead;

    /// <summary>What identifies the instance, whichever side is meant.</summary>
    internal LockName Instance => this with { Sort = Family };

    /// <summary>X1 and X2 are instances of class X; every other name is a class of its own.</summary>
    internal LockName Class => Instance with { Name = Name is [>= 'A' and <= 'Z', >= '0' and <= '9'] ? Name[..1] : Name };

    public override string ToString() => $"{Sort} {Name}";
}

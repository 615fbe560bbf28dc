namespace KThreadRuntime;

/// <summary>What <see cref="Lockdep.Pin"/> gives, and <see cref="Lockdep.Unpin"/> wants back. The default value fits no pin.</summary>
public readonly record struct PinCookie
{
    internal PinCookie(long value) => Value = value;

    /// <summary>Unique for each pin of a thread; 0 for none.</summary>
    internal long Value { get; }
}

namespace KThreadRuntime;

/// <summary>How much of a <see cref="LockdepMap"/>'s life the validator looks at.</summary>
public enum LockValidation : byte
{
    /// <summary>It is tracked and checked.</summary>
    Full,

    /// <summary>It is tracked as held, so that asserts work, and neither wanting nor holding it makes a dependency.</summary>
    NoValidate,

    /// <summary>Its probes do nothing.</summary>
    NoTrack,
}

namespace KThreadRuntime;

/// <summary>What a <see cref="LockdepMap"/> stands for.</summary>
public enum LockdepMapKind : byte
{
    /// <summary>A lock that one context acquires and releases, and that its holder cannot acquire again.</summary>
    Lock,

    /// <summary>A lock that its holder may acquire again, as a Monitor.</summary>
    ReentrantLock,

    /// <summary>Something waited for that another context signals.</summary>
    Completion,

    /// <summary>A lock of which each thread has an instance of its own: it blocks no other thread, and no handler waits for it.</summary>
    LocalLock,
}

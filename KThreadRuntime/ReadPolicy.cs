namespace KThreadRuntime;

/// <summary>What a reader of a <see cref="KRwLock"/> does when a writer waits already.</summary>
public enum ReadPolicy
{
    /// <summary>It waits behind the writer, so a read must not nest in a read. Nobody starves.</summary>
    Queued,

    /// <summary>It passes the writer, so a read may nest in a read. Readers that overlap without end starve the writer.</summary>
    Recursive,
}

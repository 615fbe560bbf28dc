namespace KThreadRuntime;

/// <summary>Who gives way when two acquire contexts want what the other one holds.</summary>
/// <remarks>Both favour the older context, so one that backs off gets through in the end. The names are those of the database literature.</remarks>
public enum WwAlgorithm
{
    /// <summary>
    /// An older context that waits for a younger one wounds it: the younger one is refused the next lock that it would have to
    /// wait for. A younger one waits for an older one. Fewer refusals.
    /// </summary>
    WoundWait,

    /// <summary>
    /// A younger context that would have to wait for an older one is refused at once. An older one waits for a younger one.
    /// More refusals, but each costs less to back off from.
    /// </summary>
    WaitDie,
}

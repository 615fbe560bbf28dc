namespace KThreadRuntime;

/// <summary>How sure a report is, weakest first.</summary>
public enum Confidence
{
    /// <summary>The classes close a ring; what was seen of the instances speaks against it. A finer class would dissolve it.</summary>
    ClassLevelOnly,

    /// <summary>Nothing that was seen rules the deadlock out.</summary>
    Possible,

    /// <summary>The very instances, in the hands of different contexts, close the ring; only the schedule was lucky.</summary>
    Certain,

    /// <summary>The hang is there: the context blocks on what only it can give.</summary>
    Closed,
}

namespace KThreadRuntime.Rules;

/// <summary>A ring of dependencies that the rules found: step <c>i</c> leads from class <c>i</c> to the next, the last to the first.</summary>
/// <param name="Kind">The kind of fault.</param>
/// <param name="Classes">The classes, starting with the near end of the dependency that closed the ring.</param>
/// <param name="Steps">The dependencies.</param>
/// <param name="IsClosed">Whether the context is about to block on itself.</param>
/// <param name="CanBeEnded">Whether somebody outside of it may end it all the same, though nobody is known to.</param>
internal sealed record Ring(
    ReportKind Kind, IReadOnlyList<LockClass> Classes, IReadOnlyList<Dependency> Steps, bool IsClosed = false, bool CanBeEnded = false);

/// <summary>The rings that one event closed, and the other faults that it made. Reused by its context from event to event.</summary>
internal sealed class Findings
{
    private readonly List<Ring> _rings = [];
    private readonly List<Fault> _faults = [];

    internal int Count => _rings.Count + _faults.Count;

    internal void Add(Ring ring) => _rings.Add(ring);

    internal void Add(Fault fault) => _faults.Add(fault);

    /// <summary>Takes the rings out, shortest first.</summary>
    internal IReadOnlyList<Ring> Take()
    {
        Ring[] taken = [.. _rings.OrderBy(r => r.Steps.Count)];
        _rings.Clear();
        return taken;
    }

    /// <summary>Takes the other faults out, in their order.</summary>
    internal IReadOnlyList<Fault> TakeFaults()
    {
        Fault[] taken = [.. _faults];
        _faults.Clear();
        return taken;
    }
}

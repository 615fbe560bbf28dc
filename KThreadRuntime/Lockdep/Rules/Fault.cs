namespace KThreadRuntime.Rules;

/// <summary>A report that is no ring of dependencies: one event that broke a rule by itself.</summary>
/// <param name="Kind">The kind of fault.</param>
/// <param name="Subject">The class whose instance it is about.</param>
/// <param name="Site">Where the event happened.</param>
/// <param name="Detail">What happened, in one sentence, with its full stop.</param>
/// <param name="Other">A second class that has part in it.</param>
/// <param name="Path">Dependencies that belong to the story, in their order; not closed into a ring.</param>
/// <param name="Confidence">How sure it is.</param>
/// <param name="Task">Who it happened to, if that is not the context that tells it.</param>
/// <param name="Round">What is told again, as it got worse, is told in a higher round.</param>
/// <param name="Conflict">For a fault of handlers: how the two classes, or the one, are used.</param>
internal sealed record Fault(
    ReportKind Kind, LockClass Subject, CodeSite Site, string Detail, LockClass? Other = null, Ring? Path = null,
    Confidence Confidence = Confidence.Certain, HandlerConflict? Conflict = null, string? Task = null, int Round = 0);

using System.Diagnostics;
using KThreadRuntime.Reports;

namespace KThreadRuntime;

/// <summary>One possible deadlock, with its evidence. Immutable; safe to keep and to share.</summary>
/// <remarks>The text is built on demand, so a report that nobody prints costs little.</remarks>
public sealed class LockdepReport
{
    /// <summary>The kind of fault.</summary>
    public required ReportKind Kind { get; init; }

    /// <summary>How sure it is.</summary>
    public required Confidence Confidence { get; init; }

    /// <summary>What qualifies it.</summary>
    public required ReportFlags Flags { get; init; }

    /// <summary>
    /// Names the same ring on every machine and after lines have moved: a hash over the ring's classes by file, member and
    /// ordinal, in a canonical rotation.
    /// </summary>
    public required string Fingerprint { get; init; }

    /// <summary>The name and number of the thread that was told.</summary>
    public required string Task { get; init; }

    /// <summary>
    /// The ring. Step 0 is the dependency that closed it; each step begins where the one before ends. A fault that is no ring
    /// has none, or the dependencies of its story.
    /// </summary>
    public required IReadOnlyList<LockdepStep> Steps { get; init; }

    /// <summary>What the thread held, oldest first.</summary>
    public required IReadOnlyList<LockdepHeldLock> Held { get; init; }

    /// <summary>What a fault that is no ring is about; null for a ring.</summary>
    public LockClass? Subject { get; init; }

    /// <summary>Where the fault happened; unknown for a ring.</summary>
    public CodeSite SubjectSite { get; init; }

    /// <summary>A second class that has part in a fault.</summary>
    public LockClass? Other { get; init; }

    /// <summary>What happened, in one sentence; null for a ring.</summary>
    public string? Detail { get; init; }

    /// <summary>The finer class that would dissolve the report; only with <see cref="Confidence.ClassLevelOnly"/>.</summary>
    public SplitSuggestion? Split { get; init; }

    /// <summary>The stack at which the ring was closed; null when capture is off.</summary>
    public StackTrace? Stack { get; init; }

    /// <summary>What the thread wants, or signals: the class whose event closed the ring, or that the fault is about.</summary>
    public LockClass Wanted => Subject ?? (Steps[0].IsOwed ? Steps[0].Held : Steps[0].Wanted);

    /// <summary>The classes in the order of the ring, from what is wanted to what is held.</summary>
    public string Chain => ReportText.Chain(this);

    /// <summary>The whole report, as text of several lines ending in <c>\n</c>.</summary>
    public override string ToString() => ReportText.Write(this);
}

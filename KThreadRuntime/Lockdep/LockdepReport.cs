using System.Text;
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
    /// Names the same ring on every machine, in every run and after lines have moved: a hash over the ring's classes in a
    /// canonical rotation, each by project, file, member and name; see <see cref="LockdepProjectAttribute"/>.
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
    public CodeSite SubjectSite { get; init; } = CodeSite.Unknown;

    /// <summary>A second class that has part in a fault.</summary>
    public LockClass? Other { get; init; }

    /// <summary>The two uses that conflict; null but for faults of locks and handlers.</summary>
    public LockdepHandlerUse? Handler { get; init; }

    /// <summary>What happened, in one sentence; null for a ring.</summary>
    public string? Detail { get; init; }

    /// <summary>The finer class that would dissolve the report; only with <see cref="Confidence.ClassLevelOnly"/>.</summary>
    public SplitSuggestion? Split { get; init; }

    /// <summary>The stack at which the ring was closed; null when capture is off.</summary>
    public LockdepStack? Stack { get; init; }

    /// <summary>What the thread wants, or signals: the class whose event closed the ring, or that the fault is about.</summary>
    public LockClass Wanted => Subject ?? (Steps[0].IsOwed ? Steps[0].Held : Steps[0].Wanted);

    /// <summary>The classes in the order of the ring, from what is wanted to what is held.</summary>
    public string Chain => ReportWords.Chain(this);

    /// <summary>Reads a report that <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">One JSON object, and nothing after it but white space.</param>
    /// <returns>A report equal to the written one in all that is written; its classes belong to no validator.</returns>
    /// <exception cref="LockdepFormatException">It is no JSON, or no report of a version this library reads; it says where.</exception>
    public static LockdepReport Parse(string json) => ReportJsonReader.Read(json ?? throw new ArgumentNullException(nameof(json)));

    /// <summary>The whole report for people, as text of several lines ending in <c>\n</c>.</summary>
    public override string ToString() => Text(NarrativeText.Write);

    /// <summary>The report in the structure of the kernel's, as text of several lines ending in <c>\n</c>.</summary>
    public string ToKernelText() => Text(KernelText.Write);

    /// <summary>
    /// The report as one line of JSON, without a line end, by the schema <c>lockdep-report-1.json</c> of the documentation: all
    /// of it but the instances. Stacks are written as resolved frames.
    /// </summary>
    public string ToJson() => Text(ReportJson.Write);

    /// <summary>Writes the report, with its last line end.</summary>
    /// <param name="writer">Where to; what it throws is thrown.</param>
    /// <param name="format">In which form.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such format.</exception>
    public void Write(TextWriter writer, LockdepReportFormat format = LockdepReportFormat.Narrative)
    {
        _ = writer ?? throw new ArgumentNullException(nameof(writer));
        writer.Write(format switch
        {
            LockdepReportFormat.Narrative => ToString(),
            LockdepReportFormat.Kernel => ToKernelText(),
            LockdepReportFormat.Json => ToJson() + "\n",
            LockdepReportFormat.Dot => Text(DotText.WriteRing),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "There is no such format."),
        });
    }

    private string Text(Action<StringBuilder, LockdepReport> write)
    {
        var text = new StringBuilder();
        write(text, this);
        return text.ToString();
    }
}

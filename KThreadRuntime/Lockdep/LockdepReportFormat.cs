namespace KThreadRuntime;

/// <summary>A form in which a report can be written.</summary>
public enum LockdepReportFormat
{
    /// <summary>For people: one sentence, the contexts, a schedule that hangs, evidence, and what would end it.</summary>
    Narrative,

    /// <summary>In the structure of the kernel's reports: frame, title, task, chain in reverse order, scenario, held locks, stack.</summary>
    Kernel,

    /// <summary>One JSON object on one line; see <see cref="LockdepReport.ToJson"/>.</summary>
    Json,

    /// <summary>The ring as a graph in the DOT language.</summary>
    Dot,
}

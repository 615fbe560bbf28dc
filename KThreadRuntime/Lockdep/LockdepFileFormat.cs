namespace KThreadRuntime;

/// <summary>What a <see cref="FileSink"/> writes.</summary>
public enum LockdepFileFormat
{
    /// <summary>The narratives, an empty line between them.</summary>
    Text,

    /// <summary>One JSON object a line; each line can be read by <see cref="LockdepReport.Parse"/>.</summary>
    JsonLines,

    /// <summary>One SARIF 2.1.0 log, written when the sink is disposed; until then reports are kept in memory.</summary>
    Sarif,
}

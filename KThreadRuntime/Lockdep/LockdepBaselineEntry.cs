namespace KThreadRuntime;

/// <summary>One muted report of a <see cref="LockdepBaseline"/>.</summary>
/// <param name="Fingerprint">The report's <see cref="LockdepReport.Fingerprint"/>.</param>
/// <param name="Reason">Why it is muted.</param>
/// <param name="Line">Its 1-based line in the text.</param>
public sealed record LockdepBaselineEntry(string Fingerprint, string Reason, int Line);

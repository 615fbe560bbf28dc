namespace KThreadRuntime.Tests.Conformance;

/// <summary>One case of the catalogue: what is done, and what a validator must say to it.</summary>
/// <param name="Group">The group, with its suite in front: <c>basic/A-A deadlock</c>.</param>
/// <param name="Case">The name; unique in the catalogue.</param>
/// <param name="Kinds">The locks it uses.</param>
/// <param name="Sequence">What is done, in the notation of the catalogue.</param>
/// <param name="MustReport">FAILURE: at least one report. SUCCESS: none.</param>
/// <param name="ReadsAreQueued">
/// Whether a read of an rwlock waits behind a queued writer, unless a handler asks: so it is from the queued-read group on.
/// </param>
internal sealed record CatalogueRow(string Group, string Case, string Kinds, string Sequence, bool MustReport, bool ReadsAreQueued)
{
    /// <summary>The kernel's own selftest, as against other tools' suites and documents.</summary>
    internal bool IsKernel => !IsDocument && !Group.StartsWith("ext/", StringComparison.Ordinal);

    /// <summary>A scenario told in a document or mail; its verdict is a correct tool's, not the kernel's.</summary>
    internal bool IsDocument => Group.StartsWith("doc/", StringComparison.Ordinal);

    public override string ToString() => Case;
}

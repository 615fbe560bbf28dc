namespace KThreadRuntime.Tests.CompletionSuite;

/// <summary>What a validator must say of a row.</summary>
internal enum Verdict
{
    /// <summary>A report at or above the default threshold.</summary>
    Report,

    /// <summary>A class-level ring: counted, not told by default, and with the split that dissolves it where there is one.</summary>
    Counted,

    /// <summary>Nothing, at any threshold.</summary>
    Silent,
}

/// <summary>One fact of the suite.</summary>
/// <param name="Id">Group and name.</param>
/// <param name="IsCode">Whether a scene in code plays it; otherwise the story plays itself.</param>
/// <param name="Settings">How the validator is set up; see <see cref="SuiteSettings"/>.</param>
/// <param name="Story">What happens, in order.</param>
/// <param name="Verdict">What is right.</param>
/// <param name="Answer">What the validator says today; see <see cref="SuiteAnswer"/>.</param>
/// <param name="Learned">All dependencies between classes that it must have learned by then, and no others.</param>
/// <param name="Known">Why the answer is not the verdict: <c>KnownMiss: …</c> or <c>KnownNoise: …</c>; <c>-</c> where it is.</param>
/// <param name="Why">Why the verdict is right.</param>
internal sealed record SuiteRow(
    string Id, bool IsCode, SuiteSettings Settings, string Story, Verdict Verdict, string Answer, string Learned, string Known, string Why)
{
    internal const string Nothing = "-";

    internal string Group => Id.Split('/')[0];

    /// <summary>What today's answer amounts to.</summary>
    internal Verdict Today =>
        Answer == Nothing ? Verdict.Silent : Answer.Contains(nameof(Confidence.ClassLevelOnly), StringComparison.Ordinal) ? Verdict.Counted : Verdict.Report;

    /// <summary>Whether the default threshold must let something through.</summary>
    internal bool MustReport => Verdict == Verdict.Report;
}

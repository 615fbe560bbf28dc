namespace CrossRelease.Demo;

/// <summary>A required step did not hold; it has been told already.</summary>
internal sealed class StoryEndedException : Exception;

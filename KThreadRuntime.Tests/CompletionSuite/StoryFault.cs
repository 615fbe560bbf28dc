namespace KThreadRuntime.Tests.CompletionSuite;

/// <summary>What goes wrong in a story because the story says so.</summary>
internal sealed class StoryFault() : Exception("The story says so.");

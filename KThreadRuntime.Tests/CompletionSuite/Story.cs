using System.Globalization;
using System.Text.RegularExpressions;

namespace KThreadRuntime.Tests.CompletionSuite;

/// <summary>One step of a story.</summary>
/// <param name="Name">What is done: <c>L</c>, <c>wait</c>, <c>park</c>, …</param>
/// <param name="Target">What it is done to; empty when it needs none.</param>
/// <param name="Line">Stands for the line of code: each step has one of its own, steps marked <c>@n</c> share one.</param>
/// <param name="Member">Stands for the member that contains it: the actor, or what steps marked alike share.</param>
/// <param name="Result">What a try must give; null otherwise.</param>
internal sealed record StoryStep(string Name, string Target, int Line, string Member, bool? Result);

/// <summary>What one actor does until it is through or blocks.</summary>
internal sealed record StorySegment(string Actor, IReadOnlyList<StoryStep> Steps);

/// <summary>
/// A story in the notation of the kernel's test catalogue, extended by completions: <c>T1: L(A) wait(C) U(A) | T2: complete(C)</c>.
/// Bars part segments. A segment runs until it is through or blocks; only then the next one begins.
/// </summary>
internal static partial class Story
{
    private const int SharedLines = 1000;

    internal static IReadOnlyList<StorySegment> Parse(string text)
    {
        var segments = new List<StorySegment>();
        int line = 0;
        foreach (string part in text.Split(" | "))
        {
            string[] words = part.Split(' ');
            if (words.Length < 2 || !words[0].EndsWith(':'))
            {
                throw new FormatException($"\"{part}\" names no actor, or nothing to do.");
            }

            string actor = words[0][..^1];
            segments.Add(new StorySegment(actor, [.. words.Skip(1).Select(w => Step(w, actor, ++line))]));
        }

        return segments;
    }

    private static StoryStep Step(string word, string actor, int line)
    {
        Match match = Word().Match(word);
        if (!match.Success)
        {
            throw new FormatException($"\"{word}\" is no step.");
        }

        string shared = match.Groups["line"].Value, result = match.Groups["result"].Value;
        return new StoryStep(
            match.Groups["name"].Value,
            match.Groups["target"].Value,
            shared.Length == 0 ? line : SharedLines + int.Parse(shared, CultureInfo.InvariantCulture),
            shared.Length == 0 ? actor : $"shared{shared}",
            result.Length == 0 ? null : result == "1");
    }

    [GeneratedRegex(@"^(?<name>[A-Za-z.]+\{?|\})(\((?<target>\w+)\))?(@(?<line>\d+))?(=(?<result>[01]))?$")]
    private static partial Regex Word();
}

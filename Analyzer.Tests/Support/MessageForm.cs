using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.Tests.Support;

/// <summary>A message is one sentence or two; which steps lie in other assemblies may follow it.</summary>
internal static partial class MessageForm
{
    private const int MaxSentences = 2;

    public static void Verify(Diagnostic found)
    {
        var message = found.GetMessage(CultureInfo.InvariantCulture).Split(" Steps elsewhere: ")[0];

        Assert.True(SentenceEnds().Count(message) is > 0 and <= MaxSentences && message.EndsWith('.'), $"{found.Id} has more than two sentences: {message}");
    }

    [GeneratedRegex(@"[.!?](?= |$)")]
    private static partial Regex SentenceEnds();
}

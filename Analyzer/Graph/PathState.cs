using System.Collections.Immutable;
using System.Text;
using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// One way to a point of a body: which of a few marks it carries, what it knows of flags, and where it goes after the finally
/// blocks it is in. It stands for all executions that took such a way; two ways with one <see cref="Key"/> go on alike.
/// </summary>
/// <param name="Marks">A bit for each mark that the domain sets.</param>
/// <param name="Truths">What places are known to be: true or false; with a <c>?</c> at the key's end, null or not.</param>
/// <param name="Pending">Where control goes when the finally block ends: a block, or the rest of an unwinding.</param>
/// <param name="Cause">The last exception on the way, if any.</param>
internal sealed record PathState(
    ulong Marks, ImmutableSortedDictionary<string, bool> Truths, ImmutableStack<int> Pending, ThrowSource? Cause)
{
    public static PathState Entry { get; } =
        new(0, ImmutableSortedDictionary.Create<string, bool>(StringComparer.Ordinal), ImmutableStack<int>.Empty, null);

    public PathState Learn(string place, bool? truth) =>
        place == Value.Unknown.Key ? this
        : truth is { } known ? this with { Truths = Truths.SetItem(place, known) } : Truths.ContainsKey(place) ? this with { Truths = Truths.Remove(place) } : this;

    public string Key(int block, int instruction)
    {
        var key = new StringBuilder().Append(block).Append(':').Append(instruction).Append('|').Append(Marks).Append(Cause is null ? '.' : Cause.IsSeen ? '!' : '?');
        foreach (int pending in Pending)
        {
            key.Append(pending).Append(',');
        }

        foreach (KeyValuePair<string, bool> truth in Truths)
        {
            key.Append('|').Append(truth.Key).Append(truth.Value ? '+' : '-');
        }

        return key.ToString();
    }
}

/// <summary>What an instruction may do to the marks of a way.</summary>
/// <param name="Answer">What the instruction's result then is, if it is a truth value.</param>
/// <param name="Thrown">The exception that it ends in; null if it goes on.</param>
internal readonly record struct PathStep(ulong Marks, bool? Answer = null, ThrowSource? Thrown = null);

/// <summary>A way out of a body.</summary>
/// <param name="IsThrown">Whether an exception leaves the body; else it returns.</param>
/// <param name="Cause">The last exception on the way, caught or not.</param>
internal readonly record struct PathEnd(ulong Marks, bool IsThrown, ThrowSource? Cause);

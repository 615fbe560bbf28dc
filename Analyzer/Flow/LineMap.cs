using System.Collections.Immutable;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Flow;

/// <summary>Where the lines begin that facts of a file speak of: the file itself is not at hand.</summary>
/// <param name="Starts">Pairs of a zero-based line and the position of its first character, in order.</param>
internal sealed record LineMap(ImmutableArray<(int Line, int Start)> Starts)
{
    public LinePositionSpan Of(TextSpan span) => new(Of(span.Start), Of(span.End));

    private LinePosition Of(int position)
    {
        int low = 0;
        int high = Starts.Length - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            (low, high) = Starts[middle].Start <= position ? (middle, high) : (low, middle - 1);
        }

        return Starts.IsEmpty ? default : new LinePosition(Starts[low].Line, Math.Max(0, position - Starts[low].Start));
    }
}

/// <summary>Where facts come from that no tree of this compilation gave.</summary>
/// <param name="Assembly">The simple name of the assembly.</param>
internal sealed record ExternalOrigin(string Assembly, LineMap Lines);

using CrossRelease.Analyzers.Flow;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Graph;

/// <summary>The loops of a body.</summary>
internal static class Loops
{
    /// <summary>Whether control leads from each of two instructions to the other one.</summary>
    public static bool AreInOne(BodyFacts body, TextSpan left, TextSpan right)
    {
        int[] lefts = [.. IndicesOf(body, left)];
        int[] rights = [.. IndicesOf(body, right)];
        return Leads(body, lefts, rights) && Leads(body, rights, lefts);
    }

    private static IEnumerable<int> IndicesOf(BodyFacts body, TextSpan span) => Enumerable.Range(0, body.Blocks.Length)
        .Where(index => body.Blocks[index].Instructions.Any(instruction => instruction.Span == span));

    private static bool Leads(BodyFacts body, int[] from, int[] to)
    {
        var seen = new HashSet<int>();
        var work = new Stack<int>(from);
        while (work.Count > 0)
        {
            Block block = body.Blocks[work.Pop()];

            // A finally block leads to wherever its region was left for: back into the loop around it.
            IEnumerable<int> next = block.EndOfFinally is { } first ? AfterFinally(body, first) : block.Successors;
            foreach (int index in next.Where(seen.Add))
            {
                work.Push(index);
            }
        }

        return to.Any(seen.Contains);
    }

    private static IEnumerable<int> AfterFinally(BodyFacts body, int first) => body.Blocks
        .SelectMany(static block => (Edge?[])[block.WhenTrue, block.Next])
        .Where(edge => edge is not null && edge.Finallies.Contains(first))
        .Select(static edge => edge!.Target);
}

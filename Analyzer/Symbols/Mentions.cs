using System.Buffers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Symbols;

/// <summary>Whether a word stands anywhere in the text of a tree: a search that makes no node.</summary>
internal static class Mentions
{
    private const int Chunk = 4096;

    public static bool In(SyntaxTree tree, string word, CancellationToken cancellation)
    {
        SourceText text = tree.GetText(cancellation);
        char[] buffer = ArrayPool<char>.Shared.Rent(Chunk);
        try
        {
            // The word may lie over the end of a chunk.
            for (int start = 0; start + word.Length <= text.Length; start += Chunk - word.Length + 1)
            {
                int count = Math.Min(Chunk, text.Length - start);
                text.CopyTo(start, buffer, 0, count);
                if (buffer.AsSpan(0, count).IndexOf(word.AsSpan()) >= 0)
                {
                    return true;
                }
            }

            return false;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }
    }
}

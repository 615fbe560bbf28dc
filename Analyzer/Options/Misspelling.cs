namespace CrossRelease.Analyzers.Options;

/// <summary>Whether a word is another one with a slip in it.</summary>
internal static class Misspelling
{
    private const int MaxSlips = 2;

    /// <summary>At most two letters are wrong, missing or too many. Two that have changed places are two.</summary>
    public static bool Is(string word, string meant)
    {
        if (Math.Abs(word.Length - meant.Length) > MaxSlips)
        {
            return false;
        }

        // Levenshtein's distance, row by row.
        int[] above = [.. Enumerable.Range(0, meant.Length + 1)];
        for (int i = 0; i < word.Length; i++)
        {
            int[] row = new int[above.Length];
            row[0] = i + 1;
            for (int j = 0; j < meant.Length; j++)
            {
                row[j + 1] = Math.Min(Math.Min(above[j + 1], row[j]) + 1, above[j] + (word[i] == meant[j] ? 0 : 1));
            }

            above = row;
        }

        return above[meant.Length] <= MaxSlips;
    }
}

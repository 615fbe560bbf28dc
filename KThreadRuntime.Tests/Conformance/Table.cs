namespace KThreadRuntime.Tests.Conformance;

/// <summary>A tab-separated file beside these tests, embedded in their assembly; its first line names the columns.</summary>
internal static class Table
{
    internal static IEnumerable<string[]> Read(string file, int columns)
    {
        using Stream stream = typeof(Table).Assembly.GetManifestResourceStream($"Conformance.{file}")
            ?? throw new FileNotFoundException("The table is not embedded.", file);
        using var reader = new StreamReader(stream);
        string header = reader.ReadLine() ?? "";
        int number = 1;
        while (reader.ReadLine() is string line)
        {
            number++;
            string[] cells = line.Split('\t');
            if (cells.Length != columns)
            {
                throw new InvalidDataException($"{file}({number}): {cells.Length} columns instead of {columns} ({header}).");
            }

            yield return cells;
        }
    }
}

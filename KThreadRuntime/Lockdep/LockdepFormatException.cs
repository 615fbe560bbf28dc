namespace KThreadRuntime;

/// <summary>A text that this library was to read is not what it should be; the message says where and why.</summary>
public sealed class LockdepFormatException : FormatException
{
    internal LockdepFormatException(string textName, int line, int column, string problem)
        : base(column > 0 ? $"{textName}, line {line}, column {column}: {problem}" : $"{textName}, line {line}: {problem}")
    {
        TextName = textName;
        Line = line;
        Column = column;
        Problem = problem;
    }

    /// <summary>What text: a file's path, or what kind of text it was to be.</summary>
    public string TextName { get; }

    /// <summary>The 1-based line.</summary>
    public int Line { get; }

    /// <summary>The 1-based column; 0 when the whole line is meant.</summary>
    public int Column { get; }

    /// <summary>What is wrong, without the place.</summary>
    public string Problem { get; }
}

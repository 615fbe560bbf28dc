namespace KThreadRuntime;

/// <summary>A place in source: what the compiler put into a caller-info argument.</summary>
/// <param name="File">The source file, as the compiler was given it (a path map applies). Empty when unknown.</param>
/// <param name="Line">The 1-based line; 0 when unknown.</param>
/// <param name="Member">The member that contains the place. Empty when unknown.</param>
public readonly record struct CodeSite(string File, int Line, string Member)
{
    /// <summary>A place nobody recorded.</summary>
    public static CodeSite Unknown => new("", 0, "");

    /// <summary>Whether a caller's file or line was recorded.</summary>
    public bool IsKnown => Line != 0 || !string.IsNullOrEmpty(File);

    /// <summary>The file's name without its folders; empty when unknown.</summary>
    public string FileName
    {
        get
        {
            if (string.IsNullOrEmpty(File))
            {
                return "";
            }

            // Path.GetFileName would not split a Windows path on Linux, where a package built elsewhere may run.
            int cut = File.LastIndexOfAny(['/', '\\']);
            return cut < 0 ? File : File.Substring(cut + 1);
        }
    }

    /// <summary>Member, file name and line, as reports print it.</summary>
    public override string ToString() =>
        !IsKnown ? (string.IsNullOrEmpty(Member) ? "(unknown)" : Member) : $"{Member} ({FileName}:{Line})";
}

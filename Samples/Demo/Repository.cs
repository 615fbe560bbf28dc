namespace CrossRelease.Demo;

/// <summary>The clone that this program was built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "CrossRelease.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No CrossRelease.sln above {AppContext.BaseDirectory}.");
    }
}

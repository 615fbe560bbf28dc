namespace KThreadRuntime.Tests.Reports;

/// <summary>The project's documentation, found from the test's own folder upwards.</summary>
internal static class Docs
{
    internal static string Folder
    {
        get
        {
            DirectoryInfo? folder = new(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CrossRelease.sln")))
            {
                folder = folder.Parent;
            }

            return Path.Combine(Assert.IsType<DirectoryInfo>(folder).FullName, "docs");
        }
    }
}

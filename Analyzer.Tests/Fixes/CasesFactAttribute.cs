namespace CrossRelease.Analyzers.Tests.Fixes;

/// <summary>A fact about a folder of cases outside of the clone, which <c>CROSSRELEASE_CASES</c> names; skipped, and seen to be, where it names none.</summary>
public sealed class CasesFactAttribute : FactAttribute
{
    public CasesFactAttribute()
    {
        if (Folder is null)
        {
            Skip = "CROSSRELEASE_CASES names no folder of cases (CASE/Bug.cs with its Scenario.Run)";
        }
    }

    public static string? Folder => Environment.GetEnvironmentVariable("CROSSRELEASE_CASES") is { Length: > 0 } folder && Directory.Exists(folder) ? folder : null;
}

using CrossRelease.Analyzers.Tests.Meta;
using CrossRelease.Demo;
using Microsoft.CodeAnalysis.CodeFixes;

namespace CrossRelease.Analyzers.Tests.Uses;

/// <summary>
/// The real <c>dotnet format</c> applies every fix, in a few runs over a project of two frameworks, in which what cannot be fixed comes first
/// and one file belongs to a folder of somebody else's.
/// </summary>
[Collection(InstalledPackageTests.Name)]
public class FormatTests(InstalledPackage installed)
{
    private const string Linked = "MoveWait.cs";

    // Of several fixes for one id a run may apply the first only.
    private const int MaxRuns = 4;

    [Fact]
    public void EveryFix_IsAppliedInAFewRuns()
    {
        var consumer = installed.Install("format", FormatSources.Unfixable, "CrossRelease");
        var folder = Path.GetDirectoryName(consumer.ProjectPath)!;
        var shared = Directory.CreateDirectory(folder + "-shared").FullName;
        File.WriteAllText(consumer.ProjectPath, File.ReadAllText(consumer.ProjectPath)
            .Replace(
                "<TargetFramework>net10.0</TargetFramework>",
                "<TargetFrameworks>net10.0;net10.0-windows</TargetFrameworks><EnableWindowsTargeting>true</EnableWindowsTargeting><DisableTransitiveFrameworkReferenceDownloads>true</DisableTransitiveFrameworkReferenceDownloads>", StringComparison.Ordinal)
            .Replace("</Project>", $"<ItemGroup><Compile Include=\"../{Path.GetFileName(shared)}/{Linked}\" Link=\"{Linked}\" /></ItemGroup></Project>", StringComparison.Ordinal));
        foreach (var (_, file, source, _) in FormatSources.Fixable)
        {
            File.WriteAllText(PathOf(file), source);
        }

        var built = consumer.Build();
        Assert.True(built.ExitCode == 0, built.Output);

        string[] ids = [.. RuleFacts.All.Where(rule => RuleFacts.FixOf(rule) == "yes").Select(rule => rule.Id)];
        var formatted = consumer.Fix("info", ids);
        for (var run = 1; run < MaxRuns && !FormatSources.Fixable.All(IsApplied); run++)
        {
            formatted = consumer.Fix("info", ids);
        }

        Assert.True(formatted.ExitCode == 0, formatted.Output);
        Assert.Equal(FormatSources.Unfixable.ReplaceLineEndings("\n").Trim(), File.ReadAllText(consumer.SourcePath).ReplaceLineEndings("\n").Trim());
        Assert.All(FormatSources.Fixable, fix => Assert.Contains(fix.Line, TextOf(fix.File), StringComparison.Ordinal));
        var again = consumer.Build();
        Assert.True(again.ExitCode == 0, again.Output);
        Assert.DoesNotContain(again.LinesWith("warning XR"), line => !line.Contains("Engine.cs", StringComparison.Ordinal));

        bool IsApplied((Type Fixer, string File, string Source, string Line) fix) => TextOf(fix.File).Contains(fix.Line, StringComparison.Ordinal);
        string TextOf(string file) => File.ReadAllText(PathOf(file)).ReplaceLineEndings("\n");
        string PathOf(string file) => Path.Combine(file == Linked ? shared : folder, file);
    }

    /// <summary>But for the one that mutes a finding: that has no Fix All, so that no format run can do it.</summary>
    [Fact]
    public void EveryFixer_HasItsFile() => Assert.Equal(
        typeof(CodeFixes.WrapperHidesSiteFixer).Assembly.GetTypes()
            .Where(type => type.IsDefined(typeof(ExportCodeFixProviderAttribute), inherit: false) && type != typeof(CodeFixes.BaselineFixer))
            .Select(type => type.Name).Order(),
        FormatSources.Fixable.Select(fix => fix.Fixer.Name).Order());
}

using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Loader;
using CrossRelease.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis;
using Xunit.Abstractions;

namespace CrossRelease.Analyzers.Tests.Fixes;

/// <summary>The law of fixes on whole programs that deadlock, and how far the fixes get with them.</summary>
public class CaseFixesTests(ITestOutputHelper output)
{
    private static readonly TimeSpan _bound = TimeSpan.FromSeconds(60);

    [CasesFact]
    public async Task EveryOfferedFix_KeepsTheLaw_AndTheTargetsAreMet()
    {
        var rows = new List<(string Name, bool IsOffered, bool IsQuiet, bool Runs)>();
        foreach (var folder in Directory.EnumerateDirectories(CasesFactAttribute.Folder!).Order(StringComparer.Ordinal))
        {
            var path = Path.Combine(folder, "Bug.cs");
            if (!File.Exists(path))
            {
                continue;
            }

            var project = Open(await File.ReadAllTextAsync(path));
            var found = await WarningsAsync(project);
            if (!found.IsEmpty)
            {
                rows.Add(await FixAsync(Path.GetFileName(folder), project, found));
            }
        }

        output.WriteLine($"{rows.Count} detected, a fix offered for {rows.Count(row => row.IsOffered)}, quiet and running after it: {rows.Count(row => row is { IsQuiet: true, Runs: true })}");
        Assert.True(rows.Count(row => row.IsOffered) * 2 >= rows.Count, "A fix is offered for less than half.");
        Assert.True(rows.Count(row => row is { IsQuiet: true, Runs: true }) * 3 >= rows.Count, "Less than a third are quiet, and run, after their fixes.");
    }

    private async Task<(string Name, bool IsOffered, bool IsQuiet, bool Runs)> FixAsync(string name, Project project, ImmutableArray<Diagnostic> found)
    {
        await FixLaw.VerifyAsync(project, found);
        var fixes = new List<string>();
        for (var open = found; !open.IsEmpty; open = await WarningsAsync(project))
        {
            if (await FirstAsync(project, open) is not var (fix, after))
            {
                break;
            }

            fixes.Add(fix);
            project = after;
        }

        var isQuiet = fixes.Count > 0 && (await WarningsAsync(project)).IsEmpty;
        var runs = isQuiet && await RunsAsync(project);
        output.WriteLine($"{name,-32} {string.Join(' ', found.Select(warning => warning.Id).Distinct()),-8} {(isQuiet ? "quiet" : "-"),-6} {(runs ? "runs" : "-"),-5} {string.Join(", ", fixes)}");
        return (name, fixes.Count > 0, isQuiet, runs);
    }

    private static async Task<(string Fix, Project After)?> FirstAsync(Project project, ImmutableArray<Diagnostic> open)
    {
        foreach (var diagnostic in open)
        {
            foreach (var provider in FixLaw.Providers.Where(provider => provider.FixableDiagnosticIds.Contains(diagnostic.Id)))
            {
                if ((await FixLaw.OfferedAsync(provider, project, diagnostic)).FirstOrDefault() is { } action)
                {
                    return (provider.GetType().Name, await FixLaw.ApplyAsync(action, project));
                }
            }
        }

        return null;
    }

    private static async Task<ImmutableArray<Diagnostic>> WarningsAsync(Project project)
        => [.. (await FixLaw.DiagnoseAsync(project)).Where(found => found.Severity >= DiagnosticSeverity.Warning)];

    /// <summary>The fixed program does what it did, in a schedule that is not hostile.</summary>
    private static async Task<bool> RunsAsync(Project project)
    {
        using var image = new MemoryStream();
        var emitted = (await AnalysisRun.CompileAsync(project)).Emit(image);
        Assert.True(emitted.Success, string.Join('\n', emitted.Diagnostics));
        image.Position = 0;
        var run = new AssemblyLoadContext(project.Name).LoadFromStream(image).GetType("Scenario")!.GetMethod("Run", BindingFlags.Public | BindingFlags.Static)!;
        var done = Task.Factory.StartNew(() => { run.Invoke(null, null); }, TaskCreationOptions.LongRunning);
        return await Task.WhenAny(done, Task.Delay(_bound)) == done && done.IsCompletedSuccessfully;
    }

    private static Project Open(string source)
        => TestWorkspace.CreateProject(new TestState { OutputKind = OutputKind.ConsoleApplication }, [("/0/Bug.cs", source), ("/0/Main.cs", "static class Entry { static void Main() => Scenario.Run(); }")], []);
}

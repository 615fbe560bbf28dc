using System.CommandLine;

namespace Benchmarks.Analysis;

/// <summary>The command <c>analyzer</c>: what the analyzer costs a build, as sources grow, and after an edit.</summary>
internal static class AnalyzerVerbs
{
    internal static Command Create()
    {
        var smoke = new Option<bool>("--smoke") { Description = "A small run: checks that what is measured really ran, not the time." };
        var projects = new Argument<string[]>("projects") { Description = "Project files, or folders with one each; they are restored and compiled, not built.", Arity = ArgumentArity.ZeroOrMore };
        var framework = new Option<string?>("--framework") { Description = "The target framework of projects that have several." };
        var rounds = new Option<int>("--rounds") { Description = "Compilations of each kind.", DefaultValueFactory = static _ => 5 };

        var batch = new Command("batch", "CPU seconds of the compiler's process: bare, with an empty analyzer, with ours.") { projects, framework, rounds, smoke };
        batch.SetAction(parsed => parsed.GetValue(smoke)
            ? Exit(BatchBenchmark.Smoke())
            : Exit(BatchBenchmark.Run(parsed.GetValue(projects)!, parsed.GetValue(framework), parsed.GetValue(rounds))));
        var growth = new Command("growth", "Files of 1,000 to 8,000 lines and call graphs of 100 to 10,000 methods.") { smoke };
        growth.SetAction(parsed => Exit(GrowthBenchmark.Run(parsed.GetValue(smoke))));
        var edit = new Command("edit", "From the edit of one body of a project of 110,000 lines to the diagnostics of its document, 200 times.") { smoke };
        edit.SetAction(parsed => Exit(EditBenchmark.Run(parsed.GetValue(smoke))));
        var codeBases = new Argument<string[]>("code-bases") { Description = "Project files, those of one code base joined by commas; they are neither restored nor built." };
        var packages = new Option<string?>("--packages") { Description = "A folder of assemblies that stand for the packages of the projects." };
        var reports = new Option<string?>("--reports") { Description = "A file that gets each warning, with the places of its story." };
        var sweep = new Command("sweep", "What all rules say of code bases at default severities.") { codeBases, packages, reports };
        sweep.SetAction(parsed => Exit(SweepCommand.Run(parsed.GetValue(codeBases)!, parsed.GetValue(packages), parsed.GetValue(reports))));
        return new Command("analyzer", "Measures the analyzer.") { batch, growth, edit, sweep };
    }

    private static int Exit(bool held) => held ? 0 : 1;
}

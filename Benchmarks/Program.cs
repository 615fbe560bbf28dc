using System.CommandLine;
using Benchmarks;
using Benchmarks.Analysis;

var smoke = new Option<bool>("--smoke") { Description = "Few rounds: checks that what is measured really ran, not the time." };
var quick = new Option<bool>("--quick") { Description = "10 rounds, for tuning." };
var only = new Option<string?>("--only") { Description = "One row: for locks LOCKSxINSTANCES, for pairs the row's name." };

var root = new RootCommand("Measures the runtime and the analyzer: ratios by paired rounds in one process, single costs by quantiles, tables by BenchmarkDotNet.")
{
    Verb("locks", "What tracking costs around an uncontended Monitor.", LocksBenchmark.Run),
    Verb("pairs", "The other primitives, tracked over bare: mutex, reader/writer, completions, contended, two threads.", PairsBenchmark.Run),
    Verb("events", "What happens once: the first sight of a pair, a class, an edge in a large graph.", EventsBenchmark.Run),
    Verb("memory", "Short-lived locks by the million.", MemoryBenchmark.Run),
};
var tables = new Command("tables", "Construction and warm pairs, by BenchmarkDotNet, in a short run. What follows goes to it instead: --filter and the like.") { TreatUnmatchedTokensAsErrors = false };
tables.SetAction(parsed => Tables.Run([.. parsed.UnmatchedTokens]));
root.Subcommands.Add(tables);
root.Subcommands.Add(AnalyzerVerbs.Create());
return root.Parse(args).Invoke();

Command Verb(string name, string description, Func<Effort, string?, bool> run)
{
    var verb = new Command(name, description) { smoke, quick, only };
    verb.SetAction(parsed =>
    {
        Effort effort = parsed.GetValue(smoke) ? Effort.Smoke : parsed.GetValue(quick) ? Effort.Quick : Effort.Full;
        return run(effort, parsed.GetValue(only)) ? 0 : 1;
    });
    return verb;
}

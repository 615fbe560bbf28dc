// Mutation score of the analyzer's engine from a random sample, since all mutants take a day. From the root of the clone, after `dotnet tool restore`:
//     dotnet run .ci/mutants.cs -- [--seed 1] [--runs 2] [--places 100]
// Places (pieces of code that have mutants) are drawn by folder, in the order of a hash of seed, file and span; every mutant of a drawn place counts.
// Each run of Stryker takes so many places, a quarter of them from Rules. A result that is there is kept, so more runs can be asked for later: delete Analyzer.Tests/StrykerOutput to begin again.
#:property PublishAot=false
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

const string tests = "Analyzer.Tests";
const string output = $"{tests}/StrykerOutput";
string[] folders = ["Graph", "Rules"];
// Reads pages only: every mutant is made and compiled, none is run.
const string testThatRunsNoMutant = "FullyQualifiedName~SettingsPagesTests";

var seed = Option("--seed", 1);
var runs = Option("--runs", 2);
var atOnce = Option("--places", 100);

var everything = Places(Stryker("list", config => config["test-case-filter"] = testThatRunsNoMutant), folders);
var drawn = folders.SelectMany(folder => Draw(everything.Where(place => place.Folder == folder), runs * Share(folder))).ToList();
var results = Enumerable.Range(0, runs).SelectMany(Run).ToDictionary(static place => place.Key);

Console.WriteLine("| folder | mutants | drawn | killed by a test | killed by time | survived | score | 95 % interval |");
Console.WriteLine("|---|---|---|---|---|---|---|---|");
var estimates = folders.Select(folder => Estimate.Of(
    folder,
    everything.Where(place => place.Folder == folder).ToList(),
    drawn.Where(place => place.Folder == folder).Select(place => results[place.Key]).ToList())).ToList();
foreach (var estimate in estimates.Append(Estimate.Both(estimates)))
{
    Console.WriteLine(estimate);
}

foreach (var place in drawn.Select(place => results[place.Key]))
{
    foreach (var mutant in place.Mutants.Where(static mutant => !mutant.Killed))
    {
        Console.WriteLine($"{place.File}:{mutant.Line} {mutant.Status} {mutant.Kind}: {place.Text} -> {mutant.Replacement}");
    }
}

return 0;

int Option(string name, int otherwise) =>
    Array.IndexOf(args, name) is >= 0 and var at ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;

IEnumerable<Place> Run(int number)
{
    var ofRun = folders.SelectMany(folder => drawn.Where(place => place.Folder == folder).Skip(number * Share(folder)).Take(Share(folder))).ToList();
    var report = Stryker($"sample-{seed}-{atOnce}-{number}", config => config["mutate"] = Patterns(everything, ofRun));
    return Places(report, folders).IntersectBy(ofRun.Select(static place => place.Key), static place => place.Key);
}

int Share(string folder) => folder == "Rules" ? atOnce / 4 : atOnce - (atOnce / 4);

List<Place> Draw(IEnumerable<Place> places, int count) =>
    [.. places.OrderBy(place => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed} {place.Key}"))), StringComparer.Ordinal).Take(count)];

// Stryker takes what lies within a span. So mutants inside of a drawn place are left out, but for drawn ones and what these lie in; such a one is run and not counted.
static JsonArray Patterns(List<Place> everything, List<Place> drawn)
{
    var patterns = new JsonArray();
    foreach (var file in drawn.GroupBy(static place => place.File))
    {
        var left = everything.Where(place => place.File == file.Key && file.Any(place.LiesIn) && !file.Any(other => other.LiesIn(place)));
        patterns.Add($"{file.Key}{string.Concat(file.Select(static place => place.Span))}");
        foreach (var place in left)
        {
            patterns.Add($"!{file.Key}{place.Span}");
        }
    }

    return patterns;
}

static JsonNode Stryker(string name, Action<JsonNode> change)
{
    var folder = Path.GetFullPath($"{output}/{name}");
    var report = $"{folder}/reports/mutation-report.json";
    if (!File.Exists(report))
    {
        var config = JsonNode.Parse(File.ReadAllText($"{tests}/stryker-config.json"))!;
        change(config["stryker-config"]!);
        Directory.CreateDirectory(folder);
        File.WriteAllText($"{folder}/config.json", config.ToJsonString());
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["stryker", "-f", $"{folder}/config.json", "-O", folder]) { WorkingDirectory = tests })!;
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"Stryker ended with {process.ExitCode}.");
        }
    }

    return JsonNode.Parse(File.ReadAllText(report))!;
}

static List<Place> Places(JsonNode report, string[] folders)
{
    var places = new List<Place>();
    var project = (string)report["projectRoot"]!;
    foreach (var (path, file) in report["files"]!.AsObject())
    {
        var name = Path.GetRelativePath(project, path).Replace('\\', '/');
        var text = (string)file!["source"]!;
        var lines = Starts(text);
        places.AddRange(
            from mutant in file["mutants"]!.AsArray()
            where (string)mutant["status"]! is not ("Ignored" or "CompileError")
            group Mutant.Of(mutant) by (Start: Offset(mutant["location"]!["start"]!, lines), End: Offset(mutant["location"]!["end"]!, lines)) into place
            let folder = folders.FirstOrDefault(folder => name.StartsWith($"{folder}/", StringComparison.Ordinal))
            where folder is not null
            select new Place(folder, name, place.Key.Start, place.Key.End, text[place.Key.Start..place.Key.End], [.. place]));
    }

    return places;
}

static List<int> Starts(string text) => [0, .. text.Select(static (character, at) => character == '\n' ? at + 1 : 0).Where(static at => at > 0)];

static int Offset(JsonNode position, List<int> lines) => lines[(int)position["line"]! - 1] + (int)position["column"]! - 1;

internal sealed record Mutant(string Status, string Kind, string Replacement, int Line)
{
    public bool Killed => Status is "Killed" or "Timeout";

    public static Mutant Of(JsonNode node) =>
        new((string)node["status"]!, (string)node["mutatorName"]!, (string)node["replacement"]!, (int)node["location"]!["start"]!["line"]!);
}

internal sealed record Place(string Folder, string File, int Start, int End, string Text, List<Mutant> Mutants)
{
    public string Span => $"{{{Start}..{End}}}";

    public string Key => $"{File}{Span}";

    public bool LiesIn(Place other) => other.Start <= Start && End <= other.End;
}

/// <summary>Mutants of one place live and die together, so the place is what is drawn: the score is a ratio of sums, its variance that of a ratio estimator.</summary>
internal sealed record Estimate(string Folder, int All, int Drawn, int ByTest, int ByTime, double Score, double Variance)
{
    public static Estimate Of(string folder, List<Place> all, List<Place> drawn)
    {
        var mutants = drawn.SelectMany(static place => place.Mutants).ToList();
        var score = mutants.Count(static mutant => mutant.Killed) / (double)mutants.Count;
        var mean = mutants.Count / (double)drawn.Count;
        var squares = drawn.Sum(place => Math.Pow(place.Mutants.Count(static mutant => mutant.Killed) - (score * place.Mutants.Count), 2));
        var variance = (1 - (drawn.Count / (double)all.Count)) * squares / (drawn.Count - 1) / drawn.Count / (mean * mean);
        return new(
            folder,
            all.Sum(static place => place.Mutants.Count),
            mutants.Count,
            mutants.Count(static mutant => mutant.Status == "Killed"),
            mutants.Count(static mutant => mutant.Status == "Timeout"),
            score,
            variance);
    }

    /// <summary>Each folder weighs what it has of all mutants, not of the drawn ones.</summary>
    public static Estimate Both(List<Estimate> folders)
    {
        var all = folders.Sum(static folder => folder.All);
        return new(
            "both",
            all,
            folders.Sum(static folder => folder.Drawn),
            folders.Sum(static folder => folder.ByTest),
            folders.Sum(static folder => folder.ByTime),
            folders.Sum(folder => folder.Score * folder.All / all),
            folders.Sum(folder => folder.Variance * folder.All / all * folder.All / all));
    }

    public override string ToString()
    {
        var half = 1.96 * Math.Sqrt(Variance);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {Folder} | {All:N0} | {Drawn:N0} | {ByTest:N0} | {ByTime:N0} | {Drawn - ByTest - ByTime:N0} | {100 * Score:F1} % | {100 * (Score - half):F1} to {100 * Math.Min(1, Score + half):F1} % |");
    }
}

using System.CommandLine;

namespace CrossRelease.Tool;

/// <summary><c>crossrelease baseline create LOG... --reason TEXT --output FILE</c>: what a build found, as a baseline.</summary>
internal static class BaselineCommand
{
    public static Command Create(TextWriter output, TextWriter error)
    {
        var logs = new Argument<FileInfo[]>("logs") { Description = "Error logs of the compiler: SARIF 2.1, one for each project and framework.", Arity = ArgumentArity.OneOrMore };
        var reason = new Option<string>("--reason") { Description = "Why the findings may stay, for each of them.", Required = true };
        var file = new Option<FileInfo>("--output") { Description = "The baseline. What it has already keeps its reason and its place.", Required = true };
        var create = new Command("create", "Adds the warnings and errors of a build to a baseline.") { logs, reason, file };
        create.SetAction(parsed =>
        {
            try
            {
                int added = Add(parsed.GetValue(logs)!, parsed.GetValue(reason)!, parsed.GetValue(file)!);
                output.WriteLine($"{added} {(added == 1 ? "entry" : "entries")} added to {parsed.GetValue(file)!.Name}.");
                return 0;
            }
            catch (Exception unusable) when (unusable is BuildLogException or IOException or UnauthorizedAccessException)
            {
                error.WriteLine(unusable.Message);
                return 1;
            }
        });
        return new Command("baseline", "Baselines: findings that are known, each with its reason.") { create };
    }

    private static int Add(FileInfo[] logs, string reason, FileInfo baseline)
    {
        if (string.IsNullOrWhiteSpace(reason) || reason.AsSpan().ContainsAny('\r', '\n'))
        {
            throw new BuildLogException("--reason: a reason is one line, and not empty.");
        }

        string[] known = baseline.Exists ? File.ReadAllLines(baseline.FullName) : [];
        HashSet<string> fingerprints = [.. known.Select(static line => line.Trim().Split(' ', '\t')[0])];
        var added = new List<string>();
        foreach (BuildFinding finding in logs.SelectMany(static log => BuildLog.Read(log.FullName)))
        {
            if (fingerprints.Add(finding.Fingerprint))
            {
                added.Add($"# {finding.Rule}: {finding.Message}");
                added.Add($"{finding.Fingerprint} {reason.Trim()}");
            }
        }

        if (added.Count > 0)
        {
            File.WriteAllLines(baseline.FullName, [.. known, .. added]);
        }

        return added.Count / 2;
    }
}

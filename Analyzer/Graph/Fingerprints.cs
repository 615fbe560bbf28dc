using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Names findings by what they are about: the fault, the members on its way, the method and the objects that the message begins with. No
/// line, no path, no word of a message: a fingerprint survives moved lines, other machines and better wording.
/// </summary>
internal static class Fingerprints
{
    private static readonly Regex _places = new("~(fn|group)[0-9]+", RegexOptions.CultureInvariant);

    /// <summary>The same findings with their fingerprints. Alike ones are numbered in the order given.</summary>
    public static IEnumerable<Finding> Give(IEnumerable<Finding> findings)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        using var hash = SHA256.Create();
        foreach (Finding finding in findings)
        {
            string identity = IdentityOf(finding);
            seen.TryGetValue(identity, out int before);
            seen[identity] = before + 1;
            yield return finding with { Fingerprint = Of(hash, identity + "\n" + before.ToString(System.Globalization.CultureInfo.InvariantCulture)) };
        }
    }

    /// <summary>The fingerprint of what has this identity.</summary>
    public static string Of(string identity)
    {
        using var hash = SHA256.Create();
        return Of(hash, identity);
    }

    private static string Of(SHA256 hash, string identity) =>
        BitConverter.ToString(hash.ComputeHash(Encoding.UTF8.GetBytes(identity)), 0, 8).Replace("-", "").ToLowerInvariant();

    private static string IdentityOf(Finding finding)
    {
        IEnumerable<string> members = finding.Steps
            .Select(static step => NameOf(step.Body))
            .Distinct()
            .OrderBy(static name => name, StringComparer.Ordinal);
        return string.Join("\n", [finding.Fault.ToString(), NameOf(finding.Place.Body), .. finding.Arguments.Take(NamesIn(finding.Fault)), .. members]);
    }

    // How many of a message's arguments are names; what follows them is prose.
    private static int NamesIn(Fault fault) =>
        fault is Fault.CrossReleaseCycle or Fault.CompletionRing or Fault.LoopRing or Fault.LockOrderCycle or Fault.WaitUnderLock ? 3 : 2;

    // Nested functions are told apart by their place in the file.
    private static string NameOf(BodyFacts body) => body.Id.IndexOf('~') < 0 ? body.Id : _places.Replace(body.Id, "~$1");
}

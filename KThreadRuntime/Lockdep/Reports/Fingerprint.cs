using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using KThreadRuntime.Rules;

namespace KThreadRuntime.Reports;

/// <summary>A ring's name that survives moved lines and other machines.</summary>
/// <remarks>
/// A path under a path map is the same everywhere and is used whole; of another path only the file's name is. A class's ordinal
/// is its rank, by line, among the classes known so far that the same member creates under the same name.
/// </remarks>
internal static class Fingerprint
{
    internal static string Of(Ring ring, ClassTable classes)
    {
        IReadOnlyList<LockClass> known = classes.Snapshot();
        string[] identities = [.. ring.Classes.Select(c => Identity(c, known))];
        string canonical = Enumerable.Range(0, identities.Length)
            .Select(start => string.Join(">", Enumerable.Range(0, identities.Length).Select(i => identities[(start + i) % identities.Length])))
            .OrderBy(s => s, StringComparer.Ordinal).First();
        return Hash($"{ring.Kind}:{canonical}");
    }

    /// <summary>Of a fault: its classes, and the member where it happened.</summary>
    internal static string Of(Fault fault, ClassTable classes)
    {
        IReadOnlyList<LockClass> known = classes.Snapshot();
        string other = fault.Other is null ? "" : Identity(fault.Other, known);
        return Hash($"{fault.Kind}:{Identity(fault.Subject, known)}>{other}@{Portable(fault.Site)}:{fault.Site.Member}");
    }

    private static string Hash(string text)
    {
        using var sha = SHA256.Create();
        byte[] hash = sha.ComputeHash(Encoding.UTF8.GetBytes(text));
        return string.Concat(hash.Take(8).Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));
    }

    private static string Identity(LockClass lockClass, IReadOnlyList<LockClass> known)
    {
        CodeSite site = lockClass.Key?.Site ?? lockClass.Site;
        int ordinal = known.Count(other => SameMember(other, lockClass) && (other.Key?.Site ?? other.Site).Line < site.Line);
        return $"{lockClass.Name}/{lockClass.Subclass}@{Portable(site)}:{site.Member}:{ordinal}";
    }

    private static bool SameMember(LockClass a, LockClass b)
    {
        CodeSite x = a.Key?.Site ?? a.Site, y = b.Key?.Site ?? b.Site;
        return a.Name == b.Name && a.Subclass == b.Subclass && x.Member == y.Member && x.File == y.File;
    }

    private static string Portable(CodeSite site) =>
        site.File?.StartsWith("/_", StringComparison.Ordinal) == true ? site.File : site.FileName;
}

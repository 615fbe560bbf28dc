using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using KThreadRuntime.Rules;

namespace KThreadRuntime.Reports;

/// <summary>A report's name that survives moved lines, other machines and another order of first use; see docs/adr/0016.</summary>
/// <remarks>
/// A class is named by project, file, member, name and subclass. Classes of one report that agree in all of these are numbered by
/// their lines; classes outside of the report play no part, so it does not matter what else was seen.
/// </remarks>
internal static class Fingerprint
{
    internal static string Of(Ring ring)
    {
        string[] identities = [.. ring.Classes.Select(c => Identity(c, ring.Classes))];
        string canonical = Enumerable.Range(0, identities.Length)
            .Select(start => string.Join(">", Enumerable.Range(0, identities.Length).Select(i => identities[(start + i) % identities.Length])))
            .OrderBy(s => s, StringComparer.Ordinal).First();
        return Hash($"{ring.Kind}:{canonical}");
    }

    /// <summary>Of a fault: its classes, and the member where it happened.</summary>
    internal static string Of(Fault fault)
    {
        LockClass[] classes = fault.Other is null ? [fault.Subject] : [fault.Subject, fault.Other];
        string named = string.Join(">", classes.Select(c => Identity(c, classes)));
        return Hash($"{fault.Kind}:{named}@{ProjectFolders.Portable(fault.Site)}:{fault.Site.Member}");
    }

    private static string Hash(string text)
    {
        using var sha = SHA256.Create();
        byte[] hash = sha.ComputeHash(Encoding.UTF8.GetBytes(text));
        return string.Concat(hash.Take(8).Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));
    }

    private static string Identity(LockClass lockClass, IReadOnlyList<LockClass> others)
    {
        CodeSite site = SiteOf(lockClass);
        int ordinal = others.Where(o => SameMember(o, lockClass)).Select(o => SiteOf(o).Line).Where(line => line < site.Line).Distinct().Count();
        return $"{lockClass.Name}/{lockClass.Subclass}@{ProjectFolders.Portable(site)}:{site.Member}:{ordinal}";
    }

    private static bool SameMember(LockClass a, LockClass b)
    {
        CodeSite x = SiteOf(a), y = SiteOf(b);
        return a.Name == b.Name && a.Subclass == b.Subclass && x.Member == y.Member && x.File == y.File;
    }

    private static CodeSite SiteOf(LockClass lockClass) => lockClass.Key?.Site ?? lockClass.Site;
}

using System.Reflection;

namespace KThreadRuntime.Tests.Conformance.Written;

/// <summary>The rows that are played by code: stress, foreign owners, what documents tell in prose.</summary>
internal static class WrittenRows
{
    private static readonly Lazy<ILookup<string, Action<Lab>>> _byRow = new(Collect);

    /// <summary>By the name of the row; more than one method for a row would be a mistake, which a test finds.</summary>
    internal static ILookup<string, Action<Lab>> ByRow => _byRow.Value;

    /// <summary>Plays a row under a validator and says what was reported.</summary>
    internal static Outcome Play(CatalogueRow row, LockdepOptions options)
    {
        using var lab = new Lab(options);
        ByRow[row.Case].Single()(lab);
        return Outcome.Of(lab, []);
    }

    private static ILookup<string, Action<Lab>> Collect() => typeof(WrittenRows).Assembly.GetTypes()
        .Where(t => t.Namespace == typeof(WrittenRows).Namespace)
        .SelectMany(t => t.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
        .Select(m => (Method: m, Plays: m.GetCustomAttribute<PlaysAttribute>()))
        .Where(m => m.Plays is not null)
        .ToLookup(m => m.Plays!.Row, m => m.Method.CreateDelegate<Action<Lab>>());
}

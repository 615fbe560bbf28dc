using System.Text;
using KThreadRuntime.Rules;

namespace KThreadRuntime.Reports;

/// <summary>Graphs in the DOT language: a ring, or all that a validator knows. Completions are ellipses, locks are boxes.</summary>
internal static class DotText
{
    internal static void WriteRing(StringBuilder text, LockdepReport report)
    {
        text.Append("digraph report {\n  label=").Append(Quoted($"{ReportWords.Title(report)} {report.Fingerprint}")).Append(";\n");
        LockClass[] classes = [.. report.Steps.SelectMany(s => new[] { s.Held, s.Wanted }).Concat(new[] { report.Subject, report.Other }.OfType<LockClass>()).Distinct()];
        foreach (LockClass lockClass in classes)
        {
            Node(text, lockClass, Array.IndexOf(classes, lockClass));
        }

        foreach (LockdepStep step in report.Steps)
        {
            Arrow(text, Array.IndexOf(classes, step.Held), Array.IndexOf(classes, step.Wanted), step.IsOwed, $"{step.Thread}\n{step.WantedSite}");
        }

        text.Append("}\n");
    }

    internal static void WriteGraph(TextWriter writer, IReadOnlyList<LockClass> classes, IReadOnlyList<ClassDependency> dependencies)
    {
        writer.Write("digraph lockdep {\n");
        var text = new StringBuilder();
        foreach (LockClass lockClass in classes)
        {
            Node(text.Clear(), lockClass, lockClass.Index);
            writer.Write(text.ToString());
        }

        foreach (ClassDependency dependency in dependencies)
        {
            // A dependency whose every sight was of a debt is drawn as one.
            Arrow(text.Clear(), dependency.From.Index, dependency.To.Index, dependency.Labels.All(l => l.FromOwed), dependency.Labels[0].Evidence.Thread);
            writer.Write(text.ToString());
        }

        writer.Write("}\n");
    }

    private static void Node(StringBuilder text, LockClass lockClass, int number) => text
        .Append($"  n{number} [label=").Append(Quoted($"{lockClass.DisplayName}\n{lockClass.Site}"))
        .Append(lockClass.IsCompletion ? ", shape=ellipse];\n" : ", shape=box];\n");

    private static void Arrow(StringBuilder text, int from, int to, bool isOwed, string label) => text
        .Append($"  n{from} -> n{to} [label=").Append(Quoted(label)).Append(isOwed ? ", style=dashed];\n" : "];\n");

    /// <summary>A quoted id of the language: only the quote needs an escape, but a label also takes backslashes for its own.</summary>
    private static string Quoted(string value) =>
        "\"" + value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\r", "").Replace("\n", "\\n") + "\"";
}

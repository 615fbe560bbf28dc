using System.Text;

namespace KThreadRuntime.Reports;

/// <summary>A report as JSON; <c>docs/schema/lockdep-report-1.json</c> states the form, <see cref="ReportJsonReader"/> reads it.</summary>
internal static class ReportJson
{
    /// <summary>Raised when a reader of the old form would misunderstand the new one; a new member alone does not raise it.</summary>
    internal const int Version = 1;

    internal static void Write(StringBuilder text, LockdepReport report)
    {
        List<LockClass> classes = ClassesOf(report);
        int Number(LockClass? lockClass) => classes.IndexOf(lockClass!);
        JsonWriter json = new JsonWriter(text).BeginObject()
            .Member("version", Version)
            .Member("kind", report.Kind.ToString())
            .Member("confidence", report.Confidence.ToString());
        WriteFlags(json, report.Flags);
        json.Member("fingerprint", report.Fingerprint).Member("task", report.Task);
        json.Name("classes").BeginArray();
        classes.ForEach(c => WriteClass(json, c));
        json.EndArray().Name("steps").BeginArray();
        foreach (LockdepStep step in report.Steps)
        {
            WriteStep(json, step, Number);
        }

        json.EndArray().Name("held").BeginArray();
        foreach (LockdepHeldLock held in report.Held)
        {
            json.BeginObject().Member("class", Number(held.Class)).Member("mode", held.Mode.ToString());
            WriteSite(json, "site", held.Site);
            json.EndObject();
        }

        json.EndArray();
        WriteFault(json, report, Number);
        if (report.Split is { } split)
        {
            json.Name("split").BeginObject().Member("class", Number(split.Class)).Member("by", split.By.ToString()).Member("advice", split.Advice).EndObject();
        }

        WriteStack(json, report.Stack);
        json.EndObject();
    }

    internal static void WriteSite(JsonWriter json, string name, CodeSite site)
    {
        json.Name(name).BeginObject().Member("file", site.File ?? "").Member("line", site.Line).Member("member", site.Member ?? "").EndObject();
    }

    private static List<LockClass> ClassesOf(LockdepReport report)
    {
        var all = new List<LockClass>();
        foreach (LockdepStep step in report.Steps)
        {
            all.Add(step.Held);
            all.Add(step.Wanted);
        }

        all.AddRange(report.Held.Select(h => h.Class));
        all.AddRange(new[] { report.Subject, report.Other, report.Split?.Class }.OfType<LockClass>());
        return [.. all.Distinct()];
    }

    private static void WriteFlags(JsonWriter json, ReportFlags flags)
    {
        json.Name("flags").BeginArray();
        for (int bit = 1; bit <= (int)flags; bit <<= 1)
        {
            if (((int)flags & bit) != 0)
            {
                json.Value(((ReportFlags)bit).ToString());
            }
        }

        json.EndArray();
    }

    private static void WriteClass(JsonWriter json, LockClass lockClass)
    {
        json.BeginObject()
            .Member("name", lockClass.Name).Member("version", lockClass.Version).Member("subclass", lockClass.Subclass)
            .Member("kind", lockClass.Traits.Kind.ToString())
            .Member("outer", lockClass.Traits.Outer.ToString()).Member("inner", lockClass.Traits.Inner.ToString())
            .Member("usage", lockClass.Usage);
        WriteSite(json, "site", lockClass.Site);
        if (lockClass.Key is { } key)
        {
            json.Name("key").BeginObject().Member("name", key.Name);
            WriteSite(json, "site", key.Site);
            json.EndObject();
        }

        json.EndObject();
    }

    private static void WriteStep(JsonWriter json, LockdepStep step, Func<LockClass?, int> number)
    {
        json.BeginObject()
            .Member("held", number(step.Held)).Member("heldMode", step.HeldMode.ToString()).Member("isOwed", step.IsOwed)
            .Member("wanted", number(step.Wanted)).Member("wantedMode", step.WantedMode.ToString()).Member("isWait", step.IsWait)
            .Member("thread", step.Thread);
        WriteFlags(json, step.Flags);
        WriteSite(json, "heldSite", step.HeldSite);
        WriteSite(json, "wantedSite", step.WantedSite);
        WriteSite(json, "signalSite", step.SignalSite);
        WriteStack(json, step.Stack);
        json.EndObject();
    }

    private static void WriteFault(JsonWriter json, LockdepReport report, Func<LockClass?, int> number)
    {
        if (report.Subject is null)
        {
            return;
        }

        json.Name("fault").BeginObject().Member("subject", number(report.Subject)).Member("detail", report.Detail);
        WriteSite(json, "site", report.SubjectSite);
        if (report.Other is not null)
        {
            json.Member("other", number(report.Other));
        }

        if (report.Handler is { } handler)
        {
            json.Name("handler").BeginObject().Member("level", handler.Level.ToString());
            WriteUse(json, "used", handler.UsedAs, handler.UsedBy, handler.UsedAt, handler.UsedStack);
            WriteUse(json, "held", handler.HeldAs, handler.HeldBy, handler.HeldAt, handler.HeldStack);
            json.EndObject();
        }

        json.EndObject();
    }

    private static void WriteUse(JsonWriter json, string name, string use, string by, CodeSite site, LockdepStack? stack)
    {
        json.Name(name).BeginObject().Member("as", use).Member("by", by);
        WriteSite(json, "site", site);
        WriteStack(json, stack);
        json.EndObject();
    }

    private static void WriteStack(JsonWriter json, LockdepStack? stack)
    {
        if (stack is null)
        {
            return;
        }

        json.Name("stack").BeginArray();
        foreach (string frame in stack.Frames)
        {
            json.Value(frame);
        }

        json.EndArray();
    }
}

namespace KThreadRuntime.Reports;

/// <summary>One report as a SARIF result.</summary>
internal static class SarifResult
{
    internal static void Write(JsonWriter json, LockdepReport report)
    {
        json.BeginObject()
            .Member("ruleId", SarifRules.Id(report.Kind)).Member("ruleIndex", (int)report.Kind)
            .Member("level", Level(report.Confidence));
        SarifRules.Message(json, "message", NarrativeText.FirstSentence(report));
        WriteLocations(json, report);
        WriteFlows(json, report);
        json.Name("partialFingerprints").BeginObject().Member("lockdep/v1", report.Fingerprint).EndObject();
        WriteProperties(json, report);
        json.EndObject();
    }

    private static string Level(Confidence confidence) => confidence switch
    {
        Confidence.ClassLevelOnly => "note",
        Confidence.Possible => "warning",
        _ => "error",
    };

    /// <summary>Where the closing event is; every result has one location at most, and none when nobody recorded the place.</summary>
    private static void WriteLocations(JsonWriter json, LockdepReport report)
    {
        CodeSite site = report.Subject is not null ? report.SubjectSite
            : report.Steps[0] is { IsOwed: true, SignalSite.IsKnown: true } owed ? owed.SignalSite
            : report.Steps[0].WantedSite;
        json.Name("locations").BeginArray();
        if (site.IsKnown)
        {
            WriteLocation(json, site, null);
        }

        json.EndArray();
    }

    /// <summary>One code flow; a thread flow for each context: where it became responsible, where it waits, what cannot come.</summary>
    private static void WriteFlows(JsonWriter json, LockdepReport report)
    {
        if (report.Steps.Count == 0)
        {
            return;
        }

        json.Name("codeFlows").BeginArray().BeginObject().Name("threadFlows").BeginArray();
        for (int i = 0; i < report.Steps.Count; i++)
        {
            LockdepStep step = report.Steps[i];
            json.BeginObject().Member("id", $"{NarrativeText.Letter(i)}: {step.Thread}").Name("locations").BeginArray();
            WriteFlowLocation(json, step.HeldSite, $"[S] {NarrativeText.Responsible(step)}");
            WriteFlowLocation(json, step.WantedSite, $"[W] {NarrativeText.Waits(step)}");
            WriteFlowLocation(json, step.IsOwed ? step.SignalSite : CodeSite.Unknown, $"[E] {NarrativeText.Event(step)}");
            json.EndArray().EndObject();
        }

        json.EndArray().EndObject().EndArray();
    }

    private static void WriteFlowLocation(JsonWriter json, CodeSite site, string message)
    {
        json.BeginObject().Name("location");
        WriteLocation(json, site, message);
        json.EndObject();
    }

    private static void WriteLocation(JsonWriter json, CodeSite site, string? message)
    {
        json.BeginObject();
        if (site.IsKnown)
        {
            WritePlace(json, site);
        }

        if (message is not null)
        {
            SarifRules.Message(json, "message", message);
        }

        json.EndObject();
    }

    private static void WritePlace(JsonWriter json, CodeSite site)
    {
        if (!string.IsNullOrEmpty(site.File))
        {
            json.Name("physicalLocation").BeginObject().Name("artifactLocation").BeginObject();
            WriteFile(json, site.File.Replace('\\', '/'));
            json.EndObject();
            if (site.Line > 0)
            {
                json.Name("region").BeginObject().Member("startLine", site.Line).EndObject();
            }

            json.EndObject();
        }

        if (!string.IsNullOrEmpty(site.Member))
        {
            json.Name("logicalLocations").BeginArray().BeginObject().Member("name", site.Member).Member("kind", "member").EndObject().EndArray();
        }
    }

    /// <summary>A mapped path is relative to the source root; an absolute one is a file URI of its own.</summary>
    private static void WriteFile(JsonWriter json, string file)
    {
        int mapped = file.StartsWith("/_", StringComparison.Ordinal) ? file.IndexOf('/', 1) : -1;
        if (mapped > 0)
        {
            json.Member("uri", Escaped(file.Substring(mapped + 1))).Member("uriBaseId", "%SRCROOT%");
        }
        else if (file[0] == '/' || (file.Length > 2 && file[1] == ':'))
        {
            json.Member("uri", (file[0] == '/' ? "file://" : "file:///") + Escaped(file));
        }
        else
        {
            json.Member("uri", Escaped(file)).Member("uriBaseId", "%SRCROOT%");
        }
    }

    private static string Escaped(string path) => string.Join("/", path.Split('/').Select((p, i) => i == 0 && p.EndsWith(":", StringComparison.Ordinal) ? p : Uri.EscapeDataString(p)));

    private static void WriteProperties(JsonWriter json, LockdepReport report)
    {
        json.Name("properties").BeginObject()
            .Member("confidence", ReportWords.Words(report.Confidence)).Member("task", report.Task).Member("chain", report.Chain)
            .Name("flags").BeginArray();
        foreach (string flag in ReportWords.FlagNames(report.Flags))
        {
            json.Value(flag);
        }

        json.EndArray();
        json.Member("remedy", report.Split?.Advice ?? Remedy.For(report)).EndObject();
    }
}

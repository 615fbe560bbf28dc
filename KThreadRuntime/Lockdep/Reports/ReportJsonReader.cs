using KThreadRuntime.Rules;

namespace KThreadRuntime.Reports;

/// <summary>Reads what <see cref="ReportJson"/> wrote. Members it does not know are passed over: a newer writer may have them.</summary>
internal static class ReportJsonReader
{
    private const string TextName = "lockdep report";

    internal static LockdepReport Read(string json)
    {
        JsonNode root = JsonParser.Parse(json, TextName);
        int version = root["version"].AsInt();
        if (version != ReportJson.Version)
        {
            throw root["version"].Error($"version {version} is not one that this library reads; it reads {ReportJson.Version}.");
        }

        LockClass[] classes = [.. root["classes"].AsArray().Select((node, i) => ReadClass(node, i + 1))];
        LockClass Class(JsonNode node) =>
            node.AsInt() is int number && number >= 0 && number < classes.Length ? classes[number] : throw node.Error("there is no class of this number.");
        var kind = root["kind"].AsEnum<ReportKind>();
        IReadOnlyList<LockdepStep> steps = [.. root["steps"].AsArray().Select(node => ReadStep(node, Class))];
        JsonNode? fault = root.Find("fault"), split = root.Find("split");
        if (fault is null && steps.Count == 0)
        {
            throw root["steps"].Error("a report without a fault has at least one step.");
        }

        return new LockdepReport
        {
            Kind = kind,
            Confidence = root["confidence"].AsEnum<Confidence>(),
            Flags = ReadFlags(root),
            Fingerprint = root["fingerprint"].AsString(),
            Task = root["task"].AsString(),
            Steps = steps,
            Held = [.. root["held"].AsArray().Select(h => new LockdepHeldLock(Class(h["class"]), h["mode"].AsEnum<LockMode>(), ReadSite(h["site"])))],
            Subject = fault is null ? null : Class(fault["subject"]),
            SubjectSite = fault is null ? CodeSite.Unknown : ReadSite(fault["site"]),
            Other = fault?.Find("other") is { } other ? Class(other) : null,
            Detail = fault?["detail"].AsStringOrNull(),
            Handler = fault?.Find("handler") is { } handler ? ReadHandler(handler) : null,
            Split = split is null ? null : new SplitSuggestion(Class(split["class"]), split["by"].AsEnum<ClassPolicy>(), split["advice"].AsString()),
            Stack = ReadStack(root),
        };
    }

    private static LockClass ReadClass(JsonNode node, int index)
    {
        LockClassKey? key = node.Find("key") is { } k && ReadSite(k["site"]) is var site
            ? new LockClassKey(k["name"].AsStringOrNull(), site.File, site.Line, site.Member) : null;
        var traits = new ClassTraits(
            node["kind"].AsEnum<LockdepMapKind>(), node["outer"].AsEnum<LockWaitType>(), node["inner"].AsEnum<LockWaitType>());
        CodeSite classSite = ReadSite(node["site"]);
        var identity = new ClassIdentity(null, classSite, "", "", node["subclass"].AsInt());
        return new LockClass(index, index, identity, new ClassFamily(node["name"].AsString(), node["version"].AsInt()), classSite, key, traits)
        {
            Usage = node["usage"].AsString(),
        };
    }

    private static LockdepStep ReadStep(JsonNode node, Func<JsonNode, LockClass> classOf) => new(classOf(node["held"]), classOf(node["wanted"]))
    {
        Thread = node["thread"].AsString(),
        HeldSite = ReadSite(node["heldSite"]),
        WantedSite = ReadSite(node["wantedSite"]),
        SignalSite = ReadSite(node["signalSite"]),
        IsOwed = node["isOwed"].AsBool(),
        IsWait = node["isWait"].AsBool(),
        HeldMode = node["heldMode"].AsEnum<LockMode>(),
        WantedMode = node["wantedMode"].AsEnum<LockMode>(),
        Flags = ReadFlags(node),
        Stack = ReadStack(node),
    };

    private static LockdepHandlerUse ReadHandler(JsonNode node)
    {
        JsonNode used = node["used"], held = node["held"];
        return new LockdepHandlerUse(
            node["level"].AsEnum<HandlerLevel>(),
            used["as"].AsString(), used["by"].AsString(), ReadSite(used["site"]), held["as"].AsString(), held["by"].AsString(), ReadSite(held["site"]))
        {
            UsedStack = ReadStack(used),
            HeldStack = ReadStack(held),
        };
    }

    private static CodeSite ReadSite(JsonNode node) => new(node["file"].AsString(), node["line"].AsInt(), node["member"].AsString());

    private static ReportFlags ReadFlags(JsonNode owner) =>
        owner["flags"].AsArray().Aggregate(ReportFlags.None, (all, flag) => all | flag.AsEnum<ReportFlags>());

    private static LockdepStack? ReadStack(JsonNode owner) =>
        owner.Find("stack") is { } stack ? new LockdepStack([.. stack.AsArray().Select(f => f.AsString())]) : null;
}

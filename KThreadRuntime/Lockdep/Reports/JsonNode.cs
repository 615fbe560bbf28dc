using System.Globalization;

namespace KThreadRuntime.Reports;

/// <summary>A JSON value with its place in the text, so that whoever misses something in it can say where.</summary>
internal sealed class JsonNode(JsonKind kind, string text, string textName, int line, int column)
{
    internal JsonKind Kind { get; } = kind;

    /// <summary>A string's contents, or a number as it stands.</summary>
    internal string Text { get; } = text;

    internal List<JsonNode> Items { get; } = [];

    internal List<KeyValuePair<string, JsonNode>> Members { get; } = [];

    internal JsonNode this[string name] => Find(name) ?? throw Error($"the member \"{name}\" is missing.");

    internal JsonNode? Find(string name)
    {
        Require(JsonKind.Object, "an object");
        foreach (KeyValuePair<string, JsonNode> member in Members)
        {
            if (member.Key == name)
            {
                return member.Value;
            }
        }

        return null;
    }

    internal string AsString()
    {
        Require(JsonKind.String, "a string");
        return Text;
    }

    internal string? AsStringOrNull() => Kind == JsonKind.Null ? null : AsString();

    internal bool AsBool() => Kind switch
    {
        JsonKind.True => true,
        JsonKind.False => false,
        _ => throw Error("true or false is expected here."),
    };

    internal int AsInt()
    {
        Require(JsonKind.Number, "a whole number");
        return int.TryParse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
            ? value : throw Error("a whole number of 32 bits is expected here.");
    }

    internal T AsEnum<T>()
        where T : struct, Enum
    {
        string name = AsString();

        // TryParse would take numbers and lists too.
        return Array.IndexOf(Enum.GetNames(typeof(T)), name) >= 0 ? (T)Enum.Parse(typeof(T), name) : throw Error($"\"{name}\" is no {typeof(T).Name}.");
    }

    internal IReadOnlyList<JsonNode> AsArray()
    {
        Require(JsonKind.Array, "an array");
        return Items;
    }

    internal LockdepFormatException Error(string problem) => new(textName, line, column, problem);

    private void Require(JsonKind expected, string words)
    {
        if (Kind != expected)
        {
            throw Error($"{words} is expected here.");
        }
    }
}

using System.Text.Json;
using System.Text.RegularExpressions;

namespace KThreadRuntime.Tests.Reports;

/// <summary>As much of JSON Schema as the documented schema uses. A keyword that it does not know fails, so none is passed over.</summary>
internal sealed class JsonSchema(JsonElement root)
{
    /// <summary>What is wrong with a value, each with its path.</summary>
    internal IEnumerable<string> Faults(JsonElement value) => Check(root, value, "$");

    private IEnumerable<string> Check(JsonElement schema, JsonElement value, string path) =>
        schema.EnumerateObject().SelectMany(keyword => Check(keyword, schema, value, path));

    private IEnumerable<string> Check(JsonProperty keyword, JsonElement schema, JsonElement value, string path) => keyword.Name switch
    {
        "$schema" or "title" or "description" or "$defs" => [],
        "$ref" => Check(Resolve(keyword.Value.GetString()!), value, path),
        "const" => JsonElement.DeepEquals(keyword.Value, value) ? [] : [$"{path}: is not {keyword.Value}"],
        "enum" => keyword.Value.EnumerateArray().Any(e => JsonElement.DeepEquals(e, value)) ? [] : [$"{path}: {value} is none of {keyword.Value}"],
        "type" => Types(keyword.Value).Any(t => Is(t, value)) ? [] : [$"{path}: is no {keyword.Value}"],
        "minimum" => value.GetInt64() >= keyword.Value.GetInt64() ? [] : [$"{path}: is less than {keyword.Value}"],
        "pattern" => Regex.IsMatch(value.GetString()!, keyword.Value.GetString()!) ? [] : [$"{path}: {value} does not match"],
        "items" => value.EnumerateArray().SelectMany((item, i) => Check(keyword.Value, item, $"{path}[{i}]")),
        "required" => keyword.Value.EnumerateArray().Where(n => !value.TryGetProperty(n.GetString()!, out _)).Select(n => $"{path}: {n} is missing"),
        "properties" => Members(schema, value, path),
        _ => throw new NotSupportedException($"The test does not know the keyword {keyword.Name}."),
    };

    /// <summary>Stricter than the schema: what our own writer writes is documented.</summary>
    private IEnumerable<string> Members(JsonElement schema, JsonElement value, string path) => value.EnumerateObject().SelectMany(member =>
        schema.GetProperty("properties").TryGetProperty(member.Name, out JsonElement known)
            ? Check(known, member.Value, $"{path}.{member.Name}")
            : [$"{path}.{member.Name}: is not documented"]);

    private JsonElement Resolve(string reference) =>
        reference.Split('/').Skip(1).Aggregate(root, (at, name) => at.GetProperty(name));

    private static IEnumerable<string> Types(JsonElement type) =>
        type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(t => t.GetString()!) : [type.GetString()!];

    private static bool Is(string type, JsonElement value) => type switch
    {
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        _ => value.ValueKind.ToString().Equals(type, StringComparison.OrdinalIgnoreCase),
    };
}

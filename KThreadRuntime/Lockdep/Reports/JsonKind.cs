namespace KThreadRuntime.Reports;

/// <summary>What a <see cref="JsonNode"/> is.</summary>
internal enum JsonKind
{
    Null,
    True,
    False,
    Number,
    String,
    Array,
    Object,
}

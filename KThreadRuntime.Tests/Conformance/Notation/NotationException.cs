namespace KThreadRuntime.Tests.Conformance.Notation;

/// <summary>A row that cannot be read. The message names the row, the token and its place.</summary>
internal sealed class NotationException(string row, int place, string token, string what)
    : Exception($"{row}, token {place} '{token}': {what}");

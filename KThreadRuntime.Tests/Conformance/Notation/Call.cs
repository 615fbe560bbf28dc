using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace KThreadRuntime.Tests.Conformance.Notation;

/// <summary>The shape of most tokens: <c>kind.verb(arguments,nest=lock)=result</c>; all but the verb may be left out.</summary>
internal sealed partial record Call(string Kind, string Verb, IReadOnlyList<string> Arguments, string? Nest, string? Result)
{
    internal static bool TryParse(string token, [NotNullWhen(true)] out Call? call)
    {
        Match match = Shape().Match(token);
        call = null;
        if (!match.Success)
        {
            return false;
        }

        string[] inside = match.Groups["inside"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries);
        string? nest = inside.FirstOrDefault(IsNest)?["nest=".Length..];
        string? result = match.Groups["result"] is { Success: true, Value: string given } ? given : null;
        call = new Call(match.Groups["kind"].Value, match.Groups["verb"].Value, [.. inside.Where(i => !IsNest(i))], nest, result);
        return true;
    }

    private static bool IsNest(string argument) => argument.StartsWith("nest=", StringComparison.Ordinal);

    [GeneratedRegex(@"^((?<kind>[a-z_0-9]+)\.)?(?<verb>[A-Za-z_]+)(\((?<inside>[A-Za-z0-9_.,=]+)\))?(=(?<result>[A-Z0-9]+))?$")]
    private static partial Regex Shape();
}

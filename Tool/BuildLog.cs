using System.Text.Json;

namespace CrossRelease.Tool;

/// <summary>One finding of a build that a baseline can name.</summary>
internal sealed record BuildFinding(string Rule, string Message, string Fingerprint);

/// <summary>A file that cannot be used; the message names it, and the line.</summary>
internal sealed class BuildLogException(string message) : Exception(message);

/// <summary>Reads the compiler's error logs, SARIF 2.1.</summary>
internal static class BuildLog
{
    /// <summary>The warnings and errors that have a fingerprint and are not suppressed, in the order of the log.</summary>
    /// <exception cref="BuildLogException">The file is no such log.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<BuildFinding> Read(string path)
    {
        try
        {
            using JsonDocument log = JsonDocument.Parse(File.ReadAllBytes(path));
            if (!log.RootElement.TryGetProperty("runs", out JsonElement runs))
            {
                throw new BuildLogException($"{path}: this is no SARIF log of version 2.1; build with -p:ErrorLog=FILE%2Cversion=2.1.");
            }

            return [.. runs.EnumerateArray().SelectMany(static run => run.GetProperty("results").EnumerateArray()).Select(Find).OfType<BuildFinding>()];
        }
        catch (JsonException malformed)
        {
            throw new BuildLogException($"{path}({malformed.LineNumber + 1}): this is no JSON: {malformed.Message}");
        }
        catch (Exception unexpected) when (unexpected is KeyNotFoundException or InvalidOperationException)
        {
            throw new BuildLogException($"{path}: this is no SARIF log of version 2.1: {unexpected.Message}");
        }
    }

    private static BuildFinding? Find(JsonElement result)
    {
        bool isSuppressed = result.TryGetProperty("suppressions", out JsonElement suppressions) && suppressions.GetArrayLength() > 0;
        string? level = result.TryGetProperty("level", out JsonElement given) ? given.GetString() : "warning";
        return !isSuppressed
            && (level is "warning" or "error")
            && result.TryGetProperty("properties", out JsonElement properties)
            && properties.TryGetProperty("customProperties", out JsonElement custom)
            && custom.TryGetProperty("Fingerprint", out JsonElement fingerprint)
                ? new BuildFinding(result.GetProperty("ruleId").GetString()!, result.GetProperty("message").GetProperty("text").GetString()!, fingerprint.GetString()!)
                : null;
    }
}

using System.Globalization;

namespace KThreadRuntime;

/// <summary>
/// What can be said about the process's own validator without a line of code: environment variables, and in their absence
/// what the application's configuration carries.
/// </summary>
/// <remarks>
/// A setting that cannot be read is told once on the standard error stream and has no effect: it must not break the first
/// lock that the program makes.
/// </remarks>
internal static class LockdepSettings
{
    internal const string ReportFile = "KThreadRuntime.Lockdep.ReportFile";
    internal const string Prediction = "KThreadRuntime.Lockdep.Prediction";
    internal const string HungWaitSeconds = "KThreadRuntime.Lockdep.HungWaitSeconds";

    /// <summary>The options that the settings ask for; the defaults where they say nothing.</summary>
    internal static LockdepOptions Read()
    {
        var defaults = new LockdepOptions();
        return new LockdepOptions
        {
            Sinks = Read(ReportFile, "a file's path", defaults.Sinks, static path => [new FileSink(path, FormatOf(path))]),
            Prediction = Read(Prediction, "true or false", defaults.Prediction, bool.Parse),
            HungWaitThreshold = Read(HungWaitSeconds, "a number of seconds, or -1 for never", defaults.HungWaitThreshold, ToThreshold),
        };
    }

    /// <summary>The environment variable of a setting: the same in capitals, with underscores for dots.</summary>
    internal static string VariableOf(string setting) => setting.ToUpperInvariant().Replace('.', '_');

    private static LockdepFileFormat FormatOf(string path) =>
        Path.GetExtension(path) is ".txt" or ".log" ? LockdepFileFormat.Text : LockdepFileFormat.JsonLines;

    private static TimeSpan ToThreshold(string text)
    {
        double seconds = double.Parse(text, CultureInfo.InvariantCulture);
        TimeSpan threshold = seconds == -1 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(seconds);
        _ = Blocking.Timeouts.ToMilliseconds(threshold, nameof(text));
        return threshold;
    }

    private static T Read<T>(string setting, string expected, T otherwise, Func<string, T> parse)
    {
        string? text = Environment.GetEnvironmentVariable(VariableOf(setting)) ?? AppDomain.CurrentDomain.GetData(setting)?.ToString();
        if (string.IsNullOrEmpty(text))
        {
            return otherwise;
        }

        try
        {
            return parse(text!);
        }
#pragma warning disable CA1031 // Whatever is wrong with it, it is told and the program goes on.
        catch (Exception wrong)
#pragma warning restore CA1031
        {
            Console.Error.WriteLine($"{setting} is '{text}', which is not {expected}; it is ignored. ({wrong.GetType().Name})");
            return otherwise;
        }
    }
}

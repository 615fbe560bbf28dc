using System.Text.RegularExpressions;

namespace KThreadRuntime.Tests.Reports;

/// <summary>What the validator really says of each kind of fault, whole, in the kernel's structure.</summary>
public partial class KernelTextOfKindsTests
{
    public static TheoryData<string> Names => [.. KernelScenes.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Text_IsThatOfTheFile(string name)
    {
        using var lab = new Lab(new LockdepOptions { CaptureStacks = false, HungWaitThreshold = Threshold(name) });
        KernelScenes.All[name](lab);

        Assert.Equal(Written(name), Steady(lab.Single()));
    }

    [Fact]
    public void EveryKind_HasAText()
    {
        IEnumerable<string> kinds = KernelScenes.All.Keys.Select(n => n.Split('-')[0]).Distinct();

        Assert.Equal(Enum.GetNames<ReportKind>().Order(StringComparer.Ordinal), kinds.Order(StringComparer.Ordinal));
    }

    private static TimeSpan Threshold(string name) => name == nameof(ReportKind.HungWait) ? TimeSpan.Zero : Timeout.InfiniteTimeSpan;

    private static string Written(string name)
    {
        using Stream? stream = typeof(KernelTextOfKindsTests).Assembly.GetManifestResourceStream($"KernelTexts.{name}.txt");
        using var reader = new StreamReader(Assert.IsAssignableFrom<Stream>(stream));
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    /// <summary>The numbers of threads, and times, are those of one run: the text is that of a report in which they are others.</summary>
    private static string Steady(LockdepReport report) => LockdepReport.Parse(Time().Replace(Number().Replace(report.ToJson(), "T$1/$1"), "1.0 s")).ToKernelText();

    [GeneratedRegex(@"\bT(\d)/\d+")]
    private static partial Regex Number();

    [GeneratedRegex(@"\b\d+\.\d s\b")]
    private static partial Regex Time();
}

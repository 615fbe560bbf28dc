using CrossRelease.Analyzers.Options;
using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.UnreadableSettingsAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

public class UnreadableSettingsTests
{
    private const string Path = "/0/own.models.txt";

    [Fact]
    public Task WrongLine_IsTold() => ModelAsync("# head\nMy.Latch::Await waits\nMy.Latch::Open signal", Line(2, 22).WithMessage(
        "Line 2 of 'own.models.txt' does not count: unknown effect 'waits'. Mend or remove it; the other lines count."));

    [Theory]
    [InlineData("My.Latch Await")]
    [InlineData("My.Latch::Await")]
    [InlineData("My.Latch::Await wait(that)")]
    [InlineData("My.Latch::Await wait(0")]
    [InlineData("My.Latch::Await wait once")]
    [InlineData("My.Latch::Await acquire acquire")]
    [InlineData("My.Latch::Await fork(0) callback(0)")]
    [InlineData("System.Threading.Monitor::Enter acquire(0)")]
    [InlineData("System.Threading.Monitor::Enter wait(0)")]
    public Task WrongLine_Reports(string line) => ModelAsync(line, Line(1, line.Length + 1));

    [Theory]
    [InlineData("My.Latch::Await wait")]
    [InlineData("My.Latch::Await wait(0)")]
    [InlineData("My.Latch::Await acquire once")]
    [InlineData("My.Latch::Await signal wait")]
    [InlineData("My.Latch::Await fork(0) callback(1)")]
    [InlineData("My.Latch::Await wait # why")]
    [InlineData("Not.There::AtAll wait")]
    [InlineData("")]
    public Task RightLine_IsQuiet(string line) => ModelAsync(line);

    [Fact]
    public Task EachWrongLine_ReportsOnce() => ModelAsync("A::B nonsense\nA::C wait\nA::D nonsense", Line(1, 14), Line(3, 14));

    [Fact]
    public Task SameMemberTwice_ReportsTheSecond() => ModelAsync("A::B wait\nA::B signal", Line(2, 12).WithMessage(
        "Line 2 of 'own.models.txt' does not count: 'A::B' is modelled in /0/own.models.txt(1) already, and otherwise. Mend or remove it; the other lines count."));

    [Fact]
    public Task SameMemberInTwoFiles_ReportsTheLaterFile()
    {
        Verify.Test test = New();
        test.TestState.AdditionalFiles.Add(("/0/a.models.txt", "A::B wait"));
        test.TestState.AdditionalFiles.Add((Path, "A::B wait"));
        test.ExpectedDiagnostics.Add(Line(1, 10).WithMessage(
            "Line 1 of 'own.models.txt' does not count: 'A::B' is modelled in /0/a.models.txt(1) already. Mend or remove it; the other lines count."));
        return test.RunAsync();
    }

    [Fact]
    public Task FileOfAnotherName_IsNotRead()
    {
        Verify.Test test = New();
        test.TestState.AdditionalFiles.Add(("/0/models.txt", "nonsense"));
        return test.RunAsync();
    }

    [Fact]
    public Task WrongValue_IsToldOnceForAllTrees()
    {
        Verify.Test test = New();
        test.TestState.Sources.Add("class D;");
        test.TestState.Sources.Add("class E;");
        test.TestState.AnalyzerConfigFiles.Add(("/.globalconfig", $"is_global = true\n{AnalysisOptions.WidthKey} = many\n"));
        test.ExpectedDiagnostics.Add(Option().WithMessage(
            "The option 'crossrelease.virtual_call_width' does not count as it is: 'many' is not a number from 1 to 64. Mend or remove it."));
        return test.RunAsync();
    }

    [Theory]
    [InlineData(AnalysisOptions.ThresholdKey, "-5", "5")]
    [InlineData(AnalysisOptions.WidthKey, "0", "1")]
    [InlineData(AnalysisOptions.EntriesKey, "no", "false")]
    [InlineData(AnalysisOptions.SingleThreadedKey, "C<T>", "C")]
    [InlineData("crossrelease.additional_waits", "My.Latch.Await", "My.Latch::Await")]
    [InlineData("crossrelease.additional_signals", "My.Latch::Open(x)", "My.Latch::Open(0)")]
    [InlineData("crossrelease.additional_acquires", "System.Threading.Monitor::Enter", "My.Gate::Take")]
    [InlineData("crossrelease.additional_releases", "::Leave", "My.Gate::Leave")]
    public async Task WrongValue_ReportsAndRightOneIsQuiet(string key, string wrong, string right)
    {
        Verify.Test test = New();
        test.TestState.AnalyzerConfigFiles.Add(("/.globalconfig", $"is_global = true\n{key} = {wrong}\n"));
        test.ExpectedDiagnostics.Add(Option());
        await test.RunAsync();

        test = New();
        test.TestState.AnalyzerConfigFiles.Add(("/.globalconfig", $"is_global = true\n{key} = {right}\n"));
        await test.RunAsync();
    }

    [Theory]
    [InlineData("My.Latch.Await")]
    [InlineData("My.Latch::")]
    [InlineData("::Await")]
    [InlineData("My.Latch::Await(x)")]
    [InlineData("My.Latch::Await(0")]
    [InlineData("My.Latch::Await()")]
    [InlineData("My.Latch::(0)")]
    public Task WrongMember_IsNamed(string member)
    {
        Verify.Test test = New();
        test.TestState.AnalyzerConfigFiles.Add(("/.globalconfig", $"is_global = true\ncrossrelease.additional_waits = My.Gate::Take, {member}\n"));
        test.ExpectedDiagnostics.Add(Option().WithMessage(
            $"The option 'crossrelease.additional_waits' does not count as it is: '{member}' is not Namespace.Type::Member or Namespace.Type::Member(0). Mend or remove it."));
        return test.RunAsync();
    }

    [Fact]
    public Task MisspelledKey_TellsTheRightOne()
    {
        Verify.Test test = New();
        test.TestState.AnalyzerConfigFiles.Add(("/.editorconfig", "root = true\n[*.cs]\ncrossrelease.timed_wait_treshold = 1000\n"));
        test.ExpectedDiagnostics.Add(Option().WithMessage(
            "The option 'crossrelease.timed_wait_treshold' does not count as it is: there is none of that name; 'crossrelease.timed_wait_threshold' is the nearest. "
            + "Mend or remove it."));
        return test.RunAsync();
    }

    [Theory]
    [InlineData("crossrelease.virtual_call_widht", "crossrelease.virtual_call_width")]
    [InlineData("crossrelease.additional_wait", "crossrelease.additional_waits")]
    [InlineData("cross_release.class_policy", "crossrelease.class_policy")]
    [InlineData("crossrelease.singlethreaded_types", "crossrelease.of_a_later_version")]
    [InlineData("crossrelease.public_entry_point", "others.public_entry_points")]
    [InlineData("crossrelease.editor_analysys", "crossrelease.is_editor")]
    public async Task MisspelledKey_ReportsAndAnotherIsQuiet(string wrong, string right)
    {
        Verify.Test test = New();
        test.TestState.AnalyzerConfigFiles.Add(("/.globalconfig", $"is_global = true\n{wrong} = 1\n"));
        test.ExpectedDiagnostics.Add(Option());
        await test.RunAsync();

        string value = right.EndsWith("class_policy", StringComparison.Ordinal) ? "key" : right.EndsWith("waits", StringComparison.Ordinal) ? "My.Latch::Await" : "1";
        test = New();
        test.TestState.AnalyzerConfigFiles.Add(("/.globalconfig", $"is_global = true\n{right} = {value}\n"));
        await test.RunAsync();
    }

    [Theory]
    [InlineData("root = true\n[*.cs]\ncrossrelease.virtual_call_width = many\n", 3, 39)]
    [InlineData("root = true\n[*.cs]\n  CrossRelease.virtual_call_width: many # as it was\n", 3, 52)]
    [InlineData("root = true\n[*.cs]\ncrossrelease.virtual_call_width = few\n# crossrelease.virtual_call_width = many\n[C.cs]\n[*]\ncrossrelease.virtual_call_width = many", 7, 39)]
    public Task FaultInAFileThatIsAtHand_IsToldAtItsLine(string config, int line, int end) => ConfigAsync(
        [("/.editorconfig", config)], Option("/.editorconfig", line, end));

    [Fact]
    public Task MisspelledKeyInAFileThatIsAtHand_IsToldAtItsLine() => ConfigAsync(
        [("/.editorconfig", "root = true\n\n[*.cs]\ncrossrelease.virtual_call_widht = 4\n")],
        Option("/.editorconfig", 4, 36).WithMessage(
            "The option 'crossrelease.virtual_call_widht' does not count as it is: there is none of that name; 'crossrelease.virtual_call_width' is the nearest. Mend or remove it."));

    [Fact]
    public Task OfSeveralFiles_TheOneWhoseValueCountsIsTold() => ConfigAsync(
        [("/.editorconfig", "root = true\n[*.cs]\ncrossrelease.virtual_call_width = 3\n"), ("/0/.editorconfig", "[*.cs]\n\ncrossrelease.virtual_call_width = many\n")],
        Option("/0/.editorconfig", 3, 39));

    [Fact]
    public Task EachFaultHasItsOwnPlace() => ConfigAsync(
        [
            ("/.globalconfig", "is_global = true\ncrossrelease.public_entry_points = no\n"),
            ("/.editorconfig", "root = true\n[*.cs]\ncrossrelease.virtual_call_width = 4\ncrossrelease.class_policy = line\n"),
        ],
        Option("/.globalconfig", 2, 38),
        Option("/.editorconfig", 4, 33));

    [Fact]
    public Task FileOfAnotherNameWithThatLine_IsNoPlace()
    {
        Verify.Test test = New();
        test.TestState.AnalyzerConfigFiles.Add(("/.globalconfig", "is_global = true\ncrossrelease.virtual_call_width = many\n"));
        test.TestState.AdditionalFiles.Add(("/notes.txt", "crossrelease.virtual_call_width = many"));
        test.ExpectedDiagnostics.Add(Option());
        return test.RunAsync();
    }

    private static Verify.Test New() => new() { TestCode = "class C;" };

    private static DiagnosticResult Line(int line, int end) =>
        Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR9002_UnreadableModel).WithOptions(DiagnosticOptions.None).WithSpan(Path, line, 1, line, end);

    private static DiagnosticResult Option() => Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR9002_UnreadableOption).WithSpan(1, 1, 1, 1);

    private static DiagnosticResult Option(string path, int line, int end) =>
        Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR9002_UnreadableOption).WithOptions(DiagnosticOptions.None).WithSpan(path, line, 1, line, end);

    // As the package's targets hand them over: once as what they are, once as additional files.
    private static Task ConfigAsync((string Path, string Text)[] files, params DiagnosticResult[] expected)
    {
        Verify.Test test = New();
        foreach ((string path, string text) in files)
        {
            test.TestState.AnalyzerConfigFiles.Add((path, text));
            test.TestState.AdditionalFiles.Add((path, text));
        }

        test.ExpectedDiagnostics.AddRange(expected);
        return test.RunAsync();
    }

    private static Task ModelAsync(string text, params DiagnosticResult[] expected)
    {
        Verify.Test test = New();
        test.TestState.AdditionalFiles.Add((Path, text));
        test.ExpectedDiagnostics.AddRange(expected);
        return test.RunAsync();
    }
}

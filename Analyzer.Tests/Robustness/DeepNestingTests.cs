using System.Text;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.Tests.Robustness;

/// <summary>Generated code nests deeper than anybody writes: neither the stack nor the time may run out.</summary>
public class DeepNestingTests
{
    private const int Depth = 200;

    [Fact]
    public Task EmptyFile_IsAnalyzed() => AllAnalyzers.RunAsync("");

    [Theory]
    [InlineData("#nullable enable")]
    [InlineData("#if NEVER")]
    [InlineData("#pragma warning disable XR1001")]
    [InlineData("#region lock")]
    [InlineData("using static System.Threading.Monitor;")]
    [InlineData("lock")]
    public Task FileOfOneLine_IsAnalyzed(string line) => AllAnalyzers.RunAsync(line);

    [Fact]
    public async Task FiveThousandOperands_AreAnalyzed()
    {
        string sum = string.Join(" + ", Enumerable.Range(0, 5000).Select(static i => "N(" + (i % 7) + ")"));
        await RunAsync("private static int N(int n) => n; public int Sum() { lock (_gate) { return " + sum + "; } }");
    }

    [Fact]
    public async Task ThousandCallsInAChain_AreAnalyzed()
        => await RunAsync("public C Next() { lock (_gate) { return this; } } public C All() => this" + Repeat(".Next()", 1000) + ";");

    [Fact]
    public async Task NestedBlocks_AreAnalyzed()
        => await RunAsync("public void Run(bool b) { " + Repeat("if (b) { ", Depth) + "lock (_gate) { }" + Repeat(" }", Depth) + " }");

    [Fact]
    public async Task NestedLocks_AreAnalyzed()
        => await RunAsync("public void Run(object[] all) { " + Repeat("lock (all[0]) { ", Depth) + "lock (_gate) { }" + Repeat(" }", Depth) + " }");

    [Fact]
    public async Task NestedTries_AreAnalyzed()
        => await RunAsync("public void Run() { " + Repeat("try { ", 60) + "lock (_gate) { }" + Repeat(" } finally { lock (_gate) { } }", 60) + " }");

    [Fact]
    public async Task NestedLocalFunctions_AreAnalyzed()
        => await RunAsync("public void Run() { " + Numbered(i => $"void F{i}() {{ ", Depth) + "lock (_gate) { }" + Numbered(i => $" }} F{Depth - 1 - i}();", Depth) + " }");

    [Fact]
    public async Task NestedLambdas_AreAnalyzed()
        => await RunAsync("public void Run() { " + Numbered(i => $"Action a{i} = () => {{ ", Depth) + "lock (_gate) { }" + Numbered(i => $" }}; a{Depth - 1 - i}();", Depth) + " }");

    [Fact]
    public async Task ManyBranches_AreAnalyzed()
        => await RunAsync("public void Run(int n) { " + Numbered(i => $"if (n == {i}) {{ lock (_gate) {{ _done.Set(); }} }} ", 500) + " }");

    /// <summary>The deadlock beside the deep code is still found.</summary>
    private static async Task RunAsync(string members)
    {
        var found = await AllAnalyzers.RunAsync($$"""
            public class C
            {
                private readonly object _gate = new();
                private readonly ManualResetEventSlim _done = new();
                {{members}}
            }
            public class D
            {
                private readonly object _a = new();
                private readonly object _b = new();
                public void First() { lock (_a) { lock (_b) { } } }
                public void Second() { lock (_b) { lock (_a) { } } }
            }
            """);

        Assert.Contains(found, diagnostic => diagnostic.Id == "XR1002" && diagnostic.GetMessage(null).Contains("'D.First'", StringComparison.Ordinal));
    }

    private static string Repeat(string text, int count) => new StringBuilder().Insert(0, text, count).ToString();

    private static string Numbered(Func<int, string> text, int count) => string.Concat(Enumerable.Range(0, count).Select(text));
}

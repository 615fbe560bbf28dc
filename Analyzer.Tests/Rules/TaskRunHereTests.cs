using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>Tasks that a loop of the program's own runs, one after the other: who waits for one waits for those before it.</summary>
public class TaskRunHereTests
{
    private const string Loop = "foreach (var task in _queue.GetConsumingEnumerable()) { task.RunSynchronously(); }";

    [Theory]
    [InlineData(Loop, "lock (_gate) { }", "lock (_gate) { [|Post(Say).Wait()|]; }")]
    [InlineData(Loop, "lock (_gate) { }", "Task said; lock (_gate) { said = Post(Say); } said.Wait();")]
    [InlineData(Loop, "lock (_other) { }", "lock (_gate) { Post(Say).Wait(); }")]
    [InlineData(Loop, "lock (_gate) { }", "lock (_gate) { Post(Say).Wait(100); }")]
    [InlineData("foreach (var task in _queue.GetConsumingEnumerable()) { lock (_gate) { } task.RunSynchronously(); }", "", "lock (_gate) { [|Post(Say).Wait()|]; }")]
    [InlineData("foreach (var task in _queue.GetConsumingEnumerable()) { task.RunSynchronously(); lock (_gate) { } }", "", "lock (_gate) { [|Post(Say).Wait()|]; }")]
    public Task WaitForATaskOfTheLoop(string loop, string click, string close) => Verify.VerifyAnalyzerAsync(Program(loop, click, close));

    // A task that is started runs beside the others of its queue.
    [Fact]
    public Task TasksThatTheLoopStarts() => Verify.VerifyAnalyzerAsync(
        Program("foreach (var task in _queue.GetConsumingEnumerable()) { lock (_gate) { } task.Start(); }", "", "lock (_gate) { Post(Say).Wait(); }"));

    // Where it runs cannot be told if a task that nobody knows may be run as well: it counts as one that runs beside.
    [Fact]
    public Task TasksOfAnyOrigin() => Verify.VerifyAnalyzerAsync(
        Program(Loop, "lock (_gate) { }", "lock (_gate) { Post(Say).Wait(); }").Replace("private void Say", "public void Run(Task task) => task.RunSynchronously();\n    private void Say", StringComparison.Ordinal));

    private static string Program(string loop, string click, string close) => $$"""
        using System.Collections.Concurrent;
        public sealed class Ui
        {
            private readonly object _gate = new();
            private readonly object _other = new();
            private readonly BlockingCollection<Task> _queue = new();
            public Ui() => new Thread(Run).Start();
            public void Click() => Post(() => { {{click}} });
            public void Close() { {{close}} }
            private Task Post(Action action) { var task = new Task(action); _queue.Add(task); return task; }
            private void Run() { {{loop}} }
            private void Say() => Console.WriteLine();
        }
        """;
}

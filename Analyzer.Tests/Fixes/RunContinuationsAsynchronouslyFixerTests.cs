using CrossRelease.Analyzers.CodeFixes;
using CrossRelease.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis;

namespace CrossRelease.Analyzers.Tests.Fixes;

public class RunContinuationsAsynchronouslyFixerTests
{
    private const string Flag = "TaskCreationOptions.RunContinuationsAsynchronously";

    [Theory]
    [InlineData("private readonly TaskCompletionSource _done = new();", "private readonly TaskCompletionSource _done = new(" + Flag + ");")]
    [InlineData("private readonly TaskCompletionSource _done = new TaskCompletionSource();", "private readonly TaskCompletionSource _done = new TaskCompletionSource(" + Flag + ");")]
    [InlineData("private readonly TaskCompletionSource _done = new(\"state\");", "private readonly TaskCompletionSource _done = new(\"state\", " + Flag + ");")]
    [InlineData("private readonly TaskCompletionSource _done = new(TaskCreationOptions.None);", "private readonly TaskCompletionSource _done = new(" + Flag + ");")]
    [InlineData(
        "private readonly TaskCompletionSource _done = new(TaskCreationOptions.DenyChildAttach);",
        "private readonly TaskCompletionSource _done = new(TaskCreationOptions.DenyChildAttach | " + Flag + ");")]
    [InlineData(
        "private readonly TaskCompletionSource _done = new(null, TaskCreationOptions.LongRunning); // kept",
        "private readonly TaskCompletionSource _done = new(null, TaskCreationOptions.LongRunning | " + Flag + "); // kept")]
    [InlineData("private TaskCompletionSource _done { get; } = new();", "private TaskCompletionSource _done { get; } = new(" + Flag + ");")]
    [InlineData(
        "private TaskCompletionSource _done = new(); public void Again() => _done = new();",
        "private TaskCompletionSource _done = new(" + Flag + "); public void Again() => _done = new(" + Flag + ");")]
    [InlineData(
        "private readonly TaskCompletionSource _done; public C() { _done = new /* inline */ TaskCompletionSource(); }",
        "private readonly TaskCompletionSource _done; public C() { _done = new /* inline */ TaskCompletionSource(" + Flag + "); }")]
    public Task Creation_GetsTheOption(string before, string after) => Verify<ForeignCodeUnderLockAnalyzer>(InClass(before), InClass(after));

    [Fact]
    public Task CreationElsewhere_GetsNoFix()
    {
        var source = InClass("private readonly TaskCompletionSource _done = Make(); private static TaskCompletionSource Make() => new();");
        return Verify<ForeignCodeUnderLockAnalyzer>(source, source);
    }

    [Theory]
    [InlineData("End(_all[0]);", "private static void End(TaskCompletionSource source) => {|XR2003:source.SetResult()|};")]
    [InlineData("foreach (var source in _all) { {|XR2003:source.SetResult()|}; }", "")]
    [InlineData("var source = _all[0]; {|XR2003:source.SetResult()|};", "")]
    public Task SignalOfWhatTheClassKeeps_FindsItsCreation(string signal, string member) => Verify<ForeignCodeUnderLockAnalyzer>(
        InKeeper("new TaskCompletionSource()", signal, member),
        InKeeper("new TaskCompletionSource(" + Flag + ")", Plain(signal), Plain(member)));

    private static string Plain(string marked) => marked.Replace("{|XR2003:", "", StringComparison.Ordinal).Replace("|}", "", StringComparison.Ordinal);

    private static string InKeeper(string creation, string signal, string member) => $$"""
        public sealed class C
        {
            private readonly object _gate = new();
            private readonly object _other = new();
            private readonly List<TaskCompletionSource> _all = new();
            public Task Ask() { var source = {{creation}}; lock (_gate) { _all.Add(source); } return source.Task; }
            public async Task Watch() { await Ask(); lock (_other) { } }
            public void Touch() { lock (_gate) { } }
            public void Finish() { lock (_gate) { {{signal}} } }
            {{member}}
        }
        """;

    [Fact]
    public Task BlockedContinuation_IsFixedToo() => Verify<BlockedContextAnalyzer>(
        Loop("new TaskCompletionSource<bool>()", "{|XR1006:_started.Task.Wait()|}"),
        Loop("new TaskCompletionSource<bool>(" + Flag + ")", "_started.Task.Wait()"));

    private static Task Verify<TAnalyzer>(string before, string after)
        where TAnalyzer : Microsoft.CodeAnalysis.Diagnostics.DiagnosticAnalyzer, new()
        => CSharpCodeFixVerifier<TAnalyzer, RunContinuationsAsynchronouslyFixer>.VerifyCodeFixAsync(before, after);

    private static string InClass(string members) => $$"""
        public sealed class C
        {
            private readonly object _gate = new();
            private readonly object _other = new();
            {{members}}

            public async Task Watch() { await _done.Task; lock (_other) { } }
            public void Touch() { lock (_gate) { } }
            public void Finish() { lock (_gate) { {{(members.Contains(Flag, StringComparison.Ordinal) ? "_done.SetResult();" : "{|XR2003:_done.SetResult()|};")}} } }
        }
        """;

    private static string Loop(string creation, string wait) => $$"""
        using System.Collections.Concurrent;
        public sealed class Dispatcher
        {
            private readonly BlockingCollection<Action> _work = new();
            public void Start() => new Thread(Run).Start();
            public void Enqueue(Action work) => _work.Add(work);
            private void Run() { foreach (var work in _work.GetConsumingEnumerable()) { work(); } }
        }

        public sealed class Subscription
        {
            private readonly Dispatcher _dispatcher;
            private readonly TaskCompletionSource<bool> _started = new();
            public Subscription(Dispatcher dispatcher) => _dispatcher = dispatcher;
            public void Start()
            {
                _dispatcher.Enqueue(() => _started.TrySetResult(true));
                {{wait}};
            }
        }

        public sealed class Connection
        {
            private readonly Dispatcher _dispatcher;
            public Connection(Dispatcher dispatcher) => _dispatcher = dispatcher;
            public Task CreateAsync()
            {
                var created = {{creation}};
                _dispatcher.Enqueue(() => created.SetResult(true));
                return created.Task;
            }

            public async Task SubscribeAsync()
            {
                await CreateAsync();
                new Subscription(_dispatcher).Start();
            }
        }
        """;
}

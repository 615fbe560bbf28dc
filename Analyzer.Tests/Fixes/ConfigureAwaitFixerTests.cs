using CrossRelease.Analyzers.CodeFixes;
using CrossRelease.Analyzers.Tests.Support;

namespace CrossRelease.Analyzers.Tests.Fixes;

public class ConfigureAwaitFixerTests
{
    private const string Off = ".ConfigureAwait(false)";

    [Theory]
    [InlineData("await Task.Delay(1);", "await Task.Delay(1)" + Off + ";")]
    [InlineData("await Task.Delay(1); /* rest */", "await Task.Delay(1)" + Off + "; /* rest */")]
    [InlineData("var pause = Task.Delay(1); await pause;", "var pause = Task.Delay(1); await pause" + Off + ";")]
    [InlineData("await new ValueTask(Task.Delay(1));", "await (new ValueTask(Task.Delay(1)))" + Off + ";")]
    [InlineData("_ = await Task.FromResult(1); await Task.Delay(1);", "_ = await Task.FromResult(1)" + Off + "; await Task.Delay(1)" + Off + ";")]
    [InlineData("if (_on) { await Task.Delay(1); } else { await Task.Delay(2); }", "if (_on) { await Task.Delay(1)" + Off + "; } else { await Task.Delay(2)" + Off + "; }")]
    public Task AwaitInTheContext_LeavesIt(string before, string after) => VerifyAsync(InContext(before, "[|Work().Wait()|]"), InContext(after, "Work().Wait()"));

    [Fact]
    public Task AwaitOfACaller_LeavesItToo() => VerifyAsync(
        InContext("await Inner();", "[|Work().Wait()|]", "private static async Task Inner() { await Task.Delay(1); }"),
        InContext("await Inner()" + Off + ";", "Work().Wait()", "private static async Task Inner() { await Task.Delay(1)" + Off + "; }"));

    [Theory]
    [InlineData("await Task.Yield();")]
    [InlineData("await Task.Delay(1).ConfigureAwait(true);")]
    [InlineData("await Task.Delay(1).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext);")]
    public Task WhatCannotLeave_GetsNoFix(string work) => VerifyAsync(InContext(work, "[|Work().Wait()|]"), InContext(work, "[|Work().Wait()|]"));

    private static Task VerifyAsync(string before, string after)
        => CSharpCodeFixVerifier<BlockedContextAnalyzer, ConfigureAwaitFixer>.VerifyCodeFixAsync(before, after);

    private static string InContext(string work, string block, string members = "") => $$"""
        using System.Collections.Concurrent;
        public sealed class Pump : SynchronizationContext
        {
            private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _turns = new();
            public Pump() => new Thread(Loop).Start();
            public override void Post(SendOrPostCallback d, object? state) => _turns.Add((d, state));
            public void Run(Action turn) => Post(_ => turn(), null);
            private void Loop()
            {
                SetSynchronizationContext(this);
                foreach (var (callback, state) in _turns.GetConsumingEnumerable()) { callback(state); }
            }
        }

        public sealed class App
        {
            private static bool _on = true;
            public void Start(Pump pump) => pump.Run(Turn);
            private static async Task Work() { {{work}} }
            public void Turn() { {{block}}; }
            {{members}}
        }
        """;
}

using CrossRelease.Analyzers.CodeFixes;
using CrossRelease.Analyzers.Tests.Support;

namespace CrossRelease.Analyzers.Tests.Fixes;

public class AwaitInsteadOfWaitFixerTests
{
    [Theory]
    [InlineData("[|Work().Wait()|];", "await Work();")]
    [InlineData("[|Work().GetAwaiter().GetResult()|]; /* last */", "await Work(); /* last */")]
    [InlineData("_ = [|Work().Result|];", "_ = await Work();")]
    [InlineData("var text = [|Work().Result|].ToString();", "var text = (await Work()).ToString();")]
    [InlineData("var work = Work(); [|work.Wait()|];", "var work = Work(); await work;")]
    [InlineData("[|Work().ConfigureAwait(true).GetAwaiter().GetResult()|];", "await Work().ConfigureAwait(true);")]
    [InlineData("if ([|Work().Result|] > 0) { }", "if (await Work() > 0) { }")]
    public Task WaitInAsyncMethod_BecomesAnAwait(string before, string after) => VerifyAsync(InContext("async", before), InContext("async", after));

    [Theory]
    [InlineData("", "[|Work().Wait()|];")]
    [InlineData("async", "lock (_gate) { [|Work().Wait()|]; }")]
    public Task WaitThatCannotBeAwaited_GetsNoFix(string modifier, string block)
        => VerifyAsync(InContext(modifier, block), InContext(modifier, block));

    private static Task VerifyAsync(string before, string after)
        => CSharpCodeFixVerifier<BlockedContextAnalyzer, AwaitInsteadOfWaitFixer>.VerifyCodeFixAsync(before, after);

    private static string InContext(string modifier, string block) => $$"""
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
            private readonly object _gate = new();
            public void Start(Pump pump) => pump.Run(Turn);
            private static async Task<int> Work() { await Task.Delay(1); return 1; }
            public {{modifier}} void Turn() { {{block}} }
        }
        """;
}

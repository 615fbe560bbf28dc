using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.SelfDeadlockAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1003 where the completion, or the callback, was handed on before it comes back.</summary>
public class SelfDeadlockHandedTests
{
    [Theory]
    [InlineData("Work();", "[|_left!.Wait()|]")]
    [InlineData("Task.Run(Work);", "_left!.Wait()")]
    [InlineData("Work();", "_left!.Wait(100)")]
    public Task WorkerThatWaitsForTheCountItLowersLater(string work, string wait) => Verify.VerifyAnalyzerAsync(
        $$"""
        public sealed class Pool
        {
            private CountdownEvent? _left;

            public void Start()
            {
                _left = new CountdownEvent(1);
                Begin(_left);
            }

            public void Stop() => {{wait}};

            private void Begin(CountdownEvent left) => new Thread(() => Loop(left)).Start();

            private void Loop(CountdownEvent left)
            {
                try
                {
                    {{work}}
                }
                finally
                {
                    left.Signal();
                }
            }

            private void Work() => Stop();
        }
        """);

    [Theory]
    [InlineData("lock.Enter; token.Register; lock.Exit", "[|_lock.Enter(ref taken)|]")]
    [InlineData("lock.Enter; lock.Exit; token.Register", "_lock.Enter(ref taken)")]
    public Task CallbackOfATokenThatMayBeCancelledAlready(string order, string enter) => Verify.VerifyAnalyzerAsync(
        $$"""
        public sealed class Waiters
        {
            private SpinLock _lock = new(enableThreadOwnerTracking: false);
            private int _count;

            public void Add(CancellationToken token)
            {
                bool taken = false;
                {{order.Replace("lock.Enter", "_lock.Enter(ref taken)").Replace("lock.Exit", "_lock.Exit()").Replace("token.Register", "token.Register(Remove)")}};
            }

            private void Remove()
            {
                bool taken = false;
                {{enter}};
                _count--;
                _lock.Exit();
            }
        }
        """);
}

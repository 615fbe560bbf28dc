using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LostCompletionAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1005 for a completion that its maker publishes and hands to an async call that it does not wait for.</summary>
public class LostCompletionBegunTests
{
    [Fact]
    public Task ExceptionOfTheBegunCallIsLost_Reports() => Verify.VerifyAnalyzerAsync(
        Source("_ = FillAsync(claimed);", "{|#0:await _lazy.GetAsync()|}", "T made = await {|#1:_factory()|}; {|#2:claimed.SetResult(made)|};"),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithLocation(2).WithMessage(
            "'User.UseAsync' waits for '_lazy.GetAsync()' without limit, but 'AsyncLazy.FillAsync', which signals it, can leave by an exception before it does. Do it on every path."));

    [Theory]
    [InlineData("_ = FillAsync(claimed);")]
    [InlineData("FillAsync(claimed);")]
    [InlineData("Task.Run(() => FillAsync(claimed));")]
    public async Task BegunCallThatSignalsOnEveryPath_IsQuiet(string begin)
    {
        await Verify.VerifyAnalyzerAsync(Source(begin, "await _lazy.GetAsync()", "try { claimed.SetResult(await _factory()); } catch (Exception e) { claimed.SetException(e); }"));
        await Verify.VerifyAnalyzerAsync(Source(begin, "await _lazy.GetAsync()", "try { T made = await _factory().ConfigureAwait(false); claimed.TrySetResult(made); } finally { claimed.TrySetCanceled(); }"));
        await Verify.VerifyAnalyzerAsync(Source(begin, "[|await _lazy.GetAsync()|]", "try { claimed.SetResult(await _factory()); } catch (InvalidOperationException e) { Console.WriteLine(e); }"));
    }

    [Theory]
    [InlineData("_filling = FillAsync(claimed);", "[|await _lazy.GetAsync()|]")]
    [InlineData("Task filling = FillAsync(claimed); filling.ContinueWith(done => claimed.TrySetException(done.Exception!));", "await _lazy.GetAsync()")]
    public Task TaskOfTheBegunCallIsKept_ReportsUnlessItsFailureIsPassedOn(string begin, string wait) =>
        Verify.VerifyAnalyzerAsync(Source(begin, wait, "claimed.SetResult(await _factory());"));

    // An async call that does not wait runs in its caller; its exception stays in its task all the same.
    [Theory]
    [InlineData("_ = WorkAsync(false);", "if (_count > 3) throw new IOException();", true)]
    [InlineData("_ = WorkAsync(false);", "try { if (_count > 3) throw new IOException(); } catch (IOException) { }", false)]
    [InlineData("Task begun = WorkAsync(false); begun.ContinueWith(Console.WriteLine);", "if (_count > 3) throw new IOException();", false)]
    [InlineData("_begun = WorkAsync(false);", "if (_count > 3) throw new IOException();", false)]
    [InlineData("WorkAsync(false).Wait();", "if (_count > 3) throw new IOException();", false)]
    public Task CallThatIsBegunAndDoesNotWait_ReportsUnlessItsTaskIsLookedAfter(string begin, string work, bool reports) => Verify.VerifyAnalyzerAsync(
        $$"""
        public sealed class C
        {
            private readonly ManualResetEventSlim _done = new(); private int _count; private Task? _begun;
            public bool HasBegun => _begun != null;
            public void Grow() => _count++;
            public void Start() => new Thread(() => { {{begin}} }).Start();
            private async Task WorkAsync(bool later) { if (later) { await Task.Yield(); } {{work}} _done.Set(); }
            public void Join() { {{(reports ? "[|_done.Wait()|]" : "_done.Wait()")}}; }
        }
        """);

    [Fact]
    public Task CallThatIsBegunAndDoesNotWait_TellsItsException() => Verify.VerifyAnalyzerAsync(
        """
        public sealed class C
        {
            private readonly ManualResetEventSlim _done = new(); private int _count;
            public void Grow() => _count++;
            public void Start() => new Thread(() => { _ = WorkAsync(false); }).Start();
            private async Task WorkAsync(bool later) { if (later) { await Task.Yield(); } if (_count > 3) throw {|#1:new IOException()|}; {|#2:_done.Set()|}; }
            public void Join() { {|#0:_done.Wait()|}; }
        }
        """,
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithLocation(2).WithMessage(
            "'C.Join' waits for '_done' without limit, but 'C.WorkAsync', which signals it, can go on after an exception before it does. Do it on every path."));

    private static string Source(string begin, string wait, string fill) =>
        $$"""
        public sealed class AsyncLazy<T>(Func<Task<T>> factory)
        {
            private readonly object _sync = new();
            private readonly Func<Task<T>> _factory = factory;
            private Task<T>? _value;
            private Task? _filling;

            public bool IsFilling => _filling is { IsCompleted: false };

            public Task<T> GetAsync()
            {
                TaskCompletionSource<T>? claimed = null;
                Task<T> value;
                lock (_sync)
                {
                    if (_value == null)
                    {
                        claimed = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
                        _value = claimed.Task;
                    }

                    value = _value;
                }

                if (claimed != null)
                {
                    {{begin}}
                }

                return value;
            }

            private async Task FillAsync(TaskCompletionSource<T> claimed)
            {
                {{fill}}
            }
        }

        public sealed class User
        {
            private readonly AsyncLazy<string> _lazy = new(async () => { await Task.Yield(); return Environment.MachineName; });

            public async Task<string> UseAsync() => {{wait}};
        }
        """;
}

using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1001 over loops that ask until the answer changes: who changes it takes the waiter's lock, or (the smallest edit) another one.</summary>
public class PollingLoopTests
{
    /// <summary>The field, the loop with its wait marked, and what brings about the answer that ends it.</summary>
    public static TheoryData<string, string, string> Loops => new()
    {
        { "volatile bool _busy = true;", "while (_busy) [|Thread.Sleep(10)|];", "_busy = false;" },
        { "volatile bool _done;", "while (![|_done|]) { }", "_done = true;" },
        { "volatile bool _done;", "do { [|Thread.Yield()|]; } while (!_done);", "_done = true;" },
        { "bool _busy = true;", "var spin = new SpinWait(); while (Volatile.Read(ref _busy)) [|spin.SpinOnce()|];", "Volatile.Write(ref _busy, false);" },
        { "bool Busy { get; set; } = true;", "while (Busy) [|Thread.SpinWait(20)|];", "Busy = false;" },
        { "bool _busy = true; bool Busy => _busy;", "while (Busy) [|Thread.Sleep(1)|];", "_busy = false;" },
        { "bool _busy = true; bool IsIdle() => !_busy;", "while (!IsIdle()) [|Thread.Sleep(1)|];", "_busy = false;" },
        { "int _running = 1;", "while (Volatile.Read(ref _running) != 0) [|Thread.Sleep(1)|];", "Interlocked.Exchange(ref _running, 0);" },
        { "int _running = 1;", "while (_running != 0) [|Thread.Sleep(1)|];", "_running--;" },
        { "int _running = 1;", "while (_running != 0) [|Thread.Sleep(1)|];", "Interlocked.Decrement(ref _running);" },
        { "int _running = 1;", "while (_running > 0) [|Thread.Sleep(1)|];", "_running--;" },
        { "int _running = 1;", "while (!(1 > _running)) [|Thread.Sleep(1)|];", "_running -= 1;" },
        { "int _running = 1;", "do { [|Thread.Sleep(1)|]; } while (Volatile.Read(ref _running) >= 1);", "Interlocked.Add(ref _running, -1);" },
        { "long _running = 1; long Running => _running;", "while (0 < Running) [|Thread.Sleep(1)|];", "Interlocked.Decrement(ref _running);" },
        { "int _running = 1;", "while (_running != 3) [|Thread.Sleep(1)|];", "_running++;" },
        { "DayOfWeek _day;", "while (_day != DayOfWeek.Friday) [|Thread.Sleep(1)|];", "_day = DayOfWeek.Friday;" },
        { "DayOfWeek _day;", "while (_day == DayOfWeek.Sunday) [|Thread.Sleep(1)|];", "_day = DayOfWeek.Friday;" },
        { "string? _name;", "while (_name == null) [|Thread.Sleep(1)|];", "_name = \"it\";" },
        { "string? _name;", "while (_name is null) [|Task.Delay(1).Wait()|];", "_name = Environment.MachineName;" },
        { "static bool s_busy = true;", "while (s_busy) [|Thread.Sleep(10)|];", "s_busy = false;" },
        { "bool _busy = true;", "[|SpinWait.SpinUntil(() => !_busy)|];", "_busy = false;" },
        { "readonly ManualResetEventSlim _done = new();", "while (!_done.IsSet) [|Thread.Sleep(10)|];", "_done.Set();" },
        { "readonly ManualResetEvent _done = new(false);", "while (![|_done.WaitOne(1000)|]) Console.WriteLine(\"not yet\");", "_done.Set();" },
        { "readonly TaskCompletionSource _done = new();", "while (!_done.Task.IsCompleted) [|Thread.Sleep(10)|];", "_done.SetResult();" },
    };

    [Theory]
    [MemberData(nameof(Loops))]
    public Task ChangedUnderTheWaitersLock_Reports(string field, string loop, string change) => VerifyAsync(field, loop, change, "_gate");

    [Theory]
    [MemberData(nameof(Loops))]
    public Task ChangedUnderAnotherLock_IsQuiet(string field, string loop, string change) =>
        VerifyAsync(field, loop.Replace("[|", "", StringComparison.Ordinal).Replace("|]", "", StringComparison.Ordinal), change, "_other");

    [Theory]
    [InlineData("for (int i = 0; i < 100 && _busy; i++) Thread.Sleep(10);")]
    [InlineData("while (_busy) { if (Environment.TickCount64 > 1000) break; Thread.Sleep(10); }")]
    [InlineData("while (_busy && !_cancelled) Thread.Sleep(10);")]
    [InlineData("while (_busy) Step();")]
    [InlineData("while (_busy) WriteStep();")]
    [InlineData("if (_busy) Thread.Sleep(10);")]
    [InlineData("SpinWait.SpinUntil(() => !_busy, 100);")]
    [InlineData("while (_busy) { Monitor.Exit(_gate); Thread.Sleep(10); Monitor.Enter(_gate); }")]
    public Task LoopThatEndsByItselfOrDoesMore_IsQuiet(string loop) =>
        VerifyAsync("volatile bool _busy = true; volatile bool _cancelled; void Step() { } void WriteStep() { }", loop, "_busy = false; _cancelled = true;", "_gate");

    /// <summary>Somebody else who can let the waiter go needs no lock.</summary>
    [Theory]
    [InlineData("public void Abort() => _busy = false;")]
    [InlineData("public void Abort(bool isBusy) => _busy = isBusy;")]
    [InlineData("public void Abort() => Abort(ref _busy); private static void Abort(ref bool flag) => flag = false;")]
    public Task ChangedByAnotherWithoutLock_IsQuiet(string other) =>
        VerifyAsync("bool _busy = true; " + other, "while (_busy) Thread.Sleep(10);", "_busy = false;", "_gate");

    [Fact]
    public Task SetToWhatKeepsTheLoopGoingWithoutLock_Reports() =>
        VerifyAsync("bool _busy; public void Begin() => _busy = true;", "while (_busy) [|Thread.Sleep(10)|];", "_busy = false;", "_gate");

    // What is counted upwards does not come to nothing.
    [Theory]
    [InlineData("_running++", "_running > 0", true)]
    [InlineData("_running += 2", "_running > 0", true)]
    [InlineData("_running += count", "_running > 0", false)]
    [InlineData("_running--", "_running > 0", false)]
    [InlineData("Interlocked.Increment(ref _running)", "_running != 0", true)]
    [InlineData("Interlocked.Add(ref _running, 2)", "_running != 0", true)]
    [InlineData("Interlocked.Add(ref _running, count)", "_running != 0", false)]
    [InlineData("Interlocked.Exchange(ref _running, 1)", "_running != 0", true)]
    [InlineData("Interlocked.Exchange(ref _running, count)", "_running != 0", false)]
    [InlineData("if (Interlocked.CompareExchange(ref _running, 1, 0) != 0) return", "_running == 1", true)]
    [InlineData("if (Interlocked.CompareExchange(ref _running, count, 0) != 0) return", "_running == 1", false)]
    [InlineData("_running++", "_running > 3", false)]
    public Task ChangedWithoutLock_HelpsWhereItMayComeToWhatIsWaitedFor(string begin, string asked, bool reports) =>
        VerifyAsync($"int _running; public void Begin(int count) {{ {begin}; }}", $"while ({asked}) {(reports ? "[|Thread.Sleep(10)|]" : "Thread.Sleep(10)")};", "Interlocked.Exchange(ref _running, 0);", "_gate");

    [Fact]
    public Task CodeOfOthersMaySetIt_IsQuiet() => VerifyAsync("object? _unused; public bool Busy = true;", "while (Busy) Thread.Sleep(10);", "Busy = false;", "_gate");

    [Fact]
    public Task ThreadThatLives_Reports() => ThreadAsync("while (_thread.IsAlive) [|Thread.Sleep(10)|];");

    [Fact]
    public Task ThreadThatDoesNotLiveYet_IsQuiet() => ThreadAsync("while (!_thread.IsAlive) Thread.Sleep(10);");

    [Fact]
    public Task LockIsTakenForEachQuestion_IsQuiet() => Verify.VerifyAnalyzerAsync(
        """
        using System.Threading;

        public class Device
        {
            private readonly object _gate = new();
            private bool _busy = true;

            public void Work()
            {
                lock (_gate)
                {
                    _busy = false;
                }
            }

            public void Stop()
            {
                while (true)
                {
                    lock (_gate)
                    {
                        if (!_busy)
                        {
                            return;
                        }
                    }

                    Thread.Sleep(10);
                }
            }
        }
        """);

    [Theory]
    [InlineData("while (_busy) [|await Task.Delay(10)|];", "await _gate.WaitAsync(); _gate.Release();")]
    [InlineData("while (_busy) await Task.Delay(10);", "")]
    public Task PausesThatAreAwaited_AsTheyAre(string loop, string before) => Verify.VerifyAnalyzerAsync(
        $$"""
        using System.Threading;
        using System.Threading.Tasks;

        public class Device
        {
            private readonly SemaphoreSlim _gate = new(1);
            private volatile bool _busy = true;

            public async Task WorkAsync()
            {
                {{before}}
                _busy = false;
            }

            public async Task StopAsync()
            {
                await _gate.WaitAsync();
                try
                {
                    {{loop}}
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        """);

    private static Task ThreadAsync(string loop) => VerifyAsync(
        "readonly Thread _thread; public Device() { _thread = new Thread(Run); _thread.Start(); } private void Run() { lock (_gate) { } }", loop, "", "_other");

    private static Task VerifyAsync(string field, string loop, string change, string needed) => Verify.VerifyAnalyzerAsync(
        $$"""
        #nullable enable
        using System;
        using System.Threading;
        using System.Threading.Tasks;

        public class Device
        {
            private readonly object _gate = new();
            private readonly object _other = new();
            private {{field}}

            public void Work()
            {
                lock ({{needed}})
                {
                }

                {{change}}
            }

            public void Stop()
            {
                lock (_gate)
                {
                    {{loop}}
                }
            }
        }
        """);
}

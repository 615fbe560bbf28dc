using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LostCompletionAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1005 for the end of a loop that is told to stop by a flag, and waits for something else before it looks at the flag again.</summary>
public class LostCompletionUnwokenTests
{
    private const string Flag = "!_stopping";
    private const string Token = "!token.IsCancellationRequested";
    private const string Join = "{|#0:_thread.Join()|}";

    [Theory]
    [InlineData(Flag, "_ready.WaitOne();", "_stopping = true;")]
    [InlineData(Flag, "_room.Wait();", "_stopping = true;")]
    [InlineData(Flag, "_queue.Take();", "_stopping = true;")]
    [InlineData(Flag, "lock (_gate) { while (_count == 0) Monitor.Wait(_gate); }", "_stopping = true;")]
    [InlineData(Flag, "if (_count == 0) _ready.WaitOne();", "_stopping = true;")]
    [InlineData("_running", "_ready.WaitOne();", "_running = false;")]
    [InlineData("true", "if (_stopping) break; _ready.WaitOne();", "_stopping = true;")]
    [InlineData("true", "_ready.WaitOne(); if (_stopping) return;", "_stopping = true;")]
    [InlineData(Token, "_ready.WaitOne();", "_source.Cancel();")]
    [InlineData("!_source.IsCancellationRequested", "_ready.WaitOne();", "_source.Cancel();")]
    [InlineData("!_source.Token.IsCancellationRequested", "_room.Wait();", "_source.Cancel();")]
    [InlineData(Flag, "_ready.WaitOne();", "Tell();")]
    public Task FlagWithoutASignal_Reports(string goesOn, string idle, string stop) => VerifyAsync(goesOn, idle, stop, reports: true);

    [Theory]
    [InlineData(Flag, "_ready.WaitOne();", "_stopping = true; _ready.Set();")]
    [InlineData(Flag, "_ready.WaitOne();", "Tell(); _ready.Set();")]
    [InlineData(Flag, "_ready.WaitOne();", "_stopping = true; Put();")]
    [InlineData(Flag, "_room.Wait();", "_stopping = true; _room.Release();")]
    [InlineData(Flag, "_queue.Take();", "_stopping = true; _queue.CompleteAdding();")]
    [InlineData(Flag, "lock (_gate) { while (_count == 0 && !_stopping) Monitor.Wait(_gate); }", "lock (_gate) { _stopping = true; Monitor.Pulse(_gate); }")]
    [InlineData(Flag, "_ready.WaitOne(100);", "_stopping = true;")]
    [InlineData(Flag, "_ready.WaitOne();", "_stopping = false;")]
    [InlineData(Flag, "_ready.WaitOne();", "_running = false;")]
    [InlineData(Flag, "_ready.WaitOne();", "")]
    [InlineData(Flag, "_open.WaitOne();", "_stopping = true;")]
    [InlineData(Flag, "try { _ready.WaitOne(); } catch (ThreadInterruptedException) { }", "_stopping = true; _thread.Interrupt();")]
    [InlineData(Flag, "_ready.WaitOne(); _ready.Set();", "_stopping = true;")]
    [InlineData(Flag, "_beat.WaitOne();", "_stopping = true;")]
    [InlineData(Token, "_room.Wait(token);", "_source.Cancel();")]
    [InlineData(Token, "_ready.WaitOne();", "_other.Cancel();")]
    [InlineData("true", "if (_stopping) Console.WriteLine(); _ready.WaitOne();", "_stopping = true;")]
    public Task SignalOrNoFlag_IsQuiet(string goesOn, string idle, string stop) => VerifyAsync(goesOn, idle, stop, reports: false);

    // Whoever comes by itself may wake the loop: a thread, a handler, the end of an async call.
    [Theory]
    [InlineData("new Thread(Beat).Start();", "public void Beat() { _beat.Set(); }", "_beat.WaitOne();", false)]
    [InlineData("Changed += OnChanged;", "public event Action? Changed; private void OnChanged() { _beat.Set(); }", "_beat.WaitOne();", false)]
    [InlineData("Changed += () => _beat.Set();", "public event Action? Changed;", "_beat.WaitOne();", false)]
    [InlineData("_end = EndAsync();", "private Task _end = Task.CompletedTask; public async Task EndAsync() { await Task.Delay(1); }", "_end.Wait();", false)]
    [InlineData("Console.WriteLine();", "public async Task<int> EndAsync(int count) { await Task.Delay(count); return count; }", "EndAsync(1).Wait();", false)]
    [InlineData("Console.WriteLine();", "public void Beat() { _beat.Set(); }", "_beat.WaitOne();", true)]
    public Task WhoMayWakeTheLoop(string begin, string members, string idle, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class C
        {
            private readonly AutoResetEvent _beat = new(false); private volatile bool _stopping; private readonly Thread _thread;
            public C() { _thread = new Thread(Run); _thread.Start(); {{begin}} }
            private void Run() { while (!_stopping) { {{idle}} } }
            {{members}}
            public void Stop() { _stopping = true; {{(reports ? "[|_thread.Join()|]" : "_thread.Join()")}}; }
        }
        """);

    // A wait before or after the loop has nothing to do with the flag.
    [Theory]
    [InlineData("_ready.WaitOne(); while (!_stopping) { _count--; }")]
    [InlineData("while (!_stopping) { _count--; } _ready.WaitOne();")]
    public Task WaitOutsideOfTheLoop_IsQuiet(string run) => Verify.VerifyAnalyzerAsync(Program(run, "_stopping = true;", "_thread.Join()"));

    [Theory]
    [InlineData("_thread.Join(100)")]
    [InlineData("_thread.Start()")]
    public Task WhoDoesNotWaitForTheEnd_IsQuiet(string join) => Verify.VerifyAnalyzerAsync(Program("while (!_stopping) { _ready.WaitOne(); }", "_stopping = true;", join));

    [Fact]
    public Task WhoAsksForTheStopAndWakesInItsCaller_IsQuiet() => Verify.VerifyAnalyzerAsync(
        Program("while (!_stopping) { _ready.WaitOne(); }", "Tell();", "_thread.Join()").Replace("private void Tell()", "public void Close() { Stop(); } public void Ask() { Tell(); _ready.Set(); } private void Tell()", StringComparison.Ordinal));

    [Fact]
    public Task TaskThatIsAwaited_Reports() => Verify.VerifyAnalyzerAsync("""
        public sealed class C
        {
            private readonly AutoResetEvent _ready = new(false); private volatile bool _stopping; private readonly Task _loop;
            public C() => _loop = Task.Run(Run);
            public void Put() => _ready.Set();
            private void Run() { while (!_stopping) { _ready.WaitOne(); } }
            public async Task StopAsync() { _stopping = true; [|await _loop|]; }
        }
        """);

    [Fact]
    public Task Message_TellsFlagAndWait() => Verify.VerifyAnalyzerAsync(
        Program("while (!_stopping) { {|#2:_ready.WaitOne()|}; }", "{|#1:_stopping = true|};", Join),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithLocation(2).WithMessage(
            "'C.Stop' waits for '_thread' without limit, but 'C.Run' waits for '_ready' before it looks at '_stopping' again, and nobody who sets that signals it. Signal it, too."));

    [Fact]
    public Task MessageOfAToken_SaysThatItIsCancelled() => Verify.VerifyAnalyzerAsync(
        Program("while (!_source.IsCancellationRequested) { {|#2:_ready.WaitOne()|}; }", "{|#1:_source.Cancel()|};", Join),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithLocation(2).WithMessage(
            "'C.Stop' waits for '_thread' without limit, but 'C.Run' waits for '_ready' before it looks at '_source' again, and nobody who cancels that signals it. Signal it, too."));

    // Who signals before it sets the flag has woken the loop too early, however far down either is; what stays signalled keeps it awake.
    [Theory]
    [InlineData("AutoResetEvent", "Put(); Stop();", true)]
    [InlineData("AutoResetEvent", "Wake(); Stop();", true)]
    [InlineData("AutoResetEvent", "Both();", true)]
    [InlineData("AutoResetEvent", "Stop(); Put();", false)]
    [InlineData("AutoResetEvent", "Halt(); Put(); Stop();", false)]
    [InlineData("AutoResetEvent", "while (_count > 0) { Put(); Stop(); }", false)]
    [InlineData("ManualResetEvent", "Put(); Stop();", false)]
    public Task SignalBeforeTheFlag_WakesNobody(string type, string use, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class C
        {
            private readonly {{type}} _ready = new(false); private volatile bool _stopping; private int _count; private readonly Thread _thread;
            public C() { _thread = new Thread(Run); _thread.Start(); }
            public void Use() { {{use}} }
            private void Run() { while (!_stopping) { _ready.WaitOne(); } }
            private void Both() { Put(); Stop(); }
            private void Wake() { Put(); }
            private void Put() { _ready.Set(); }
            private void Halt() { _stopping = true; }
            private void Stop() { _stopping = true; {{(reports ? "[|_thread.Join()|]" : "_thread.Join()")}}; }
        }
        """);

    // Who hands on the task of its one call, a lambda mostly, ends with it.
    [Theory]
    [InlineData("() => LoopAsync(_source.Token)", "await _room.WaitAsync();", true)]
    [InlineData("() => LoopAsync(_source.Token)", "await _room.WaitAsync(token);", false)]
    [InlineData("() => LoopAsync(_other.Token)", "await _room.WaitAsync();", false)]
    [InlineData("Begin", "await _room.WaitAsync();", true)]
    [InlineData("Begin", "await _room.WaitAsync(token);", false)]
    public Task LoopBehindALambda(string begun, string idle, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class C
        {
            private readonly SemaphoreSlim _room = new(0); private readonly CancellationTokenSource _source = new(), _other = new(); private readonly Task _loop;
            public C() => _loop = Task.Run({{begun}});
            public void Put() => _room.Release();
            {{(begun == "Begin" ? "private Task Begin() => LoopAsync(_source.Token);" : "")}}
            private async Task LoopAsync(CancellationToken token) { while (!token.IsCancellationRequested) { {{idle}} } }
            public async Task StopAsync() { _source.Cancel(); {{(reports ? "[|await _loop|]" : "await _loop")}}; }
        }
        """);

    private static Task VerifyAsync(string goesOn, string idle, string stop, bool reports) =>
        Verify.VerifyAnalyzerAsync(Program($"CancellationToken token = _source.Token; while ({goesOn}) {{ {idle} }}", stop, reports ? "[|_thread.Join()|]" : "_thread.Join()"));

    private static string Program(string run, string stop, string join) => $$"""
        using System.Collections.Concurrent;
        public sealed class C
        {
            private readonly object _gate = new(); private readonly BlockingCollection<int> _queue = new(); private readonly SemaphoreSlim _room = new(0);
            private readonly AutoResetEvent _ready = new(false), _open = new(true), _beat = new(false); private readonly CancellationTokenSource _source = new(), _other = new();
            private volatile bool _stopping, _running = true; private int _count; private readonly Thread _thread; private readonly Timer _timer;
            public C() { _thread = new Thread(Run); _timer = new Timer(_ => _beat.Set(), null, 100, 100); }
            public void Start() => _thread.Start();
            public void Put() { _ready.Set(); _open.Set(); _room.Release(); _queue.Add(1); lock (_gate) { _count++; Monitor.Pulse(_gate); } }
            private void Run() { {{run}} }
            private void Tell() { _stopping = true; }
            public void Stop() { {{stop}} {{join}}; }
        }
        """;
}

using CrossRelease.Analyzers.Tests.Support;
using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>Rings made of completions alone, and one-shot flags that make them impossible.</summary>
public class CompletionRingTests
{
    // Of two that wait for what was there before they were started, one does not wait for the other.
    [Theory]
    [InlineData("Task? rerun = _rerun; _update = Task.Run(() => Wait(rerun));", "Task? update = _update; _rerun = Task.Run(() => Wait(update));", false)]
    [InlineData("_update = Task.Run(() => Wait(_rerun));", "_rerun = Task.Run(() => Wait(_update));", true)]
    [InlineData("Task? rerun = _rerun; _update = Task.Run(() => Wait(rerun));", "_rerun = Task.Run(() => Wait(_update));", true)]
    public Task TasksThatWaitForOlderOnes(string update, string rerun, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class C
        {
            private readonly object _gate = new(); private Task? _update, _rerun;
            public void Update() { lock (_gate) { {{update}} } }
            public void Rerun() { lock (_gate) { {{rerun}} } }
            private static void Wait(Task? task) { if (task is { IsCompleted: false }) { {{(reports ? "[|task.Wait()|]" : "task.Wait()")}}; } }
        }
        """);

    [Fact]
    public Task TwoContextsThatWaitForEachOther_AreToldOnceWithBothSides() => Verify.VerifyAnalyzerAsync(
        """
        public sealed class C
        {
            private readonly ManualResetEventSlim _a = new();
            private readonly ManualResetEventSlim _b = new();
            public void Start() { new Thread(Left).Start(); new Thread(Right).Start(); }
            private void Left() { {|#0:_a.Wait()|}; _b.Set(); }
            private void Right() { {|#1:_b.Wait()|}; {|#2:_a.Set()|}; }
        }
        """,
        Ring().WithLocation(0).WithLocation(1).WithLocation(2).WithMessage(
            "'C.Left' waits for '_a', but 'C.Right', which signals it, waits for '_b' first, which only 'C.Left' signals, and not before this wait. "
            + "Signal before waiting, or let only one of them wait."));

    [Theory]
    [InlineData("_b.Set(); _a.Wait();", "_b.Wait(); _a.Set();")]
    [InlineData("_a.Wait(); _b.Set();", "_b.Wait(100); _a.Set();")]
    [InlineData("_a.Wait();", "_b.Wait(); _a.Set();")]
    [InlineData("while (true) { _a.Wait(); _b.Set(); }", "while (true) { _b.Wait(); _a.Set(); }")]
    public Task ContextsThatDoNotCross_AreQuiet(string left, string right) => Verify.VerifyAnalyzerAsync(Two("new()", left, right));

    // It may be the one that lets the first wait pass.
    [Theory]
    [InlineData("new(true)")]
    [InlineData("Environment.ProcessorCount > 2 ? new(true) : new()")]
    public Task FirstWaitPasses_IsQuiet(string first) => Verify.VerifyAnalyzerAsync(Two(first, "_a.Wait(); _b.Set();", "_b.Wait(); _a.Set();"));

    [Fact]
    public Task FirstWaitOfNeitherPasses_Reports() => Verify.VerifyAnalyzerAsync(
        Two("Environment.ProcessorCount > 2 ? new(false) : new()", "{|#0:_a.Wait()|}; _b.Set();", "_b.Wait(); _a.Set();"), Ring().WithLocation(0));

    // Who closes the queue before he waits for the loop lets it go.
    [Theory]
    [InlineData("_items.CompleteAdding(); _worker!.Join();", false)]
    [InlineData("{|#0:_worker!.Join()|}; _items.CompleteAdding();", true)]
    public Task LoopThatIsClosedBeforeTheWait_IsQuiet(string stop, bool reports) => Verify.VerifyAnalyzerAsync(
        $$"""
        using System.Collections.Concurrent;
        public sealed class Ui
        {
            private readonly BlockingCollection<Action> _actions = new();
            public Ui() => new Thread(Pump).Start();
            public void Post(Action action) => _actions.Add(action);
            private void Pump() { foreach (Action action in _actions.GetConsumingEnumerable()) action(); }
        }
        public sealed class Scheduler
        {
            private readonly BlockingCollection<int> _items = new();
            private Thread? _worker;
            public void Start() { _worker = new Thread(Work); _worker.Start(); }
            public void Add(int item) => _items.TryAdd(item);
            public void Stop() { {{stop}} }
            private void Work() { foreach (int item in _items.GetConsumingEnumerable()) Console.WriteLine(item); }
        }
        public sealed class Form
        {
            private readonly Ui _ui = new(); private readonly Scheduler _scheduler = new();
            public void Open() { _ui.Post(() => _scheduler.Add(1)); _ui.Post(() => _scheduler.Stop()); _scheduler.Start(); }
        }
        """,
        [.. reports ? [Ring().WithLocation(0).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations)] : Array.Empty<DiagnosticResult>()]);

    [Fact]
    public Task ThirdSignaller_IsQuiet() => Verify.VerifyAnalyzerAsync(
        Two("new()", "_a.Wait(); _b.Set();", "_b.Wait(); _a.Set();").Replace("public void Start()", "public void Kick() => _a.Set(); public void Start()", StringComparison.Ordinal));

    [Fact]
    public async Task TasksThatWaitForEachOther_Report()
    {
        await Verify.VerifyAnalyzerAsync(Tasks("", "{|#0:_right!.Wait()|};", "_left!.Wait();"), Ring().WithLocation(0));
        await Verify.VerifyAnalyzerAsync(Tasks("", "_right!.Wait();", ""));
    }

    [Theory]
    [InlineData("if (Interlocked.Exchange(ref _stopping, 1) != 0) return;")]
    [InlineData("if (Interlocked.Exchange(ref _stopping, 1) == 1) return;")]
    [InlineData("if (Interlocked.CompareExchange(ref _stopping, 1, 0) != 0) { return; }")]
    [InlineData("if (Interlocked.Increment(ref _stopping) != 1) { return; }")]
    [InlineData("lock (_gate) { if (_stopped) return; _stopped = true; }")]
    [InlineData("lock (_gate) { if (_state != 0) { return; } _state = 1; }")]
    [InlineData("if (Interlocked.Exchange(ref _owner, null) == null) return;")]
    public Task OneShotGate_IsQuiet(string gate) => Verify.VerifyAnalyzerAsync(Tasks(gate, "Stop(_right!);", "Stop(_left!);"));

    [Theory]
    [InlineData("Interlocked.Exchange(ref _stopping, 1);")]
    [InlineData("if (_stopped) return; _stopped = true;")]
    [InlineData("lock (_gate) { _stopped = true; }")]
    [InlineData("lock (_gate) { if (_stopped) return; } lock (_gate) { _stopped = true; }")]
    [InlineData("if (_owner == null) return;")]
    public Task NoOneShotGate_Reports(string gate) => Verify.VerifyAnalyzerAsync(
        Tasks(gate, "Stop(_right!);", "Stop(_left!);").Replace("task.Wait()", "{|#0:task.Wait()|}", StringComparison.Ordinal), Ring().WithLocation(0));

    [Fact]
    public async Task RegistrationsDisposedInTheirCallbacks_Report()
    {
        const string guard = "lock (_gate) { if (_fired) return; _fired = true; } ";
        await Verify.VerifyAnalyzerAsync(Registrations("", "{|#0:registration.Dispose()|};"), Ring().WithLocation(0).WithMessage(
            "'C.OnChange' waits for '_registrations', but another run of 'C.OnChange', which signals it, waits for '_registrations' first, which only 'C.OnChange' signals, "
            + "and not before this wait. Signal before waiting, or let only one of them wait."));
        await Verify.VerifyAnalyzerAsync(Registrations(guard, "registration.Dispose();"));
        await Verify.VerifyAnalyzerAsync(Registrations("", "registration.Unregister();"));
    }

    // One callback of two registrations: each of its runs passes its own, and waits for the other's.
    [Theory]
    [InlineData("OnAny", "OnAny", "{|#0:_one.Dispose()|}; _two.Dispose();", true)]
    [InlineData("OnAny", "OnAny", "_one.Dispose();", false)]
    [InlineData("OnAny", "OnAny", "_one.Dispose(); _two.Unregister();", false)]
    [InlineData("OnAny", "OnOther", "_one.Dispose(); _two.Dispose();", false)]
    public Task CallbackThatDisposesOfBothRegistrations(string first, string second, string dispose, bool reports) => Verify.VerifyAnalyzerAsync(
        $$"""
        public sealed class C
        {
            private readonly CancellationTokenRegistration _one, _two;
            private int _count;
            public C(CancellationToken one, CancellationToken two) { _one = one.Register({{first}}); _two = two.Register({{second}}); }
            private void OnAny() { {{dispose}} }
            private void OnOther() { _count++; }
        }
        """,
        reports ? [Ring().WithLocation(0)] : []);

    // All who register through one helper share its completion: that one of them is never blocked hides those that are.
    [Theory]
    [InlineData("", true)]
    [InlineData("public void Count(Signal signal) => signal.OnChange(() => _count++);", false)]
    public Task KnownMiss_HarmlessCallbackThroughTheSameHelper(string harmless, bool reports) => Verify.VerifyAnalyzerAsync(
        $$"""
        public sealed class Signal(CancellationToken token)
        {
            public CancellationTokenRegistration OnChange(Action callback) => token.Register(callback);
        }
        public sealed class C
        {
            private readonly List<CancellationTokenRegistration> _registrations = new();
            private int _count;
            public void Watch(IEnumerable<Signal> signals) { foreach (Signal signal in signals) { _registrations.Add(signal.OnChange(OnChange)); } }
            {{harmless}}
            public override string ToString() => _count.ToString();
            private void OnChange() { foreach (CancellationTokenRegistration registration in _registrations) { {|#0:registration.Dispose()|}; } }
        }
        """,
        reports ? [Ring().WithLocation(0)] : []);

    private static DiagnosticResult Ring() =>
        Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR1001_CompletionRing).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations);

    private static string Two(string first, string left, string right) => $$"""
        public sealed class C
        {
            private readonly ManualResetEventSlim _a = {{first}};
            private readonly ManualResetEventSlim _b = new();
            public void Start() { new Thread(Left).Start(); new Thread(Right).Start(); }
            private void Left() { {{left}} }
            private void Right() { {{right}} }
        }
        """;

    private static string Tasks(string gate, string left, string right) => $$"""
        public sealed class C
        {
            private readonly object _gate = new();
            private Task? _left;
            private Task? _right;
            private int _stopping;
            private int _state;
            private bool _stopped;
            private object? _owner = new();
            public void Start() { _left = Task.Run(Left); _right = Task.Run(Right); }
            private void Left() { {{left}} }
            private void Right() { {{right}} }
            private void Stop(Task task) { {{gate}} Wait(task); }
            private static void Wait(Task task) => task.Wait();
            public override string ToString() => $"{_stopping}{_state}{_stopped}{_owner}{_gate}";
        }
        """;

    // Who has posted its request, by a helper, before it waits for the answer owes the loop nothing.
    [Theory]
    [InlineData("Post(message); message.WaitForReply();", "Monitor.Wait(_messages)", "Monitor.Wait(this)")]
    [InlineData("message.WaitForReply(); Post(message);", "Monitor.Wait(_messages)", "[|Monitor.Wait(this)|]")]
    public Task RequestAndReplyByMonitors(string send, string next, string reply) => Verify.VerifyAnalyzerAsync(
        $$"""
        public sealed class Message
        {
            private bool _done;
            public void Reply() { lock (this) { _done = true; Monitor.PulseAll(this); } }
            public void WaitForReply() { lock (this) { while (!_done) {{reply}}; } }
        }
        public sealed class Window
        {
            private readonly Queue<Message> _messages = new();
            public Window() => new Thread(Pump).Start();
            public void Ask() { for (int i = 0; i < 3; i++) { Send(new Message()); } }
            private void Post(Message message) { lock (_messages) { _messages.Enqueue(message); Monitor.Pulse(_messages); } }
            private void Send(Message message) { {{send}} }
            private void Pump() { while (true) { Next().Reply(); } }
            private Message Next() { lock (_messages) { while (_messages.Count == 0) {{next}}; return _messages.Dequeue(); } }
        }
        """);

    [Fact]
    public async Task RegistrationThatMayBeMissing_IsNoneOfSeveral()
    {
        await Verify.VerifyAnalyzerAsync(Cancelled("CancellationTokenRegistration? registration = null;", "registration?.Dispose();"));
        await Verify.VerifyAnalyzerAsync(Cancelled("CancellationTokenRegistration? registration = null;", "if (registration.HasValue) { registration.Value.Dispose(); }"));
        await Verify.VerifyAnalyzerAsync(
            Cancelled("var all = new List<CancellationTokenRegistration>(); CancellationTokenRegistration registration;", "foreach (var one in all) { {|#0:one.Dispose()|}; }")
                .Replace("return source", "all.Add(registration); return source", StringComparison.Ordinal),
            Ring().WithLocation(0));
    }

    private static string Cancelled(string declaration, string release) => $$"""
        public sealed class C
        {
            public Task ReceiveAsync(CancellationToken token)
            {
                var source = new TaskCompletionSource();
                {{declaration}}
                registration = token.Register(Cancel);
                void Cancel() { {{release}} source.TrySetCanceled(); }
                return source.Task;
            }
        }
        """;

    private static string Registrations(string gate, string release) => $$"""
        public sealed class C
        {
            private readonly object _gate = new();
            private readonly List<CancellationTokenRegistration> _registrations = new();
            private bool _fired;
            public void Watch(IEnumerable<CancellationToken> tokens)
            {
                foreach (CancellationToken token in tokens) { _registrations.Add(token.Register(OnChange)); }
            }
            public bool Fired => _fired;
            private void OnChange()
            {
                {{gate}}
                foreach (CancellationTokenRegistration registration in _registrations) { {{release}} }
            }
        }
        """;
}

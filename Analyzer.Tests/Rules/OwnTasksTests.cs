using Blocked = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.BlockedContextAnalyzer>;
using Self = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.SelfDeadlockAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>Tasks that are pending only for others than the context that ends them, and acquires that a method hands on.</summary>
public class OwnTasksTests
{
    [Theory]
    [InlineData("if (Thread.CurrentThread == _thread) { return Task.FromResult(work()); }", false)]
    [InlineData("if (IsOwn()) { return Task.FromResult(work()); }", false)]
    [InlineData("if (_count > 3) { return Task.FromResult(work()); }", true)]
    [InlineData("", true)]
    public Task TaskThatIsDoneForTheLoopItself(string test, bool reports) => Self.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public sealed class Loop
        {
            private readonly BlockingCollection<Action> _work = new(); private readonly Thread _thread; private int _count;
            public Loop() { _thread = new Thread(Pump); _thread.Start(); }
            private bool IsOwn() => Thread.CurrentThread == _thread;
            public Task<int> InvokeAsync(Func<int> work)
            {
                {{test}}
                var done = new TaskCompletionSource<int>();
                _work.Add(() => { done.SetResult(work()); });
                return done.Task;
            }
            private void Pump() { foreach (var work in _work.GetConsumingEnumerable()) { work(); _count++; } }
        }
        public sealed class C
        {
            private readonly Loop _loop = new();
            public int Find() => _loop.InvokeAsync(() => Get()).GetAwaiter().GetResult();
            private int Get() => {{(reports ? "[|_loop.InvokeAsync(() => 3).GetAwaiter().GetResult()|]" : "_loop.InvokeAsync(() => 3).GetAwaiter().GetResult()")}};
        }
        """);

    // A context of the program's own is compared with the current one, behind an interface that others may implement.
    [Theory]
    [InlineData("if (SynchronizationContext.Current == _ui) { work(); return Task.CompletedTask; }", false)]
    [InlineData("if (_count > 3) { work(); return Task.CompletedTask; }", true)]
    public Task TaskThatIsDoneInItsContext(string test, bool reports) => Self.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public sealed class Ui : SynchronizationContext
        {
            private readonly BlockingCollection<(SendOrPostCallback, object?)> _work = new();
            public Ui() => new Thread(Pump).Start();
            public override void Post(SendOrPostCallback d, object? state) => _work.Add((d, state));
            private void Pump() { foreach (var (work, state) in _work.GetConsumingEnumerable()) { work(state); } }
        }
        public interface IDispatcher { void Invoke(Action work); Task StartTask(Action work); }
        public sealed class Dispatcher : IDispatcher
        {
            private readonly Ui _ui; private int _count; public Dispatcher(Ui ui) => _ui = ui; public void Count() => _count++;
            public void Invoke(Action work) => _ui.Post(_ => work(), null);
            public Task StartTask(Action work)
            {
                {{test}}
                var done = new TaskCompletionSource();
                _ui.Post(_ => { work(); done.SetResult(); }, null);
                return done.Task;
            }
        }
        public sealed class C
        {
            private readonly IDispatcher _dispatcher; public C(IDispatcher dispatcher) => _dispatcher = dispatcher;
            private void Apply() { }
            public void Rewrite() => {{(reports ? "[|_dispatcher.StartTask(Apply).Wait()|]" : "_dispatcher.StartTask(Apply).Wait()")}};
            public void Execute() => _dispatcher.Invoke(() => Rewrite());
        }
        """);

    [Theory]
    [InlineData("public Task EnterAsync() => _idle.WaitAsync();", "await _guard.EnterAsync();", false)]
    [InlineData("public Task EnterAsync() { return _idle.WaitAsync(); }", "await _guard.EnterAsync();", false)]
    [InlineData("public Task EnterAsync() { {0}; return Task.CompletedTask; }", "await _guard.EnterAsync();", true)]
    [InlineData("public void Enter() => {0};", "_guard.Enter();", true)]
    public Task AcquireThatIsHandedOn_BlocksNobodyWhoAwaitsIt(string enter, string call, bool reports) => Blocked.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public sealed class Ui : SynchronizationContext
        {
            private readonly BlockingCollection<(SendOrPostCallback, object?)> _work = new();
            public Ui() => new Thread(Pump).Start();
            public override void Post(SendOrPostCallback d, object? state) => _work.Add((d, state));
            private void Pump() { SetSynchronizationContext(this); foreach (var (work, state) in _work.GetConsumingEnumerable()) { work(state); } }
        }
        public sealed class Guard
        {
            private readonly SemaphoreSlim _idle = new(1, 1);
            {{enter.Replace("{0}", reports ? "[|_idle.Wait()|]" : "_idle.Wait()", StringComparison.Ordinal)}}
            public void Leave() => _idle.Release();
        }
        public sealed class C
        {
            private readonly Guard _guard = new(); private readonly Ui _ui = new();
            private async Task WorkAsync() { {{call}} try { await Task.Delay(1); } finally { _guard.Leave(); } }
            public void Start() => _ui.Post(async _ => { var first = WorkAsync(); var second = WorkAsync(); await first; await second; }, null);
        }
        """);
}

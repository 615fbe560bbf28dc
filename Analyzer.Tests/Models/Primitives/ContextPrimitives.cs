using System.Collections.Immutable;

namespace CrossRelease.Analyzers.Tests.Models.Primitives;

/// <summary>Tokens, synchronization contexts, dispatchers and controls, one-shot gates.</summary>
internal static class ContextPrimitives
{
    public const string Forms = """
        namespace System.Windows.Forms
        {
            public class Control
            {
                public object? Invoke(Delegate method) => null;
                public void Invoke(Action method) { }
                public IAsyncResult BeginInvoke(Delegate method) => Task.CompletedTask;
                public Task InvokeAsync(Action callback) => Task.CompletedTask;
                public object? EndInvoke(IAsyncResult result) => null;
                public bool InvokeRequired => true;
            }
        }
        """;

    public const string Wpf = """
        namespace System.Windows.Threading
        {
            public class DispatcherOperation { public Task Task => Task.CompletedTask; public void Wait() { } public object? Result => null; }
            public class Dispatcher
            {
                public void Invoke(Action callback) { }
                public void Invoke(int priority, Delegate method) { }
                public T Invoke<T>(Func<T> callback) => default!;
                public DispatcherOperation InvokeAsync(Action callback) => new();
                public DispatcherOperation BeginInvoke(Delegate method, params object[] args) => new();
                public DispatcherOperation BeginInvoke(int priority, Delegate method) => new();
                public bool CheckAccess() => false;
            }
        }
        """;

    public static ImmutableArray<Primitive> All { get; } =
    [
        new(
            "CancellationTokenSource.Cancel and its callbacks",
            "XR1001",
            """
            private readonly CancellationTokenSource _source = new(); private Task? _work;
            public void Start() { _work = Task.Run(Work); _source.Token.Register(() => [|_work!.Wait()|]); }
            public void Stop() { lock (_gate) { _source.Cancel(); } }
            private void Work() { lock (_gate) { } }
            """,
            "Work() { lock (_gate)",
            "Work() { lock (_other)"),
        new(
            "CancellationTokenRegistration.Dispose",
            "XR1001",
            """
            private CancellationTokenRegistration _registration;
            public void Start(CancellationToken token) => _registration = token.Register(Work);
            public void Stop() { lock (_gate) { [|_registration.Dispose()|]; } }
            private void Work() { lock (_gate) { } }
            """,
            "Work() { lock (_gate)",
            "Work() { lock (_other)"),
        new(
            "CancellationTokenRegistration.DisposeAsync",
            "XR1001",
            """
            private readonly SemaphoreSlim _a = new(1, 1); private CancellationTokenRegistration _registration;
            public void Start(CancellationToken token) => _registration = token.Register(Work);
            public async Task Stop() { await _a.WaitAsync(); try { await [|_registration.DisposeAsync()|]; } finally { _a.Release(); } }
            private void Work() { _a.Wait(); _a.Release(); }
            """,
            "Work() { _a.Wait(); _a.Release(); }",
            "Work() { lock (_other) { } }"),
        Primitive.Run("SynchronizationContext.Send", "private readonly SynchronizationContext _context = new();", "_context.Send(_ => Work(), null)"),
        new(
            "SynchronizationContext.Send instead of Post",
            "XR1001",
            """
            private readonly SynchronizationContext _context = new();
            public void Stop() { lock (_gate) { [|_context.Send(_ => Work(), null)|]; } }
            private void Work() { lock (_gate) { } }
            """,
            "[|_context.Send(_ => Work(), null)|]",
            "_context.Post(_ => Work(), null)"),
        Primitive.Run("Control.Invoke", "private readonly System.Windows.Forms.Control _control = new();", "_control.Invoke(() => Work())") with { Library = Forms },
        Primitive.Run("Control.Invoke with a delegate", "private readonly System.Windows.Forms.Control _control = new();", "_control.Invoke(new Func<int>(() => { Work(); return 1; }))") with { Library = Forms },
        new(
            "Control.BeginInvoke",
            "XR1001",
            """
            private readonly System.Windows.Forms.Control _control = new();
            public void Stop() { lock (_gate) { [|_control.Invoke(() => Work())|]; } }
            private void Work() { lock (_gate) { } }
            """,
            "[|_control.Invoke(() => Work())|]",
            "_control.BeginInvoke(() => Work())")
        {
            Library = Forms,
        },
        new(
            "Control.EndInvoke",
            "XR1001",
            """
            private readonly System.Windows.Forms.Control _control = new();
            public void Stop() { IAsyncResult begun = _control.BeginInvoke(() => Work()); lock (_gate) { [|_control.EndInvoke(begun)|]; } }
            private void Work() { lock (_gate) { } }
            """,
            "Work() { lock (_gate)",
            "Work() { lock (_other)")
        {
            Library = Forms,
        },
        Primitive.Run("Dispatcher.Invoke", "private readonly System.Windows.Threading.Dispatcher _dispatcher = new();", "_dispatcher.Invoke(() => Work())") with { Library = Wpf },
        Primitive.Run("Dispatcher.InvokeAsync", "private readonly System.Windows.Threading.Dispatcher _dispatcher = new();", "_dispatcher.InvokeAsync(() => Work()).Task.Wait()") with { Library = Wpf },
        Primitive.Run("DispatcherOperation.Wait", "private readonly System.Windows.Threading.Dispatcher _dispatcher = new();", "_dispatcher.BeginInvoke(() => Work()).Wait()") with { Library = Wpf },
        new(
            "Dispatcher.BeginInvoke",
            "XR1001",
            """
            private readonly System.Windows.Threading.Dispatcher _dispatcher = new();
            public void Stop() { lock (_gate) { [|_dispatcher.Invoke(() => Work())|]; } }
            private void Work() { lock (_gate) { } }
            """,
            "[|_dispatcher.Invoke(() => Work())|]",
            "_dispatcher.BeginInvoke(() => Work())")
        {
            Library = Wpf,
        },
        new(
            "UI thread that needs the lock",
            "XR1001",
            """
            private readonly System.Windows.Threading.Dispatcher _dispatcher = new();
            public void Start() => _dispatcher.BeginInvoke(() => Work());
            public void Stop() { lock (_gate) { [|_dispatcher.Invoke(() => { })|]; } }
            private void Work() { lock (_gate) { } }
            """,
            "Work() { lock (_gate)",
            "Work() { lock (_other)")
        {
            Library = Wpf,
        },
        Once("Interlocked.Exchange", "Interlocked.Exchange(ref _ended, 1) == 0"),
        Once("Interlocked.CompareExchange", "Interlocked.CompareExchange(ref _ended, 1, 0) == 0"),
        Once("Interlocked.Increment", "Interlocked.Increment(ref _ended) == 1"),
    ];

    // Only the first one gets there: the signaller that needs the lock is not the one that waits under it.
    private static Primitive Once(string name, string wins) => new(
        name,
        "XR1001",
        $$"""
        private int _ended; private readonly ManualResetEventSlim _done = new();
        public void Start() => new Thread(Work).Start();
        public void Stop() { if ({{wins}}) { lock (_gate) { [|_done.Wait()|]; } } }
        private void Work() { if (_ended != 7) { lock (_gate) { } } _done.Set(); }
        """,
        "if (_ended != 7)",
        "if (" + wins + ")");
}

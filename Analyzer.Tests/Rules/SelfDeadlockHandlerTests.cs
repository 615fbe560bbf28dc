using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.SelfDeadlockAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1003: a loop runs a handler out of a container, whose owner ends the loop and waits for that.</summary>
public class SelfDeadlockHandlerTests
{
    [Theory]
    [InlineData("_loop.Dispose();", true)]
    [InlineData("ThreadPool.QueueUserWorkItem(_ => _loop.Dispose());", false)]
    [InlineData("_other.Dispose();", false)]
    public Task HandlerByItsName(string onAsked, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public interface IHandler { void Handle(string body); }
        public sealed class Hover : IHandler { private int _count; public void Handle(string body) { _count++; } }
        public sealed class Shutdown : IHandler
        {
            public event Action? Asked;
            public void Handle(string body) { Asked?.Invoke(); }
        }
        public sealed class Loop
        {
            private readonly BlockingCollection<Action> _queue = new();
            private readonly Thread _thread;
            public Loop() { _thread = new Thread(Run); }
            public void Start() => _thread.Start();
            public void Add(Action action) => _queue.Add(action);
            public void Dispose() { _queue.CompleteAdding(); {{(reports ? "[|_thread.Join()|]" : "_thread.Join()")}}; }
            private void Run() { foreach (var action in _queue.GetConsumingEnumerable()) action(); }
        }
        public sealed class OtherLoop
        {
            private readonly Thread _thread = new(() => Console.WriteLine());
            public void Dispose() { _thread.Join(); }
        }
        public sealed class Server
        {
            private readonly Loop _loop = new();
            private readonly OtherLoop _other = new();
            private readonly Dictionary<string, IHandler> _handlers = new();
            private readonly Shutdown _shutdown = new();
            public Server() { _shutdown.Asked += OnAsked; _handlers["shutdown"] = _shutdown; _handlers["hover"] = new Hover(); }
            public void Receive(string name) { if (_handlers.TryGetValue(name, out var handler)) _loop.Add(() => handler.Handle(name)); }
            private void OnAsked() { {{onAsked}} }
        }
        """);
}

using CrossRelease.Analyzers.Tests.Support;
using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.SelfDeadlockAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1003 where the second acquire is reached by a reference that another object keeps: a subscriber's, a decorator's.</summary>
public class SelfDeadlockSubscriberTests
{
    [Theory]
    [InlineData("Library", "library", true)]
    [InlineData("ILibrary", "library", true)]
    [InlineData("Library", "new Library()", false)]
    [InlineData("ILibrary", "new Library()", false)]
    public Task HandlerThatComesBackToItsPublisher_Reports(string type, string kept, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public interface ILibrary { event Action<string>? Added; int Count(); }
        public sealed class Library : ILibrary
        {
            private readonly SemaphoreSlim _scan = new(1, 1);
            public event Action<string>? Added;
            public void Add(string path) { _scan.Wait(); try { Added?.Invoke(path); } finally { _scan.Release(); } }
            public int Count() { {{(reports ? "[|_scan.Wait()|]" : "_scan.Wait()")}}; try { return 1; } finally { _scan.Release(); } }
        }
        public sealed class Refresher
        {
            private readonly {{type}} _library;
            public Refresher({{type}} library) { _library = {{kept}}; library.Added += OnAdded; }
            private void OnAdded(string path) => _library.Count();
        }
        """);

    [Theory]
    [InlineData("Added?.Invoke(path)", true)]
    [InlineData("Task.Run(() => Added?.Invoke(path))", false)]
    public Task ExplicitAndVirtualEvents_AreFollowed(string raise, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public abstract class Source
        {
            protected Action<string>? Added;
            public virtual event Action<string> Changed { add => Added += value; remove => Added -= value; }
        }
        public sealed class Library : Source
        {
            private readonly SemaphoreSlim _scan = new(1, 1);
            public void Add(string path) { _scan.Wait(); try { {{raise}}; } finally { _scan.Release(); } }
            public void Rescan() { {{(reports ? "[|_scan.Wait()|]" : "_scan.Wait()")}}; _scan.Release(); }
        }
        public sealed class Refresher
        {
            private readonly Library _library;
            public Refresher(Library library) { _library = library; library.Changed += OnChanged; }
            private void OnChanged(string path) => _library.Rescan();
        }
        """);

    [Theory]
    [InlineData("Inner", false)]
    [InlineData("Client!", true)]
    public Task InnerOneOfADecorator_IsAnotherObject(string sender, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public abstract class Handler { public abstract Task<int> Send(int request); }
        public sealed class Transport : Handler { public override Task<int> Send(int request) => Task.FromResult(request); }
        public abstract class Delegating : Handler
        {
            protected Delegating(Handler inner) => Inner = inner;
            protected Handler Inner { get; }
            public override Task<int> Send(int request) => Inner.Send(request);
        }
        public sealed class Client { private readonly Handler _pipeline; public Client(Handler pipeline) => _pipeline = pipeline; public Task<int> Send(int request) => _pipeline.Send(request); }
        public sealed class Authorizing : Delegating
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            public Authorizing(Handler inner) : base(inner) { }
            public Client? Client { get; set; }
            public override async Task<int> Send(int request) { await RenewAsync(); return await Inner.Send(request); }
            private async Task RenewAsync() { {{(reports ? "[|await _gate.WaitAsync()|]" : "await _gate.WaitAsync()")}}; try { await {{sender}}.Send(0); } finally { _gate.Release(); } }
        }
        """.Replace("[|await _gate.WaitAsync()|]", "await [|_gate.WaitAsync()|]", StringComparison.Ordinal));
}

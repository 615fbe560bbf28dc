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

    // Who keeps the subscriber is not known: its reference leads back to who raises the event, unless it made an object of its own.
    [Theory]
    [InlineData("workspace", true)]
    [InlineData("new Workspace()", false)]
    public Task SubscriberThatNobodyKeeps_ComesBackByItsReference(string kept, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Document { public event Action? Changed; public void Touch() => Changed?.Invoke(); }
        public sealed class Workspace
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            private readonly Dictionary<int, Document> _documents = new();
            public void Close(int id) { _gate.Wait(); try { if (_documents.Remove(id, out var document)) document.Touch(); } finally { _gate.Release(); } }
            public void Set() { {{(reports ? "[|_gate.Wait()|]" : "_gate.Wait()")}}; _gate.Release(); }
        }
        public sealed class Tracker
        {
            private readonly Workspace _workspace;
            public Tracker(Workspace workspace) => _workspace = {{kept}};
            public void Track(Document document) => document.Changed += OnChanged;
            private void OnChanged() => _workspace.Set();
        }
        """);

    // The visitor runs under the lock of the object that it is handed to; what is visited keeps a reference back.
    [Theory]
    [InlineData("foreach (var device in _devices) visitor(device);", "", true)]
    [InlineData("", "foreach (var device in _devices.ToArray()) visitor(device);", false)]
    public Task VisitorUnderTheLock_ComesBackFromWhatItVisits(string inside, string after, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Registry
        {
            private readonly SemaphoreSlim _lock = new(1, 1);
            private readonly List<Device> _devices = new();
            public void Visit(Action<Device> visitor) { _lock.Wait(); try { {{inside}} } finally { _lock.Release(); } {{after}} }
            public void Add(Device device) { {{(reports ? "[|_lock.Wait()|]" : "_lock.Wait()")}}; try { _devices.Add(device); } finally { _lock.Release(); } }
        }
        public sealed class Device(Registry registry) { private readonly Registry _registry = registry; public void Probe() => _registry.Add(this); }
        public sealed class Monitoring
        {
            private readonly Registry _all;
            public Monitoring(Registry all) => _all = all;
            public void Scan() => _all.Visit(device => device.Probe());
        }
        """);

    [Theory]
    [InlineData("added.DynamicInvoke(path)", true)]
    [InlineData("Task.Run(() => added.DynamicInvoke(path))", false)]
    public Task DelegateThatIsInvokedDynamically_Runs(string raise, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Library
        {
            private readonly SemaphoreSlim _scan = new(1, 1);
            public void Add(Delegate added, string path) { _scan.Wait(); try { {{raise}}; } finally { _scan.Release(); } }
            public void Rescan(string path) { {{(reports ? "[|_scan.Wait()|]" : "_scan.Wait()")}}; _scan.Release(); }
            public void Load() => Add(new Action<string>(Rescan), "a");
        }
        """);

    // A helper that is handed the lock says nothing: the report stands where the lock is named.
    [Fact]
    public Task HelperThatIsHandedTheLock_IsNoPlaceForAReport() => Verify.VerifyAnalyzerAsync("""
        public static class Gates { public static void Enter(this SemaphoreSlim gate) => gate.Wait(); }
        public sealed class C
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            public void A() { _gate.Enter(); try { B(); } finally { _gate.Release(); } }
            public void B() { [|_gate.Enter()|]; _gate.Release(); }
        }
        """);
}

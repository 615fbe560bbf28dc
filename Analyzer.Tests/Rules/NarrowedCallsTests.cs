using LockOrder = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockOrderCycleAnalyzer>;
using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>A virtual call runs what the objects answer that can be in the receiver's place.</summary>
public class NarrowedCallsTests
{
    // A decorator hands on to the object that it was given, under its own lock.
    [Theory]
    [InlineData("new Audit(new Store(this))", "[|_audit|]")]
    [InlineData("new Audit(new Nothing())", "_audit")]
    public Task Decorator_ReportsWhatItsInnerObjectTakes(string made, string audit) => LockOrder.VerifyAnalyzerAsync($$"""
        internal interface IHandler { void Handle(); }
        internal sealed class Nothing : IHandler { public void Handle() { } }
        internal sealed class Store(Hub hub) : IHandler { public void Handle() => hub.Note(); }
        internal sealed class Audit(IHandler next) : IHandler
        {
            private readonly object _audit = new();
            public void Handle() { lock ({{audit}}) { next.Handle(); } }
        }
        public sealed class Hub
        {
            private readonly object _hub = new(); private readonly IHandler _first;
            public Hub() => _first = {{made}};
            internal void Note() { lock (_hub) { } }
            public void Work() => _first.Handle();
            public void Change() { lock (_hub) { _first.Handle(); } }
        }
        public static class Entry { public static void Main() { var hub = new Hub(); Task.Run(hub.Work); Task.Run(hub.Change); } }
        """);

    // A base class that hands itself to others may be any of its heirs.
    [Theory]
    [InlineData("public void Run() { lock (Hub.Items) { } }", "[|Gate|]")]
    [InlineData("public void Run() { }", "Gate")]
    public Task ObjectThatHandsOnItself_IsOfItsOwnType(string run, string gate) => LockOrder.VerifyAnalyzerAsync($$"""
        internal interface IItem { void Run(); }
        internal sealed class Other : IItem { public void Run() { } }
        internal sealed class Own : IItem
        {
            public static readonly object Gate = new();
            public void Add() { lock (Hub.Items) { lock ({{gate}}) { Hub.Set(this); } } }
            {{run}}
        }
        internal static class Hub
        {
            public static readonly object Items = new();
            private static IItem _item = new Other();
            public static void Set(IItem item) => _item = item;
            public static void Go() { lock (Own.Gate) { _item.Run(); } }
        }
        public static class Entry { public static void Main() { Task.Run(new Own().Add); Task.Run(Hub.Go); } }
        """);

    // Who answers by a completion of its own is no queue that would run the answer.
    [Theory]
    [InlineData("lock (_gate) { } sender?.Tell(null);", "[|cell.Ask().Wait()|]")]
    [InlineData("sender?.Tell(null); lock (_other) { }", "cell.Ask().Wait()")]
    public Task CompletionThatOnlyTheLoopGives_Reports(string turn, string wait) => Verify.VerifyAnalyzerAsync($$"""
        internal interface IRef { void Tell(IRef? sender); }
        internal sealed class Cell : IRef
        {
            private readonly System.Collections.Concurrent.BlockingCollection<IRef?> _mail = new(); private readonly object _gate = new(); private readonly object _other = new();
            public Cell() => new Thread(Process).Start();
            public void Tell(IRef? sender) => _mail.Add(sender);
            private void Process() { foreach (IRef? sender in _mail.GetConsumingEnumerable()) { {{turn}} } }
            public void Hold(Cell cell) { lock (_gate) { {{wait}}; } }
        }
        internal sealed class Future : IRef
        {
            public readonly TaskCompletionSource Result = new();
            public void Tell(IRef? sender) => Result.TrySetResult();
        }
        internal static class Futures { public static Task Ask(this IRef target) { var future = new Future(); target.Tell(future); return future.Result.Task; } }
        public static class Entry { public static void Main() { var cell = new Cell(); cell.Hold(cell); } }
        """);

    // What nobody runs lets nobody go.
    [Theory]
    [InlineData("", true)]
    [InlineData("sampler.Cancel();", false)]
    public Task SignalThatNobodyGives_KeepsNobodyFromWaiting(string used, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Sampler
        {
            private readonly object _lock = new(); private readonly ManualResetEventSlim _got = new();
            public void Sample() { lock (_lock) { } _got.Set(); }
            public void Next() { lock (_lock) { {{(reports ? "[|_got.Wait()|]" : "_got.Wait()")}}; } }
            public void Cancel() => _got.Set();
        }
        public static class Entry { public static void Main() { var sampler = new Sampler(); new Thread(sampler.Sample).Start(); new Thread(() => { {{used}} }).Start(); sampler.Next(); } }
        """);

    // Who is on the loop's own thread does not wait for it; who waits for the loop is none of it.
    [Theory]
    [InlineData("new Thread(() => Get()).Start(); main.Post(() => Get());", true)]
    [InlineData("main.Post(() => Get()); main.Post(() => Get());", false)]
    public Task AsyncCallThatAsksWhereItIs_ReportsForOthers(string use, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        internal sealed class Loop
        {
            private readonly System.Collections.Concurrent.BlockingCollection<Action> _queue = new(); private readonly Thread _thread;
            public Loop() { _thread = new Thread(Pump); _thread.Start(); }
            public void Post(Action action) => _queue.Add(action);
            public Task SwitchAsync()
            {
                if (Thread.CurrentThread == _thread) { return Task.CompletedTask; }
                var reached = new TaskCompletionSource();
                Post(() => reached.SetResult());
                return reached.Task;
            }
            private void Pump() { foreach (Action action in _queue.GetConsumingEnumerable()) { action(); } }
        }
        internal sealed class Users
        {
            private readonly object _gate = new(); private readonly Loop main = new();
            private async Task<int> LoadAsync() { await main.SwitchAsync().ConfigureAwait(false); return 1; }
            private int Get() { lock (_gate) { return {{(reports ? "[|LoadAsync().GetAwaiter().GetResult()|]" : "LoadAsync().GetAwaiter().GetResult()")}}; } }
            public void Use() { {{use}} }
        }
        public static class Entry { public static void Main() => new Users().Use(); }
        """);
}

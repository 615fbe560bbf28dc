using Order = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockOrderCycleAnalyzer>;
using Ring = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.CrossReleaseCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>What a loop over a sequence disposes of, which new objects others know of, and which two objects can never be one.</summary>
public class OwnedByOthersTests
{
    [Theory]
    [InlineData("Part[] _parts = { new Part() }", "part.Use();", false)]
    [InlineData("List<Part> _parts = new() { new Part() }", "part.Use();", false)]
    [InlineData("Part[] _parts = { new Part() }", "part.Dispose();", true)]
    [InlineData("Part[] _parts = { new Part() }", "using (part) { }", true)]
    [InlineData("IDisposable[] _parts = { new Part() }", "part.Dispose();", true)]
    public Task EndOfALoop_DisposesOfNoElement(string parts, string use, bool reports) => Order.VerifyAnalyzerAsync($$"""
        public sealed class Part : IDisposable
        {
            public static readonly object Gate = new(); public void Use() { }
            public void Dispose() { lock ({{(reports ? "[|Gate|]" : "Gate")}}) { } }
        }
        public sealed class C
        {
            private readonly object _gate = new(); private readonly {{parts}};
            public void M() { lock (_gate) { foreach (var part in _parts) { {{use}} } } }
            public void N() { lock (Part.Gate) { lock (_gate) { } } }
        }
        """);

    // Who makes an object and calls what gives it to others is not alone with it any more.
    [Theory]
    [InlineData("_loop.Add(this);", true)]
    [InlineData("_count++;", false)]
    public Task MethodThatGivesItsOwnObjectAway(string subscribe, bool reports) => Ring.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public sealed class Loop
        {
            private readonly BlockingCollection<Action> _work = new(); private readonly List<Track> _tracks = new();
            public Loop() => new Thread(Run).Start();
            public void Add(Track track) => _work.Add(() => _tracks.Add(track));
            public void Flush()
            {
                using var flushed = new ManualResetEventSlim();
                _work.Add(() => flushed.Set());
                {{(reports ? "[|flushed.Wait()|]" : "flushed.Wait()")}};
            }
            public void Deliver() => _work.Add(() => { foreach (var track in _tracks) { track.OnFrame(); } });
            private void Run() { foreach (var work in _work.GetConsumingEnumerable()) { work(); } }
        }
        public sealed class Track
        {
            private readonly object _gate = new(); private readonly Loop _loop; private int _count;
            internal Track(Loop loop) => _loop = loop;
            internal void Subscribe() { {{subscribe}} }
            internal void OnFrame() { lock (_gate) { _count++; } }
            internal void Unsubscribe() { lock (_gate) { _loop.Flush(); } }
        }
        public static class Program
        {
            public static void Main() { var track = new Track(new Loop()); track.Subscribe(); track.Unsubscribe(); }
        }
        """);

    // The one takes two locks of one object, the other goes from an object to one that it has made since.
    [Theory]
    [InlineData("lock (_cancel) { var other = new Connector(); other.Start(); other.Break(); }", false)]
    [InlineData("var other = new Connector(); other.Start(); lock (other._cancel) { other.Break(); }", true)]
    [InlineData("lock (_cancel) { Break(); }", true)]
    public Task ObjectThatIsMadeUnderTheLock_IsAnotherOne(string cancel, bool reports) => Order.VerifyAnalyzerAsync($$"""
        public sealed class Connector
        {
            private readonly object _cancel = new(), _sync = new();
            public void Start() => new Thread(Break).Start();
            public void Cancel() { {{cancel}} }
            public void Break() { lock ({{(reports ? "[|_sync|]" : "_sync")}}) { } }
            public void KeepAlive() { lock (_sync) { lock (_cancel) { } } }
        }
        """);
}

using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.SelfDeadlockAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1003 for a loop that runs code which waits for what only a later turn of the loop gives.</summary>
public class SelfDeadlockLoopTests
{
    [Theory]
    [InlineData("Complete(answer: true, id);", "Handle(id);", true)]
    [InlineData("Complete(answer: true, id);", "_work.Add(id);", false)]
    [InlineData("Complete(answer: true, id);", "Task.Run(() => Handle(id));", false)]
    [InlineData("Task.Run(() => Complete(answer: true, id));", "Handle(id);", false)]
    public Task RequestMadeByTheReceiver_Reports(string complete, string handle, bool reports) =>
        Verify.VerifyAnalyzerAsync(Server(complete, handle, reports));

    // Who else signals helps only if that one does not wait for the loop's end first.
    [Theory]
    [InlineData("_in.CompleteAdding(); _receiver.Join(); FailAll();", true)]
    [InlineData("_in.CompleteAdding(); FailAll(); _receiver.Join();", false)]
    [InlineData("_in.CompleteAdding(); _receiver.Join(100); FailAll();", false)]
    [InlineData("_in.CompleteAdding(); FailAll();", false)]
    public Task OtherSignaller_HelpsUnlessItJoinsTheLoopFirst(string close, bool reports) =>
        Verify.VerifyAnalyzerAsync(Server("Complete(answer: true, id);", "Handle(id);", reports, $"public void Close() {{ {close} }}"));

    // Of several threads in one loop another one may receive the answer.
    [Fact]
    public Task SeveralReceivers_AreQuiet() => Verify.VerifyAnalyzerAsync(
        Server("Complete(answer: true, id);", "Handle(id);", false, start: "for (int i = 0; i < 3; i++) new Thread(Loop).Start();"));

    // Work of its own for each message: another one's completes the answer.
    [Fact]
    public Task OneContextForEachMessage_IsQuiet() => Verify.VerifyAnalyzerAsync(
        Server("Complete(answer: true, id);", "Handle(id);", false, start: "Task.Run(() => One(3));"));

    private static string Server(string complete, string handle, bool reports, string close = "", string start = "_receiver = new Thread(Loop); _receiver.Start();") => $$"""
        using System.Collections.Concurrent;
        public sealed class Pending
        {
            private readonly ManualResetEventSlim _answered = new();
            public void Complete() => _answered.Set();
            public int Wait() { {{(reports ? "[|_answered.Wait()|]" : "_answered.Wait()")}}; return 1; }
        }

        public sealed class Server
        {
            private readonly object _gate = new();
            private readonly Dictionary<int, Pending> _pending = new();
            private readonly BlockingCollection<int> _in = new(), _work = new();
            private Thread? _receiver;
            public void Start() { {{start}} }
            public void Deliver(int id) => _in.Add(id);
            public int Send(int id) { var call = new Pending(); lock (_gate) { _pending[id] = call; } return call.Wait(); }
            {{close}}
            private void Loop() { while (true) { One(_in.Take()); } }
            private void One(int id) { if (id > 9) { {{complete}} } else { {{handle}} } }
            private void Handle(int id) => Send(id + 1);
            private void Complete(bool answer, int id) { Pending? call; lock (_gate) { _pending.Remove(id, out call); } call?.Complete(); }
            {{(close.Contains("FailAll", StringComparison.Ordinal) ? "private void FailAll() { lock (_gate) { foreach (Pending call in _pending.Values) call.Complete(); } }" : "")}}
        }
        """;

    // What the flow has made anew is none of those that its thread was started with.
    [Theory]
    [InlineData("Load(depth - 1)", "")]
    [InlineData("done.Task.Wait()", "done.Task.Wait()")]
    public Task ThreadThatStartsAnotherOfItsKind_IsQuiet(string inner, string reported) => Verify.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public sealed class Loader
        {
            public Task Begin(int depth)
            {
                var done = new TaskCompletionSource();
                new Thread(() => { if (depth > 0) { {{(reported.Length > 0 ? "[|" + inner + "|]" : inner)}}; } done.SetResult(); }).Start();
                return done.Task;
            }
            public void Load(int depth) => Begin(depth).Wait();
        }
        """);

    // An event that is set from the start, and reset when the loop begins, is one that only the loop sets.
    [Theory]
    [InlineData("new(true)", "_stopped.Reset();", true)]
    [InlineData("new(true)", "", false)]
    [InlineData("new(false)", "", true)]
    public async Task EventThatIsSetAtFirst_ReportsIfItIsReset(string made, string reset, bool reports)
    {
        foreach (string type in (string[])["ManualResetEventSlim", "ManualResetEvent"])
        {
            string wait = type == "ManualResetEvent" ? "_stopped.WaitOne()" : "_stopped.Wait()";
            await Verify.VerifyAnalyzerAsync($$"""
                public sealed class Poller
                {
                    private readonly {{type}} _stopped = {{made}};
                    private volatile bool _stop;
                    public Action? Ready { get; set; }
                    public void Start() { {{reset}} new Thread(Run).Start(); }
                    public void Stop() { _stop = true; {{(reports ? $"[|{wait}|]" : wait)}}; }
                    private void Run() { while (!_stop) { Stop(); } _stopped.Set(); }
                }
                """);
        }
    }

    // Set, and reset again, is not set.
    [Theory]
    [InlineData("if (_done.IsSet) { _done.Wait(); } _done.Set();")]
    [InlineData("if (_done.IsSet) { _done.Reset(); [|_done.Wait()|]; } _done.Set();")]
    public Task ResetBeforeTheWait_Reports(string work) => Verify.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public sealed class C
        {
            private readonly ManualResetEventSlim _done = new();
            public void Start() => new Thread(Work).Start();
            private void Work() { {{work}} }
        }
        """);

    // What is found by a key of an object's own is that object.
    [Theory]
    [InlineData("if (_all.TryRemove(gone.Name, out Link? removed)) removed.Close();", true)]
    [InlineData("if (_all.TryGetValue(gone.Name, out Link? found)) found.Close();", true)]
    [InlineData("_all[gone.Name].Close();", true)]
    [InlineData("gone.Close();", true)]
    [InlineData("Drop(gone.Name);", true)]
    [InlineData("_all[gone.Peer].Close();", true)]
    [InlineData("_all[_first].Close();", false)]
    [InlineData("foreach (Link link in _all.Values) if (link != gone) link.Close();", false)]
    public Task LockOfTheObjectWithThisKey_Reports(string remove, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public sealed class Link(string name)
        {
            private readonly SemaphoreSlim _gate = new(1, 1);
            public string Name { get; } = name;
            public string Peer { get; } = name + "'";
            public event Action<Link>? Gone;
            public void Update() { _gate.Wait(); try { Gone?.Invoke(this); } finally { _gate.Release(); } }
            public void Close() { {{(reports ? "[|_gate.Wait()|]" : "_gate.Wait()")}}; _gate.Release(); }
        }

        public sealed class Hub
        {
            private readonly ConcurrentDictionary<string, Link> _all = new();
            private readonly string _first = "a";
            public Link Get(string name) => _all.GetOrAdd(name, Make);
            private Link Make(string name) { var link = new Link(name); link.Gone += Remove; return link; }
            private void Remove(Link gone) { {{remove}} }
            private void Drop(string name) { if (_all.TryRemove(name, out Link? dropped)) dropped.Close(); }
        }
        """);

    // What lies in an object's queue has an owner that refers to this object, and not to another one.
    [Theory]
    [InlineData("_loop.Enter();", true)]
    [InlineData("Task.Run(() => _loop.Enter());", false)]
    [InlineData("_other.Enter();", false)]
    public Task LockOfTheQueueThatTheOwnerRefersTo_Reports(string stop, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public sealed class Loop
        {
            private readonly SemaphoreSlim _lock = new(1, 1);
            private readonly BlockingCollection<Voice> _events = new();
            public Loop() => new Thread(Run).Start();
            public void Enter() => {{(reports ? "[|_lock.Wait()|]" : "_lock.Wait()")}};
            public void Leave() => _lock.Release();
            public void Signal(Voice voice) => _events.Add(voice);
            private void Run() { foreach (Voice voice in _events.GetConsumingEnumerable()) { Enter(); try { voice.Change(); } finally { Leave(); } } }
        }

        public sealed class Voice(Action changed) { public void Change() => changed(); }

        public sealed class Player
        {
            private readonly Loop _loop;
            private readonly Gate _other = new();
            private Voice? _voice;
            public Player(Loop loop) => _loop = loop;
            public void Play() { _voice = new Voice(OnChanged); _loop.Signal(_voice); }
            private void OnChanged() { {{stop}} }
        }

        public sealed class Gate { private readonly SemaphoreSlim _lock = new(1, 1); public void Enter() { _lock.Wait(); _lock.Release(); } }
        """);
}

using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LostCompletionAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

public class LostCompletionDropTests
{
    [Fact]
    public Task QueueOfItemsThatIsCleared_Reports() => Verify.VerifyAnalyzerAsync(
        InClass("""
            private readonly Queue<Item> _queue = new();
            public void Ask(Item item) { lock (_queue) { _queue.Enqueue(item); } {|#0:item.Done.Wait()|}; }
            public void Step() { Item item; lock (_queue) { if (_queue.Count == 0) return; item = _queue.Dequeue(); } item.Done.Set(); }
            public void Disconnect() { lock (_queue) { {|#1:_queue.Clear()|}; } }
            """),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithMessage(
            "'C.Ask' waits for 'Done' without limit, but whoever signals it finds it in '_queue', which 'C.Disconnect' empties. Signal what is dropped."));

    [Theory]
    [InlineData("private readonly Queue<Item> _queue = new();", "_queue.Enqueue(item)", "_queue.Dequeue()")]
    [InlineData("private readonly ConcurrentQueue<Item> _queue = new();", "_queue.Enqueue(item)", "_queue.TryDequeue(out var found) ? found : throw new IOException()")]
    [InlineData("private readonly List<Item> _queue = new();", "_queue.Add(item)", "_queue[0]")]
    [InlineData("private readonly Dictionary<int, Item> _queue = new();", "_queue[3] = item", "_queue[3]")]
    [InlineData("private readonly Dictionary<int, Item> _queue = new();", "_queue.Add(3, item)", "_queue.TryGetValue(3, out var found) ? found : throw new IOException()")]
    [InlineData("private readonly LinkedList<Item> _queue = new();", "_queue.AddLast(item)", "_queue.First!.Value")]
    public async Task ContainerThatIsCleared_ReportsUnlessDrained(string field, string put, string take)
    {
        string members = $"{field} public void Ask(Item item) {{ {put}; WAIT; }} public void Step() {{ Item item = {take}; item.Done.Set(); }}";
        bool isKeyed = field.Contains("Dictionary");
        await Verify.VerifyAnalyzerAsync(InClass(members.Replace("WAIT", "[|item.Done.Wait()|]") + "public void Disconnect() { _queue.Clear(); }"));
        await Verify.VerifyAnalyzerAsync(InClass(members.Replace("WAIT", "item.Done.Wait()")
            + $"public void Disconnect() {{ foreach (var item in _queue{(isKeyed ? ".Values" : "")}) item.Done.Set(); _queue.Clear(); }}"));
        await Verify.VerifyAnalyzerAsync(InClass(members.Replace("WAIT", "item.Done.Wait()") + "public void Disconnect() { }"));
    }

    [Fact]
    public async Task PendingTaskSources_ReportUnlessFailed()
    {
        const string Pending = """
            private readonly ConcurrentDictionary<int, TaskCompletionSource<string>> _pending = new();
            public async Task<string> AskAsync(int id) { var answer = new TaskCompletionSource<string>(); _pending[id] = answer; return WAIT; }
            public void OnAnswer(int id, string text) { if (_pending.TryRemove(id, out var answer)) answer.TrySetResult(text); }
            """;
        await Verify.VerifyAnalyzerAsync(InClass(Pending.Replace("WAIT", "[|await answer.Task|]") + "public void Dispose() { _pending.Clear(); }"));
        await Verify.VerifyAnalyzerAsync(InClass(Pending.Replace("WAIT", "await answer.Task") + "public void Dispose() { foreach (var answer in _pending.Values) answer.TrySetCanceled(); _pending.Clear(); }"));
        await Verify.VerifyAnalyzerAsync(InClass(Pending.Replace("WAIT", "await answer.Task.WaitAsync(TimeSpan.FromSeconds(1))") + "public void Dispose() { _pending.Clear(); }"));
    }

    // What carries a completion makes it itself, and whoever was handed its task waits.
    [Theory]
    [InlineData("queue.Close(); WAIT;", "_items.Clear();", true)]
    [InlineData("WAIT; queue.Close();", "_items.Clear();", false)]
    [InlineData("WAIT;", "_items.Clear();", true)]
    [InlineData("queue.Close(); WAIT;", "foreach (var item in _items) item.Done.TrySetCanceled(); _items.Clear();", false)]
    [InlineData("queue.Close(); WAIT;", "", false)]
    [InlineData("for (int i = 0; i < 3; i++) { queue.Close(); WAIT; }", "_items.Clear();", false)]
    public Task WorkThatMakesItsOwnCompletion_Reports(string stop, string close, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Work
        {
            public Work(Action body) { Body = body; Done = new TaskCompletionSource(); }
            public Action Body { get; } public TaskCompletionSource Done { get; }
        }
        public sealed class Turns
        {
            private readonly Queue<Work> _items = new();
            public Task Add(Action body) { var item = new Work(body); lock (_items) { _items.Enqueue(item); } return item.Done.Task; }
            public void Step() { Work item; lock (_items) { if (_items.Count == 0) return; item = _items.Dequeue(); } item.Body(); item.Done.TrySetResult(); }
            public void Close() { lock (_items) { {{close}} } }
        }
        public sealed class User(Turns queue)
        {
            private Task _task = Task.CompletedTask;
            public void Begin() => _task = queue.Add(() => Console.WriteLine());
            public void Stop() { {{stop.Replace("WAIT", reports ? "[|_task.Wait()|]" : "_task.Wait()", StringComparison.Ordinal)}} }
        }
        """);

    // Whoever empties the queue itself, or another one, of work that keeps no completion.
    [Theory]
    [InlineData("_items.Clear(); WAIT;", true)]
    [InlineData("WAIT; _items.Clear();", false)]
    [InlineData("_log.Clear(); WAIT;", false)]
    public Task QueueThatTheWaiterEmpties_IsTheWorksOwn(string end, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Work { public Work() { Done = new TaskCompletionSource(); } public TaskCompletionSource Done { get; } }
        public sealed class Entry(string text) { public string Text { get; } = text; }
        public sealed class Turns
        {
            private readonly Queue<Work> _items = new(); private readonly Queue<Entry> _log = new(); private Task _task = Task.CompletedTask;
            public void Begin() => _task = Add();
            public void End() { {{end.Replace("WAIT", reports ? "[|_task.Wait()|]" : "_task.Wait()", StringComparison.Ordinal)}} }
            public void Step() { Entry entry = _log.Dequeue(); Console.WriteLine(entry.Text); Work item = _items.Dequeue(); item.Done.TrySetResult(); }
            private Task Add() { var item = new Work(); _items.Enqueue(item); _log.Enqueue(new Entry("added")); return item.Done.Task; }
        }
        """);

    [Fact]
    public async Task ArrayThatIsCleared_ReportsUnlessDrained()
    {
        const string Slots = """
            private readonly Item?[] _slots = new Item?[8];
            public void Ask(int at, Item item) { _slots[at] = item; WAIT; }
            public void Step(int at) { var item = _slots[at]; if (item != null) item.Done.Set(); }
            public void Close() { CLOSE }
            """;
        await Verify.VerifyAnalyzerAsync(InClass(Slots.Replace("WAIT", "[|item.Done.Wait()|]").Replace("CLOSE", "Array.Clear(_slots, 0, 8);")));
        await Verify.VerifyAnalyzerAsync(InClass(Slots.Replace("WAIT", "item.Done.Wait()").Replace("CLOSE", "foreach (var item in _slots) item?.Done.Set(); Array.Clear(_slots, 0, 8);")));
    }

    [Fact]
    public async Task PendingTaskSourcesInATableOfTheirOwn_ReportUnlessFailed()
    {
        const string Pending = """
            private sealed class Table
            {
                private readonly ConcurrentDictionary<int, TaskCompletionSource<string>> _pending = new();
                public void Add(int id, out Task<string> answer) { var source = new TaskCompletionSource<string>(); _pending[id] = source; answer = source.Task; }
                public void Complete(int id, string text) { if (_pending.TryRemove(id, out var source)) source.TrySetResult(text); }
                public void Clear() { CLEAR }
            }
            private readonly Table _table = new();
            public async Task<string> AskAsync(int id) { _table.Add(id, out var answer); return WAIT; }
            public void OnAnswer(int id, string text) => _table.Complete(id, text);
            public void OnClosed() => _table.Clear();
            """;
        await Verify.VerifyAnalyzerAsync(InClass(Pending.Replace("CLEAR", "_pending.Clear();").Replace("WAIT", "[|await answer|]")));
        await Verify.VerifyAnalyzerAsync(InClass(Pending.Replace("CLEAR", "foreach (var source in _pending.Values) source.TrySetCanceled(); _pending.Clear();").Replace("WAIT", "await answer")));
    }

    // Who takes it out and has no look at it, drops it; who has waited for it before is done with it, however far away that was asked for.
    [Theory]
    [InlineData("public void Cancel(int id) { _pending.TryRemove(id, out _); }", "Read(id)", true)]
    [InlineData("public void Cancel(int id) { if (_pending.TryRemove(id, out var answer)) answer.TrySetCanceled(); }", "Read(id)", false)]
    [InlineData("public void Cancel(int id) { _pending.TryGetValue(id, out _); }", "Read(id)", false)]
    [InlineData("private async Task<string> CallAsync(int id) { try { return await Read(id); } finally { _pending.TryRemove(id, out _); } }", "CallAsync(id)", false)]
    [InlineData("private async Task<string> CallAsync(int id) { try { return await Read(id); } finally { Cancel(id); } } private void Cancel(int id) { _pending.TryRemove(id, out _); }", "CallAsync(id)", false)]
    [InlineData("private Task<string> CallAsync(int id) { var answer = Read(id); answer.ContinueWith(_ => { Cancel(id); }); return answer; } private void Cancel(int id) { _pending.TryRemove(id, out _); }", "CallAsync(id)", false)]
    [InlineData("private Task<string> CallAsync(int id) { var answer = Read(id); _ = EndAsync(id, answer); return answer; } private async Task EndAsync(int id, Task answer) { await answer; _pending.TryRemove(id, out _); }", "CallAsync(id)", false)]
    [InlineData("private Task<string> CallAsync(int id) { var answer = Read(id); _ = EndAsync(id); return answer; } private async Task EndAsync(int id) { await Task.Delay(99); _pending.TryRemove(id, out _); }", "CallAsync(id)", true)]
    public Task AnswerThatIsTakenOutAndDiscarded(string cancel, string call, bool reports) => Verify.VerifyAnalyzerAsync(InClass($$"""
        private readonly ConcurrentDictionary<int, TaskCompletionSource<string>> _pending = new();
        private Task<string> Read(int id) { var answer = new TaskCompletionSource<string>(); _pending[id] = answer; return answer.Task; }
        public void OnAnswer(int id, string text) { if (_pending.TryGetValue(id, out var answer)) answer.TrySetResult(text); }
        {{cancel}}
        private async Task<string> Ask1Async(int id) => {{(reports ? $"[|await {call}|]" : $"await {call}")}};
        private async Task<string> Ask2Async(int id) => await Ask1Async(id);
        private async Task<string> Ask3Async(int id) => await Ask2Async(id);
        private async Task<string> Ask4Async(int id) => await Ask3Async(id);
        private async Task<string> Ask5Async(int id) => await Ask4Async(id);
        public async Task<string> AskAsync(int id) => await Ask5Async(id);
        """));

    [Fact]
    public async Task SignallerThatKnowsTheItemItself_IsQuiet()
    {
        const string Pending = """
            private readonly ConcurrentDictionary<int, TaskCompletionSource<string>> _pending = new();
            public async Task<string> AskAsync(int id, CancellationToken stop) { var answer = new TaskCompletionSource<string>(); _pending[id] = answer; REGISTER return WAIT; }
            public void OnAnswer(int id, string text) { if (_pending.TryRemove(id, out var answer)) answer.TrySetResult(text); }
            public void Dispose() { _pending.Clear(); }
            """;
        await Verify.VerifyAnalyzerAsync(InClass(Pending.Replace("REGISTER", "using var ending = stop.Register(() => answer.TrySetCanceled());").Replace("WAIT", "await answer.Task")));
        await Verify.VerifyAnalyzerAsync(InClass(Pending.Replace("REGISTER", "_ = stop;").Replace("WAIT", "[|await answer.Task|]")));
    }

    [Fact]
    public async Task QueueOfDelegatesThatIsCleared_Reports()
    {
        const string Queue = """
            private readonly Queue<Action> _urgent = new();
            private readonly Queue<Action> _late = new();
            public void Step() { Action next; lock (_late) { next = _urgent.Count > 0 ? _urgent.Dequeue() : _late.Dequeue(); } next(); }
            private void Post(Queue<Action> queue, Action action) { lock (_late) { queue.Enqueue(action); } }
            """;
        await Verify.VerifyAnalyzerAsync(InClass(Queue + "public void Reset() => _late.Clear(); public void Flush() { using var done = new ManualResetEventSlim(); Post(_late, () => done.Set()); [|done.Wait()|]; }"));
        await Verify.VerifyAnalyzerAsync(InClass(Queue + "public void Reset() => _late.Clear(); public void Flush() { using var done = new ManualResetEventSlim(); Post(_urgent, () => done.Set()); done.Wait(); }"));
        await Verify.VerifyAnalyzerAsync(InClass(Queue + "public void Reset() => _late.Clear(); public void Flush() { using var done = new ManualResetEventSlim(); Post(_late, () => done.Set()); done.Wait(1000); }"));
    }

    [Fact]
    public async Task ContainerThatIsReplaced_ReportsUnlessTheOldOneIsDrained()
    {
        const string Queue = """
            private Queue<Item> _queue = new();
            public void Ask(Item item) { _queue.Enqueue(item); WAIT; }
            public void Step() { Item item = _queue.Dequeue(); item.Done.Set(); }
            """;
        await Verify.VerifyAnalyzerAsync(InClass(Queue.Replace("WAIT", "[|item.Done.Wait()|]") + "public void Reset() { _queue = new Queue<Item>(); }"));
        await Verify.VerifyAnalyzerAsync(InClass(Queue.Replace("WAIT", "item.Done.Wait()") + "public void Reset() { var old = _queue; _queue = new Queue<Item>(); foreach (var item in old) item.Done.Set(); }"));
    }

    [Fact]
    public async Task MonitorOfABox_ReportsUnlessItsCallerFailsIt()
    {
        const string Box = """
            private readonly Queue<Message> _queue = new();
            public void Ask() { var box = new Box(); Post(new Message(3, box)); box.Join(); }
            private void Post(Message message) { lock (_queue) { _queue.Enqueue(message); } }
            private bool TryNext(out Message? message) { lock (_queue) { return _queue.TryDequeue(out message); } }
            public void Run() { while (TryNext(out var message)) message!.Box.Complete(); }
            public sealed record Message(int Id, IBox Box);
            public interface IBox { void Complete(); }
            public sealed class Box : IBox
            {
                private bool _done;
                public void Complete() { lock (this) { _done = true; Monitor.PulseAll(this); } }
                public void Join() { lock (this) { while (!_done) WAIT; } }
            }
            """;
        await Verify.VerifyAnalyzerAsync(InClass(Box.Replace("WAIT", "[|Monitor.Wait(this)|]") + "public void Dispose() { lock (_queue) { _queue.Clear(); } }"));
        await Verify.VerifyAnalyzerAsync(InClass(Box.Replace("WAIT", "Monitor.Wait(this)")
            + "public void Dispose() { Message[] left; lock (_queue) { left = _queue.ToArray(); _queue.Clear(); } foreach (var message in left) message.Box.Complete(); }"));
        await Verify.VerifyAnalyzerAsync(InClass(Box.Replace("WAIT", "Monitor.Wait(this, 1000)") + "public void Dispose() { lock (_queue) { _queue.Clear(); } }"));
    }

    [Fact]
    public Task SlotThatIsOverwritten_Reports() => Verify.VerifyAnalyzerAsync(
        InClass(Slot.Replace("PUT", "lock (_gate) { {|#1:_slot = item|}; Monitor.Pulse(_gate); } {|#0:item.Done.Wait()|};")),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithMessage(
            "'C.Ask' waits for 'Done' without limit, but whoever signals it finds it in '_slot', which 'C.Ask' overwrites. Signal what is dropped."));

    [Theory]
    [InlineData("lock (_gate) { while (_slot != null) { Monitor.Wait(_gate); } _slot = item; Monitor.Pulse(_gate); } item.Done.Wait();")]
    [InlineData("lock (_gate) { if (_slot is not null) { throw new IOException(); } _slot = item; } item.Done.Wait();")]
    [InlineData("lock (_gate) { Item? old = _slot; _slot = item; old?.Done.Set(); } item.Done.Wait();")]
    [InlineData("lock (_gate) { _slot = item; } item.Done.Wait(1000);")]
    [InlineData("lock (_one) { lock (_gate) { _slot = item; } item.Done.Wait(); }")]
    [InlineData("_slot = item; item.Done.Wait();")]
    public Task SlotThatIsFree_IsQuiet(string put) => Verify.VerifyAnalyzerAsync(InClass(Slot.Replace("PUT", put)));

    [Fact]
    public Task KnownMiss_WorkLeftBehindInAQueue() => Verify.VerifyAnalyzerAsync(InClass("""
        private readonly ConcurrentQueue<Item> _queue = new();
        private volatile bool _stopped;
        public void Ask(Item item) { _queue.Enqueue(item); item.Done.Wait(); }
        public void Start() => new Thread(Run).Start();
        public void Stop() => _stopped = true;
        private void Run() { while (!_stopped) { if (_queue.TryDequeue(out Item? item)) { item.Done.Set(); } } }
        """));

    private const string Slot = """
        private readonly object _gate = new();
        private readonly object _one = new();
        private Item? _slot;
        public void Ask() { var item = new Item(); PUT }
        public void Start() => new Thread(Run).Start();
        private void Run() { while (true) { Item item; lock (_gate) { while (_slot == null) { Monitor.Wait(_gate); } item = _slot; _slot = null; } item.Done.Set(); } }
        """;

    [Theory]
    [InlineData("public void Ask(Item item) { _queue.Enqueue(item); item.Done.Wait(); _queue.Clear(); }")]
    [InlineData("public void Ask(Item item) { _queue.Enqueue(item); } public void Disconnect() => _queue.Clear();")]
    [InlineData("public void Ask(Item item) { _other.Enqueue(item); item.Done.Wait(); } public void Disconnect() => _queue.Clear();")]
    [InlineData("public void Ask(Item item) { _queue.Enqueue(item); item.Done.Wait(); } public void Disconnect() { Fail(); _queue.Clear(); } private void Fail() { while (_queue.Count > 0) _queue.Dequeue().Done.Set(); }")]
    [InlineData("public void Ask(Item item) { _queue.Enqueue(item); item.Done.Wait(); } public void Disconnect() { foreach (var item in Drain()) item.Done.Set(); } private Item[] Drain() { var all = _queue.ToArray(); _queue.Clear(); return all; }")]
    public Task NothingIsLost_IsQuiet(string members) => Verify.VerifyAnalyzerAsync(InClass(
        "private readonly Queue<Item> _queue = new(); private readonly Queue<Item> _other = new(); public void Step() { _queue.Dequeue().Done.Set(); _other.Dequeue().Done.Set(); }" + members));

    private static string InClass(string members) => $$"""
        using System.Collections.Concurrent;

        public sealed class Item
        {
            public ManualResetEventSlim Done { get; } = new();
        }

        public class C
        {
            {{members}}
        }
        """;
}

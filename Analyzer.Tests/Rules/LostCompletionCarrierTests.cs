using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LostCompletionAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1005 for work that is dropped: what is in a container carries the completion, and whoever signals it finds it there only.</summary>
public class LostCompletionCarrierTests
{
    [Theory]
    [InlineData("Queue<Job>", "var job = new Job(item); _jobs.Enqueue(job);", "_jobs.Dequeue().Item", true)]
    [InlineData("Queue<Job>", "var job = new Job(second); var other = new Job(item); Keep(other); _jobs.Enqueue(job);", "_jobs.Dequeue().Item", false)]
    [InlineData("Queue<Job>", "var job = new Job(second); job.Item = item; _jobs.Enqueue(job);", "_jobs.Dequeue().Item", true)]
    [InlineData("Queue<Job>", "var job = new Job(second); var other = new Job(second); other.Item = item; Keep(other); _jobs.Enqueue(job);", "_jobs.Dequeue().Item", false)]
    [InlineData("Queue<Job>", "var job = new Job(second) { Item = second }; _jobs.Enqueue(job);", "_jobs.Dequeue().Item", false)]
    [InlineData("Queue<(int, Item)>", "_jobs.Enqueue((3, item));", "_jobs.Dequeue().Item2", true)]
    [InlineData("Queue<(int, Item)>", "_jobs.Enqueue((3, second));", "_jobs.Dequeue().Item2", false)]
    public Task WorkThatIsDropped_ReportsWhereItCarriesTheCompletion(string type, string put, string taken, bool reports) => Verify.VerifyAnalyzerAsync(InClass(
        $$"""
        private readonly {{type}} _jobs = new();
        private static void Keep(Job job) => Console.WriteLine(job);
        public void Ask(Item item, Item second) { {{put}} {{Wait(reports)}}; }
        public void Step() { {{taken}}.Done.Set(); }
        public void Disconnect() { _jobs.Clear(); }
        """));

    // Who makes the completion puts it in and hands out its task; another one waits.
    [Theory]
    [InlineData("_asked.Clear();", "", true)]
    [InlineData("var all = _asked.Values.ToArray(); _asked.Clear(); foreach (var one in all) one.TrySetCanceled();", "", false)]
    [InlineData("_asked.Remove(id);", "", true)]
    [InlineData("if (_asked.Remove(id, out var left)) left.TrySetCanceled();", "", false)]
    [InlineData("_other.Remove(id);", "", false)]
    [InlineData("Abort(); _asked.Clear();", "private void Abort() { foreach (var one in _asked.Values) one.TrySetCanceled(); }", false)]
    [InlineData("Answer(id); _asked.Clear();", "", false)]
    public Task TaskThatIsHandedOut_ReportsWhereItsSourceIsDropped(string drop, string member, bool reports) => Verify.VerifyAnalyzerAsync(
        $$"""
        public sealed class C
        {
            private readonly Dictionary<int, TaskCompletionSource> _asked = new(), _other = new();
            private Task Begin(int id) { var source = new TaskCompletionSource(); lock (_asked) _asked[id] = source; return source.Task; }
            public void Ask(int id) { {{(reports ? "[|Begin(id).Wait()|]" : "Begin(id).Wait()")}}; }
            public void Answer(int id) { TaskCompletionSource? source; lock (_asked) _asked.Remove(id, out source); source?.TrySetResult(); }
            public void Forget(int id) { {{drop}} }
            {{member}}
        }
        """);

    // One loop answers and, at its end, drops the rest.
    [Theory]
    [InlineData("Answer(item)", true)]
    [InlineData("AnswerAll()", false)]
    public Task LoopThatTakesOneAtATime_DoesNotSeeToTheRest(string turn, bool reports) => Verify.VerifyAnalyzerAsync(
        $$"""
        public sealed class C
        {
            private readonly Dictionary<int, TaskCompletionSource> _asked = new();
            private readonly int[] _items = new int[8];
            public C() => new Thread(Serve).Start();
            private Task Begin(int id) { var source = new TaskCompletionSource(); lock (_asked) _asked[id] = source; return source.Task; }
            public void Ask(int id) { {{(reports ? "[|Begin(id).Wait()|]" : "Begin(id).Wait()")}}; }
            private void Serve() { foreach (int item in _items) { {{turn}}; } Exit(); }
            private void Exit() => _asked.Clear();
            private void Answer(int id) { _asked.Remove(id, out var source); source?.TrySetResult(); }
            private void AnswerAll() { foreach (var source in _asked.Values) source.TrySetResult(); }
        }
        """);

    // Its own work: whoever waits takes it out when it has the answer.
    [Fact]
    public Task OwnWorkThatIsTakenOutAfterwards_IsQuiet() => Verify.VerifyAnalyzerAsync("""
        public sealed class C
        {
            private readonly Dictionary<int, TaskCompletionSource> _asked = new();
            private Task Begin(int id) { var source = new TaskCompletionSource(); lock (_asked) _asked[id] = source; return source.Task; }
            private void Ask(int id) { Begin(id).Wait(); }
            public void Call(int id) { try { Ask(id); } finally { _asked.Remove(id); } }
            public void Answer(int id) { if (_asked.TryGetValue(id, out var source)) source.TrySetResult(); }
        }
        """);

    // However the signaller gets at what is in the container.
    [Theory]
    [InlineData("_slots[at].Done.Set();", "", true)]
    [InlineData("_slots[at].Finish();", "", true)]
    [InlineData("Finish(_slots[at]);", "private static void Finish(Item item) => item.Done.Set();", true)]
    [InlineData("At(at).Done.Set();", "private Item At(int at) => _slots[at];", true)]
    [InlineData("At(at).Done.Set();", "private Item At(int at) => at > 3 ? _first! : _first!;", false)]
    public Task SlotsThatAreCleared_ReportWhereTheSignallerReadsThem(string step, string member, bool reports) => Verify.VerifyAnalyzerAsync(
        $$"""
        public sealed class Item { public ManualResetEventSlim Done { get; } = new(); {{(step.Contains(".Finish", StringComparison.Ordinal) ? "public void Finish() => Done.Set();" : "")}} }
        public sealed class C
        {
            private readonly Item[] _slots = new Item[8]; private Item? _first;
            public void Ask(int at) { var item = new Item(); _slots[at] = item; _first = item; {{Wait(reports)}}; }
            public void Step(int at) { {{step}} }
            public void Disconnect() { Array.Clear(_slots, 0, 8); }
            {{member}}
        }
        """);

    [Theory]
    [InlineData("_slots[at]!.Run();", true)]
    [InlineData("_first!.Run();", false)]
    public Task SlotWhoseDelegateSignals_ReportsWhereItIsRunFromThere(string step, bool reports) => Verify.VerifyAnalyzerAsync(
        $$"""
        public sealed class Job(ManualResetEventSlim done, Action run) { public readonly ManualResetEventSlim Done = done; public readonly Action Run = run; }
        public sealed class C
        {
            private readonly Job?[] _slots = new Job?[8]; private Job? _first;
            public void Ask(int at) { var done = new ManualResetEventSlim(); var job = new Job(done, () => done.Set()); _slots[at] = job; _first = job; {{(reports ? "[|done.Wait()|]" : "done.Wait()")}}; }
            public void Step(int at) { {{step}} }
            public void Disconnect() { Array.Clear(_slots, 0, 8); }
        }
        """);

    [Theory]
    [InlineData("_queue.Enqueue(item); item.Done.Wait(); Drop();", "private void Drop() => _queue.Clear();", false)]
    [InlineData("_queue.Enqueue(item); [|item.Done.Wait()|];", "public void Stop() => Drop(); private void Drop() => _queue.Clear();", true)]
    [InlineData("_queue.Enqueue(item); [|item.Done.Wait()|];", "public void Stop() => _queue.Clear(); public void Reset() => _queue.Clear();", true)]
    [InlineData("_queue.Enqueue(item); item.Done.Wait(stop);", "public void Stop() => _queue.Clear();", false)]
    [InlineData("_queue.Enqueue(item); if (_count > 3) { _queue.Dequeue().Done.Set(); } item.Done.Wait();", "public void Stop() => _queue.Clear();", false)]
    public Task WaiterThatDropsOrSignalsItself_IsNotLeftWaiting(string ask, string drop, bool reports)
    {
        Assert.Equal(reports, ask.Contains("[|", StringComparison.Ordinal));
        return Verify.VerifyAnalyzerAsync(InClass(
            $"private readonly Queue<Item> _queue = new(); public void Ask(Item item, CancellationToken stop) {{ {ask} }} public void Step() {{ _queue.Dequeue().Done.Set(); }} {drop}"));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("Task.Run(() => done.Set());", false)]
    public Task DelegatesThatAreDropped_ReportWhereNobodyElseSignals(string other, bool reports) => Verify.VerifyAnalyzerAsync(InClass(
        $$"""
        private readonly Queue<Action> _work = new();
        public void Step() => _work.Dequeue()();
        public void Flush() { var done = new ManualResetEventSlim(); _work.Enqueue(() => done.Set()); {{other}} {{(reports ? "[|done.Wait()|]" : "done.Wait()")}}; }
        public void Reset() => _work.Clear();
        """));

    [Theory]
    [InlineData("lock (_gate) { Tell(_other); _slot = item; }", true)]
    [InlineData("lock (_gate) { Tell(_slot); _slot = item; }", false)]
    [InlineData("lock (_gate) { _items.Add(_slot!); _slot = item; }", false)]
    [InlineData("lock (_gate) { _slot = second; } _other = item;", false)]
    [InlineData("if (Interlocked.Exchange(ref _count, 1) != 0) { return; } lock (_gate) { _slot = item; }", false)]
    public Task SlotThatIsOverwritten_ReportsWhereTheOldWorkIsLost(string put, bool reports) => Verify.VerifyAnalyzerAsync(InClass(
        $$"""
        private readonly object _gate = new(); private readonly List<Item> _items = new();
        private Item? _slot; private Item? _other;
        public void Ask() { var item = new Item(); var second = new Item(); {{put}} {{Wait(reports)}}; Console.WriteLine(second); }
        private void Tell(Item? item) => Console.WriteLine(item);
        public void Start() => new Thread(Run).Start();
        private void Run() { while (true) { Item item; lock (_gate) { while (_slot == null) { Monitor.Wait(_gate); } item = _slot; _slot = null; } item.Done.Set(); } }
        """));

    private static string Wait(bool reports) => reports ? "[|item.Done.Wait()|]" : "item.Done.Wait()";

    private static string InClass(string members) => $$"""
        public sealed class Item { public ManualResetEventSlim Done { get; } = new(); }
        public sealed class Job(Item item) { public Item Item { get; set; } = item; }

        public sealed class C
        {
            private int _count;
            public int Count => _count;
            {{members}}
        }
        """;
}

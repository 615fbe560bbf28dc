using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LostCompletionAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1005 for work that a loop takes out of a queue: what its own method, its delegate or its answer leaves unsignalled.</summary>
public class LostCompletionItemTests
{
    private const string Row = "string? row = store.Find(Text); if (row == null) return; Console.WriteLine(row); Done.Set();";

    // A method of the work's own, which the loop runs once for each piece.
    [Theory]
    [InlineData(Row, true)]
    [InlineData("string? row = store.Find(Text); if (row == null) { Done.Set(); return; } Console.WriteLine(row); Done.Set();", false)]
    [InlineData("try { string? row = store.Find(Text); if (row == null) return; Console.WriteLine(row); } finally { Done.Set(); }", false)]
    [InlineData("if (IsStopped) return; Done.Set();", false)]
    [InlineData("bool isStopped = IsStopped; if (isStopped) return; Done.Set();", false)]
    [InlineData("if (Store.IsClosed) return; Done.Set();", false)]
    [InlineData("if (store.Find(Text) == null) return; Done.Set();", true)]
    public Task MethodOfTheWork_SignalsOnEveryWay(string execute, bool reports) => Verify.VerifyAnalyzerAsync(Jobs(execute, "q.Enqueue(job);", "job = q.Dequeue();", "job.Execute(_store);", reports));

    // What is none of its business yet lies in the queue again.
    [Theory]
    [InlineData("if (job.Text == name) { job.Done.Set(); } else { q.Enqueue(job); }", false)]
    [InlineData("if (job.Text == name) { job.Done.Set(); } else { other.Enqueue(job); }", true)]
    [InlineData("if (job.Text == name) { job.Done.Set(); }", true)]
    public Task WorkThatIsPutBack_IsNotLost(string turn, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public sealed class Job(string text) { public readonly string Text = text; public readonly ManualResetEventSlim Done = new(); }
        public sealed class Jobs
        {
            private readonly ConcurrentQueue<Job> q = new(), other = new();
            public void Run(string text) { var job = new Job(text); q.Enqueue(job); {{(reports ? "[|job.Done.Wait()|]" : "job.Done.Wait()")}}; }
            public void Start(string name) => new Thread(() => Turn(name)).Start();
            private void Turn(string name) { for (int i = q.Count; i > 0 && q.TryDequeue(out Job? job); i--) { {{turn}} } }
        }
        """);

    // Work that comes again may signal the next time.
    [Theory]
    [InlineData("q.Enqueue(job);", "job = q.Dequeue();", "job.Execute(_store);", true)]
    [InlineData("q.Enqueue(job);", "if (!q.TryDequeue(out job!)) continue;", "job.Execute(_store);", true)]
    [InlineData("q.Enqueue(job);", "job = q.Peek();", "job.Execute(_store);", false)]
    [InlineData("q.Enqueue(job);", "job = q.Dequeue();", "job.Execute(_store); lock (q) { q.Enqueue(job); }", false)]
    [InlineData("q.Enqueue(_last); _last = job; q.Enqueue(job);", "job = q.Dequeue();", "job.Execute(_store);", false)]
    public Task WorkThatComesOnce_HasOneRun(string put, string take, string run, bool reports) => Verify.VerifyAnalyzerAsync(Jobs(Row, put, take, run, reports));

    [Theory]
    [InlineData("foreach (Job job in _jobs) { job.Execute(_store); } Thread.Sleep(5);", false)]
    [InlineData("Job job = _queue.Take(); job.Execute(_store);", true)]
    public Task WorkThatIsOnlyLookedAt_IsRunAgain(string turn, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public sealed class Job(string text)
        {
            public ManualResetEventSlim Done { get; } = new();
            public void Execute(Store store) { string? row = store.Find(text); if (row == null) return; Done.Set(); }
        }
        public sealed class Store { private readonly Dictionary<string, string> _rows = new(); public string? Find(string text) => _rows.TryGetValue(text, out var row) ? row : null; }
        public sealed class Worker
        {
            private readonly BlockingCollection<Job> _queue = new(); private readonly ConcurrentBag<Job> _jobs = new(); private readonly Store _store = new();
            public void Open() => new Thread(Loop).Start();
            public void Do(string text) { var job = new Job(text); _jobs.Add(job); _queue.Add(job); {{(reports ? "[|job.Done.Wait()|]" : "job.Done.Wait()")}}; }
            private void Loop() { while (true) { {{turn}} } }
        }
        """);

    // A delegate that was handed the signal comes to it by code of its own.
    [Theory]
    [InlineData("catch (TimeoutException) { answer = \"\"; }", true)]
    [InlineData("catch (Exception) { answer = \"\"; }", false)]
    [InlineData("catch (TimeoutException) { answer = \"\"; } catch (FormatException) { answer = \"\"; }", false)]
    public Task DelegateThatHandsTheSignalOn_Owes(string handlers, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public sealed class Requests
        {
            private readonly BlockingCollection<Action> _jobs = new(); private int _failures;
            public void Open() => new Thread(Loop).Start();
            public string Execute(string body)
            {
                var done = new ManualResetEventSlim(); string answer = "";
                Begin(body, found => { answer = found; done.Set(); });
                {{(reports ? "[|done.Wait()|]" : "done.Wait()")}};
                return answer;
            }
            private void Begin(string body, Action<string> callback) => _jobs.Add(() => Fetch(body, callback));
            private void Fetch(string body, Action<string> callback) { string answer; try { answer = Read(body); } {{handlers}} callback(answer); }
            private string Read(string body) { if (body.Length > 100) throw new TimeoutException(); if (body[0] != '{') throw new FormatException(); return body; }
            private void Loop() { foreach (Action job in _jobs.GetConsumingEnumerable()) { try { job(); } catch (Exception) { _failures++; } } }
        }
        """);

    // Who asks puts the question into the queue, and the completion, by a number, into a table.
    [Theory]
    [InlineData("try { Answer(question); } catch (IOException) { _failures++; }", "_questions.Add(new Question(id));", true)]
    [InlineData("try { Answer(question); } catch (IOException) { Fail(question); }", "_questions.Add(new Question(id));", false)]
    [InlineData("try { Answer(new Question(3)); } catch (IOException) { _failures++; }", "_questions.Add(new Question(id));", false)]
    [InlineData("try { Answer(question); } catch (IOException) { _failures++; }", "Others.Send(id);", false)]
    public Task QuestionThatIsNotAnswered_Reports(string turn, string ask, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public sealed record Question(int Id);
        public static class Others { public static void Send(int id) => Console.WriteLine(id); }
        public sealed class Server
        {
            private readonly BlockingCollection<Question> _questions = new(); private readonly ConcurrentDictionary<int, TaskCompletionSource<int>> _pending = new(); private int _failures;
            public void Open() => new Thread(Loop).Start();
            public int Ask(int id)
            {
                var answer = new TaskCompletionSource<int>(); _pending[id] = answer;
                {{ask}}
                return {{(reports ? "[|answer.Task.Result|]" : "answer.Task.Result")}};
            }
            private void Loop() { foreach (Question question in _questions.GetConsumingEnumerable()) { {{turn}} } }
            private void Answer(Question question) { int value = Look(question.Id); if (_pending.TryRemove(question.Id, out var answer)) answer.TrySetResult(value); }
            {{(turn.Contains("Fail", StringComparison.Ordinal) ? "private void Fail(Question question) { if (_pending.TryRemove(question.Id, out var answer)) answer.TrySetCanceled(); }" : "")}}
            private int Look(int id) { if (id > 100) throw new IOException(); return id + 1; }
        }
        """);

    private static string Jobs(string execute, string put, string take, string run, bool reports) => $$"""
        public sealed class Job(string text)
        {
            public ManualResetEventSlim Done { get; } = new(); public string Text { get; } = text; public bool IsStopped { get; set; }
            public void Execute(Store store) { {{execute}} }
        }
        public sealed class Store { public static bool IsClosed; private readonly Dictionary<string, string> _rows = new(); public string? Find(string text) { _rows.TryGetValue(text, out var row); return row; } }
        public sealed class Worker
        {
            private readonly Queue<Job> q = new(); private readonly Store _store = new(); private Job _last = null!;
            public void Open() => new Thread(Loop).Start();
            public void Do(string text) { var job = new Job(text); Add(job); {{(reports ? "[|job.Done.Wait()|]" : "job.Done.Wait()")}}; }
            private void Add(Job job) { lock (q) { {{put}} Monitor.Pulse(q); } }
            private void Loop() { while (true) { Job job; lock (q) { while (q.Count == 0) Monitor.Wait(q); {{take}} } {{run}} } }
        }
        """;
}

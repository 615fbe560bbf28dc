using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LostCompletionAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1005 for what is found in a table or not, for delegates that are handed on several times, and for work that is dropped in a program that signals elsewhere.</summary>
public class LostCompletionHandedTests
{
    [Theory]
    [InlineData("int value = await get(); End(key, value); return value;", true)]
    [InlineData("try { int value = await get(); End(key, value); return value; } catch (Exception) { End(key, 0); throw; }", false)]
    [InlineData("if (_running.Remove(key, out var own)) { own.TrySetResult(3); } return 3;", false)]
    [InlineData("_running.Remove(key, out var own); own?.TrySetResult(3); return 3;", false)]
    public Task WhoComesSecond_WaitsForTheFirst(string work, bool reports)
    {
        string wait = reports ? "[|await running.Task|]" : "await running.Task";
        return Verify.VerifyAnalyzerAsync($$"""
            public sealed class C
            {
                private readonly Dictionary<string, TaskCompletionSource<int>> _running = new();
                public async Task<int> GetAsync(string key, Func<Task<int>> get)
                {
                    TaskCompletionSource<int>? running;
                    lock (_running) { if (!_running.TryGetValue(key, out running)) { _running[key] = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously); } }
                    if (running != null) { return {{wait}}; }
                    {{work}}
                }
                private void End(string key, int value) { TaskCompletionSource<int>? own; lock (_running) { _running.Remove(key, out own); } own?.TrySetResult(value); }
            }
            """);
    }

    [Theory]
    [InlineData("string reply; try { reply = Read(body); } catch (TimeoutException) { reply = \"\"; } done(reply);", true)]
    [InlineData("string reply; try { reply = Read(body); } catch (Exception) { reply = \"\"; } done(reply);", false)]
    [InlineData("done(Read(body));", true)]
    [InlineData("try { Read(body); } finally { done(body); }", false)]
    public Task DelegateThatIsHandedOnThreeTimes_IsFollowed(string fetch, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public sealed class Jobs
        {
            private readonly BlockingCollection<Action> _jobs = new(); private int _failures;
            public Jobs() => new Thread(Run).Start();
            public void Queue(Action job) => _jobs.Add(job);
            private void Run() { foreach (var job in _jobs.GetConsumingEnumerable()) { try { job(); } catch (Exception) { _failures++; } } }
        }
        public sealed class C
        {
            private readonly Jobs _jobs = new();
            public void Execute(string body) { using var done = new AutoResetEvent(false); Fetch(body, reply => { Console.WriteLine(reply); done.Set(); }); {{(reports ? "[|done.WaitOne()|]" : "done.WaitOne()")}}; }
            private void Fetch(string body, Action<string> done) => _jobs.Queue(() => Answer(body, done));
            private void Answer(string body, Action<string> done) { {{fetch}} }
            private static string Read(string body) => body.Length > 3 ? throw new FormatException() : body;
        }
        """);

    // What a program's entry does besides answers nobody whose work was dropped before.
    [Theory]
    [InlineData("client.Feed(); Ask(client); client.Close();", true)]
    [InlineData("Ask(client); Go(client); } private static void Go(Client client) { Stop(client); } private static void Stop(Client client) { client.Feed(); client.Close();", false)]
    public Task ProgramThatFeedsWhatItCloses(string main, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Request { private readonly TaskCompletionSource<int> _done = new(); public Task<int> Done => _done.Task; public void Succeed() => _done.TrySetResult(1); }
        public sealed class Client
        {
            private readonly Queue<Request> _waiting = new();
            public Task<int> ReadAsync() { var request = new Request(); _waiting.Enqueue(request); return request.Done; }
            public void Feed() { while (_waiting.TryDequeue(out var request)) { request.Succeed(); } }
            public void Close() { _waiting.Clear(); }
        }
        public sealed class Session { private readonly Client _client; public Session(Client client) => _client = client; public async Task RunAsync() { {{(reports ? "[|await _client.ReadAsync()|]" : "await _client.ReadAsync()")}}; } }
        public static class Program { public static void Main() { var client = new Client(); {{main}} } private static void Ask(Client client) { var running = new Session(client).RunAsync(); } }
        """);
}

using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LostCompletionAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1005 for work that is left alone on some way: because it has been cancelled meanwhile, by a flag of the context, or after an exception.</summary>
public class LostCompletionCancelledWorkTests
{
    // Who cancels signals nothing; who sets a flag of the work's own is taken to.
    [Theory]
    [InlineData("if (_token.IsCancellationRequested) { return; }", "", true)]
    [InlineData("if (IsCancelled) { return; }", "", true)]
    [InlineData("if (IsGivenUp) { return; }", "", true)]
    [InlineData("if (!_token.IsCancellationRequested) { _done.TrySetResult(1); }", "return;", true)]
    [InlineData("if (_givenUp) { return; }", "", false)]
    [InlineData("if (!IsCancelled) { _count++; }", "", false)]
    [InlineData("if (_token.IsCancellationRequested) { _done.TrySetCanceled(); return; }", "", false)]
    [InlineData("if (IsCancelled) { GiveUp(); return; }", "", false)]
    public Task WorkThatIsFoundCancelled(string check, string after, bool reports) => Verify.VerifyAnalyzerAsync(Work(
        $"{check} {after} _done.TrySetResult(1);", reports));

    // A callback of the token signals.
    [Fact]
    public Task WorkThatHearsOfIt_IsQuiet() => Verify.VerifyAnalyzerAsync(
        Work("if (_token.IsCancellationRequested) { return; } _done.TrySetResult(1);", reports: false).Replace("_token = token;", "_token = token; token.Register(() => _done.TrySetCanceled());", StringComparison.Ordinal));

    // What only calls a method was begun to run that: what the method leaves undone, nobody else does, but for what the data it was given tells.
    [Theory]
    [InlineData("_ => RunAll(filter)", "if (_cancelled) { return; } _done.Set();", true)]
    [InlineData("_ => RunAll(filter)", "if (_cancelled) { _done.Set(); return; } _done.Set();", false)]
    [InlineData("_ => RunAll(filter)", "if (filter(\"a\")) { _done.Set(); }", false)]
    [InlineData("_ => { _count++; RunAll(filter); RunAll(filter); }", "if (_cancelled) { return; } _done.Set();", false)]
    [InlineData("_ => RunAll(filter)", "if (!File.Exists(\"a\")) { return; } _done.Set();", true)]
    [InlineData("_ => RunAll(filter)", "if (!File.Exists(\"a\")) { _done.Set(); return; } _done.Set();", false)]
    [InlineData("_ => { RunAll(filter); RunAll(filter); }", "if (!File.Exists(\"a\")) { return; } _done.Set();", false)]
    [InlineData("_ => RunAll(filter)", "try { File.Delete(\"a\"); _done.Set(); } catch (IOException) { _count++; }", true)]
    [InlineData("_ => RunAll(filter)", "try { File.Delete(\"a\"); } catch (IOException) { _count++; } _done.Set();", false)]
    [InlineData("_ => Guard(() => _done.Set())", "_count++;", false)]
    public Task ContextThatIsOneCall(string begun, string run, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class C
        {
            private readonly ManualResetEvent _done = new(true); private volatile bool _cancelled; private int _count;
            public void Start(Func<string, bool> filter) { _done.Reset(); ThreadPool.QueueUserWorkItem({{begun}}); }
            public void Cancel() => _cancelled = true;
            public void Wait() { {{(reports ? "[|_done.WaitOne()|]" : "_done.WaitOne()")}}; }
            private void RunAll(Func<string, bool> filter) { {{run}} }
            private void Guard(Action act) { if (_cancelled) { return; } act(); }
        }
        """);

    // That the work's class could signal an error, where nobody has it do so, answers nobody.
    [Theory]
    [InlineData("catch (Exception) { _errors++; }", "", true)]
    [InlineData("catch (Exception e) { item.Fail(e); }", "", false)]
    [InlineData("catch (Exception) { _errors++; }", "public void Abort(Item item) { item.Fail(new IOException()); }", false)]
    public Task ErrorThatNobodySignals(string handler, string members, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        using System.Collections.Concurrent;
        public sealed class Item
        {
            private readonly ManualResetEventSlim _done = new(); private Exception? _error;
            public void Finish() { _done.Set(); }
            public void Fail(Exception error) { _error = error; _done.Set(); }
            public void Wait() { {{(reports ? "[|_done.Wait()|]" : "_done.Wait()")}}; }
        }
        public sealed class C
        {
            private readonly BlockingCollection<Item> _items = new(); private int _errors;
            public C() { new Thread(Run).Start(); }
            public void Do() { var item = new Item(); _items.Add(item); item.Wait(); }
            private void Run() { foreach (Item item in _items.GetConsumingEnumerable()) { try { Check(); item.Finish(); } {{handler}} } }
            private void Check() { if (_errors > 3) { throw new IOException(); } }
            {{members}}
        }
        """);

    // Who disposes of the work lets go whoever waits for it.
    [Fact]
    public Task DisposalThatSignals_IsQuiet() => Verify.VerifyAnalyzerAsync("""
        using System.Collections.Concurrent;
        public sealed class Item : IDisposable
        {
            private readonly ManualResetEventSlim _done = new();
            public void Finish() { _done.Set(); }
            public void Dispose() { _done.Set(); }
            public void Wait() { _done.Wait(); }
        }
        public sealed class C
        {
            private readonly BlockingCollection<Item> _items = new(); private int _errors;
            public C() { new Thread(Run).Start(); }
            public void Do() { var item = new Item(); _items.Add(item); item.Wait(); }
            private void Run() { foreach (Item item in _items.GetConsumingEnumerable()) { try { Check(); item.Finish(); } catch (Exception) { _errors++; } } }
            private void Check() { if (_errors > 3) { throw new IOException(); } }
        }
        """);

    // Where it is no work that a loop takes, whoever calls from outside is the one that signals.
    [Fact]
    public Task AnswerFromOutside_IsQuiet() => Verify.VerifyAnalyzerAsync("""
        public sealed class C
        {
            private readonly ManualResetEventSlim _answered = new(); private volatile bool _ends; private int _turns;
            public C() { new Thread(Watch).Start(); }
            public void Ask() { _answered.Wait(); }
            public void OnAnswer() { _answered.Set(); }
            private void Watch() { if (_turns > 3) { throw new IOException(); } if (_ends) { _answered.Set(); } }
        }
        """);

    private static string Work(string run, bool reports) => $$"""
        using System.Collections.Concurrent;
        public sealed class Item
        {
            private readonly TaskCompletionSource<int> _done = new(TaskCreationOptions.RunContinuationsAsynchronously); private readonly CancellationToken _token;
            private bool _givenUp; private int _count;
            public Item(CancellationToken token) { _token = token; }
            public Task<int> Task => _done.Task;
            public bool IsCancelled => _token.IsCancellationRequested;
            public bool IsGivenUp => _givenUp || _token.IsCancellationRequested;
            public void Run() { {{run}} }
            private void GiveUp() { _givenUp = true; _done.TrySetCanceled(); }
        }
        public sealed class C
        {
            private readonly BlockingCollection<Item> _items = new();
            public C() { new Thread(Run).Start(); }
            public async Task<int> DoAsync(CancellationToken token) { var item = new Item(token); _items.Add(item); return {{(reports ? "[|await item.Task|]" : "await item.Task")}}; }
            private void Run() { foreach (Item item in _items.GetConsumingEnumerable()) { item.Run(); } }
        }
        """;
}

using Lost = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LostCompletionAnalyzer>;
using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockNotReleasedAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR2005 and XR1005 for what is taken to throw: of all that a body may run, what can leave it as an exception that counts.</summary>
public class WhoThrowsTests
{
    // A complaint about arguments counts where the caller expects it: it names the exception, or catches all and goes on.
    [Theory]
    [InlineData("try { Check(); } catch (ArgumentException) { return; }", "if (_count > 3) throw new ArgumentException();", true)]
    [InlineData("try { Check(); } catch (IOException) { return; }", "if (_count > 3) throw new ArgumentException();", false)]
    [InlineData("try { Check(); } catch { return; }", "if (_count > 3) throw new ArgumentException();", true)]
    [InlineData("try { try { Check(); } catch { return; } } catch (IOException) { }", "if (_count > 3) throw new ArgumentException();", true)]
    [InlineData("try { Check(); } catch (ArgumentException) { return; }", "try { if (_count > 3) throw new ArgumentException(); } catch (ArgumentException) { }", false)]
    [InlineData("try { Check(); } catch (ArgumentException) { return; }", "try { if (_count > 3) throw new ArgumentException(); } catch (IOException) { }", true)]
    public Task ComplaintOfACallee_ReportsWhereItIsExpected(string call, string check, bool reports) => Verify.VerifyAnalyzerAsync(
        InClass($"public void Run() {{ {Enter(reports)}; {call} Monitor.Exit(_gate); }} private void Check() {{ {check} }}"));

    // What has been worked out from an argument no caller could check before.
    [Theory]
    [InlineData("byte[] data = Encoding.UTF8.GetBytes(text); if (data.Length > 32) throw new ArgumentException(text);", true)]
    [InlineData("byte[] data = Encoding.UTF8.GetBytes(text); if (data.Length > 32) { throw new ArgumentException(text); }", true)]
    [InlineData("byte[] data = Encoding.UTF8.GetBytes(text); if (data.Length > text.Length) throw new ArgumentException(text);", false)]
    [InlineData("if (text.Length > 32) throw new ArgumentException(text);", false)]
    [InlineData("byte[] data = Encoding.UTF8.GetBytes(text); if (data.Length > 32) throw new NotSupportedException(text);", false)]
    [InlineData("byte[] data = Encoding.UTF8.GetBytes(text); if (data.Length > 32) _count++; else throw new ArgumentException(text);", true)]
    [InlineData("if (!int.TryParse(text, out int size)) throw new ArgumentException(text);", false)]
    public Task ComplaintAboutWhatWasWorkedOut_Reports(string check, bool reports) => Verify.VerifyAnalyzerAsync("using System.Text;\n" +
        InClass($"public void Run(string text) {{ {Enter(reports)}; Check(text); Monitor.Exit(_gate); }} private void Check(string text) {{ {check} }}"));

    [Theory]
    [InlineData("await CheckAsync()", true)]
    [InlineData("_ = CheckAsync()", false)]
    public Task ComplaintOfAnAsyncCallee_ReportsWhereItIsAwaited(string call, bool reports) => Verify.VerifyAnalyzerAsync(InClass(
        $$"""
        public async Task RunAsync() { await {{(reports ? "[|_sem.WaitAsync()|]" : "_sem.WaitAsync()")}}; try { {{call}}; } catch (ArgumentException) { return; } _sem.Release(); }
        private async Task CheckAsync() { await Task.Yield(); if (_count > 3) throw new ArgumentException(); }
        """));

    [Theory]
    [InlineData("try { work(); } catch { _count++; throw; }", true)]
    [InlineData("try { if (_count > 3) throw new IOException(); } catch (IOException) { _count++; throw; }", true)]
    [InlineData("try { _count++; } catch { _count--; throw; }", false)]
    [InlineData("try { try { if (_count > 3) throw new IOException(); } catch { throw; } } catch { _count--; }", false)]
    [InlineData("try { if (_count > 3) throw new IOException(); } catch (IOException) { _count--; }", false)]
    [InlineData("try { if (_count > 3) throw new IOException(); } catch (TimeoutException) { _count--; }", true)]
    public Task ExceptionThatACalleeCatches_ReportsWhereItIsThrownAgain(string body, bool reports) => Verify.VerifyAnalyzerAsync(
        InClass($"public void Run(Action work) {{ {Enter(reports)}; Inner(work); Monitor.Exit(_gate); }} private void Inner(Action work) {{ {body} }}"));

    // Code that nobody sees may throw where the holder, or what it calls, runs it; further down, only a throw in sight counts.
    [Theory]
    [InlineData("work()", "Inner(work)", true)]
    [InlineData("work()", "Outer(work)", false)]
    [InlineData("if (_count > 3) throw new IOException()", "Outer(work)", true)]
    public Task UnseenCode_CountsNearBy(string body, string call, bool reports) => Verify.VerifyAnalyzerAsync(InClass(
        $"public void Run(Action work) {{ {Enter(reports)}; {call}; Monitor.Exit(_gate); }} private void Outer(Action work) {{ Inner(work); }} private void Inner(Action work) {{ {body}; }}"));

    // What a callee can throw is told apart by type: a handler of one lets the other by.
    [Theory]
    [InlineData("try { Both(); } catch (IOException) { _count++; }", true)]
    [InlineData("try { Both(); } catch (TimeoutException) { _count++; }", true)]
    [InlineData("try { Both(); } catch (IOException) { _count++; } catch (TimeoutException) { _count--; }", false)]
    [InlineData("try { Outer(); } catch (IOException) { _count++; }", true)]
    [InlineData("try { try { Both(); } catch (IOException) { _count++; } } catch (TimeoutException) { _count--; }", false)]
    public Task ExceptionsOfTwoTypes_EachNeedAHandler(string call, bool reports) => Verify.VerifyAnalyzerAsync(InClass(
        $"public void Run() {{ {Enter(reports)}; {call} Monitor.Exit(_gate); }} private void Outer() {{ Both(); }} private void Both() {{ if (_count > 3) throw new IOException(); if (_count > 2) throw new TimeoutException(); }}"));

    [Fact]
    public Task ExceptionPastAFinally_IsWhatLeaves() => Verify.VerifyAnalyzerAsync(
        InClass("""
            public void Run() { {|#0:Monitor.Enter(_gate)|}; Inner(); Monitor.Exit(_gate); }
            private void Inner() { try { {|#1:File.Delete("a")|}; } finally { _count--; } try { _count++; } catch { throw; } }
            """),
        Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR2005_LockNotReleased).WithLocation(0).WithLocation(1).WithMessage(
            "'C.Run' acquires '_gate' and can leave by an exception from 'C.Inner' without releasing it. Release it in a finally block."));

    [Theory]
    [InlineData("_peer.Work()", true)]
    [InlineData("_count = _peer.Size", false)]
    [InlineData("_peer.Size = 3", false)]
    [InlineData("_peer.Changed += Stop", false)]
    [InlineData("_peer.Changed -= Stop", false)]
    [InlineData("_peer.TryWork()", false)]
    [InlineData("_peer.LogWork()", false)]
    [InlineData("_peer.Close()", false)]
    [InlineData("_logger.Write(3)", false)]
    [InlineData("_peer.Entry(3)", true)]
    public Task CodeOfOthers_ThrowsButWhereItsNameSaysThatItDoesNot(string call, bool reports) => Verify.VerifyAnalyzerAsync(
        InClass($"public void Run() {{ {Enter(reports)}; {call}; Monitor.Exit(_gate); }} private void Stop() => _count = 0;"));

    [Theory]
    [InlineData("_step = new Called(work); _step = new Thrown();")]
    [InlineData("_step = new Thrown(); _step = new Called(work);")]
    public Task OneOfSeveralThatThrowsInSight_IsTold(string steps) => Verify.VerifyAnalyzerAsync(
        InClass($$"""
            private sealed class Called(Action work) : IStep { public void Step() => work(); }
            private sealed class Thrown : IStep { private int _size; public void Step() { _size++; if (_size > 3) throw {|#1:new IOException()|}; } }
            private IStep? _step;
            public void Set(Action work) { {{steps}} }
            public void Run() { {|#0:Monitor.Enter(_gate)|}; _step!.Step(); Monitor.Exit(_gate); }
            """),
        Verify.Diagnostic(CrossRelease.Analyzers.Rules.XR2005_LockNotReleased).WithLocation(0).WithLocation(1).WithMessage(
            "'C.Run' acquires '_gate' and can leave by an exception from 'Thrown.Step' without releasing it. Release it in a finally block."));

    // Who takes the exception of a callback is found by what runs it: an invocation, a method that does so, or the library.
    [Theory]
    [InlineData("public void Fire() { try { _handler!(1); } catch (IOException) { } }", true)]
    [InlineData("public void Fire() { try { Raise(); } catch (IOException) { } } private void Raise() => _handler!(1);", true)]
    [InlineData("public void Fire() { try { _items.ForEach(_handler!); } catch (IOException) { } }", true)]
    [InlineData("public void Fire() { try { _items.ForEach(_ => { }); } catch (IOException) { } _handler!(1); }", false)]
    [InlineData("public void Fire() { try { Raise(); } catch (IOException) { } _handler!(1); } private void Raise() => _count++;", false)]
    public Task ExceptionOfACallback_ReportsWhereARunnerTakesIt(string runner, bool reports) => Lost.VerifyAnalyzerAsync(
        InClass($$"""
            private Action<int>? _handler;
            public void Start() { var done = new ManualResetEventSlim(); _handler = _ => { Connect(); done.Set(); }; {{(reports ? "[|done.Wait()|]" : "done.Wait()")}}; }
            private void Connect() { if (_count > 3) throw new IOException(); }
            {{runner}}
            """));

    // A delegate of which all that it may run is in sight throws what that throws; what a task of it ends with, nobody tells.
    [Theory]
    [InlineData("Action", "() => _count++", "_step!()", false)]
    [InlineData("Action", "() => File.Delete(\"a\")", "_step!()", true)]
    [InlineData("Action", "_other", "_step!()", true)]
    [InlineData("Func<Task>", "async () => { await Task.Yield(); _count++; }", "await _step!()", true)]
    public Task DelegateThatIsInSight_ThrowsWhatItRuns(string type, string step, string call, bool reports) => Verify.VerifyAnalyzerAsync(
        InClass($$"""
            private {{type}}? _step; private Action? _other;
            public void Set(Action other) { _other = other; _step = {{step}}; }
            public async Task Run() { await {{(reports ? "[|_sem.WaitAsync()|]" : "_sem.WaitAsync()")}}; {{call}}; _sem.Release(); }
            """));

    private static string Enter(bool reports) => reports ? "[|Monitor.Enter(_gate)|]" : "Monitor.Enter(_gate)";

    private static string InClass(string members) => $$"""
        public interface IStep { void Step(); }
        public interface IPeer { int Size { get; set; } event Action? Changed; void TryWork(); void LogWork(); void Close(); void Work(); void Entry(int at); }
        public interface ILogger { void Write(int count); }

        public sealed class C(IPeer peer, ILogger logger)
        {
            private readonly object _gate = new();
            private readonly SemaphoreSlim _sem = new(1, 1);
            private readonly List<int> _items = new();
            private readonly IPeer _peer = peer;
            private readonly ILogger _logger = logger;
            private int _count;
            {{members}}
        }
        """;
}

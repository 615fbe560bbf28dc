using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LostCompletionAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1005 for contexts that hand on what signals, that are started again, and for signals that nobody calls.</summary>
public class LostCompletionChainTests
{
    [Theory]
    [InlineData("Fail(); started.SetException(task.Exception!);", "", true)]
    [InlineData("try { Fail(); } finally { started.SetException(task.Exception!); }", "", false)]
    [InlineData("started.SetException(task.Exception!); Fail();", "", false)]
    [InlineData("Fail(); started.SetException(task.Exception!);", ", TaskContinuationOptions.ExecuteSynchronously", true)]
    [InlineData("started.SetException(task.Exception!);", ", TaskContinuationOptions.ExecuteSynchronously", false)]
    public Task Continuation_OwesItsSignal(string failed, string options, bool reports) =>
        ChainAsync($"Ask().ContinueWith(task => {{ if (task.IsFaulted) {{ {failed} }} else {{ started.SetResult(); }} }}{options});", "", reports);

    // The first one owes until it has handed on what signals, the second one from there on.
    [Theory]
    [InlineData("Fail(); Go(started);", "started.SetResult();", true)]
    [InlineData("Go(started); Fail();", "started.SetResult();", false)]
    [InlineData("Go(started);", "Fail(); started.SetResult();", true)]
    [InlineData("Go(started);", "started.SetResult(); Fail();", false)]
    [InlineData("Go(started);", "Ask(); started.SetResult();", false)]
    [InlineData("if (task.IsFaulted) { Fail(); started.SetException(task.Exception!); } else { Go(started); }", "started.SetResult();", true)]
    [InlineData("if (task.IsFaulted) { started.SetException(task.Exception!); Fail(); } else { Go(started); }", "started.SetResult();", false)]
    [InlineData("Action<Task> next = done => started.SetResult(); Ask().ContinueWith(next); Fail();", "", false)]
    public Task ChainOfContinuations_OwesFromLinkToLink(string first, string second, bool reports) => ChainAsync(
        $"Ask().ContinueWith(task => {{ {first} }});", $"private void Go(TaskCompletionSource started) {{ Ask().ContinueWith(task => {{ {second} }}); }}", reports);

    // Two that are started beside each other are no chain: either may be the one that signals.
    [Theory]
    [InlineData("Ask().ContinueWith(task => { Fail(); started.TrySetResult(); }); Ask().ContinueWith(task => { started.TrySetResult(); });", false)]
    [InlineData("Ask().ContinueWith(task => { Fail(); started.TrySetResult(); Ask().ContinueWith(next => { started.TrySetResult(); }); });", true)]
    public Task ContextsBesideEachOther_AreNoChain(string start, bool reports) => ChainAsync(start, "", reports);

    [Fact]
    public Task Chain_TellsWhoFailsAndThroughWhat() => Verify.VerifyAnalyzerAsync(
        Chain("Ask().ContinueWith(task => { Stop(); Go(started); });", "private void Stop() { Fail(); } private void Go(TaskCompletionSource started) { Ask().ContinueWith(task => { {|#2:started.SetResult()|}; }); }")
            .Replace("Start(\"a rather long name of a host\", 8080).Wait()", "{|#0:Start(\"a rather long name of a host\", 8080).Wait()|}").Replace("new IOException()", "{|#1:new IOException()|}"),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithLocation(2).WithMessage(
            "'C.Join' waits for 'Start(...)' without limit, but 'a lambda in C.Start', which signals it, can leave by an exception from 'C.Fail' before it does. Do it on every path."));

    // A loop that comes to the signal by a delegate somebody has left there: an exception of code that nobody sees is no more its loss than anybody's.
    [Theory]
    [InlineData("_first(); _turn();", false)]
    [InlineData("if (_count > 3) throw new IOException(); _turn();", true)]
    [InlineData("_first(); Last();", true)]
    public Task SignalThatSomebodyLeftInTheLoop_IsLostByWhatIsSeen(string turn, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Loop(Action _first)
        {
            private readonly Action _turn; private readonly ManualResetEventSlim _own; private int _count;
            public Loop(Action first, Action turn, ManualResetEventSlim own) : this(first) { _turn = turn; _own = own; }
            public void Start() => Task.Run(Run);
            private void Run() { while (_count < 30) { _count++; {{turn}} } }
            private void Last() => _own.Set();
        }
        public sealed class C
        {
            public void Run(Action first)
            {
                var ended = new ManualResetEventSlim();
                new Loop(first, {{(turn.Contains("Last") ? "() => { }, ended" : "ended.Set, new ManualResetEventSlim()")}}).Start();
                {{(reports ? "[|ended.Wait()|]" : "ended.Wait()")}};
            }
        }
        """);

    // What ends by an exception is started again by what was added to its task.
    [Theory]
    [InlineData("Task.Run(Run);", true)]
    [InlineData("Task.Run(Run).ContinueWith(task => Start(), TaskContinuationOptions.OnlyOnFaulted);", false)]
    [InlineData("Task.Run(Run).ContinueWith(Failed);", false)]
    [InlineData("Task.Run(Run).ContinueWith(task => Count());", true)]
    public Task ContextThatIsStartedAgain_GoesOn(string start, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class C
        {
            private readonly ManualResetEventSlim _done = new();
            private int _count;
            public void Start() { {{start}} }
            public void Join() { {{(reports ? "[|_done.Wait()|]" : "_done.Wait()")}}; }
            private void Failed(Task task) => Restart();
            private void Restart() => Start();
            private void Count() => _count++;
            private void Run() { if (_count > 3) throw new IOException(); _done.Set(); }
        }
        """);

    [Fact]
    public Task SignalThatNobodyCalls_Reports() => Verify.VerifyAnalyzerAsync(
        Player("private void OnStopped() { {|#1:_done.Set()|}; }").Replace("_done.Wait()", "{|#0:_done.Wait()|}"),
        Verify.Diagnostic().WithLocation(0).WithLocation(1).WithMessage(
            "'Player.Stop' waits for '_done' without limit, but nobody calls 'Player.OnStopped', which alone signals it. Call it, or add it to what does."));

    [Theory]
    [InlineData("private void OnStopped() { Finish(); } private void Finish() => _done.Set();", true)]
    [InlineData("public void OnStopped() => _done.Set();", false)]
    [InlineData("internal void OnStopped() => _done.Set();", false)]
    [InlineData("[Obsolete] private void OnStopped() => _done.Set();", false)]
    [InlineData("private void OnStopped() => _done.Set(); public void Add(Engine engine) => engine.Stopped += OnStopped;", false)]
    [InlineData("private void OnStopped() => _done.Set(); public void Raise() => OnStopped();", false)]
    [InlineData("private void OnStopped() => _done.Set(); public Action Handler => OnStopped;", false)]
    [InlineData("void IStopped.OnStopped() => _done.Set();", false)]
    public Task SignalThatNobodyCalls_IsOneOfAPrivateMethod(string members, bool reports) => ForgottenAsync(Player(members), reports);

    // Whoever finds a method by its name, or writes another part of the type, may call it.
    [Theory]
    [InlineData("public sealed class Player : IStopped", true)]
    [InlineData("public sealed class Player : Base, IStopped", true)]
    [InlineData("public sealed class Player : System.ComponentModel.Component, IStopped", false)]
    [InlineData("public sealed partial class Player { } public sealed partial class Player : IStopped", false)]
    [InlineData("[Serializable] public sealed class Player : IStopped", false)]
    public Task TypeWhoseMethodsOthersMayFind_IsQuiet(string type, bool reports) =>
        ForgottenAsync(Player("private void OnStopped() => _done.Set();").Replace("public sealed class Player : IStopped", type), reports);

    private static Task ForgottenAsync(string source, bool reports) => Verify.VerifyAnalyzerAsync(reports ? source.Replace("_done.Wait()", "[|_done.Wait()|]") : source);

    private static string Player(string members) => $$"""
        public interface IStopped { void OnStopped() { } }
        public class Base { }
        public sealed class Engine { public event Action? Stopped; public void Stop() => Stopped?.Invoke(); }
        public sealed class Player : IStopped
        {
            private readonly ManualResetEventSlim _done = new();
            public void Stop(Engine engine) { engine.Stop(); _done.Wait(); }
            {{members}}
        }
        """;

    private static Task ChainAsync(string start, string members, bool reports)
    {
        string source = Chain(start, members);
        return Verify.VerifyAnalyzerAsync(reports ? source.Replace("Start(\"a rather long name of a host\", 8080).Wait()", "[|Start(\"a rather long name of a host\", 8080).Wait()|]") : source);
    }

    private static string Chain(string start, string members) => $$"""
        public sealed class C
        {
            private int _count;
            public Task Start(string host, int port)
            {
                var started = new TaskCompletionSource();
                {{start}}
                return started.Task;
            }
            public void Join() { Start("a rather long name of a host", 8080).Wait(); }
            private void Fail() { if (_count > 3) throw new IOException(); }
            private static Task Ask() => Task.Delay(10);
            {{members}}
        }
        """;
}

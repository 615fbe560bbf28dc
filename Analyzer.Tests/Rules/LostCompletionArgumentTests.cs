using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LostCompletionAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1005 for a signal that an argument decides about: a call that is told something else does not signal.</summary>
public class LostCompletionArgumentTests
{
    [Theory]
    [InlineData("if (state == State.Listening) { _ready.Set(); }", true)]
    [InlineData("if (state != State.Listening) { return; } _ready.Set();", true)]
    [InlineData("switch (state) { case State.Listening: _ready.Set(); break; default: break; }", true)]
    [InlineData("if (state is State.Listening or State.Loading) { _ready.Set(); }", false)]
    [InlineData("if (state == State.Listening || state == State.Stopped) { _ready.Set(); }", false)]
    [InlineData("if (state >= State.Listening) { _ready.Set(); }", false)]
    [InlineData("_ready.Set();", false)]
    public Task StateThatIsSet_DecidesAboutTheSignal(string set, bool reports) => VerifyAsync(set, "SetState(State.Stopped);", reports);

    [Theory]
    [InlineData("SetState(State.Stopped);", true)]
    [InlineData("SetState(State.Listening);", false)]
    [InlineData("Stop(State.Stopped); } private void Stop(State state) { SetState(state);", true)]
    [InlineData("Stop(State.Listening); } private void Stop(State state) { SetState(state);", false)]
    [InlineData("SetState(_state);", false)]
    public Task ArgumentIsHandedOn(string end, bool reports) => VerifyAsync("if (state == State.Listening) { _ready.Set(); }", end, reports);

    private static Task VerifyAsync(string set, string end, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public enum State { Loading, Listening, Stopped }
        public sealed class Server(string path)
        {
            private readonly ManualResetEventSlim _ready = new();
            private State _state;
            public void Start() { Task.Run(Run); {{(reports ? "[|_ready.Wait()|]" : "_ready.Wait()")}}; }
            private void Run() { try { SetState(State.Loading); Open(); SetState(State.Listening); } catch (IOException) { } finally { Finish(); } }
            private void Open() { if (path.Length > 9) { throw new IOException(); } }
            private void Finish() { {{end}} }
            private void SetState(State state) { _state = state; {{set}} }
        }
        """);
}

using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LostCompletionAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1005 for cancellations that an exception in sight keeps from the waiter, whoever else may signal.</summary>
public class LostCompletionCancelTests
{
    [Theory]
    [InlineData("_peer.Send(); _reply.TrySetCanceled();", true)]
    [InlineData("_reply.TrySetCanceled(); _peer.Send();", false)]
    [InlineData("try { _peer.Send(); } catch (IOException) { } _reply.TrySetCanceled();", false)]
    [InlineData("try { _peer.Send(); } finally { _reply.TrySetCanceled(); }", false)]
    [InlineData("_peer.Note(); _reply.TrySetCanceled();", false)]
    [InlineData("throw new IOException();", false)]
    public Task ExceptionBeforeTheCancellation(string cancel, bool reports) => VerifyAsync(cancel, "using var registration = token.Register(Cancel);", reports);

    // Who registers it on something else does not end the wait for whoever cancels.
    [Fact]
    public Task OtherHandler_IsOneOfTwo() => VerifyAsync("_peer.Send(); _reply.TrySetCanceled();", "_peer.Closed += Cancel;", reports: false);

    private static Task VerifyAsync(string cancel, string register, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public sealed class Peer
        {
            private volatile bool _connected; private int _count;
            public event Action? Answered; public event Action? Closed;
            public void Send() { if (!_connected) { throw new IOException(); } }
            public void Note() => _count++;
            public void Answer() { _connected = true; Answered?.Invoke(); Closed?.Invoke(); }
        }
        public sealed class C
        {
            private readonly Peer _peer; private readonly TaskCompletionSource<int> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);
            public C(Peer peer) { _peer = peer; peer.Answered += () => _reply.TrySetResult(1); }
            public async Task<int> AskAsync(CancellationToken token) { {{register}} return {{(reports ? "[|await _reply.Task|]" : "await _reply.Task")}}; }
            private void Cancel() { {{cancel}} }
        }
        """);
}

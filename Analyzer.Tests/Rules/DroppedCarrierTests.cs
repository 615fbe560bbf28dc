using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LostCompletionAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>XR1005 for an object that carries a completion: one method makes it, keeps it in a container and hands it to who waits.</summary>
public class DroppedCarrierTests
{
    private const string Entry = "public static class Program { public static void Main() { } }";

    [Theory]
    [InlineData("lock (_lock) { _slots.Clear(); }", true)]
    [InlineData("lock (_lock) { foreach (var slot in _slots.Values) { slot.Fail(); } _slots.Clear(); }", false)]
    [InlineData("lock (_lock) { _isClosed = true; }", false)]
    public Task CarrierThatIsDropped(string close, bool reports) => VerifyAsync(close, "", Entry, reports);

    // Elsewhere than in a program, anybody may call what nobody in sight calls.
    [Theory]
    [InlineData("", Entry, true)]
    [InlineData("", "", false)]
    [InlineData("", Entry + " public sealed class Watch(Request request) { public void Tick() => request.Fail(); }", false)]
    [InlineData("", Entry + " public sealed class Watch(Request request) { public Action Tick => request.Fail; }", false)]
    [InlineData(", IAbortable", Entry + " public interface IAbortable { void Fail(); }", false)]
    public Task SignalThatNobodyCalls_IsNone(string implements, string more, bool reports) => VerifyAsync("lock (_lock) { _slots.Clear(); }", implements, more, reports);

    private static Task VerifyAsync(string close, string implements, string more, bool reports) => Verify.VerifyAnalyzerAsync($$"""
        public class Base { }
        public sealed class Request : Base{{implements}}
        {
            private readonly TaskCompletionSource<int> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
            public Task<int> Reply => _completion.Task;
            public void Complete(int reply) => _completion.TrySetResult(reply);
            public void Fail() => _completion.TrySetCanceled();
        }
        public sealed class Pool
        {
            private readonly object _lock = new();
            private readonly Dictionary<int, Request> _slots = new();
            private bool _isClosed;
            private int _last;
            public Request Rent() { lock (_lock) { var request = new Request(); _slots[++_last] = request; return request; } }
            public Request? Find(int id) { lock (_lock) { return _isClosed ? null : _slots.TryGetValue(id, out var found) ? found : null; } }
            public void Close() { {{close}} }
        }
        public sealed class Client
        {
            private readonly Pool _pool = new();
            public async Task<int> AskAsync() { var request = _pool.Rent(); return {{(reports ? "[|await request.Reply|]" : "await request.Reply")}}; }
            public void OnReply(int id, int reply) { _pool.Find(id)?.Complete(reply); }
            public void Dispose() { _pool.Close(); }
        }
        {{more}}
        """);
}

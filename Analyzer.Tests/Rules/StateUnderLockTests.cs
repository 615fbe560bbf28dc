using Verify = CrossRelease.Analyzers.Tests.Support.CSharpAnalyzerVerifier<CrossRelease.Analyzers.LockOrderCycleAnalyzer>;

namespace CrossRelease.Analyzers.Tests.Rules;

/// <summary>A state that one side has set under a lock, and that the other one, still holding that lock, has found not to be set, keeps the two apart.</summary>
public class StateUnderLockTests
{
    private const string Field = "private enum State { Idle, Running, Broken } private State Current; private bool IsLive => Current == State.Running;";
    private const string Property = """
        private enum State { Idle, Running, Broken }
        private int _state;
        private State Current { get => (State)_state; set { var changed = (int)value; if (changed == _state) return; Interlocked.Exchange(ref _state, changed); } }
        private bool IsLive => Current is not (State.Idle or State.Broken);
        """;

    private const string Break = "if (Current == State.Broken) return; Current = State.Broken;";

    [Theory]
    [InlineData(Field, "if (Current == State.Broken) return;")]
    [InlineData(Field, "if (Current is State.Broken) return;")]
    [InlineData(Property, "if (Current == State.Broken) return;")]
    [InlineData(Field, "if (Current != State.Running) return;")]
    [InlineData(Field, "if (!IsLive) return;")]
    [InlineData(Property, "if (!IsLive) return;")]
    [InlineData(Property, "if (Current is State.Broken or State.Idle) { return; }")]
    public Task OtherSideHasSeenTheStateUnderTheSameLock_IsQuiet(string state, string test) => Verify.VerifyAnalyzerAsync(Program(state, Break, "lock (_gate) { " + test + " lock (_a) { } }", "_b"));

    [Theory]
    [InlineData(Field, Break, "if (Current == State.Broken) return; lock (_gate) { lock (_a) { } }")]
    [InlineData(Field, Break, "lock (_other) { if (Current == State.Broken) return; lock (_a) { } }")]
    [InlineData(Field, Break, "lock (_gate) { if (Current == State.Broken) return; } lock (_a) { }")]
    [InlineData(Field, Break, "lock (_gate) { if (Current == State.Idle) return; lock (_a) { } }")]
    [InlineData(Property, Break, "lock (_gate) { if (Current is State.Idle or State.Running) return; lock (_a) { } }")]
    [InlineData(Property, "if (Current == State.Idle) return; Current = State.Running;", "lock (_gate) { if (!IsLive) return; lock (_a) { } }")]
    public Task OtherSideMayStillCome_Reports(string state, string set, string other) => Verify.VerifyAnalyzerAsync(Program(state, set, other, "[|_b|]"));

    private static string Program(string state, string set, string other, string acquired) => $$"""
        public sealed class C
        {
            private readonly object _gate = new();
            private readonly object _other = new();
            private readonly object _a = new();
            private readonly object _b = new();
            {{state}}
            public void Break()
            {
                lock (_gate) { {{set}} }
                lock (_a) { lock ({{acquired}}) { } }
            }
            public void Cancel()
            {
                lock (_b) { {{other}} }
            }
            public bool IsRunning => IsLive;
        }
        """;
}
